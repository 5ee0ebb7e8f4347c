/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of an .xlsx; an input that begins with PK is a whole file. */
#include "tests/fuzz/fuzz_import_package.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[FUZZ_PARTS] = {"xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels",
                                                  "xl/sharedStrings.xml",     "xl/styles.xml",   NULL};
    if (size > 2 && memcmp(data, "PK", 2) == 0)
        fuzz_import("plan.xlsx", data, size);
    else
        fuzz_import_package("plan.xlsx", names, data, size);
    return 0;
}
