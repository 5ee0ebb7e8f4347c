/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables in plain text: columns by tabs, bars or wide gaps, and tables whose grid was lost (one cell per line). */
#ifndef CLIENT_IMPORT_GRID_H
#define CLIENT_IMPORT_GRID_H

#include "client/import/document.h"

struct raw_line {
    const char *text;
    size_t bytes; /* without the line end */
};

/* The table that begins at lines[at], numbered at + 1: how many lines it takes, 0 when none begins there. */
size_t grid_take(struct document *document, const struct raw_line *lines, size_t count, size_t at, const struct table **out);

#endif
