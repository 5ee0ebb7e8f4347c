/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/import/grid_parts.h"
#include "client/import/month_table.h"
#include "client/import/text.h"

#define LOST_COLUMNS 12

struct lost {
    enum column_role roles[LOST_COLUMNS];
    size_t columns, time, content;
    bool tabs; /* every cell led by a tab */
};

static bool is_stop(const struct raw_line *line, const struct lost *lost, struct arena *arena)
{
    if (lost->tabs)
        return !grid_is_blank(line) && line->text[0] != '\t';
    struct text t = text_fold(arena, line->text, line->bytes);
    struct label label;
    struct when w;
    if (label_parse(t.s, 0, &label) && label.style == LABEL_ZH && !cell_is_time(arena, t.raw, &w))
        return true;
    return t.n > 0 && (line_is_title(t.s) || line_is_signature_name(t.s) || text_begins(t.s, "注:") || text_begins(t.s, "备注:") ||
                       text_begins(t.s, "合计") || text_begins(t.s, "总计"));
}

/* Gives the cells of one row, time first, to the columns: what is too much belongs to the content. */
static void put_lost_row(struct grid *grid, const struct lost *lost, const char *const *cells, size_t n, size_t line)
{
    struct grid_row *row = grid_add_row(grid, line);
    size_t extra = n > lost->columns ? n - lost->columns : 0, k = 0;
    for (size_t c = 0; c < lost->columns && k < n; c++) {
        const char *text = cells[k++];
        for (size_t e = 0; c == lost->content && e < extra; e++)
            text = arena_printf(grid->arena, "%s\n%s", text, cells[k++]);
        grid_add_cell(grid, row, text, strlen(text));
    }
}

#define LOST_CELLS 64

static size_t take_lost_rows(struct grid *grid, const struct lost *lost, const struct raw_line *lines, size_t count, size_t at)
{
    const char *cells[LOST_CELLS];
    size_t n = 0, i = at, begun = at;
    for (; i < count && !is_stop(&lines[i], lost, grid->arena); i++) {
        if (grid_is_blank(&lines[i]))
            continue;
        struct text t = text_fold(grid->arena, lines[i].text, lines[i].bytes);
        struct when w;
        struct label label;
        bool starts = cell_is_time(grid->arena, t.raw, &w) && w.kind != WHEN_FESTIVAL && !label_parse(t.s, 0, &label) &&
                      (w.count || w.kind == WHEN_PART || w.kind == WHEN_STANDING);
        if (starts && n > 0) {
            put_lost_row(grid, lost, cells, n, begun);
            n = 0;
        }
        if (!starts && n == 0) /* rows begin right behind the titles */
            break;
        if (starts || n > 0) {
            if (n == 0)
                begun = i;
            if (n < LOST_CELLS)
                cells[n++] = t.raw;
        }
    }
    if (n > 0)
        put_lost_row(grid, lost, cells, n, begun);
    return i;
}

size_t grid_take_lost(struct grid *grid, const struct raw_line *lines, size_t count, size_t at)
{
    struct lost lost = {.tabs = true};
    size_t i = at;
    if (lines[at].bytes > TITLE_BYTES || column_role_of(grid->arena, lines[at].text, lines[at].bytes, NULL) == COLUMN_NONE)
        return 0;
    struct grid_row *titles = grid_add_row(grid, at);
    for (; i < count && lost.columns < LOST_COLUMNS; i++) {
        if (grid_is_blank(&lines[i]))
            continue;
        struct text t = text_fold(grid->arena, lines[i].text, lines[i].bytes);
        enum column_role role = column_role_of(grid->arena, t.raw, t.raw_bytes, NULL);
        if (role == COLUMN_NONE || memchr(lines[i].text, ':', lines[i].bytes) || text_ends(t.s, ":"))
            break;
        lost.roles[lost.columns++] = role;
        lost.tabs &= lines[i].text[0] == '\t';
        grid_add_cell(grid, titles, t.raw, t.raw_bytes);
    }
    if (lost.columns < 2 || !grid_has_time_and_content(lost.roles, lost.columns) || lost.roles[0] != COLUMN_TIME)
        return 0;
    while (lost.content < lost.columns && lost.roles[lost.content] != COLUMN_CONTENT && lost.roles[lost.content] != COLUMN_NAME)
        lost.content++;
    size_t end = take_lost_rows(grid, &lost, lines, count, i);
    return grid->count > 1 ? end - at : 0;
}
