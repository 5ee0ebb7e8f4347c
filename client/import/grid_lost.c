/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/import/facts.h"
#include "client/import/grid_parts.h"
#include "client/import/month_table.h"
#include "client/import/text.h"

#define LOST_COLUMNS 12
#define ROW_CELLS 64 /* of a row that ends at a blank line */

struct lost {
    enum column_role roles[LOST_COLUMNS];
    const char *titles[LOST_COLUMNS];
    size_t columns, content;
    bool index; /* the first column counts the rows */
    bool owner; /* the last column names who is responsible */
    bool tabs;  /* every cell is led by a tab */
};

static bool is_owner(struct arena *arena, const char *cell)
{
    struct text t = text_fold(arena, cell, strlen(cell));
    return facts_is_department(t.s) || facts_is_person(t.s);
}

bool grid_is_time(struct arena *arena, const char *cell)
{
    struct when w;
    return cell_is_time(arena, cell, &w) && w.kind != WHEN_FESTIVAL && (w.count || w.kind == WHEN_PART || w.kind == WHEN_STANDING);
}

/* Do 一、二、… count the items of the open row? */
static bool goes_on(int value, const struct lost_cell *cells, size_t n, struct arena *arena)
{
    struct label label;
    size_t i = n;
    for (; i > 0 && !grid_is_time(arena, cells[i - 1].text); i--) {
        struct text t = text_fold(arena, cells[i - 1].text, strlen(cells[i - 1].text));
        if (label_parse(t.s, 0, &label) && label.style == LABEL_ZH && label.value == value - 1)
            return true;
    }
    return value == 1 && i == n && n > 0;
}

/* Is the name of an issuer at lines[at] a signature? Then the document ends there, or a date follows. */
static bool is_signed(struct arena *arena, const struct raw_line *lines, size_t count, size_t at)
{
    do {
        at++;
    } while (at < count && grid_is_blank(&lines[at]));
    if (at == count)
        return true;
    struct line line = {.text = text_fold(arena, lines[at].text, lines[at].bytes)};
    line_scan(&line);
    return line_is_signature_date(&line) || line.kind == LINE_SIGNATURE;
}

#define CELL_LINES 12 /* a cell has no more lines */

/* In a table whose cells are led by tabs: is lines[at], without one, the next line of the cell above? Then the next cell follows.
 */
static bool continues_cell(const struct raw_line *lines, size_t count, size_t at)
{
    for (size_t i = at + 1; i < count && i < at + CELL_LINES && lines[i].bytes > 0; i++)
        if (lines[i].text[0] == '\t')
            return true;
    return false;
}

/* Is lines[at] no cell of the table any more? cells: what the table has so far. */
static bool is_stop(const struct raw_line *lines, size_t count, size_t at, const struct lost *lost, const struct lost_cell *cells,
                    size_t n, struct arena *arena)
{
    const struct raw_line *line = &lines[at];
    if (lost->tabs && line->text[0] != '\t' && (n == 0 || !continues_cell(lines, count, at)))
        return true;
    struct text t = text_fold(arena, line->text, line->bytes);
    struct label label;
    if (grid_is_time(arena, t.raw))
        return false;
    if (line_is_signature_name(t.s) && is_signed(arena, lines, count, at)) /* unless it is the row's owner */
        return !lost->owner || n == 0 || is_owner(arena, cells[n - 1].text);
    static const char *const ends[] = {"注:", "备注:", "合计", "合 计", "总计", "总 计", "总之", NULL};
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

/* Titles printed again on the next page: how many of the cells up to the n-th they are. */
static size_t repeated_titles(const struct lost *lost, const struct lost_cell *cells, size_t n)
{
    if (n < lost->columns)
        return 0;
    for (size_t c = 0; c < lost->columns; c++)
        if (strcmp(cells[n - lost->columns + c].text, lost->titles[c]) != 0)
            return 0;
    return lost->columns;
}

/* A line without anything, or with a bar alone, as pages set them between cells. */
static bool is_between(const struct raw_line *line)
{
    const char *s = line->text;
    size_t n = line->bytes;
    grid_trim(&s, &n);
    return grid_is_blank(line) || (n > 0 && grid_bar_at(s, n) == n);
}

/* The cells up to the end of the table, each on a line of its own; blanks: blank lines are empty cells. Returns how many, and in
 * *end the line behind them. */
static size_t collect(struct grid *grid, const struct lost *lost, const struct raw_line *lines, size_t count, size_t at,
                      bool blanks, struct lost_cell **out, size_t *end)
{
    struct lost_cell *cells = NULL;
    size_t n = 0, filled = 0, capacity = 0;
    *end = at;
    for (size_t i = at; i < count && n < LOST_CELLS; i++) {
        bool blank = is_between(&lines[i]);
        if (blank && !blanks)
            continue;
        if (!blank && is_stop(lines, count, i, lost, cells, filled, grid->arena))
            break;
        const char *text = blank ? "" : text_fold(grid->arena, lines[i].text, lines[i].bytes).raw;
        if (!blank && n > 0 && lost->tabs && lines[i].text[0] != '\t' && !grid_is_time(grid->arena, text)) {
            cells[n - 1].text = arena_printf(grid->arena, "%s\n%s", cells[n - 1].text, text);
            *end = i + 1;
            continue;
        }
        cells = arena_grow(grid->arena, cells, n, &capacity, sizeof *cells);
        cells[n++] = (struct lost_cell){text, i};
        n -= repeated_titles(lost, cells, n);
        filled = blank ? filled : n;
        *end = blank ? *end : i + 1;
    }
    *out = cells;
    return filled;
}

/* Rows of as many lines as there are titles; else each line where it fits best. Returns the line behind them, at when they fit no
 * rows. */
static size_t take_by_looks(struct grid *grid, const struct lost *lost, const struct raw_line *lines, size_t count, size_t at)
{
    struct lost_cell *cells;
    size_t end, n = collect(grid, lost, lines, count, at, true, &cells, &end);
    if (grid_align_rows(grid, lost->roles, lost->columns, cells, n))
        return end;
    n = collect(grid, lost, lines, count, at, false, &cells, &end);
    bool ok = grid_align_rows(grid, lost->roles, lost->columns, cells, n) ||
              grid_align(grid, lost->roles, lost->columns, false, cells, n);
    return ok ? end : at;
}

/* Puts the n cells collected since a blank line as a row: a merged cell above may lack the time. */
static void put_blank_row(struct grid *grid, const struct lost *lost, const char *cells[ROW_CELLS], size_t n, size_t begun)
{
    size_t skip = lost->index && n == lost->columns;
    bool timed = n > skip && (grid_is_time(grid->arena, cells[skip]) || !*cells[skip]);
    if (n > 0 && !timed && n + 1 == lost->columns && n < ROW_CELLS) {
        memmove(cells + 1, cells, n++ * sizeof cells[0]);
        cells[0] = "";
    }
    if (n > skip)
        put_row(grid, lost, cells + skip, n - skip, begun);
}

static bool is_month(struct arena *arena, const char *cell)
{
    struct when w;
    return cell_is_time(arena, cell, &w) && w.kind == WHEN_MONTH && w.count > 0 && !w.bare;
}

/* Does the cell begin a row though no blank line stands before it? A month does, behind a row that begins with one, where no other
 * column holds times. */
static bool begins_row(struct arena *arena, const struct lost *lost, const char *const *cells, size_t n, const char *cell)
{
    size_t times = 0, first = lost->index;
    for (size_t c = 0; c < lost->columns; c++)
        times += lost->roles[c] == COLUMN_TIME || lost->roles[c] == COLUMN_WEEK || lost->roles[c] == COLUMN_DATE;
    return times == 1 && n > first + 1 && is_month(arena, cell) && is_month(arena, cells[first]);
}

/* Rows end at a blank line; a tab alone is an empty cell. */
static size_t take_by_blank(struct grid *grid, const struct lost *lost, const struct raw_line *lines, size_t count, size_t at)
{
    const char *cells[ROW_CELLS];
    size_t n = 0, i = at, begun = at;
    for (; i < count && (grid_is_blank(&lines[i]) || lines[i].text[0] == '\t'); i++) {
        bool cell = lines[i].bytes > 0 && lines[i].text[0] == '\t';
        const char *text = cell ? text_fold(grid->arena, lines[i].text, lines[i].bytes).raw : "";
        if (cell && begins_row(grid->arena, lost, cells, n, text)) {
            size_t own = lost->index && n > 2 && *cells[n - 1] && !cells[n - 1][strspn(cells[n - 1], "0123456789")];
            put_blank_row(grid, lost, cells, n - own, begun);
            cells[0] = cells[n - 1];
            n = own;
        }
        if (cell && n < ROW_CELLS) {
            begun = n ? begun : i;
            cells[n++] = text;
        }
        if (cell && i + 1 < count)
            continue;
        put_blank_row(grid, lost, cells, n, begun);
        n = 0;
    }
    if (n > 0)
        put_row(grid, lost, cells, n, begun);
    return i;
}

/* A title that no list knows, between others: short, and no time. */
static bool may_be_title(struct arena *arena, const struct text *t)
{
    static const char *const weeks[] = {"开学", "预备", "准备", "期末", "寒假", "暑假", "报到", NULL}; /* before the first week */
    return text_length(t->s) <= 6 && !text_begins_any(t->s, weeks) && !grid_is_time(arena, t->raw) &&
           !strpbrk(t->s, "0123456789,;:") && !is_owner(arena, t->raw);
}

/* 3、慰问…: most lines that are asked are items, whose number tells without a closer look that they are no title. */
static bool is_item(const struct raw_line *line)
{
    size_t n = 0;
    while (n < line->bytes && n < 2 && line->text[n] >= (n ? '0' : '1') && line->text[n] <= '9')
        n++;
    return n && line->bytes - n >= strlen("、") && memcmp(line->text + n, "、", strlen("、")) == 0;
}

/* The titles, one per line; returns the line behind them, 0 when they are none. */
static size_t take_titles(struct grid *grid, struct lost *lost, const struct raw_line *lines, size_t count, size_t at)
{
    size_t i = at, behind = at, known = 0;
    if (lines[at].bytes > TITLE_BYTES || is_item(&lines[at]) ||
        column_role_of(grid->arena, lines[at].text, lines[at].bytes, NULL) == COLUMN_NONE)
        return 0;
    for (; i < count && lost->columns < LOST_COLUMNS; i++) {
        if (is_between(&lines[i]))
            continue;
        struct text t = text_fold(grid->arena, lines[i].text, lines[i].bytes);
        enum column_role role = column_role_of(grid->arena, t.raw, t.raw_bytes, NULL);
        struct label label;
        if (text_ends(t.s, ":") || label_parse(t.s, 0, &label) || (role == COLUMN_NONE && !may_be_title(grid->arena, &t)))
            break;
        lost->titles[lost->columns] = t.raw;
        lost->roles[lost->columns++] = role;
        lost->tabs &= lines[i].text[0] == '\t';
        known = role == COLUMN_NONE ? known : lost->columns;
        behind = role == COLUMN_NONE ? behind : i + 1;
    }
    bool first = i < count && (grid_is_time(grid->arena, text_fold(grid->arena, lines[i].text, lines[i].bytes).raw) ||
                               (lines[i].bytes == 1 && lines[i].text[0] == '1'));
    if (!first || known + 1 < lost->columns) { /* what nobody knows behind the titles is a row's */
        lost->columns = known;
        i = behind;
    }
    struct grid_row *titles = grid_add_row(grid, at);
    for (size_t c = 0; c < lost->columns; c++)
        grid_add_cell(grid, titles, lost->titles[c], strlen(lost->titles[c]));
    lost->index = lost->columns > 1 && lost->roles[0] == COLUMN_INDEX;
    bool headed =
        lost->columns > 2 && column_is_content(lost->roles[0]) && lost->roles[1] == COLUMN_TIME; /* 工作安排 / 时间 / 内容 */
    for (size_t c = 2; headed && c < lost->columns; c++)
        if (column_is_content(lost->roles[c]))
            return 0;
    bool ok = lost->columns >= 2 + (size_t)lost->index && grid_has_time_and_content(lost->roles, lost->columns);
    return ok ? i : 0;
}

size_t grid_take_lost(struct grid *grid, const struct raw_line *lines, size_t count, size_t at)
{
    struct lost lost = {.tabs = true};
    size_t body = take_titles(grid, &lost, lines, count, at);
    if (!body)
        return 0;
    enum column_role last = lost.roles[lost.columns - 1];
    lost.owner = last == COLUMN_LEAD || last == COLUMN_PERSON;
    while (!column_is_content(lost.roles[lost.content]))
        lost.content++;
    bool separated =
        lost.tabs && body > at && grid_is_blank(&lines[body - 1]) && !memchr(lines[body - 1].text, '\t', lines[body - 1].bytes);
    size_t end = separated ? take_by_blank(grid, &lost, lines, count, body) : take_by_looks(grid, &lost, lines, count, body);
    return grid->count > 1 ? end - at : 0;
}
