/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of a table in text: RFC 4180, and what Excel makes of it: semicolons or tabs between cells, blanks around them, CRLF. A
 * quoted cell ends with its line: a list has one row a line, and a forgotten quote must not swallow the rest. */
#ifndef COMMON_BASE_CSV_H
#define COMMON_BASE_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/arena.h"

#define CSV_COLUMNS_MAX 32u /* further cells of a row are passed over */

struct csv {
    struct arena *arena;
    const char *at;
    char separator;
    size_t line;                  /* of the row read last, from 1 */
    char *cells[CSV_COLUMNS_MAX]; /* of that row, in the arena */
    size_t n_cells;
};

/* text is borrowed; the separator is found in its first line. */
void csv_open(struct csv *csv, struct arena *arena, const char *text);
/* False at the end. Blank rows are passed over. */
bool csv_read(struct csv *csv);

#endif
