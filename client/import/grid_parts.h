/* SPDX-License-Identifier: Apache-2.0
 *
 * What the finders of tables in plain text share. A finder gets lines[at] and returns how many lines its table takes, 0 when
 * none begins there; the rows are in the grid then. */
#ifndef CLIENT_IMPORT_GRID_PARTS_H
#define CLIENT_IMPORT_GRID_PARTS_H

#include "client/import/grid.h"
#include "client/import/month_table.h"

#define TITLE_BYTES ((size_t)60) /* a column title is no longer */

/* A table while it grows: rows of up to IMPORT_MAX_COLUMNS cells. The arena holds what is tried, and ends with the finders. */
struct grid_row {
    const char **cells;
    size_t count, capacity;
    uint32_t line;
};

struct grid {
    struct arena *arena;
    struct grid_row *rows;
    size_t count, capacity, columns;
    size_t looked; /* cells that were looked at closely */
};

/* Cells end at a tab; at a bar of any kind, or only at |, but not at \|; at a gap of two spaces and more; at a comma; at any space.
 */
enum separator { SEPARATOR_TAB, SEPARATOR_BAR, SEPARATOR_ASCII_BAR, SEPARATOR_GAP, SEPARATOR_COMMA, SEPARATOR_SPACE };

bool grid_is_blank(const struct raw_line *line);
/* Starts a row for the line with index line; the pointer holds until the next row. */
struct grid_row *grid_add_row(struct grid *grid, size_t line);
void grid_add_cell(struct grid *grid, struct grid_row *row, const char *text, size_t bytes);
size_t grid_split(struct grid *grid, struct grid_row *row, const char *s, size_t n, enum separator separator);
/* Length of what stands before the first separator of any kind. */
size_t grid_first_cell(const char *s, size_t n);
/* Length of the bar, or of the gap, that begins at s; 0 when none does. */
size_t grid_bar_at(const char *s, size_t left);
size_t grid_gap_at(const char *s, size_t left);
/* Takes white space off both ends, but no leading tab. */
void grid_trim(const char **s, size_t *n);
/* Is the cell nothing but who is responsible? */
bool grid_is_owner(const struct grid *grid, const char *cell);
bool grid_has_time_and_content(const enum column_role *roles, size_t n);

/* A line of a table whose grid was lost: a cell, and the index of its line. */
struct lost_cell {
    const char *text;
    size_t line;
};

#define LOST_CELLS ((size_t)4000) /* more lines are no such table */

/* Appends the cells in the rows and columns where they fit best, judged by what they look like; columns above merged cells may
 * stay empty, contents may take several cells. one_row: they are one row. False, and nothing appended, when they do not fit. */
bool grid_align(struct grid *grid, const enum column_role *roles, size_t columns, bool one_row, const struct lost_cell *cells,
                size_t n) MUST_CHECK;
/* Do the cells, row by row and each in its column, look like what the columns hold? */
bool grid_suits(struct arena *arena, const enum column_role *roles, size_t columns, const struct lost_cell *cells, size_t n);
/* The same as grid_align where every row has all its cells, "" for an empty one; those at the end may be missing. */
bool grid_align_rows(struct grid *grid, const enum column_role *roles, size_t columns, const struct lost_cell *cells,
                     size_t n) MUST_CHECK;
/* Does the cell of a time column begin a row: a time, but no festival? */
bool grid_is_time(struct arena *arena, const char *cell);

/* Tables whose columns are told by a row of titles: wide gaps, bars without an outer frame, single spaces. */
size_t grid_take_titled(struct grid *grid, const struct raw_line *lines, size_t count, size_t at);
/* Three lines and more of at least three cells behind wide gaps, each beginning with a month: a table without titles. */
size_t grid_take_gaps(struct grid *grid, const struct raw_line *lines, size_t count, size_t at);
/* Tables of a copied page: each cell but a row's first on a line of its own behind a bar. */
size_t grid_take_led(struct grid *grid, const struct raw_line *lines, size_t count, size_t at);
/* The same with each cell before a bar. */
size_t grid_take_ended(struct grid *grid, const struct raw_line *lines, size_t count, size_t at);
/* Gives the rows below the titles the cells that were merged and left out. */
void grid_square(struct grid *grid);
/* Tables on one line, spaces between the cells, months before their rows. */
size_t grid_take_flat(struct grid *grid, const struct raw_line *lines, size_t count, size_t at);
/* Tables whose grid was lost: one cell per line, titles first. */
size_t grid_take_lost(struct grid *grid, const struct raw_line *lines, size_t count, size_t at);

#endif
