/* SPDX-License-Identifier: Apache-2.0
 *
 * Month tables: what their columns mean, and their rows as lines. */
#ifndef CLIENT_IMPORT_MONTH_TABLE_H
#define CLIENT_IMPORT_MONTH_TABLE_H

#include "client/import/document.h"
#include "client/import/line.h"

#define TITLE_ROWS 8 /* how far down the row of titles is looked for */

enum column_role {
    COLUMN_NONE,
    COLUMN_INDEX,
    COLUMN_TIME,
    COLUMN_WEEK,
    COLUMN_DATE,
    COLUMN_CONTENT,
    COLUMN_NAME,
    COLUMN_TOPIC, /* what is planned, where no other column tells it */
    COLUMN_KIND,  /* 类别: never what is planned */
    COLUMN_LEAD,
    COLUMN_ASSIST,
    COLUMN_PERSON,
    COLUMN_LEADER, /* who supervises: the person when no other is told */
    COLUMN_BUDGET,
    COLUMN_PEOPLE,
    COLUMN_NOTE,
};

/* The role a column title names; COLUMN_NONE when it is none. unit_fen (may be NULL): what a bare number in a budget column is,
 * 100 for 元, 1000000 for 万元. */
enum column_role column_role_of(struct arena *arena, const char *title, size_t bytes, int64_t *unit_fen);
/* May a column of this role hold what is planned? */
bool column_is_content(enum column_role role);
bool cell_is_blank(const char *text);
/* The lines of a cell as one, with a text between them. */
const char *cell_join(struct arena *arena, const char *text, const char *between);
/* Does the cell's text say a time and nothing else? */
bool cell_is_time(struct arena *arena, const char *text, struct when *out);
/* The same for the cell of a time column, which may go on with a theme: 4月——“书香校园”读书月, 九月份：尊师重教. */
bool cell_has_time(struct arena *arena, const char *text, struct when *out);
/* Appends the table's rows as lines when it is a month table; false (and nothing appended) when it is none. */
bool month_table_lines(struct lines *lines, const struct document *document, const struct table *table);

#endif
