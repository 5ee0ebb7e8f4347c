/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists of schools: whatever the text, every row comes from a line of its own and no cell is longer than the text. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct csv csv;
    size_t line = 0;
    arena_init(&arena, 0);
    csv_open(&csv, &arena, arena_strndup(&arena, (const char *)data, size));
    while (csv_read(&csv)) {
        if (csv.line <= line || !csv.n_cells || csv.n_cells > CSV_COLUMNS_MAX)
            abort();
        for (size_t i = 0; i < csv.n_cells; i++)
            if (strlen(csv.cells[i]) > size)
                abort();
        line = csv.line;
    }
    arena_done(&arena);
    return 0;
}
