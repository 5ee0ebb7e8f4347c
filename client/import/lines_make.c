/* SPDX-License-Identifier: Apache-2.0
 *
 * From the blocks of a document to the lines the grammar walks. */
#define _GNU_SOURCE /* memmem */
#include <string.h>

#include "client/import/line.h"
#include "client/import/month_table.h"

/* ------, ＝＝＝: a line drawn between two parts. */
static bool is_rule(const struct text *text)
{
    return text->n >= 3 && text->s[strspn(text->s, "-=*_~ ")] == '\0';
}

static void add_paragraph(struct lines *lines, struct arena *arena, const struct block *block, bool *blank)
{
    bool indented = block->bytes && (block->text[0] == ' ' || strncmp(block->text, "\xE3\x80\x80", 3) == 0);
    struct line *line = lines_add(lines, arena, block->text, block->bytes, block->line);
    if (line->text.n == 0 || is_rule(&line->text) || strcmp(line->text.s, "|") == 0) { /* pages set bars between cells */
        lines->count--;
        *blank = true;
        return;
    }
    line->after_blank = *blank;
    line->indented = indented;
    line->outline = block->outline;
    line->automatic = block->number;
    *blank = false;
    line_scan(line);
    if (block->number) { /* Word's number counts as if it stood in the text */
        struct text number = text_fold(arena, block->number, strlen(block->number));
        struct label label;
        if (label_parse(number.s, 0, &label)) {
            line->label = label;
            line->label.end = 0;
        }
    }
}

/* Most paragraphs name no month, or one: they need no closer look. */
static bool names_two_months(const struct block *block)
{
    const char *end = block->text + block->bytes, *first = memmem(block->text, block->bytes, "月", strlen("月"));
    return first && memmem(first + 1, (size_t)(end - first) - 1, "月", strlen("月"));
}

/* A colon at the end, and a list's first number in the paragraph below: the end may be the header of that list. */
static bool leads_to_list(const struct document *document, const struct block *block)
{
    static const char wide[] = "：";
    const struct block *next = block + 1, *end = document->blocks + document->count;
    size_t n = block->bytes, m = strlen(wide);
    struct label label;
    bool colon = n > m && (block->text[n - 1] == ':' || memcmp(block->text + n - m, wide, m) == 0);
    while (next < end && !next->table && !next->bytes)
        next++;
    if (!colon || next == end || next->table)
        return false;
    struct text below = text_fold(document->arena, next->text, next->bytes);
    return label_parse(below.s, 0, &label) && label.value == 1;
}

/* One line of a paragraph, or one for each month when several run together in it. */
static void add_block(struct lines *lines, const struct document *document, const struct block *block, bool *blank)
{
    size_t at[LINE_MONTHS] = {0}, n = 0;
    bool runs = names_two_months(block), leads = !runs && leads_to_list(document, block);
    if (!runs && !leads) {
        add_paragraph(lines, document->arena, block, blank);
        return;
    }
    struct text text = text_fold(document->arena, block->text, block->bytes);
    if (runs)
        n = line_split_months(&text, at);
    else if ((at[1] = line_month_at_end(&text)) != 0)
        n = 2;
    if (n == 0)
        add_paragraph(lines, document->arena, block, blank);
    for (size_t i = 0; i < n; i++) {
        const char *part = text_cut(document->arena, &text, at[i], i + 1 < n ? at[i + 1] : text.n);
        struct block one = *block;
        one.text = part;
        one.bytes = strlen(part);
        one.number = i == 0 ? block->number : NULL;
        add_paragraph(lines, document->arena, &one, blank);
        lines->items[lines->count - 1].whole = text.raw;
        lines->items[lines->count - 1].first = i == 0;
    }
}

/* The cells of a row of a table that is no month table, as one line; NULL when it is no row of short texts: a table can hold a
 * whole page. */
static const char *join_cells(const struct document *document, const struct table *table, size_t row)
{
    const char *all = NULL;
    size_t n = 0;
    for (size_t c = 0; c < table->columns; c++) {
        const struct cell *cell = table_cell(table, row, c);
        if (cell->covered || cell_is_blank(cell->text))
            continue;
        if (strchr(cell->text, '\n'))
            return NULL;
        all = all ? arena_printf(document->arena, "%s" LINE_CELLS "%s", all, cell->text) : cell->text;
        n++;
    }
    return n > 1 ? all : NULL;
}

static void add_cell(struct lines *lines, const struct document *document, const struct table *table, const struct cell *cell)
{
    bool alone = table->columns > 1 && !strchr(cell->text, '\n');
    for (const char *at = cell->covered ? "" : cell->text; *at;) {
        size_t n = strcspn(at, "\n"), count = lines->count;
        struct block block = {.text = at, .bytes = n, .line = cell->line};
        bool blank = false;
        add_paragraph(lines, document->arena, &block, &blank);
        if (alone && lines->count > count)
            line_make_cell(&lines->items[count]);
        at += n + (at[n] == '\n');
    }
}

/* Is it a form: 活动时间 | 3月8日 below 活动名称 | 登山, a title before each of its values? */
static bool is_form(const struct document *document, const struct table *table)
{
    size_t titled = 0, time = 0;
    for (size_t r = 0; r < table->rows; r++) {
        const char *key = cell_join(document->arena, table_cell(table, r, 0)->text, "");
        enum column_role role = column_role_of(document->arena, key, strlen(key), NULL);
        titled += role != COLUMN_NONE && role != COLUMN_INDEX;
        time += role == COLUMN_TIME;
    }
    return time >= 1 && titled >= 3 && titled * 3 >= table->rows * 2;
}

/* The rows of a form as lines: 活动时间：3月8日. */
static void add_form(struct lines *lines, const struct document *document, const struct table *table)
{
    for (size_t i = 0, key = 0; i < table->rows * table->columns; i++) {
        const struct cell *cell = &table->cells[i];
        const char *text = cell_join(document->arena, cell->text, " ");
        bool blank = false;
        key = i % table->columns ? key : 0;
        if (cell->covered || cell_is_blank(text))
            continue;
        if (!key && i + 1 < table->rows * table->columns && column_role_of(document->arena, text, strlen(text), NULL)) {
            key = i + 1;
            continue;
        }
        if (key)
            text = arena_printf(document->arena, "%s：%s", cell_join(document->arena, table->cells[key - 1].text, ""), text);
        key = 0;
        add_paragraph(lines, document->arena, &(struct block){.text = text, .bytes = strlen(text), .line = cell->line}, &blank);
    }
}

/* A table that is no month table: its rows, or where they are no rows the cells, as paragraphs. */
static void add_cells(struct lines *lines, const struct document *document, const struct table *table)
{
    doubts_add(document->doubts, IMPORT_DOUBT_TABLE_AS_TEXT, table->cells[0].line, table->cells[0].text, "");
    if (table->columns > 1 && is_form(document, table)) {
        add_form(lines, document, table);
        return;
    }
    for (size_t r = 0; r < table->rows; r++) {
        const char *row = join_cells(document, table, r);
        bool blank = false;
        if (row)
            add_paragraph(lines, document->arena,
                          &(struct block){.text = row, .bytes = strlen(row), .line = table_cell(table, r, 0)->line}, &blank);
        for (size_t c = 0; !row && c < table->columns; c++)
            add_cell(lines, document, table, table_cell(table, r, c));
    }
}

/* Where every line is followed by a blank one, a blank line says nothing. */
static void forget_spacing(struct lines *lines)
{
    size_t spaced = 0;
    for (size_t i = 0; i < lines->count; i++)
        spaced += lines->items[i].after_blank;
    for (size_t i = 0; i < lines->count && spaced * 10 >= lines->count * 7; i++)
        lines->items[i].after_blank = false;
}

void lines_make(struct lines *lines, const struct document *document)
{
    bool blank = true;
    /* Most paragraphs are one line: a full array would be left behind each time it grew. */
    *lines = (struct lines){.items = ARENA_ARRAY(document->arena, document->count, struct line), .capacity = document->count};
    for (size_t i = 0; i < document->count; i++) {
        const struct block *block = &document->blocks[i];
        if (!block->table)
            add_block(lines, document, block, &blank);
        else if (!month_table_lines(lines, document, block->table))
            add_cells(lines, document, block->table);
    }
    forget_spacing(lines);
    lines_join_headers(lines, document->arena);
}
