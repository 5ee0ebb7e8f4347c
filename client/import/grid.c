/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/grid.h"

#include <string.h>

#include "client/import/month_table.h"
#include "client/import/text.h"

/* A table while it grows: rows of up to IMPORT_MAX_COLUMNS cells. */
struct grid {
    struct arena *arena;
    struct grid_row {
        const char **cells;
        size_t count, capacity;
        uint32_t line;
    } * rows;
    size_t count, capacity, columns;
};

#define MAX_FAILURES 500         /* beginnings of tables that were none, after which a document gets no more tries */
#define TITLE_BYTES ((size_t)60) /* a column title is no longer */

static bool is_blank(const struct raw_line *line)
{
    for (size_t i = 0; i < line->bytes; i++)
        if (!strchr(" \t\r\f\v", line->text[i]))
            return false;
    return true;
}

static struct grid_row *grid_row(struct grid *grid, size_t line)
{
    grid->rows = arena_grow(grid->arena, grid->rows, grid->count, &grid->capacity, sizeof *grid->rows);
    struct grid_row *row = &grid->rows[grid->count++];
    memset(row, 0, sizeof *row);
    row->line = (uint32_t)line + 1;
    return row;
}

/* <br> in a cell of Markdown or of a copied page is a new line. */
static const char *break_lines(struct arena *arena, const char *text)
{
    static const char *const breaks[] = {"<br>", "<br/>", "<br />", NULL};
    if (!strchr(text, '<'))
        return text;
    char *copy = arena_strdup(arena, text);
    size_t out = 0;
    for (const char *p = text; *p;) {
        size_t n = text_begins_any(p, breaks);
        copy[out++] = n ? '\n' : *p;
        p += n ? n : 1;
    }
    copy[out] = '\0';
    return copy;
}

static void row_cell(struct grid *grid, struct grid_row *row, const char *text, size_t bytes)
{
    if (row->count >= IMPORT_MAX_COLUMNS)
        return;
    row->cells = arena_grow(grid->arena, row->cells, row->count, &row->capacity, sizeof *row->cells);
    row->cells[row->count++] = break_lines(grid->arena, arena_strndup(grid->arena, text, bytes));
    if (row->count > grid->columns)
        grid->columns = row->count;
}

static const struct table *grid_table(const struct grid *grid)
{
    struct table *table = ARENA_NEW(grid->arena, struct table);
    *table = (struct table){.rows = grid->count, .columns = grid->columns};
    table->cells = ARENA_ARRAY(grid->arena, table->rows * table->columns, struct cell);
    for (size_t r = 0; r < table->rows; r++)
        for (size_t c = 0; c < table->columns; c++) {
            const char *text = c < grid->rows[r].count ? grid->rows[r].cells[c] : "";
            *table_cell(table, r, c) = (struct cell){.text = text, .line = grid->rows[r].line};
        }
    return table;
}

/* ---- separators ---- */

/* Splits at tabs, at bars, or at gaps of two spaces and more. */
enum separator { SEPARATOR_TAB, SEPARATOR_BAR, SEPARATOR_GAP };

static size_t bar_at(const char *s, size_t left)
{
    static const char *const bars[] = {"|", "│", "┃", "｜", NULL};
    for (size_t i = 0; bars[i]; i++)
        if (strlen(bars[i]) <= left && strncmp(s, bars[i], strlen(bars[i])) == 0)
            return strlen(bars[i]);
    return 0;
}

static size_t gap_at(const char *s, size_t left)
{
    size_t n = 0, width = 0;
    for (;;) {
        if (n < left && s[n] == ' ') {
            n++;
            width++;
        } else if (n < left && s[n] == '\t') {
            n++;
            width += 2;
        } else if (n + 3 <= left && memcmp(s + n, "\xE3\x80\x80", 3) == 0) {
            n += 3;
            width += 2;
        } else {
            break;
        }
    }
    return width >= 2 ? n : 0;
}

static size_t separator_at(enum separator separator, const char *s, size_t left)
{
    switch (separator) {
    case SEPARATOR_TAB:
        return *s == '\t';
    case SEPARATOR_BAR:
        return bar_at(s, left);
    case SEPARATOR_GAP:
        return gap_at(s, left);
    }
    return 0;
}

static size_t split(struct grid *grid, struct grid_row *row, const char *s, size_t n, enum separator separator)
{
    size_t begin = 0;
    for (size_t i = 0; i < n;) {
        size_t step = separator_at(separator, s + i, n - i);
        if (!step) {
            i++;
            continue;
        }
        row_cell(grid, row, s + begin, i - begin);
        begin = i += step;
    }
    row_cell(grid, row, s + begin, n - begin);
    return row->count;
}

static void trim(const char **s, size_t *n)
{
    while (*n && strchr(" \t\r", (*s)[*n - 1]))
        (*n)--;
    while (*n && strchr(" \r", **s)) {
        (*s)++;
        (*n)--;
    }
}

static size_t inner_tabs(const struct raw_line *line)
{
    size_t n = 0, end = line->bytes;
    while (end && strchr(" \t\r", line->text[end - 1]))
        end--;
    bool text = false;
    for (size_t i = 0; i < end; i++) {
        n += text && line->text[i] == '\t';
        text |= line->text[i] != '\t' && line->text[i] != ' ';
    }
    return n;
}

/* A spreadsheet's quoted cell runs over several lines: how many lines the record at `at` takes, joined into *out. */
static size_t tab_record(struct grid *grid, const struct raw_line *lines, size_t count, size_t at, const char **out, size_t *bytes)
{
    struct raw_line line = lines[at];
    bool opens = false;
    for (size_t i = 0; i < line.bytes; i++)
        opens |= line.text[i] == '"' && (i == 0 || line.text[i - 1] == '\t') && !memchr(line.text + i + 1, '"', line.bytes - i - 1);
    *out = line.text;
    *bytes = line.bytes;
    if (!opens)
        return 1;
    size_t n = 1;
    while (at + n < count && n < 40 && !memchr(lines[at + n].text, '"', lines[at + n].bytes))
        n++;
    if (at + n >= count || n >= 40)
        return 1;
    *bytes = (size_t)(lines[at + n].text - line.text) + lines[at + n].bytes;
    (void)grid;
    return n + 1;
}

static void unquote(struct grid *grid, struct grid_row *row)
{
    for (size_t c = 0; c < row->count; c++) {
        size_t n = strlen(row->cells[c]);
        if (n >= 2 && row->cells[c][0] == '"' && row->cells[c][n - 1] == '"')
            row->cells[c] = arena_strndup(grid->arena, row->cells[c] + 1, n - 2);
    }
}

static size_t take_tabs(struct grid *grid, const struct raw_line *lines, size_t count, size_t at)
{
    size_t n = 0, rows = 0;
    if (inner_tabs(&lines[at]) == 0)
        return 0;
    while (at + n < count) {
        const struct raw_line *line = &lines[at + n];
        if (is_blank(line) && at + n + 1 < count && inner_tabs(&lines[at + n + 1]) > 0) {
            n++;
            continue;
        }
        bool led = line->bytes && line->text[0] == '\t' && !is_blank(line);
        if (inner_tabs(line) == 0 && !led)
            break;
        const char *text;
        size_t bytes, taken = tab_record(grid, lines, count, at + n, &text, &bytes);
        struct grid_row *row = grid_row(grid, at + n);
        split(grid, row, text, bytes, SEPARATOR_TAB);
        unquote(grid, row);
        rows++;
        n += taken;
    }
    return rows >= 2 ? n : 0;
}

static bool is_rule(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!strchr("|-:+= \t", s[i]) && (unsigned char)s[i] < 0x80)
            return false;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)s[i] >= 0x80 && (unsigned char)s[i] != 0xE2 && ((unsigned char)s[i] & 0xC0) != 0x80)
            return false;
    return n > 0;
}

static size_t take_bars(struct grid *grid, const struct raw_line *lines, size_t count, size_t at)
{
    const char *begin = lines[at].text;
    size_t begin_bytes = lines[at].bytes;
    trim(&begin, &begin_bytes);
    if (!begin_bytes || !bar_at(begin, begin_bytes) || is_rule(begin, begin_bytes))
        return 0;
    size_t n = 0, rows = 0;
    for (; at + n < count; n++) {
        const char *s = lines[at + n].text;
        size_t bytes = lines[at + n].bytes;
        trim(&s, &bytes);
        size_t lead = bytes ? bar_at(s, bytes) : 0;
        if (is_rule(s, bytes) && (n > 0 || !lead))
            continue;
        if (!lead)
            break;
        s += lead;
        bytes -= lead;
        static const char *const bars[] = {"|", "│", "┃", "｜"};
        for (size_t i = 0; i < sizeof bars / sizeof bars[0]; i++) {
            size_t b = strlen(bars[i]);
            if (bytes >= b && memcmp(s + bytes - b, bars[i], b) == 0) {
                bytes -= b;
                break;
            }
        }
        struct grid_row *row = grid_row(grid, at + n);
        split(grid, row, s, bytes, SEPARATOR_BAR);
        rows++;
    }
    return rows >= 2 ? n : 0;
}

/* ---- wide gaps and lost grids: recognised by their titles ---- */

static bool has_time_and_content(const enum column_role *roles, size_t n)
{
    bool time = false, content = false;
    for (size_t i = 0; i < n; i++) {
        time |= roles[i] == COLUMN_TIME || roles[i] == COLUMN_WEEK || roles[i] == COLUMN_DATE;
        content |= roles[i] == COLUMN_CONTENT || roles[i] == COLUMN_NAME;
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
            row_cell(grid, above, row->cells[c], strlen(row->cells[c]));
        grid->count--;
        return;
    }
    if (row->count < columns && row->count < IMPORT_MAX_COLUMNS) {
        row_cell(grid, row, "", 0);
        memmove(row->cells + 1, row->cells, (row->count - 1) * sizeof row->cells[0]);
        row->cells[0] = "";
    }
}

static size_t take_gaps(struct grid *grid, const struct raw_line *lines, size_t count, size_t at)
{
    const char *s = lines[at].text;
    size_t bytes = lines[at].bytes;
    trim(&s, &bytes);
    size_t first = 0;
    while (first < bytes && !gap_at(s + first, bytes - first))
        first++;
    bool wide = first == strlen("时"); /* 时  间 */
    if (first == bytes || first > TITLE_BYTES || (!wide && column_role_of(grid->arena, s, first, NULL) == COLUMN_NONE))
        return 0;
    struct grid_row *row = grid_row(grid, at);
    split(grid, row, s, bytes, SEPARATOR_GAP);
    join_wide(grid, row);
    size_t columns = grid->columns = row->count;
    enum column_role roles[IMPORT_MAX_COLUMNS] = {COLUMN_NONE};
    for (size_t c = 0; c < columns; c++)
        roles[c] = column_role_of(grid->arena, row->cells[c], strlen(row->cells[c]), NULL);
    if (columns < 2 || !has_time_and_content(roles, columns))
        return 0;
    size_t n = 1, rows = 0, content = 0;
    while (roles[content] != COLUMN_CONTENT && roles[content] != COLUMN_NAME)
        content++;
    for (; at + n < count; n++) {
        if (is_blank(&lines[at + n]))
            continue;
        const char *t = lines[at + n].text;
        size_t left = lines[at + n].bytes, lead = gap_at(t, left);
        t += lead;
        left -= lead;
        trim(&t, &left);
        struct grid_row *next = grid_row(grid, at + n);
        split(grid, next, t, left, SEPARATOR_GAP);
        join_wide(grid, next);
        if (next->count >= 2 && next->count <= columns) {
            rows++;
            if (lead && rows > 1)
                place_led_row(grid, columns, content);
            continue;
        }
        struct grid_row *above = &grid->rows[grid->count - 2];
        grid->count--;
        if (!lead || rows == 0 || above->count <= content)
            break;
        above->cells[content] = arena_printf(grid->arena, "%s\n%.*s", above->cells[content], (int)left, t);
    }
    return rows >= 1 ? n : 0;
}

#define LOST_COLUMNS 12

struct lost {
    enum column_role roles[LOST_COLUMNS];
    size_t columns, time, content;
    bool tabs; /* every cell led by a tab */
};

static bool is_stop(const struct raw_line *line, const struct lost *lost, struct arena *arena)
{
    if (lost->tabs)
        return !is_blank(line) && line->text[0] != '\t';
    struct text t = text_fold(arena, line->text, line->bytes);
    struct label label;
    struct when w;
    if (label_parse(t.s, 0, &label) && label.style == LABEL_ZH && !cell_is_time(arena, t.raw, &w))
        return true;
    return t.n > 0 && (line_is_title(t.s) || line_is_signature_name(t.s) || text_begins(t.s, "注:") || text_begins(t.s, "备注:"));
}

/* Gives the cells of one row, time first, to the columns: what is too much belongs to the content. */
static void put_lost_row(struct grid *grid, const struct lost *lost, const char *const *cells, size_t n, size_t line)
{
    struct grid_row *row = grid_row(grid, line);
    size_t extra = n > lost->columns ? n - lost->columns : 0, k = 0;
    for (size_t c = 0; c < lost->columns && k < n; c++) {
        const char *text = cells[k++];
        for (size_t e = 0; c == lost->content && e < extra; e++)
            text = arena_printf(grid->arena, "%s\n%s", text, cells[k++]);
        row_cell(grid, row, text, strlen(text));
    }
}

#define LOST_CELLS 64

static size_t take_lost_rows(struct grid *grid, const struct lost *lost, const struct raw_line *lines, size_t count, size_t at)
{
    const char *cells[LOST_CELLS];
    size_t n = 0, i = at, begun = at;
    for (; i < count && !is_stop(&lines[i], lost, grid->arena); i++) {
        if (is_blank(&lines[i]))
            continue;
        struct text t = text_fold(grid->arena, lines[i].text, lines[i].bytes);
        struct when w;
        bool starts = cell_is_time(grid->arena, t.raw, &w) && (w.count || w.kind == WHEN_PART || w.kind == WHEN_STANDING);
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

static size_t take_lost(struct grid *grid, const struct raw_line *lines, size_t count, size_t at)
{
    struct lost lost = {.tabs = true};
    size_t i = at;
    if (lines[at].bytes > TITLE_BYTES || column_role_of(grid->arena, lines[at].text, lines[at].bytes, NULL) == COLUMN_NONE)
        return 0;
    struct grid_row *titles = grid_row(grid, at);
    for (; i < count && lost.columns < LOST_COLUMNS; i++) {
        if (is_blank(&lines[i]))
            continue;
        struct text t = text_fold(grid->arena, lines[i].text, lines[i].bytes);
        enum column_role role = column_role_of(grid->arena, t.raw, t.raw_bytes, NULL);
        if (role == COLUMN_NONE || memchr(lines[i].text, ':', lines[i].bytes) || text_ends(t.s, ":"))
            break;
        lost.roles[lost.columns++] = role;
        lost.tabs &= lines[i].text[0] == '\t';
        row_cell(grid, titles, t.raw, t.raw_bytes);
    }
    if (lost.columns < 2 || !has_time_and_content(lost.roles, lost.columns) || lost.roles[0] != COLUMN_TIME)
        return 0;
    while (lost.content < lost.columns && lost.roles[lost.content] != COLUMN_CONTENT && lost.roles[lost.content] != COLUMN_NAME)
        lost.content++;
    size_t end = take_lost_rows(grid, &lost, lines, count, i);
    return grid->count > 1 ? end - at : 0;
}

static bool may_begin(const struct raw_line *line)
{
    return line->bytes <= 4096 && !is_blank(line);
}

size_t grid_take(struct document *document, const struct raw_line *lines, size_t count, size_t at, const struct table **out)
{
    static size_t (*const takers[])(struct grid *, const struct raw_line *, size_t, size_t) = {take_bars, take_tabs, take_gaps,
                                                                                               take_lost};
    if (!may_begin(&lines[at]) || document->grid_failures > MAX_FAILURES)
        return 0;
    for (size_t i = 0; i < sizeof takers / sizeof takers[0]; i++) {
        struct grid grid = {.arena = document->arena};
        size_t taken = takers[i](&grid, lines, count, at);
        if (taken && grid.count > 0 && grid.columns > 0) {
            *out = grid_table(&grid);
            return taken;
        }
        document->grid_failures += grid.count > 0;
    }
    return 0;
}
