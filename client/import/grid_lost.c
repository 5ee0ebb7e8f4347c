/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/import/facts.h"
#include "client/import/grid_parts.h"
#include "client/import/month_table.h"
#include "client/import/text.h"
#include "common/domain/zh_number.h"

#define LOST_COLUMNS 12
#define LOST_CELLS 64

struct lost {
    enum column_role roles[LOST_COLUMNS];
    size_t columns, content;
    bool index;    /* the first column counts the rows */
    bool owner;    /* the last column names who is responsible */
    bool tabs;     /* every cell is led by a tab */
    int64_t count; /* the number of the last row */
};

static bool is_owner(struct arena *arena, const char *cell)
{
    struct text t = text_fold(arena, cell, strlen(cell));
    return facts_is_department(t.s) || facts_is_person(t.s);
}

static bool is_row_time(struct arena *arena, const char *cell)
{
    struct when w;
    return cell_is_time(arena, cell, &w) && w.kind != WHEN_FESTIVAL && (w.count || w.kind == WHEN_PART || w.kind == WHEN_STANDING);
}

/* Do 一、二、… count the items of the open row? */
static bool goes_on(int value, const char *const *cells, size_t n, struct arena *arena)
{
    struct label label;
    for (size_t i = 1; i < n; i++) {
        struct text t = text_fold(arena, cells[i], strlen(cells[i]));
        if (label_parse(t.s, 0, &label) && label.style == LABEL_ZH && label.value == value - 1)
            return true;
    }
    return value == 1 && n == 1 && *cells[0];
}

/* Is the line no cell of the table any more? cells: what the open row has so far. */
static bool is_stop(const struct raw_line *line, const struct lost *lost, const char *const *cells, size_t n, struct arena *arena)
{
    if (lost->tabs)
        return !grid_is_blank(line) && line->text[0] != '\t';
    struct text t = text_fold(arena, line->text, line->bytes);
    struct label label;
    if (t.n == 0 || is_row_time(arena, t.raw))
        return false;
    if (line_is_signature_name(t.s)) /* unless it is the row's owner */
        return !lost->owner || n == 0 || is_owner(arena, cells[n - 1]);
    static const char *const ends[] = {"注:", "备注:", "合计", "总计", "总之", NULL};
    bool heading = label_parse(t.s, 0, &label) && label.style == LABEL_ZH && !goes_on(label.value, cells, n, arena);
    return heading || line_is_title(t.s) || line_names_file(t.s) || text_begins_any(t.s, ends) != 0;
}

static bool is_numbered(struct arena *arena, const char *cell)
{
    struct text t = text_fold(arena, cell, strlen(cell));
    struct label label;
    return label_parse(t.s, 0, &label) && label.style != LABEL_LOST && label.style != LABEL_BULLET && t.s[label.end];
}

/* Gives the cells of one row, time first, to the columns: what is too much belongs to the content. */
static void put_row(struct grid *grid, const struct lost *lost, const char *const *cells, size_t n, size_t line)
{
    struct grid_row *row = grid_add_row(grid, line);
    size_t own = lost->columns - lost->index, extra = n > own ? n - own : 0, k = 0, content = lost->content - lost->index;
    for (size_t i = content + extra + 1; i < n; i++) /* a number begins an item, no remark */
        extra = is_numbered(grid->arena, cells[i]) ? i - content : extra;
    if (lost->index)
        grid_add_cell(grid, row, "", 0);
    for (size_t c = lost->index; c < lost->columns && k < n; c++) {
        const char *text = cells[k++];
        for (size_t e = 0; c == lost->content && e < extra; e++)
            text = arena_printf(grid->arena, "%s\n%s", text, cells[k++]);
        grid_add_cell(grid, row, text, strlen(text));
    }
}

/* Several rows of one merged month cell: every group of cells ends in an owner. */
static bool are_groups(const struct grid *grid, const struct lost *lost, const char *const *cells, size_t n)
{
    size_t group = lost->columns - lost->index - 1;
    if (!lost->owner || group < 2 || n < 1 + 2 * group || (n - 1) % group != 0)
        return false;
    for (size_t i = group; i < n; i += group)
        if (!is_owner(grid->arena, cells[i]))
            return false;
    return true;
}

static void put_rows(struct grid *grid, const struct lost *lost, const char *const *cells, size_t n, size_t line)
{
    if (n == 0)
        return;
    if (!are_groups(grid, lost, cells, n)) {
        put_row(grid, lost, cells, n, line);
        return;
    }
    size_t group = lost->columns - lost->index - 1;
    for (size_t i = 1; i < n; i += group) {
        const char *row[LOST_COLUMNS] = {i == 1 ? cells[0] : ""};
        memcpy(row + 1, cells + i, group * sizeof row[0]);
        put_row(grid, lost, row, group + 1, line);
    }
}

/* Is the cell the number of the next row? */
static bool is_next_index(struct lost *lost, const char *cell)
{
    int64_t value;
    size_t n = lost->index ? zh_number_parse(cell, &value) : 0;
    if (!n || cell[n] != '\0' || value != lost->count + 1)
        return false;
    lost->count++;
    return true;
}

/* Rows begin at a time, or at the next number of an index column. */
static size_t take_by_time(struct grid *grid, struct lost *lost, const struct raw_line *lines, size_t count, size_t at)
{
    const char *cells[LOST_CELLS];
    size_t n = 0, i = at, begun = at;
    for (; i < count && !is_stop(&lines[i], lost, cells, n, grid->arena); i++) {
        if (grid_is_blank(&lines[i]))
            continue;
        struct text t = text_fold(grid->arena, lines[i].text, lines[i].bytes);
        bool number = is_next_index(lost, t.s), time = is_row_time(grid->arena, t.raw) && !number;
        if ((time || number) && n > 0) {
            put_rows(grid, lost, cells, n, begun);
            n = 0;
        }
        if (number)
            continue;
        if (!time && n == 0) {
            if (grid->count < 2) /* rows begin right behind the titles */
                break;
            cells[n++] = ""; /* a row below a merged month cell */
        }
        if (n == 0 || (n == 1 && !*cells[0]))
            begun = i;
        if (n < LOST_CELLS)
            cells[n++] = t.raw;
    }
    put_rows(grid, lost, cells, n, begun);
    return i;
}

/* Rows end at a blank line; a tab alone is an empty cell. */
static size_t take_by_blank(struct grid *grid, const struct lost *lost, const struct raw_line *lines, size_t count, size_t at)
{
    const char *cells[LOST_CELLS];
    size_t n = 0, i = at, begun = at;
    for (; i < count && !is_stop(&lines[i], lost, cells, n, grid->arena); i++) {
        bool cell = lines[i].bytes > 0 && lines[i].text[0] == '\t';
        if (cell && n < LOST_CELLS) {
            begun = n ? begun : i;
            cells[n++] = text_fold(grid->arena, lines[i].text, lines[i].bytes).raw;
        }
        if (cell && i + 1 < count)
            continue;
        size_t skip = lost->index && n == lost->columns;
        bool timed = n > skip && (is_row_time(grid->arena, cells[skip]) || !*cells[skip]);
        if (n > 0 && !timed && n + 1 == lost->columns && n < LOST_CELLS) {
            memmove(cells + 1, cells, n++ * sizeof cells[0]);
            cells[0] = "";
        }
        if (n > skip)
            put_row(grid, lost, cells + skip, n - skip, begun);
        n = 0;
    }
    if (n > 0)
        put_row(grid, lost, cells, n, begun);
    return i;
}

/* Rows of as many lines as there are titles, the time where its title stands: 序号 / 工作内容 / 时间 / 责任人. */
static size_t take_by_groups(struct grid *grid, const struct lost *lost, const struct raw_line *lines, size_t count, size_t at)
{
    size_t time = 0, end = at;
    while (time < lost->columns && lost->roles[time] != COLUMN_TIME)
        time++;
    for (size_t i = at; i < count && time < lost->columns;) {
        const char *cells[LOST_COLUMNS];
        size_t n = 0, begun = i;
        for (; i < count && n < lost->columns; i++)
            if (!grid_is_blank(&lines[i]))
                cells[n++] = text_fold(grid->arena, lines[i].text, lines[i].bytes).raw;
        if (n < lost->columns || !is_row_time(grid->arena, cells[time]))
            break;
        struct grid_row *row = grid_add_row(grid, begun);
        for (size_t c = 0; c < n; c++)
            grid_add_cell(grid, row, cells[c], strlen(cells[c]));
        end = i;
    }
    return grid->count > 2 ? end : at;
}

/* The titles, one per line; returns the line behind them, 0 when they are none. */
static size_t take_titles(struct grid *grid, struct lost *lost, const struct raw_line *lines, size_t count, size_t at)
{
    size_t i = at;
    if (lines[at].bytes > TITLE_BYTES || column_role_of(grid->arena, lines[at].text, lines[at].bytes, NULL) == COLUMN_NONE)
        return 0;
    struct grid_row *titles = grid_add_row(grid, at);
    for (; i < count && lost->columns < LOST_COLUMNS; i++) {
        if (grid_is_blank(&lines[i]))
            continue;
        struct text t = text_fold(grid->arena, lines[i].text, lines[i].bytes);
        enum column_role role = column_role_of(grid->arena, t.raw, t.raw_bytes, NULL);
        if (role == COLUMN_NONE || text_ends(t.s, ":"))
            break;
        lost->roles[lost->columns++] = role;
        lost->tabs &= lines[i].text[0] == '\t';
        grid_add_cell(grid, titles, t.raw, t.raw_bytes);
    }
    lost->index = lost->columns > 1 && lost->roles[0] == COLUMN_INDEX;
    bool ok = lost->columns >= 2 + (size_t)lost->index && grid_has_time_and_content(lost->roles, lost->columns);
    return ok ? i : 0;
}

size_t grid_take_lost(struct grid *grid, const struct raw_line *lines, size_t count, size_t at)
{
    struct lost lost = {.tabs = true};
    size_t body = take_titles(grid, &lost, lines, count, at);
    if (!body)
        return 0;
    if (lost.roles[lost.index] != COLUMN_TIME) {
        size_t behind = take_by_groups(grid, &lost, lines, count, body);
        return behind > body ? behind - at : 0;
    }
    enum column_role last = lost.roles[lost.columns - 1];
    lost.owner = last == COLUMN_LEAD || last == COLUMN_PERSON;
    while (lost.roles[lost.content] != COLUMN_CONTENT && lost.roles[lost.content] != COLUMN_NAME)
        lost.content++;
    bool separated =
        lost.tabs && body > at && grid_is_blank(&lines[body - 1]) && !memchr(lines[body - 1].text, '\t', lines[body - 1].bytes);
    size_t end = separated ? take_by_blank(grid, &lost, lines, count, body) : take_by_time(grid, &lost, lines, count, body);
    return grid->count > 1 ? end - at : 0;
}
