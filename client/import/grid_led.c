/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables of a copied page of which each cell stands on a line of its own behind a bar; a bar alone ends the row. */
#include <string.h>

#include "client/import/grid_parts.h"
#include "client/import/text.h"

#define FIRST_CELL_LINES 12 /* the lines of a row's first cell, which no bar leads */

/* Behind the bar that leads the line; NULL when none does. */
static const char *behind_bar(const struct raw_line *line, size_t *bytes)
{
    const char *s = line->text;
    *bytes = line->bytes;
    grid_trim(&s, bytes);
    size_t bar = *bytes ? grid_bar_at(s, *bytes) : 0;
    if (!bar || memchr(s + bar, '|', *bytes - bar)) /* a row of a table with bars on both sides */
        return NULL;
    *bytes -= bar;
    s += bar;
    grid_trim(&s, bytes);
    return s;
}

static size_t next_filled(const struct raw_line *lines, size_t count, size_t at)
{
    while (at < count && grid_is_blank(&lines[at]))
        at++;
    return at;
}

/* Does a row begin at lines[at]: a cell that no bar leads, and a line led by one within so many lines? */
static bool begins_row(const struct raw_line *lines, size_t count, size_t at, size_t within)
{
    size_t bytes;
    if (at >= count || behind_bar(&lines[at], &bytes))
        return false;
    for (size_t k = 1; k <= within; k++) {
        at = next_filled(lines, count, at + 1);
        const char *cell = at < count ? behind_bar(&lines[at], &bytes) : NULL;
        if (cell)
            return bytes > 0;
    }
    return false;
}

/* The row that begins at lines[at]; returns the line behind it. */
static size_t take_row(struct grid *grid, const struct raw_line *lines, size_t count, size_t at)
{
    struct grid_row *row = grid_add_row(grid, at);
    for (; at < count; at = next_filled(lines, count, at + 1)) {
        size_t bytes;
        const char *cell = behind_bar(&lines[at], &bytes);
        size_t next = next_filled(lines, count, at + 1), unused;
        bool end = cell && bytes == 0 && (next >= count || !behind_bar(&lines[next], &unused));
        if (end)
            return next;
        if (cell || row->count == 0) {
            const char *s = cell ? cell : lines[at].text;
            bytes = cell ? bytes : lines[at].bytes;
            grid_trim(&s, &bytes);
            grid_add_cell(grid, row, s, bytes);
        } else {
            const char **last = &row->cells[row->count - 1];
            *last = arena_printf(grid->arena, "%s\n%.*s", *last, (int)lines[at].bytes, lines[at].text);
        }
    }
    return at;
}

size_t grid_take_led(struct grid *grid, const struct raw_line *lines, size_t count, size_t at)
{
    size_t begin = at;
    if (!begins_row(lines, count, at, 1))
        return 0;
    while (begins_row(lines, count, at, grid->count ? FIRST_CELL_LINES : 1))
        at = take_row(grid, lines, count, at);
    return grid->count >= 2 ? at - begin : 0;
}
