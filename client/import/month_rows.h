/* SPDX-License-Identifier: Apache-2.0
 *
 * The rows of a month table as lines, one by one; the time of a row is carried down. */
#ifndef CLIENT_IMPORT_MONTH_ROWS_H
#define CLIENT_IMPORT_MONTH_ROWS_H

#include "client/import/table_columns.h"

struct month_rows {
    struct lines *lines;
    const struct table *table;
    struct arena *arena;
    struct doubts *doubts;
    const size_t *titles; /* the row of titles, NULL when there is none */
    size_t first_row;     /* the first below the titles */
    struct {
        size_t row;
        const char *text;
    } ditto[IMPORT_MAX_COLUMNS]; /* what the ditto mark met last in each column repeats; NULL: none under these titles */
    const char *month;           /* what the month column said last */
    const char *time;            /* the header of the row; carried down */
    struct when when;
    bool when_known;
    bool ended; /* only text follows */
};

/* The text of a cell; "" in a column below 0. */
const char *month_rows_cell(const struct table *table, size_t row, int column);
/* The same, or what a ditto mark (〃) repeats of the rows above it; NULL when it is blank, says "nothing" (/, —, 无), or nothing
 * stands above the mark. */
const char *month_rows_value(struct month_rows *s, size_t row, int column);
/* Is the row one text across all columns, or one filled cell alone? Then that text, else NULL. */
const char *month_rows_single(const struct table *table, size_t row);
/* The line the row stands on. */
uint32_t month_rows_line(const struct table *table, size_t row);
/* All its cells, each flat, with a text between them. */
const char *month_rows_text(struct month_rows *s, size_t row, const char *between);
/* Are its cells those of the row of titles? */
bool month_rows_repeat(const struct table *table, size_t row, size_t titles);

/* Is it a row of titles inside the table, of other columns (the second half of the year has its own)? */
bool month_rows_retitle(const struct month_rows *s, size_t row, struct columns *out);

/* Appends a paragraph (one line for each of the text's), and a row made by the caller. */
void month_rows_add_text(struct month_rows *s, const char *text, uint32_t number);
void month_rows_put(struct month_rows *s, const struct row *row, uint32_t number);
/* Rows that are none: a text across the table, a total, a note. True when taken. */
bool month_rows_take_special(struct month_rows *s, size_t row, const struct columns *columns);
/* A row with its time; nothing when it has no content, or no time is known yet. */
void month_rows_add(struct month_rows *s, size_t row, const struct columns *columns);

#endif
