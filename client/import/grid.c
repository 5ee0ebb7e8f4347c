/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/grid_parts.h"

#include <limits.h>
#include <string.h>

#include "client/import/month_table.h"
#include "client/import/text.h"

#define MAX_FAILURES 500     /* beginnings of tables that were none, after which a document gets no more tries */
#define LOOKS_PER_FAILURE 40 /* to look closely at so many cells in vain costs as much as a beginning more */

bool grid_is_blank(const struct raw_line *line)
{
    for (size_t i = 0; i < line->bytes; i++)
        if (!strchr(" \t\r\f\v", line->text[i]))
            return false;
    return true;
}

struct grid_row *grid_add_row(struct grid *grid, size_t line)
{
    grid->rows = arena_grow(grid->arena, grid->rows, grid->count, &grid->capacity, sizeof *grid->rows);
    struct grid_row *row = &grid->rows[grid->count++];
    memset(row, 0, sizeof *row);
    row->line = (uint32_t)line + 1;
    return row;
}

/* <br> in a cell of Markdown or of a copied page is a new line, \| a bar. */
static const char *break_lines(struct arena *arena, const char *text)
{
    static const char *const breaks[] = {"<br>", "<br/>", "<br />", NULL};
    if (!strpbrk(text, "<\\"))
        return text;
    char *copy = arena_strdup(arena, text);
    size_t out = 0;
    for (const char *p = text; *p;) {
        size_t n = text_begins_any(p, breaks);
        p += p[0] == '\\' && p[1] == '|';
        copy[out++] = n ? '\n' : *p;
        p += n ? n : 1;
    }
    copy[out] = '\0';
    return copy;
}

void grid_add_cell(struct grid *grid, struct grid_row *row, const char *text, size_t bytes)
{
    if (row->count >= IMPORT_MAX_COLUMNS)
        return;
    row->cells = arena_grow(grid->arena, row->cells, row->count, &row->capacity, sizeof *row->cells);
    for (; bytes && (*text == ' ' || *text == '\t'); text++)
        bytes--;
    while (bytes && (text[bytes - 1] == ' ' || text[bytes - 1] == '\t'))
        bytes--;
    row->cells[row->count++] = break_lines(grid->arena, arena_strndup(grid->arena, text, bytes));
    if (row->count > grid->columns)
        grid->columns = row->count;
}

/* A copy in the arena: the grid's own goes. */
static const struct table *grid_table(const struct grid *grid, struct arena *arena)
{
    struct table *table = ARENA_NEW(arena, struct table);
    *table = (struct table){.rows = grid->count, .columns = grid->columns};
    table->cells = ARENA_ARRAY(arena, table->rows * table->columns, struct cell);
    for (size_t r = 0; r < table->rows; r++)
        for (size_t c = 0; c < table->columns; c++) {
            const char *text = c < grid->rows[r].count ? arena_strdup(arena, grid->rows[r].cells[c]) : "";
            *table_cell(table, r, c) = (struct cell){.text = text, .line = grid->rows[r].line};
        }
    return table;
}

/* ---- separators ---- */

size_t grid_bar_at(const char *s, size_t left)
{
    static const char *const bars[] = {"|", "│", "┃", "｜", NULL};
    bool may = left && (s[0] == '|' || (unsigned char)s[0] == 0xE2 || (unsigned char)s[0] == 0xEF);
    for (size_t i = 0; may && bars[i]; i++)
        if (strlen(bars[i]) <= left && strncmp(s, bars[i], strlen(bars[i])) == 0)
            return strlen(bars[i]);
    return 0;
}

size_t grid_gap_at(const char *s, size_t left)
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
        return grid_bar_at(s, left);
    case SEPARATOR_ASCII_BAR:
        return *s == '|';
    case SEPARATOR_GAP:
        return grid_gap_at(s, left);
    case SEPARATOR_COMMA:
        return *s == ',';
    case SEPARATOR_SPACE:
        return *s == ' ' || *s == '\t' ? strspn(s, " \t") < left ? strspn(s, " \t") : left : 0;
    }
    return 0;
}

/* Can a separator, or the escape before one, begin with the byte? Few bytes of a line do. */
static bool may_separate(char byte)
{
    static const bool may[UCHAR_MAX + 1] = {
        ['\t'] = true, [' '] = true, [','] = true, ['|'] = true, ['\\'] = true, [0xE2] = true, [0xE3] = true, [0xEF] = true};
    return may[(unsigned char)byte];
}

size_t grid_split(struct grid *grid, struct grid_row *row, const char *s, size_t n, enum separator separator)
{
    size_t begin = 0;
    for (size_t i = 0; i < n;) {
        bool escaped = s[i] == '\\' && i + 1 < n && s[i + 1] == '|';
        size_t step = escaped || !may_separate(s[i]) ? 0 : separator_at(separator, s + i, n - i);
        if (!step) {
            i += 1 + escaped;
            continue;
        }
        grid_add_cell(grid, row, s + begin, i - begin);
        begin = i += step;
    }
    grid_add_cell(grid, row, s + begin, n - begin);
    return row->count;
}

size_t grid_first_cell(const char *s, size_t n)
{
    size_t first = 0;
    while (first < n && (!may_separate(s[first]) || (s[first] != ' ' && s[first] != '\t' && s[first] != ',' &&
                                                     !grid_gap_at(s + first, n - first) && !grid_bar_at(s + first, n - first))))
        first++;
    return first;
}

void grid_trim(const char **s, size_t *n)
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

/* Is a quoted cell open behind the line? open: it was before. */
static bool leaves_cell_open(const struct raw_line *line, bool open)
{
    for (size_t i = 0; i < line->bytes; i++) {
        bool begins = i == 0 || line->text[i - 1] == '\t', ends = i + 1 == line->bytes || strchr("\t\r", line->text[i + 1]);
        if (line->text[i] == '"' && ((!open && begins) || (open && ends)))
            open = !open;
    }
    return open;
}

#define RECORD_LINES 40

/* A spreadsheet's quoted cell runs over several lines: how many lines the record at `at` takes, joined into *out. */
static size_t tab_record(struct arena *arena, const struct raw_line *lines, size_t count, size_t at, const char **out,
                         size_t *bytes)
{
    size_t n = 0, room = 0, end = 0;
    bool open = false;
    do {
        room += lines[at + n].bytes + 1;
        open = leaves_cell_open(&lines[at + n++], open);
    } while (open && at + n < count && n < RECORD_LINES);
    *out = lines[at].text;
    *bytes = lines[at].bytes;
    if (open || n == 1)
        return 1;
    char *joined = arena_alloc(arena, room);
    for (size_t i = 0; i < n; i++) {
        memcpy(joined + end, lines[at + i].text, lines[at + i].bytes);
        end += lines[at + i].bytes;
        joined[end++] = '\n';
    }
    *out = joined;
    *bytes = end - 1;
    return n;
}

static void unquote(struct grid *grid, struct grid_row *row)
{
    for (size_t c = 0; c < row->count; c++) {
        size_t n = strlen(row->cells[c]);
        if (n >= 2 && row->cells[c][0] == '"' && row->cells[c][n - 1] == '"')
            row->cells[c] = arena_strndup(grid->arena, row->cells[c] + 1, n - 2);
    }
}

/* 二月份 alone on its line, above rows led by tabs. */
static bool heads_rows(struct arena *arena, const struct raw_line *lines, size_t count, size_t at)
{
    struct when when;
    if (at + 1 >= count || lines[at].bytes > TITLE_BYTES || lines[at + 1].bytes == 0 || lines[at + 1].text[0] != '\t' ||
        inner_tabs(&lines[at + 1]) == 0)
        return false;
    return cell_is_time(arena, arena_strndup(arena, lines[at].text, lines[at].bytes), &when) && when.count > 0;
}

/* 2月 alone between rows that begin with their months: nothing is planned. */
static bool is_empty_month(struct arena *arena, const struct raw_line *lines, size_t count, size_t at)
{
    struct when when;
    if (at + 1 >= count || lines[at].bytes > TITLE_BYTES || inner_tabs(&lines[at + 1]) == 0)
        return false;
    const char *below = lines[at + 1].text;
    size_t bytes = strcspn(below, "\t");
    return cell_is_time(arena, arena_strndup(arena, lines[at].text, lines[at].bytes), &when) && when.count > 0 &&
           bytes <= TITLE_BYTES && cell_is_time(arena, arena_strndup(arena, below, bytes), &when);
}

/* Items with who is responsible behind a tab: a list that was set in two columns, no table. */
static bool is_owned_list(const struct grid *grid)
{
    struct when when;
    for (size_t r = 0; r < grid->count; r++) {
        const struct grid_row *row = &grid->rows[r];
        bool time = cell_is_time(grid->arena, row->cells[0], &when) && when.kind != WHEN_FESTIVAL;
        if (row->count != 2 || time || !grid_is_owner(grid, row->cells[1]) || grid_is_owner(grid, row->cells[0]))
            return false;
    }
    return true;
}

static size_t take_tabs(struct grid *grid, const struct raw_line *lines, size_t count, size_t at)
{
    size_t n = 0, rows = 0;
    if (inner_tabs(&lines[at]) == 0 && !heads_rows(grid->arena, lines, count, at))
        return 0;
    while (at + n < count) {
        const struct raw_line *line = &lines[at + n];
        if (grid_is_blank(line) && at + n + 1 < count && inner_tabs(&lines[at + n + 1]) > 0) {
            n++;
            continue;
        }
        bool led = line->bytes && line->text[0] == '\t' && !grid_is_blank(line);
        if (inner_tabs(line) == 0 && !led && !heads_rows(grid->arena, lines, count, at + n) &&
            !(rows > 0 && is_empty_month(grid->arena, lines, count, at + n)))
            break;
        const char *text;
        size_t bytes, taken = tab_record(grid->arena, lines, count, at + n, &text, &bytes);
        struct grid_row *row = grid_add_row(grid, at + n);
        grid_split(grid, row, text, bytes, SEPARATOR_TAB);
        unquote(grid, row);
        rows++;
        n += taken;
    }
    return rows >= 2 && !is_owned_list(grid) ? n : 0;
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

/* In a row that has as many | as the first, other bars stand in the text: 签约仪式｜责任人：教科室. */
static void split_bars(struct grid *grid, struct grid_row *row, const char *s, size_t bytes)
{
    size_t columns = grid->columns;
    if (grid->count > 1 && grid_split(grid, row, s, bytes, SEPARATOR_ASCII_BAR) == grid->rows[0].count)
        return;
    row->count = 0;
    grid->columns = columns;
    grid_split(grid, row, s, bytes, SEPARATOR_BAR);
}

static size_t take_bars(struct grid *grid, const struct raw_line *lines, size_t count, size_t at)
{
    const char *begin = lines[at].text;
    size_t begin_bytes = lines[at].bytes;
    grid_trim(&begin, &begin_bytes);
    if (!begin_bytes || !grid_bar_at(begin, begin_bytes) || is_rule(begin, begin_bytes))
        return 0;
    size_t n = 0, rows = 0;
    for (; at + n < count; n++) {
        const char *s = lines[at + n].text;
        size_t bytes = lines[at + n].bytes;
        grid_trim(&s, &bytes);
        size_t lead = bytes ? grid_bar_at(s, bytes) : 0;
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
        split_bars(grid, grid_add_row(grid, at + n), s, bytes);
        rows++;
    }
    return rows >= 2 ? n : 0;
}

static bool may_begin(const struct raw_line *line)
{
    return line->bytes <= 4096 && !grid_is_blank(line);
}

size_t grid_take(struct document *document, const struct raw_line *lines, size_t count, size_t at, const struct table **out)
{
    static size_t (*const takers[])(struct grid *, const struct raw_line *, size_t, size_t) = {
        take_bars, take_tabs, grid_take_titled, grid_take_gaps, grid_take_led, grid_take_ended, grid_take_flat, grid_take_lost};
    if (!may_begin(&lines[at]) || document->grid_failures > MAX_FAILURES)
        return 0;
    struct arena scratch; /* nearly every line is tried, and hardly any begins a table */
    size_t taken = 0;
    arena_init(&scratch, 0);
    for (size_t i = 0; i < sizeof takers / sizeof takers[0] && !taken; i++) {
        arena_reset(&scratch);
        struct grid grid = {.arena = &scratch};
        taken = takers[i](&grid, lines, count, at);
        if (taken && grid.count > 0 && grid.columns > 0) {
            grid_square(&grid);
            *out = grid_table(&grid, document->arena);
        } else {
            taken = 0;
            document->grid_failures += (grid.count > 0) + (unsigned)(grid.looked / LOOKS_PER_FAILURE);
        }
    }
    arena_done(&scratch);
    return taken;
}
