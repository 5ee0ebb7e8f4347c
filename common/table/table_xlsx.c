/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <xlsxwriter.h>

#include "common/base/utf8.h"
#include "common/domain/day.h"
#include "common/domain/month.h"
#include "common/table/table_writer.h"
#include "common/table/xlsx_file.h"

/* Excel's limits ("Excel specifications and limits"): rows of a sheet, UTF-16 units of a cell's text and of a sheet's name. */
#define ROWS_MAX 1048576
#define CELL_UNITS_MAX 32767
#define NAME_UNITS_MAX 31

#define SERIAL_OF_1970 25569 /* Excel's number of 1970-01-01; days before 1900-03-01 it counts wrongly */
#define SERIAL_LEAST 61
#define SERIAL_END 2958466 /* the day after 9999-12-31 */
#define WIDTH_MIN 6
#define WIDTH_MAX 50
#define PORTRAIT_WIDTH 95 /* wider sheets are printed across */
#define PAPER_A4 9

#define N_TYPES (TABLE_UUID + 1)

struct book {
    lxw_workbook *workbook;
    const struct table_style *style;
    lxw_format *header;
    lxw_format *formats[2][N_TYPES]; /* by enum table_row_kind and enum table_type */
    struct buf text;                 /* the cell at hand */
};

static const char *number_format(enum table_type type)
{
    switch (type) {
    case TABLE_TEXT:
    case TABLE_ENUM:
    case TABLE_UUID:
    case TABLE_BOOL:
    case TABLE_MONTH_SET:
        return "@";
    case TABLE_INT:
        return "0";
    case TABLE_MONEY_FEN:
        return "#,##0.00";
    case TABLE_DAY:
        return "yyyy-mm-dd";
    case TABLE_MONTH:
        return "yyyy-mm";
    case TABLE_INSTANT_MS:
        return "yyyy-mm-dd hh:mm";
    case TABLE_RATIO:
        return "0.0%";
    }
    return "@";
}

static void book_init(struct book *book, lxw_workbook *workbook, const struct table_style *style)
{
    *book = (struct book){.workbook = workbook, .style = style};
    buf_init(&book->text, 0);
    book->header = workbook_add_format(workbook);
    format_set_bold(book->header);
    format_set_text_wrap(book->header);
    format_set_align(book->header, LXW_ALIGN_VERTICAL_CENTER);
    format_set_bg_color(book->header, 0xE7E6E6);
    format_set_border(book->header, LXW_BORDER_THIN);
    for (int kind = 0; kind < 2; kind++)
        for (int type = 0; type < N_TYPES; type++) {
            lxw_format *format = workbook_add_format(workbook);
            format_set_num_format(format, number_format((enum table_type)type));
            format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
            format_set_border(format, LXW_BORDER_THIN);
            if (type == TABLE_TEXT)
                format_set_text_wrap(format);
            if (kind == TABLE_ROW_TOTAL)
                format_set_bold(format);
            book->formats[kind][type] = format;
        }
}

/* The longest beginning of text of at most units UTF-16 units, in bytes. */
static size_t utf16_fit(const char *text, size_t units)
{
    size_t bytes = strlen(text), i = 0;
    for (size_t used = 0, n; i < bytes; i += n) {
        uint32_t code = 0;
        n = utf8_next(text + i, bytes - i, &code);
        used += code > 0xFFFF ? 2 : 1;
        if (n == 0 || used > units)
            break;
    }
    return i;
}

/* Text as a cell may hold it: UTF-8, no controls, no more than fits. Borrowed until the next call. */
static const char *cell_text(struct book *book, const char *text)
{
    buf_reset(&book->text);
    utf8_put_safe(&book->text, text, strlen(text), true);
    size_t fit = utf16_fit(buf_text(&book->text), CELL_UNITS_MAX);
    if (fit < book->text.len_bytes) {
        book->text.len_bytes = utf16_fit(buf_text(&book->text), CELL_UNITS_MAX - 1);
        buf_puts(&book->text, "…");
    }
    return buf_text(&book->text);
}

/* Excel's number of "2024-09-01"; 0 when the text is no day it can count. */
static int64_t day_serial(const char *text)
{
    int year, month, day;
    if (!day_parse(text, &year, &month, &day))
        return 0;
    int64_t serial = clock_day_from_civil(year, month, day) + SERIAL_OF_1970;
    return serial >= SERIAL_LEAST ? serial : 0;
}

/* The number Excel shows for the cell; false when it has to be written as text. */
static bool cell_number(const struct book *book, enum table_type type, const struct table_cell *cell, double *number)
{
    if (cell->kind == TABLE_CELL_TEXT)
        *number = type == TABLE_DAY ? (double)day_serial(cell->text) : 0;
    else if (type == TABLE_INT)
        *number = (double)cell->number;
    else if (type == TABLE_MONEY_FEN)
        *number = (double)cell->number / 100;
    else if (type == TABLE_RATIO)
        *number = (double)cell->number / 10000;
    else if (type == TABLE_INSTANT_MS)
        *number = ((double)cell->number / 1000 + book->style->zone_s) / 86400 + SERIAL_OF_1970;
    else if (type == TABLE_MONTH && month_is_valid(cell->number))
        *number = (double)(clock_day_from_civil(month_year((int32_t)cell->number), month_of_year((int32_t)cell->number), 1) +
                           SERIAL_OF_1970);
    else
        return false;
    return type == TABLE_INT || type == TABLE_MONEY_FEN || type == TABLE_RATIO || (*number >= SERIAL_LEAST && *number < SERIAL_END);
}

/* Writes one cell and returns its width in columns. */
static size_t put_cell(struct book *book, lxw_worksheet *sheet, lxw_row_t at, lxw_col_t to, const struct table *table,
                       const struct table_row *row, size_t i)
{
    const struct table_column *column = &table->columns[i];
    const struct table_cell *cell = &row->cells[i];
    lxw_format *format = book->formats[row->kind][column->type];
    struct buf shown;
    double number;
    if (cell->kind == TABLE_CELL_NULL) {
        worksheet_write_blank(sheet, at, to, format);
        return 0;
    }
    buf_init(&shown, 0);
    table_cell_put(&shown, column, cell, book->style);
    size_t width = utf8_width(buf_text(&shown), shown.len_bytes, false);
    if (cell_number(book, column->type, cell, &number))
        worksheet_write_number(sheet, at, to, number, format);
    else
        worksheet_write_string(sheet, at, to, cell_text(book, buf_text(&shown)), format);
    buf_done(&shown);
    return width;
}

/* A name Excel takes for a sheet: 1 to 31 UTF-16 units, none of []:*?/\, no ' at an end, not "History", not used yet. */
static void sheet_name(struct book *book, const struct table *table, char *out, size_t size)
{
    const char *title = table_title(table, book->style);
    struct buf name;
    buf_init(&name, 0);
    cell_text(book, title && *title ? title : table->name);
    for (const char *p = buf_text(&book->text); *p; p++)
        buf_putc(&name, strchr("[]:*?/\\'\n", *p) ? ' ' : *p);
    if (name.len_bytes == 0 || strcasecmp(buf_text(&name), "history") == 0)
        buf_puts(&name, "_");
    snprintf(out, size, "%.*s", (int)utf16_fit(buf_text(&name), NAME_UNITS_MAX), buf_text(&name));
    for (int i = 2; workbook_get_worksheet_by_name(book->workbook, out) && i < 1000; i++) {
        char tail[16];
        int tail_units = snprintf(tail, sizeof tail, " (%d)", i);
        snprintf(out, size, "%.*s%s", (int)utf16_fit(buf_text(&name), (size_t)(NAME_UNITS_MAX - tail_units)), buf_text(&name),
                 tail);
    }
    buf_done(&name);
}

static void set_up_print(struct book *book, lxw_worksheet *sheet, const struct table *table, size_t width)
{
    worksheet_set_paper(sheet, PAPER_A4);
    if (width > PORTRAIT_WIDTH)
        worksheet_set_landscape(sheet);
    worksheet_fit_to_pages(sheet, 1, 0);
    worksheet_repeat_rows(sheet, 0, 0);
    worksheet_set_footer(sheet, "&C&P / &N");
    const char *title = table_title(table, book->style);
    if (!title)
        return;
    struct buf header;
    buf_init(&header, 0);
    buf_puts(&header, "&C&14");
    /* A digit right after the size would be read as part of it. */
    buf_putc(&header, ' ');
    size_t fit = utf16_fit(cell_text(book, title), 100);
    for (size_t i = 0; i < fit; i++) {
        if (book->text.data[i] == '&')
            buf_putc(&header, '&');
        buf_putc(&header, book->text.data[i]);
    }
    worksheet_set_header(sheet, buf_text(&header));
    buf_done(&header);
}

/* Header, rows and notes; the columns get the width of what stands in them. */
static void fill_sheet(struct book *book, lxw_worksheet *sheet, const struct table *table)
{
    const struct table_style *style = book->style;
    size_t groups = table_has_groups(table) ? 1 : 0, n = table->n_columns + groups, total = 0;
    size_t width[TABLE_COLUMNS_MAX + 1] = {0};
    lxw_row_t at = 0;
    for (size_t i = 0; i < n; i++) {
        const char *label = i < groups ? (style->chinese ? "分组" : "Group") : table_label(&table->columns[i - groups], style);
        worksheet_write_string(sheet, at, (lxw_col_t)i, cell_text(book, label), book->header);
        width[i] = utf8_width(label, strlen(label), false);
    }
    for (const struct table_row *row = table->rows; row; row = row->next) {
        at++;
        if (groups)
            worksheet_write_string(sheet, at, 0, cell_text(book, row->group ? row->group : ""),
                                   book->formats[row->kind][TABLE_TEXT]);
        for (size_t i = groups; i < n; i++) {
            size_t w = put_cell(book, sheet, at, (lxw_col_t)i, table, row, i - groups);
            width[i] = w > width[i] ? w : width[i];
        }
    }
    if (n)
        worksheet_autofilter(sheet, 0, 0, at, (lxw_col_t)(n - 1));
    at++;
    for (const struct table_note *note = table->notes; note; note = note->next)
        worksheet_write_string(sheet, ++at, 0, cell_text(book, note->text), NULL);
    for (size_t i = 0; i < n; i++) {
        size_t w = width[i] < WIDTH_MIN ? WIDTH_MIN : width[i] > WIDTH_MAX ? WIDTH_MAX : width[i];
        worksheet_set_column(sheet, (lxw_col_t)i, (lxw_col_t)i, (double)w + 2, NULL);
        total += w + 2;
    }
    worksheet_freeze_panes(sheet, 1, 0);
    set_up_print(book, sheet, table, total);
}

static enum status fill_book(lxw_workbook *workbook, const struct table *const *tables, size_t n, const struct table_style *style,
                             struct err *err)
{
    struct book book;
    enum status s = STATUS_OK;
    book_init(&book, workbook, style);
    for (size_t i = 0; i < n && s == STATUS_OK; i++) {
        char name[4 * NAME_UNITS_MAX + 16];
        if (tables[i]->n_rows + tables[i]->n_totals + 1000 > ROWS_MAX) {
            s = err_set(err, STATUS_TOO_LARGE, "a sheet holds %d rows and this table has %zu: write it as .csv", ROWS_MAX,
                        tables[i]->n_rows);
            break;
        }
        sheet_name(&book, tables[i], name, sizeof name);
        lxw_worksheet *sheet = workbook_add_worksheet(workbook, name);
        if (sheet)
            fill_sheet(&book, sheet, tables[i]);
        else
            s = err_set(err, STATUS_FAILED, "the sheet \"%s\" could not be made", name);
    }
    buf_done(&book.text);
    return s;
}

enum status table_xlsx_write(const struct table *const *tables, size_t n, const struct table_style *style, struct buf *out,
                             struct err *err)
{
    struct xlsx_file file;
    enum status s = xlsx_file_open(&file, err);
    if (s != STATUS_OK)
        return s;
    s = fill_book(file.workbook, tables, n, style, err);
    return xlsx_file_close(&file, s, out, err);
}
