/* SPDX-License-Identifier: Apache-2.0
 *
 * What a page's extractor leaves of merged cells: rows that lack the cells merged from above, titles that lack those merged to the
 * left. */
#include <string.h>

#include "client/import/grid_parts.h"

/* Cells up to the last that is filled; 0 where one before it is empty: then none was left out. */
static size_t filled(const struct grid_row *row)
{
    size_t n = row->count;
    while (n > 0 && cell_is_blank(row->cells[n - 1]))
        n--;
    for (size_t c = 0; c < n; c++)
        if (cell_is_blank(row->cells[c]))
            return 0;
    return n;
}

static bool read_roles(struct grid *grid, const struct grid_row *row, enum column_role *roles)
{
    size_t n = filled(row), known = 0;
    for (size_t c = 0; c < n; c++) {
        roles[c] = column_role_of(grid->arena, row->cells[c], strlen(row->cells[c]), NULL);
        known += roles[c] != COLUMN_NONE;
    }
    return n >= 2 && known * 2 > n && grid_has_time_and_content(roles, n);
}

static void insert_cell(struct grid *grid, struct grid_row *row, const char *text)
{
    if (row->count >= IMPORT_MAX_COLUMNS)
        return;
    grid_add_cell(grid, row, "", 0);
    memmove(row->cells + 1, row->cells, (row->count - 1) * sizeof row->cells[0]);
    row->cells[0] = text;
}

/* 起止日期 over a week and its dates: where rows have a cell more than the titles, and begin with two times, the weeks' title is
 * missing. */
static bool lacks_week(const struct grid *grid, size_t titles, size_t columns)
{
    size_t n = 0;
    struct when week, date;
    for (size_t r = titles + 1; r < grid->count; r++) {
        const struct grid_row *row = &grid->rows[r];
        size_t cells = filled(row);
        if (cells > columns + 1)
            return false;
        n += cells == columns + 1 && cell_is_time(grid->arena, row->cells[0], &week) && week.kind != WHEN_MONTH &&
             cell_is_time(grid->arena, row->cells[1], &date) && date.kind == WHEN_DATE;
    }
    return n >= 2;
}

static void square_row(struct grid *grid, size_t at, const enum column_role *roles, size_t columns)
{
    struct grid_row *row = &grid->rows[at];
    struct lost_cell cells[IMPORT_MAX_COLUMNS];
    size_t n = filled(row), count = grid->count;
    if (n < 2 || n >= columns)
        return;
    for (size_t c = 0; c < n; c++)
        cells[c] = (struct lost_cell){row->cells[c], row->line - 1};
    if (grid_suits(grid->arena, roles, columns, cells, n) || !grid_align(grid, roles, columns, true, cells, n))
        return;
    grid->rows[at] = grid->rows[count]; /* one row */
    grid->count = count;
}

void grid_square(struct grid *grid)
{
    enum column_role roles[IMPORT_MAX_COLUMNS + 1] = {COLUMN_NONE};
    size_t titles = 0;
    while (titles < grid->count && titles < TITLE_ROWS && !read_roles(grid, &grid->rows[titles], roles))
        titles++;
    if (titles + 1 >= grid->count || titles == TITLE_ROWS)
        return;
    size_t columns = filled(&grid->rows[titles]);
    if (columns < IMPORT_MAX_COLUMNS && lacks_week(grid, titles, columns)) {
        insert_cell(grid, &grid->rows[titles], "周次");
        read_roles(grid, &grid->rows[titles], roles);
        columns++;
    }
    for (size_t r = titles + 1; r < grid->count; r++)
        square_row(grid, r, roles, columns);
}
