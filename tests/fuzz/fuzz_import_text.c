/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a text file or, when they begin with #, as Markdown. */
#include "tests/fuzz/fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool markdown = size > 0 && data[0] == '#';
    fuzz_import(markdown ? "plan.md" : "plan.txt", data, size);
    return 0;
}
