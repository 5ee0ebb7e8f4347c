/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/import/month_table.h"
#include "client/import/reader.h"
#include "client/import/table_build.h"
#include "client/import/xlsx_book.h"
#include "client/ui/lang.h"

#define MAX_ROW 1048576
#define MAX_MERGES 2000
#define MAX_SPAN_ROWS 2000

struct merge {
    size_t row, column, last_row, last_column;
};

struct sheet {
    struct document *document;
    struct xlsx_book *book;
    struct table_build build;
    struct merge *merges;
    size_t merge_count, merge_capacity;
    size_t row, column; /* of the cell being read, from 0 */
    bool row_hidden, hidden_rows, picture;
    bool hidden_columns[IMPORT_MAX_COLUMNS];
    bool in_value, in_text;
    char type[12];
    long style;
    struct buf text;
    unsigned skip;
};

/* "BC23" → row 22, column 54; false when it is none. */
static bool parse_reference(const char *text, size_t *row, size_t *column, const char **end)
{
    size_t c = 0, r = 0;
    while (*text == '$')
        text++;
    for (; *text >= 'A' && *text <= 'Z' && c < 20000; text++)
        c = c * 26 + (size_t)(*text - 'A' + 1);
    while (*text == '$')
        text++;
    for (; *text >= '0' && *text <= '9' && r <= MAX_ROW; text++)
        r = r * 10 + (size_t)(*text - '0');
    if (c == 0 || r == 0 || r > MAX_ROW)
        return false;
    *row = r - 1;
    *column = c - 1;
    *end = text;
    return true;
}

static void hide_columns(struct sheet *s, const char *const *attributes)
{
    const char *hidden = xml_attribute(attributes, "hidden");
    long first = xml_number(attributes, "min", 0, 20000), last = xml_number(attributes, "max", 0, 20000);
    if (!hidden || (strcmp(hidden, "1") != 0 && strcmp(hidden, "true") != 0))
        return;
    for (long c = first; c >= 1 && c <= last && c <= IMPORT_MAX_COLUMNS; c++)
        s->hidden_columns[c - 1] = true;
}

static enum status add_merge(struct sheet *s, const char *const *attributes, struct err *err)
{
    struct merge m;
    const char *text = xml_attribute(attributes, "ref"), *end;
    if (!text || !parse_reference(text, &m.row, &m.column, &end) || *end != ':' ||
        !parse_reference(end + 1, &m.last_row, &m.last_column, &end) || m.last_row < m.row || m.last_column < m.column)
        return STATUS_OK;
    if (s->merge_count >= MAX_MERGES)
        return err_set(err, STATUS_NOT_UNDERSTOOD, _("the sheet has more than %d merged cells"), MAX_MERGES);
    s->merges = arena_grow(s->document->arena, s->merges, s->merge_count, &s->merge_capacity, sizeof *s->merges);
    s->merges[s->merge_count++] = m;
    return STATUS_OK;
}

static void start_cell(struct sheet *s, const char *const *attributes)
{
    const char *reference = xml_attribute(attributes, "r"), *type = xml_attribute(attributes, "t"), *end;
    size_t row, column;
    if (reference && parse_reference(reference, &row, &column, &end)) {
        s->row = row;
        s->column = column;
    }
    snprintf(s->type, sizeof s->type, "%s", type ? type : "n");
    s->style = xml_number(attributes, "s", 0, XLSX_MAX_FORMATS);
    buf_reset(&s->text);
}

static enum status on_start(void *context, const char *name, const char *const *attributes, struct err *err)
{
    struct sheet *s = context;
    if (s->skip || strcmp(name, "rPh") == 0 || strcmp(name, "f") == 0) {
        s->skip++;
    } else if (strcmp(name, "row") == 0) {
        const char *hidden = xml_attribute(attributes, "hidden");
        long row = xml_number(attributes, "r", 0, MAX_ROW);
        s->row = row ? (size_t)row - 1 : s->row + 1;
        s->column = 0;
        s->row_hidden = hidden && (strcmp(hidden, "1") == 0 || strcmp(hidden, "true") == 0);
    } else if (strcmp(name, "col") == 0) {
        hide_columns(s, attributes);
    } else if (strcmp(name, "c") == 0) {
        start_cell(s, attributes);
    } else if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0) {
        s->in_value = true;
    } else if (strcmp(name, "mergeCell") == 0) {
        return add_merge(s, attributes, err);
    }
    return STATUS_OK;
}

/* The cell's text as a person sees it; NULL for none. */
static const char *cell_value(struct sheet *s)
{
    const char *raw = buf_text(&s->text);
    if (!*raw || strcmp(s->type, "e") == 0)
        return NULL;
    if (strcmp(s->type, "s") == 0) {
        char *end;
        unsigned long index = strtoul(raw, &end, 10);
        return *end == '\0' && index < s->book->string_count ? s->book->strings[index] : NULL;
    }
    if (strcmp(s->type, "n") == 0)
        return xlsx_number_text(s->book, raw, s->style);
    if (strcmp(s->type, "b") == 0)
        return NULL;
    if (strcmp(s->type, "d") == 0)
        return arena_strndup(s->document->arena, raw, strcspn(raw, "T"));
    return arena_strdup(s->document->arena, raw);
}

static enum status end_cell(struct sheet *s, struct err *err)
{
    if (s->text.failed)
        return err_set(err, STATUS_NOT_UNDERSTOOD, _("row %zu: a cell is longer than %zu bytes: this is no plan document"),
                       s->row + 1, XLSX_CELL_BYTES);
    const char *text = cell_value(s);
    size_t column = s->column++;
    if (!text)
        return STATUS_OK;
    if (strstr(text, "DISPIMG(")) { /* a picture in a cell, as WPS writes it */
        s->picture = true;
        return STATUS_OK;
    }
    if (s->row_hidden || (column < IMPORT_MAX_COLUMNS && s->hidden_columns[column])) {
        s->hidden_rows = true;
        return STATUS_OK;
    }
    struct built_cell cell = {.row = s->row, .column = column, .rows = 1, .columns = 1, .text = text, .line = (uint32_t)s->row + 1};
    if (!table_build_add(&s->build, cell))
        return err_set(err, STATUS_NOT_UNDERSTOOD,
                       _("row %zu: the sheet has more than %d columns or %zu cells: this is no plan document"), s->row + 1,
                       IMPORT_MAX_COLUMNS, IMPORT_MAX_CELLS);
    return STATUS_OK;
}

static enum status on_end(void *context, const char *name, struct err *err)
{
    struct sheet *s = context;
    if (s->skip) {
        s->skip--;
        return STATUS_OK;
    }
    if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0)
        s->in_value = false;
    else if (strcmp(name, "c") == 0)
        return end_cell(s, err);
    return STATUS_OK;
}

static enum status on_text(void *context, const char *text, size_t bytes, struct err *err)
{
    struct sheet *s = context;
    (void)err;
    if (s->in_value && !s->skip)
        buf_put(&s->text, text, bytes);
    return STATUS_OK;
}

static void apply_merges(struct sheet *s)
{
    for (size_t m = 0; m < s->merge_count; m++)
        for (size_t i = 0; i < s->build.count; i++) {
            struct built_cell *cell = &s->build.cells[i];
            if (cell->row != s->merges[m].row || cell->column != s->merges[m].column)
                continue;
            cell->rows = s->merges[m].last_row - cell->row + 1;
            cell->rows = cell->rows < MAX_SPAN_ROWS ? cell->rows : MAX_SPAN_ROWS;
            cell->columns = s->merges[m].last_column - cell->column + 1;
            if (cell->columns > IMPORT_MAX_COLUMNS - cell->column)
                cell->columns = IMPORT_MAX_COLUMNS - cell->column;
            break;
        }
}

/* A sheet called 9月 or 第一学期 says when its table happens. */
static enum status add_name(struct document *document, const struct xlsx_sheet *sheet, struct err *err)
{
    struct when w;
    if (!cell_is_time(document->arena, sheet->name, &w) || w.bare)
        return STATUS_OK;
    return document_add_line(document, sheet->name, strlen(sheet->name), 0, err);
}

static enum status read_sheet(struct package *package, struct xlsx_book *book, const struct xlsx_sheet *sheet,
                              struct document *document, struct err *err)
{
    static const struct xml_sink sink = {on_start, on_end, on_text};
    struct sheet *s = ARENA_NEW(document->arena, struct sheet);
    *s = (struct sheet){.document = document, .book = book, .row = (size_t)-1};
    table_build_init(&s->build, document->arena);
    buf_init(&s->text, XLSX_CELL_BYTES);
    enum status status = package_read(package, sheet->part, &sink, s, err);
    buf_done(&s->text);
    if (status != STATUS_OK)
        return status;
    if (s->hidden_rows)
        doubts_add(document->doubts, IMPORT_DOUBT_SHEET_SKIPPED, 0, sheet->name, "");
    if (s->picture)
        doubts_add(document->doubts, IMPORT_DOUBT_PICTURE_SKIPPED, 0, sheet->name, "");
    apply_merges(s);
    const struct table *table = table_build_finish(&s->build);
    if (!table)
        return STATUS_OK;
    status = add_name(document, sheet, err);
    return status == STATUS_OK ? document_add_table(document, table, err) : status;
}

enum status read_xlsx(const void *data, size_t bytes, struct document *document, struct err *err)
{
    struct package package;
    struct xlsx_book book;
    enum status s = package_open(&package, data, bytes, err);
    if (s != STATUS_OK)
        return s;
    document->format = "xlsx";
    if (package_has(&package, "xl/vbaProject.bin")) {
        s = err_set(err, STATUS_NOT_UNDERSTOOD,
                    _("the workbook contains macros; save it as an .xlsx without macros, then import that"));
        goto out;
    }
    if (!package_has(&package, "xl/workbook.xml")) {
        s = err_set(err, STATUS_NOT_UNDERSTOOD, _("the file is a zip archive but no Excel workbook"));
        goto out;
    }
    s = xlsx_book_read(&book, &package, document->arena, err);
    for (size_t i = 0; i < (s == STATUS_OK ? book.sheet_count : 0) && s == STATUS_OK; i++) {
        if (book.sheets[i].hidden)
            doubts_add(document->doubts, IMPORT_DOUBT_SHEET_SKIPPED, 0, book.sheets[i].name, "");
        else if (book.sheets[i].part)
            s = read_sheet(&package, &book, &book.sheets[i], document, err);
    }
out:
    package_close(&package);
    return s;
}
