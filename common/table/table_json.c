/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/utf8.h"
#include "common/domain/month.h"
#include "common/table/table_pages.h"
#include "common/table/table_writer.h"

/* Foreign text goes out exactly as it is, unless it is no UTF-8 at all. */
static json_t *text_value(const char *text)
{
    size_t bytes = strlen(text);
    if (utf8_check(text, bytes, NULL))
        return json_stringn(text, bytes);
    struct buf safe;
    buf_init(&safe, 0);
    utf8_put_safe(&safe, text, bytes, true);
    json_t *value = json_string(buf_text(&safe));
    buf_done(&safe);
    return value;
}

static json_t *month_value(int64_t month)
{
    char text[MONTH_TEXT_BYTES];
    if (!month_is_valid(month))
        return json_null();
    month_format((int32_t)month, text);
    return json_string(text);
}

static json_t *month_set_value(int64_t set)
{
    json_t *list = json_array();
    int32_t month = INT32_MIN;
    while (month_set_is_valid(set) && month_set_next(set, &month))
        json_array_append_new(list, month_value(month));
    return list;
}

/* "2024-09-01T08:30:00.123+08:00" (ISO 8601). */
static json_t *instant_value(int64_t at_ms, int32_t zone_s)
{
    char text[CLOCK_TIME_BYTES];
    clock_format_time(at_ms, zone_s, text);
    text[10] = 'T';
    int32_t minutes = zone_s / 60;
    return json_sprintf("%s.%03d%c%02d:%02d", text, (int)((at_ms % 1000 + 1000) % 1000), minutes < 0 ? '-' : '+', abs(minutes) / 60,
                        abs(minutes) % 60);
}

static json_t *number_value(enum table_type type, int64_t value, const struct table_style *style)
{
    switch (type) {
    case TABLE_MONTH:
        return month_value(value);
    case TABLE_MONTH_SET:
        return month_set_value(value);
    case TABLE_INSTANT_MS:
        return instant_value(value, style->zone_s);
    case TABLE_BOOL:
        return json_boolean(value != 0);
    case TABLE_RATIO:
        return json_real((double)value / 10000);
    case TABLE_INT:
    case TABLE_MONEY_FEN:
    case TABLE_TEXT:
    case TABLE_DAY:
    case TABLE_ENUM:
    case TABLE_UUID:
        return json_integer(value);
    }
    return json_null();
}

static json_t *cell_value(const struct table_column *column, const struct table_cell *cell, const struct table_style *style)
{
    switch (cell->kind) {
    case TABLE_CELL_NULL:
        return json_null();
    case TABLE_CELL_NUMBER:
        return number_value(column->type, cell->number, style);
    case TABLE_CELL_TEXT:
        return text_value(cell->text);
    }
    return json_null();
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n > m && strcmp(text + n - m, end) == 0;
}

static void put_key(struct buf *key, const struct table_column *column)
{
    buf_puts(key, column->key);
    if (column->type == TABLE_MONEY_FEN && !ends_with(column->key, "_fen"))
        buf_puts(key, "_fen");
    if (column->type == TABLE_INSTANT_MS && ends_with(column->key, "_ms"))
        key->data[key->len_bytes -= strlen("_ms")] = '\0';
}

static json_t *row_value(const struct table *table, const struct table_row *row, const struct table_style *style)
{
    json_t *object = json_object();
    struct buf key;
    buf_init(&key, 0);
    if (row->group)
        json_object_set_new(object, "group", text_value(row->group));
    for (size_t i = 0; i < table->n_columns; i++) {
        buf_reset(&key);
        put_key(&key, &table->columns[i]);
        json_object_set_new(object, buf_text(&key), cell_value(&table->columns[i], &row->cells[i], style));
    }
    buf_done(&key);
    return object;
}

static json_t *table_value(const struct table *table, const struct table_style *style)
{
    json_t *object = json_object(), *rows = json_array(), *notes = json_array();
    json_object_set_new(object, "name", json_string(table->name));
    if (table_title(table, style))
        json_object_set_new(object, "title", text_value(table_title(table, style)));
    json_object_set_new(object, "rows", rows);
    for (const struct table_row *row = table->rows; row; row = row->next)
        if (row->kind == TABLE_ROW_TOTAL)
            json_object_set_new(object, "total", row_value(table, row, style));
        else
            json_array_append_new(rows, row_value(table, row, style));
    for (const struct table_note *note = table->notes; note; note = note->next)
        json_array_append_new(notes, text_value(note->text));
    json_object_set_new(object, "notes", notes);
    return object;
}

static bool steers_terminal(uint32_t c)
{
    return (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F ||
           c == 0x061C;
}

/* JSON may be looked at on a terminal: what could steer it is written as an escape, which leaves the data as it is. Outside
 * strings there are no such characters; the C0 controls jansson has escaped. */
static void put_escaped(struct buf *out, const char *json)
{
    size_t bytes = strlen(json);
    for (size_t i = 0, n; i < bytes; i += n) {
        uint32_t code = 0;
        n = utf8_next(json + i, bytes - i, &code);
        if (n && steers_terminal(code))
            buf_printf(out, "\\u%04" PRIx32, code);
        else
            buf_put(out, json + i, n ? n : 1);
        n = n ? n : 1;
    }
}

enum status table_json_write(const struct table *const *tables, size_t n, const struct table_style *style, struct buf *out,
                             struct err *err)
{
    json_t *document = n == 1 ? table_value(tables[0], style) : json_object();
    if (n != 1) {
        json_t *list = json_array();
        json_object_set_new(document, "tables", list);
        for (size_t i = 0; i < n; i++)
            json_array_append_new(list, table_value(tables[i], style));
    }
    char *text = json_dumps(document, JSON_INDENT(2) | JSON_REAL_PRECISION(10));
    json_decref(document);
    if (!text)
        return err_set(err, STATUS_NO_MEMORY, "no memory to write the table as JSON: ask for fewer rows");
    put_escaped(out, text);
    buf_putc(out, '\n');
    free(text);
    return STATUS_OK;
}

/* --- pages --- */

/* Appends a value and releases it. */
static void put_value(struct table_pages *pages, json_t *value)
{
    char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(10)) : NULL;
    json_decref(value);
    if (text)
        put_escaped(pages->out, text);
    else
        pages->out->failed = true;
    free(text);
}

static void put_member(struct table_pages *pages, const char *key, json_t *value)
{
    buf_puts(pages->out, pages->members++ ? ",\n  " : "{\n  ");
    put_value(pages, json_string(key));
    buf_puts(pages->out, ": ");
    if (value)
        put_value(pages, value);
}

void table_pages_init(struct table_pages *pages, struct buf *out, const struct table_style *style)
{
    *pages = (struct table_pages){.out = out, .style = style};
}

void table_pages_add(struct table_pages *pages, const struct table *page)
{
    if (!pages->members) {
        put_member(pages, "name", json_string(page->name));
        if (table_title(page, pages->style))
            put_member(pages, "title", text_value(table_title(page, pages->style)));
        put_member(pages, "rows", NULL);
        buf_putc(pages->out, '[');
    }
    for (const struct table_row *row = page->rows; row; row = row->next) {
        if (row->kind == TABLE_ROW_TOTAL)
            continue;
        buf_puts(pages->out, pages->rows++ ? ",\n    " : "\n    ");
        put_value(pages, row_value(page, row, pages->style));
    }
}

void table_pages_end(struct table_pages *pages, const struct table *last)
{
    json_t *notes = json_array();
    buf_puts(pages->out, pages->rows ? "\n  ]" : "]");
    for (const struct table_row *row = last->rows; row; row = row->next)
        if (row->kind == TABLE_ROW_TOTAL)
            put_member(pages, "total", row_value(last, row, pages->style));
    for (const struct table_note *note = last->notes; note; note = note->next)
        json_array_append_new(notes, text_value(note->text));
    put_member(pages, "notes", notes);
    buf_puts(pages->out, "\n}\n");
}
