/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of a .docx; an input that begins with PK is a whole file. */
#include "tests/fuzz/fuzz_import_package.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[FUZZ_PARTS] = {"word/document.xml", "word/numbering.xml", "word/styles.xml", NULL};
    if (size > 2 && memcmp(data, "PK", 2) == 0)
        fuzz_import("plan.docx", data, size);
    else
        fuzz_import_package("plan.docx", names, data, size);
    return 0;
}
