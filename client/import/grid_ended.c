/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables of a copied page of which each cell stands on a line of its own before a bar: 三月 | / 女教工健步走 | / 工会 |. */
#include <string.h>

#include "client/import/grid_parts.h"
#include "client/import/text.h"

#define CELL_LINES 12 /* a cell has no more lines */
#define LEAST_CELLS 6

/* The line without the bar at its end; NULL when it has none there, or another one. */
static const char *before_bar(const struct raw_line *line, size_t *bytes)
{
    const char *s = line->text;
    *bytes = line->bytes;
    grid_trim(&s, bytes);
    if (!*bytes || s[*bytes - 1] != '|' || memchr(s, '|', *bytes - 1))
        return NULL;
    --*bytes;
    grid_trim(&s, bytes);
    return s;
}

/* ---|---|---|: how many columns the rule below the titles tells, 0 when the line is none. */
static size_t rule_columns(const struct raw_line *line)
{
    size_t bars = 0, dashes = 0;
    for (size_t i = 0; i < line->bytes; i++) {
        bars += line->text[i] == '|';
        dashes += line->text[i] == '-';
        if (!strchr("|-: ", line->text[i]))
            return 0;
    }
    return dashes >= 3 ? bars : 0;
}

/* The cell that begins at lines[at], its lines joined; how many lines it takes, 0 when no bar ends it. */
static size_t take_cell(struct arena *arena, const struct raw_line *lines, size_t count, size_t at, const char **out)
{
    const char *text = "";
    size_t bytes;
    for (size_t n = 0; n < CELL_LINES && at + n < count; n++) {
        const char *last = before_bar(&lines[at + n], &bytes);
        const char *s = last ? last : lines[at + n].text;
        bytes = last ? bytes : lines[at + n].bytes;
        if (!last && (memchr(s, '|', bytes) || grid_is_blank(&lines[at + n])))
            return 0;
        text = arena_printf(arena, "%s%s%.*s", text, *text && bytes ? "\n" : "", (int)bytes, s);
        if (last) {
            *out = text;
            return n + 1;
        }
    }
    return 0;
}

/* All cells from lines[at] on; *columns: what a rule among them tells. Returns the line behind them. */
static size_t collect(struct grid *grid, const struct raw_line *lines, size_t count, size_t at, struct lost_cell **out, size_t *n,
                      size_t *columns)
{
    struct lost_cell *cells = NULL;
    size_t capacity = 0, taken, end = at;
    const char *text = NULL;
    for (*n = *columns = 0; at < count && *n < LOST_CELLS; at += taken) {
        size_t rule = rule_columns(&lines[at]);
        if (rule > 1 && rule == *n)
            *columns = rule;
        taken = rule > 1 || grid_is_blank(&lines[at]) ? 1 : take_cell(grid->arena, lines, count, at, &text);
        if (!taken)
            break;
        if (rule > 1 || grid_is_blank(&lines[at]))
            continue;
        cells = arena_grow(grid->arena, cells, *n, &capacity, sizeof *cells);
        cells[(*n)++] = (struct lost_cell){text, at};
        end = at + taken;
    }
    *out = cells;
    return end;
}

size_t grid_take_ended(struct grid *grid, const struct raw_line *lines, size_t count, size_t at)
{
    enum column_role roles[IMPORT_MAX_COLUMNS];
    struct lost_cell *cells;
    size_t bytes, n, columns, titles = 0;
    const char *first = lines[at].bytes <= TITLE_BYTES ? before_bar(&lines[at], &bytes) : NULL;
    if (!first || column_role_of(grid->arena, first, bytes, NULL) == COLUMN_NONE)
        return 0;
    struct grid_row *row = grid_add_row(grid, at); /* now: a table that fails counts as a failure */
    size_t end = collect(grid, lines, count, at, &cells, &n, &columns);
    for (; titles < n && titles < IMPORT_MAX_COLUMNS && (!columns || titles < columns); titles++) {
        roles[titles] = column_role_of(grid->arena, cells[titles].text, strlen(cells[titles].text), NULL);
        if (!columns && roles[titles] == COLUMN_NONE)
            break;
    }
    if (n < LEAST_CELLS || titles < 2 || !grid_has_time_and_content(roles, titles))
        return 0;
    for (size_t c = 0; c < titles; c++)
        grid_add_cell(grid, row, cells[c].text, strlen(cells[c].text));
    bool ok = grid_align_rows(grid, roles, titles, cells + titles, n - titles) ||
              grid_align(grid, roles, titles, false, cells + titles, n - titles);
    return ok ? end - at : 0;
}
