/* SPDX-License-Identifier: Apache-2.0
 *
 * A table while a reader fills it cell by cell, in any order. */
#ifndef CLIENT_IMPORT_TABLE_BUILD_H
#define CLIENT_IMPORT_TABLE_BUILD_H

#include "client/import/document.h"

struct built_cell {
    size_t row, column, rows, columns; /* position and span */
    const char *text;
    uint32_t line;
};

struct table_build {
    struct arena *arena;
    struct built_cell *cells;
    size_t count, capacity;
};

void table_build_init(struct table_build *build, struct arena *arena);
/* false when the column passes IMPORT_MAX_COLUMNS or there are too many cells. Spans are cut at the limits. */
bool table_build_add(struct table_build *build, struct built_cell cell);
/* The table without its empty rows and columns; merged cells repeat their text, marked covered. NULL when nothing is in it, or
 * when it would pass IMPORT_MAX_CELLS. */
const struct table *table_build_finish(struct table_build *build);

#endif
