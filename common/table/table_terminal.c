/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "common/base/utf8.h"
#include "common/table/table_line.h"
#include "common/table/table_writer.h"

#define GAP_COLUMNS 2
#define TEXT_COLUMNS_MIN 8 /* a text cut shorter than four Chinese characters says nothing */
#define TEXT_COLUMNS_GOOD 24
#define ELLIPSIS "…"

/* A table on its way to the terminal: the columns shown, the texts made safe, the widths decided. */
struct sheet {
    const struct table *table;
    const struct table_style *style;
    struct arena arena;
    struct buf scratch;
    size_t n;                         /* columns shown */
    size_t column[TABLE_COLUMNS_MAX]; /* their places in the table */
    const char *label[TABLE_COLUMNS_MAX];
    size_t content[TABLE_COLUMNS_MAX]; /* the widest cell, label apart */
    size_t width[TABLE_COLUMNS_MAX];   /* what the column gets */
    const char **texts;                /* n for each row */
};

static const struct table_column *column_of(const struct sheet *sheet, size_t i)
{
    return &sheet->table->columns[sheet->column[i]];
}

static size_t width_of(const struct sheet *sheet, const char *text)
{
    return utf8_width(text, strlen(text), sheet->style->ambiguous_wide);
}

static const char *text_of(struct sheet *sheet, const struct table_row *row, size_t i)
{
    buf_reset(&sheet->scratch);
    table_cell_put(&sheet->scratch, column_of(sheet, i), &row->cells[sheet->column[i]], sheet->style);
    return utf8_safe(&sheet->arena, buf_text(&sheet->scratch));
}

static void sheet_init(struct sheet *sheet, const struct table *table, const struct table_style *style)
{
    *sheet = (struct sheet){.table = table, .style = style};
    arena_init(&sheet->arena, 0);
    buf_init(&sheet->scratch, 0);
    for (size_t i = 0; i < table->n_columns; i++) {
        if (table->columns[i].flags & TABLE_DATA_ONLY)
            continue;
        sheet->column[sheet->n] = i;
        sheet->label[sheet->n] = utf8_safe(&sheet->arena, table_label(&table->columns[i], style));
        sheet->n++;
    }
    sheet->texts = ARENA_ARRAY(&sheet->arena, (table->n_rows + table->n_totals) * sheet->n, const char *);
    const char **text = sheet->texts;
    for (const struct table_row *row = table->rows; row; row = row->next)
        for (size_t i = 0; i < sheet->n; i++, text++) {
            *text = text_of(sheet, row, i);
            size_t w = width_of(sheet, *text);
            if (w > sheet->content[i])
                sheet->content[i] = w;
        }
}

static void sheet_done(struct sheet *sheet)
{
    buf_done(&sheet->scratch);
    arena_done(&sheet->arena);
}

static size_t total_width(const struct sheet *sheet)
{
    size_t total = sheet->n ? (sheet->n - 1) * GAP_COLUMNS : 0;
    for (size_t i = 0; i < sheet->n; i++)
        total += sheet->width[i];
    return total;
}

static bool is_shrinkable(const struct sheet *sheet, size_t i)
{
    const struct table_column *column = column_of(sheet, i);
    return column->type == TABLE_TEXT && !(column->flags & TABLE_FIXED);
}

/* The widest word of a label: a label may be set in several lines, but not broken inside a word. Chinese may break anywhere. */
static size_t widest_word(const struct sheet *sheet, const char *label)
{
    size_t widest = 4;
    for (const char *p = label; *p;) {
        size_t bytes = strcspn(p, " ");
        bool ascii = (unsigned char)*p < 0x80;
        size_t w = ascii ? utf8_width(p, bytes, sheet->style->ambiguous_wide) : 0;
        if (w > widest)
            widest = w;
        p += bytes;
        p += strspn(p, " ");
    }
    return widest;
}

/* Takes from the widest texts, column by column, until the table fits or all are down to least. */
static void shrink_texts(struct sheet *sheet, size_t least)
{
    while (total_width(sheet) > sheet->style->width) {
        size_t widest = sheet->n;
        for (size_t i = 0; i < sheet->n; i++)
            if (is_shrinkable(sheet, i) && sheet->width[i] > least &&
                (widest == sheet->n || sheet->width[i] > sheet->width[widest]))
                widest = i;
        if (widest == sheet->n)
            return;
        sheet->width[widest]--;
    }
}

static void shrink_labels(struct sheet *sheet)
{
    for (size_t i = 0; i < sheet->n && total_width(sheet) > sheet->style->width; i++) {
        size_t word = widest_word(sheet, sheet->label[i]), least = word > sheet->content[i] ? word : sheet->content[i];
        if (least < sheet->width[i])
            sheet->width[i] = least;
    }
}

/* What the labels gave up in excess goes to the texts that were cut. */
static void grow_texts(struct sheet *sheet)
{
    for (size_t i = 0; i < sheet->n; i++)
        while (is_shrinkable(sheet, i) && sheet->width[i] < sheet->content[i] && total_width(sheet) < sheet->style->width)
            sheet->width[i]++;
}

/* Long texts give way first, then labels, then all texts. False when even that does not fit. */
static bool decide_widths(struct sheet *sheet)
{
    for (size_t i = 0; i < sheet->n; i++) {
        size_t label = width_of(sheet, sheet->label[i]);
        sheet->width[i] = label > sheet->content[i] ? label : sheet->content[i];
    }
    if (!sheet->style->width)
        return true;
    shrink_texts(sheet, TEXT_COLUMNS_GOOD);
    shrink_labels(sheet);
    shrink_texts(sheet, TEXT_COLUMNS_MIN);
    grow_texts(sheet);
    return total_width(sheet) <= sheet->style->width;
}

static void put_spaces(struct buf *out, size_t n)
{
    while (n-- > 0)
        buf_putc(out, ' ');
}

static void trim_line(struct buf *out, size_t start)
{
    while (out->len_bytes > start && out->data[out->len_bytes - 1] == ' ')
        out->data[--out->len_bytes] = '\0';
}

static void put_aligned(const struct sheet *sheet, struct buf *out, const char *text, size_t bytes, size_t i)
{
    size_t used = utf8_width(text, bytes, sheet->style->ambiguous_wide);
    size_t rest = used < sheet->width[i] ? sheet->width[i] - used : 0;
    if (table_column_is_right(column_of(sheet, i)))
        put_spaces(out, rest);
    buf_put(out, text, bytes);
    if (!table_column_is_right(column_of(sheet, i)))
        put_spaces(out, rest);
}

static void put_cut(const struct sheet *sheet, struct buf *out, const char *text, size_t i)
{
    bool wide = sheet->style->ambiguous_wide;
    struct buf cut;
    buf_init(&cut, 0);
    buf_put(&cut, text, utf8_fit(text, strlen(text), sheet->width[i] - width_of(sheet, ELLIPSIS), wide));
    buf_puts(&cut, ELLIPSIS);
    put_aligned(sheet, out, buf_text(&cut), cut.len_bytes, i);
    buf_done(&cut);
}

/* One row, in as many lines as its wrapped texts need. */
static void put_row(const struct sheet *sheet, struct buf *out, const char *const *texts, bool is_label)
{
    const char *rest[TABLE_COLUMNS_MAX];
    for (size_t i = 0; i < sheet->n; i++)
        rest[i] = texts[i];
    for (bool more = true; more;) {
        size_t start = out->len_bytes;
        more = false;
        for (size_t i = 0; i < sheet->n; i++) {
            bool wrap = is_label || column_of(sheet, i)->flags & TABLE_WRAP;
            size_t bytes = table_line_bytes(rest[i], sheet->width[i], sheet->style->ambiguous_wide);
            if (i > 0)
                put_spaces(out, GAP_COLUMNS);
            if (rest[i][bytes] && !wrap) {
                put_cut(sheet, out, rest[i], i);
                rest[i] = "";
                continue;
            }
            size_t shown = bytes;
            while (shown > 0 && rest[i][shown - 1] == ' ')
                shown--;
            put_aligned(sheet, out, rest[i], shown, i);
            rest[i] += bytes + strspn(rest[i] + bytes, " ");
            more = more || *rest[i];
        }
        if (out->data)
            trim_line(out, start);
        buf_putc(out, '\n');
    }
}

static void put_rule(const struct sheet *sheet, struct buf *out)
{
    for (size_t i = 0; i < sheet->n; i++) {
        if (i > 0)
            put_spaces(out, GAP_COLUMNS);
        for (size_t k = 0; k < sheet->width[i]; k++)
            buf_putc(out, '-');
    }
    buf_putc(out, '\n');
}

static void put_styled(const struct sheet *sheet, struct buf *out, const char *text)
{
    buf_puts(out, sheet->style->colour ? "\033[1m" : "");
    utf8_put_safe(out, text, strlen(text), false);
    buf_puts(out, sheet->style->colour ? "\033[0m\n" : "\n");
}

static void put_group(const struct sheet *sheet, struct buf *out, const struct table_row *row, const char **group)
{
    if (row->kind == TABLE_ROW_TOTAL || row->group == *group)
        return;
    if (row->group && (!*group || strcmp(row->group, *group) != 0))
        put_styled(sheet, out, row->group);
    *group = row->group;
}

static void put_columns(struct sheet *sheet, struct buf *out)
{
    const char **text = sheet->texts, *group = NULL;
    bool totalled = false;
    buf_puts(out, sheet->style->colour ? "\033[1m" : "");
    put_row(sheet, out, sheet->label, true);
    buf_puts(out, sheet->style->colour ? "\033[0m" : "");
    put_rule(sheet, out);
    for (const struct table_row *row = sheet->table->rows; row; row = row->next, text += sheet->n) {
        put_group(sheet, out, row, &group);
        if (row->kind == TABLE_ROW_TOTAL && !totalled)
            put_rule(sheet, out);
        totalled = row->kind == TABLE_ROW_TOTAL;
        put_row(sheet, out, text, false);
    }
}

/* "label  text", the text going on below itself. */
static void put_pair(const struct sheet *sheet, struct buf *out, const char *label, const char *text, size_t indent)
{
    size_t limit = sheet->style->width > indent + TEXT_COLUMNS_MIN ? sheet->style->width - indent : TEXT_COLUMNS_MIN;
    buf_puts(out, label);
    put_spaces(out, indent - width_of(sheet, label));
    while (*text) {
        size_t bytes = table_line_bytes(text, limit, sheet->style->ambiguous_wide), start = out->len_bytes;
        buf_put(out, text, bytes);
        trim_line(out, start);
        buf_putc(out, '\n');
        text += bytes + strspn(text + bytes, " ");
        if (*text)
            put_spaces(out, indent);
    }
}

/* Too narrow for columns: each row becomes a block of pairs; what is null is left out. */
static void put_blocks(struct sheet *sheet, struct buf *out)
{
    size_t indent = 0;
    for (size_t i = 0; i < sheet->n; i++) {
        size_t w = width_of(sheet, sheet->label[i]) + GAP_COLUMNS;
        indent = w > indent ? w : indent;
    }
    const char **text = sheet->texts, *group = NULL;
    for (const struct table_row *row = sheet->table->rows; row; row = row->next) {
        put_group(sheet, out, row, &group);
        for (size_t i = 0; i < sheet->n; i++, text++)
            if (**text)
                put_pair(sheet, out, sheet->label[i], *text, indent);
        if (row->next)
            buf_putc(out, '\n');
    }
}

static void put_table(const struct table *table, const struct table_style *style, struct buf *out)
{
    struct sheet sheet;
    sheet_init(&sheet, table, style);
    if (table_title(table, style))
        put_styled(&sheet, out, table_title(table, style));
    if (!table->rows)
        buf_puts(out, style->chinese ? "（没有内容）\n" : "(nothing)\n");
    else if (sheet.n == 0)
        buf_printf(out, style->chinese ? "（%zu 行，仅供导出）\n" : "(%zu lines, for files only)\n", table->n_rows);
    else if (decide_widths(&sheet))
        put_columns(&sheet, out);
    else
        put_blocks(&sheet, out);
    for (const struct table_note *note = table->notes; note; note = note->next) {
        utf8_put_safe(out, note->text, strlen(note->text), true);
        buf_putc(out, '\n');
    }
    sheet_done(&sheet);
}

enum status table_terminal_write(const struct table *const *tables, size_t n, const struct table_style *style, struct buf *out,
                                 struct err *err)
{
    (void)err;
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            buf_putc(out, '\n');
        put_table(tables[i], style, out);
    }
    return STATUS_OK;
}
