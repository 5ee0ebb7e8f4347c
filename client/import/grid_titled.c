/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/import/facts.h"
#include "client/import/grid_parts.h"
#include "client/import/month_table.h"
#include "client/import/owner_name.h"
#include "client/import/text.h"

bool grid_has_time_and_content(const enum column_role *roles, size_t n)
{
    bool time = false, content = false;
    for (size_t i = 0; i < n; i++) {
        time |= roles[i] == COLUMN_TIME || roles[i] == COLUMN_WEEK || roles[i] == COLUMN_DATE;
        content |= column_is_content(roles[i]);
    }
    return time && content;
}

static bool is_one_han(const char *text)
{
    return text_is_han(text) && text[text_char(text)] == '\0';
}

/* 时  间 and 李  娜 are one cell each: names and titles of two characters are set wide. */
static void join_wide(struct grid *grid, struct grid_row *row)
{
    size_t out = 0;
    for (size_t c = 0; c < row->count; c++) {
        if (c + 1 < row->count && is_one_han(row->cells[c]) && is_one_han(row->cells[c + 1])) {
            row->cells[out++] = arena_printf(grid->arena, "%s%s", row->cells[c], row->cells[c + 1]);
            c++;
        } else {
            row->cells[out++] = row->cells[c];
        }
    }
    row->count = out;
}

/* A row whose first cell is empty, or the second line of the cells above. */
static void place_led_row(struct grid *grid, size_t columns, size_t content)
{
    struct grid_row *row = &grid->rows[grid->count - 1], *above = row - 1;
    const char *text = above->count > content ? above->cells[content] : "";
    bool cut = above->count < columns && strlen(text) >= 45 && !text_ends(text, "。") && !text_ends(text, "；");
    if (cut && content == 1 && row->count + above->count <= columns + 1) {
        above->cells[content] = arena_printf(grid->arena, "%s%s", text, row->cells[0]);
        for (size_t c = 1; c < row->count; c++)
            grid_add_cell(grid, above, row->cells[c], strlen(row->cells[c]));
        grid->count--;
        return;
    }
    if (row->count < columns && row->count < IMPORT_MAX_COLUMNS) {
        grid_add_cell(grid, row, "", 0);
        memmove(row->cells + 1, row->cells, (row->count - 1) * sizeof row->cells[0]);
        row->cells[0] = "";
    }
}

/* Marks that stand inside texts too. */
static bool is_weak(enum separator separator)
{
    return separator == SEPARATOR_SPACE || separator == SEPARATOR_COMMA;
}

/* The row of titles at lines[at]: its columns, 0 when it is none. roles gets their meanings. */
static size_t take_titles(struct grid *grid, const struct raw_line *line, size_t at, enum separator separator,
                          enum column_role *roles)
{
    const char *s = line->text;
    size_t bytes = line->bytes, known = 0;
    grid_trim(&s, &bytes);
    struct grid_row *row = grid_add_row(grid, at);
    grid_split(grid, row, s, bytes, separator);
    join_wide(grid, row);
    for (size_t c = 0; c < row->count; c++) {
        roles[c] = column_role_of(grid->arena, row->cells[c], strlen(row->cells[c]), NULL);
        known += roles[c] != COLUMN_NONE;
    }
    grid->columns = row->count;
    bool sure = !is_weak(separator) || (known == row->count && known >= 3);
    return row->count >= 2 && sure && grid_has_time_and_content(roles, row->count) ? row->count : 0;
}

/* More cells than columns: the content had separators in it. */
static void fold_excess(struct grid *grid, size_t columns, size_t content, const char *mark)
{
    struct grid_row *row = &grid->rows[grid->count - 1];
    size_t extra = row->count - columns;
    for (size_t e = 1; e <= extra; e++)
        row->cells[content] = arena_printf(grid->arena, "%s%s%s", row->cells[content], mark, row->cells[content + e]);
    memmove(&row->cells[content + 1], &row->cells[content + 1 + extra], (row->count - content - 1 - extra) * sizeof row->cells[0]);
    row->count = columns;
}

/* One line below the titles; false when the table has ended. */
static bool take_row(struct grid *grid, const struct raw_line *line, size_t at, enum separator separator, size_t columns,
                     size_t content)
{
    const char *s = line->text;
    size_t left = line->bytes, lead = separator == SEPARATOR_GAP ? grid_gap_at(s, left) : 0;
    s += lead;
    left -= lead;
    grid_trim(&s, &left);
    struct grid_row *row = grid_add_row(grid, at);
    grid_split(grid, row, s, left, separator);
    join_wide(grid, row);
    size_t rows = grid->count - 2;
    if (row->count > columns && is_weak(separator))
        fold_excess(grid, columns, content, separator == SEPARATOR_COMMA ? "," : " ");
    if (row->count >= 2 && row->count <= columns && (!is_weak(separator) || row->count + 1 >= columns)) {
        if (lead && rows > 0)
            place_led_row(grid, columns, content);
        return true;
    }
    struct grid_row *above = row - 1;
    grid->count--;
    if (!lead || rows == 0 || above->count <= content)
        return false;
    bool open = text_ends(above->cells[content], "、") || text_ends(above->cells[content], "，"); /* 插花、 / 观影 */
    above->cells[content] = arena_printf(grid->arena, "%s%s%.*s", above->cells[content], open ? "" : "\n", (int)left, s);
    return true;
}

/* Is it worth splitting the line? Its first cell must be a title; the titles of two characters are set wide (时  间). */
static bool may_be_titles(struct grid *grid, const struct raw_line *line)
{
    const char *s = line->text;
    size_t bytes = line->bytes;
    grid_trim(&s, &bytes);
    size_t first = grid_first_cell(s, bytes);
    bool wide = first == strlen("时");
    return first < bytes && first <= TITLE_BYTES && (wide || column_role_of(grid->arena, s, first, NULL) != COLUMN_NONE);
}

size_t grid_take_titled(struct grid *grid, const struct raw_line *lines, size_t count, size_t at)
{
    static const enum separator separators[] = {SEPARATOR_GAP, SEPARATOR_BAR, SEPARATOR_COMMA, SEPARATOR_SPACE};
    if (!may_be_titles(grid, &lines[at]))
        return 0;
    for (size_t i = 0; i < sizeof separators / sizeof separators[0]; i++) {
        enum column_role roles[IMPORT_MAX_COLUMNS] = {COLUMN_NONE};
        grid->count = 0;
        size_t columns = take_titles(grid, &lines[at], at, separators[i], roles), content = 0, n = 1;
        if (!columns)
            continue;
        while (!column_is_content(roles[content]))
            content++;
        while (at + n < count &&
               (grid_is_blank(&lines[at + n]) || take_row(grid, &lines[at + n], at + n, separators[i], columns, content)))
            n++;
        if (grid->count >= 2)
            return n;
    }
    return 0;
}

bool grid_is_owner(const struct grid *grid, const char *cell)
{
    struct text text = text_fold(grid->arena, cell, strlen(cell));
    return owner_all_names(text.s, owner_is_any);
}

/* 龚丽 蓝天: two names in one column. */
static void join_last(struct grid *grid, struct grid_row *row)
{
    const char **cells = &row->cells[row->count - 2];
    cells[0] = arena_printf(grid->arena, "%s %s", cells[0], cells[1]);
    row->count--;
}

/* 3月份  1、插花  2、观影: a list on one line, no row. */
static bool is_list(const struct grid *grid, const struct grid_row *row)
{
    struct label label;
    for (size_t c = 1; c < row->count; c++) {
        struct text text = text_fold(grid->arena, row->cells[c], strlen(row->cells[c]));
        if (!label_parse(text.s, 0, &label) || label.style == LABEL_LOST || label.value != (int)c)
            return false;
    }
    return row->count > 2;
}

/* 3月 插花活动 女工委: does the line fall into a time, words, and an owner (behind wide gaps: whatever else)? */
static bool take_untitled(struct grid *grid, const struct raw_line *line, size_t at, enum separator separator)
{
    const char *s = line->text;
    size_t bytes = line->bytes;
    struct when when;
    grid_trim(&s, &bytes);
    struct grid_row *row = grid_add_row(grid, at);
    grid_split(grid, row, s, bytes, separator);
    while (separator == SEPARATOR_SPACE && row->count > 3 && grid_is_owner(grid, row->cells[row->count - 2]))
        join_last(grid, row);
    size_t cells = row->count;
    bool same = cells >= 3 && cells == grid->rows[0].count;
    if (same && separator == SEPARATOR_SPACE) {
        same = cells == 3 && grid_is_owner(grid, row->cells[2]);
    }
    if (same && !is_list(grid, row) && cell_is_time(grid->arena, row->cells[0], &when) && when.count > 0 && !when.bare)
        return true;
    grid->count--;
    return false;
}

size_t grid_take_gaps(struct grid *grid, const struct raw_line *lines, size_t count, size_t at)
{
    static const enum separator separators[] = {SEPARATOR_GAP, SEPARATOR_BAR, SEPARATOR_SPACE};
    const char *s = lines[at].text;
    size_t bytes = lines[at].bytes;
    grid_trim(&s, &bytes);
    if (grid_first_cell(s, bytes) == bytes) /* as good as every line of most documents */
        return 0;
    for (size_t i = 0; i < sizeof separators / sizeof separators[0]; i++) {
        size_t n = 0;
        grid->count = grid->columns = 0;
        while (at + n < count && !grid_is_blank(&lines[at + n]) && take_untitled(grid, &lines[at + n], at + n, separators[i]))
            n++;
        if (grid->count >= 3)
            return n;
    }
    return 0;
}
