/* SPDX-License-Identifier: Apache-2.0 */
#include "common/table/table.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void *take(struct table *table, size_t bytes)
{
    void *p = table->fault == STATUS_OK ? arena_try_alloc(table->arena, bytes) : NULL;
    if (!p && table->fault == STATUS_OK)
        table->fault = STATUS_NO_MEMORY;
    return p;
}

static const char *keep(struct table *table, const char *text)
{
    if (!text)
        return NULL;
    size_t bytes = strlen(text);
    char *copy = take(table, bytes + 1);
    return copy ? memcpy(copy, text, bytes) : NULL;
}

static void blame(struct table *table)
{
    if (table->fault == STATUS_OK)
        table->fault = STATUS_INVALID;
}

struct table *table_new(struct arena *arena, const char *name, const char *title, const char *title_zh)
{
    struct table *table = ARENA_NEW(arena, struct table);
    table->arena = arena;
    table->name = keep(table, name);
    table->title = keep(table, title);
    table->title_zh = title_zh ? keep(table, title_zh) : table->title;
    return table;
}

void table_add_column(struct table *table, const char *key, enum table_type type, const char *label, const char *label_zh,
                      unsigned flags)
{
    if (!key || table->rows || table->n_columns == TABLE_COLUMNS_MAX) {
        blame(table);
        return;
    }
    struct table_column *column = &table->columns[table->n_columns];
    *column = (struct table_column){.key = keep(table, key), .type = type, .flags = flags};
    column->label = label ? keep(table, label) : column->key;
    column->label_zh = label_zh ? keep(table, label_zh) : column->label;
    if (table->fault == STATUS_OK)
        table->n_columns++;
}

static struct table_row *row_add(struct table *table, enum table_row_kind kind)
{
    struct table_row *row = take(table, sizeof *row + table->n_columns * sizeof row->cells[0]);
    if (!row)
        return NULL;
    row->kind = kind;
    if (table->last_row)
        table->last_row->next = row;
    else
        table->rows = row;
    table->last_row = row;
    table->n_put = 0;
    return row;
}

void table_add_row(struct table *table)
{
    struct table_row *row = row_add(table, TABLE_ROW_DATA);
    if (!row)
        return;
    row->group = table->group;
    table->n_rows++;
}

void table_add_total(struct table *table)
{
    if (row_add(table, TABLE_ROW_TOTAL))
        table->n_totals++;
}

void table_begin_group(struct table *table, const char *heading)
{
    table->group = keep(table, heading);
}

void table_append(struct table *table, struct table *page)
{
    if (page->fault != STATUS_OK && table->fault == STATUS_OK)
        table->fault = page->fault;
    if (page->n_columns != table->n_columns || page->arena != table->arena) {
        blame(table);
        return;
    }
    if (table->last_row)
        table->last_row->next = page->rows;
    else
        table->rows = page->rows;
    table->last_row = page->last_row ? page->last_row : table->last_row;
    table->n_rows += page->n_rows;
    table->n_totals += page->n_totals;
    table->notes = page->notes;
    table->last_note = page->last_note;
    page->rows = page->last_row = NULL;
    page->n_rows = page->n_totals = 0;
}

void table_add_note(struct table *table, const char *text)
{
    struct table_note *note = take(table, sizeof *note);
    if (!note)
        return;
    note->text = keep(table, text ? text : "");
    if (!note->text)
        return;
    if (table->last_note)
        table->last_note->next = note;
    else
        table->notes = note;
    table->last_note = note;
}

/* The next cell of the last row, or NULL when there is no room or something went wrong before. */
static struct table_cell *cell_next(struct table *table)
{
    if (table->fault != STATUS_OK)
        return NULL;
    if (!table->last_row || table->n_put == table->n_columns) {
        blame(table);
        return NULL;
    }
    return &table->last_row->cells[table->n_put++];
}

static bool holds_text(enum table_type type)
{
    return type == TABLE_TEXT || type == TABLE_DAY || type == TABLE_UUID;
}

void table_put_null(struct table *table)
{
    cell_next(table);
}

void table_put_int(struct table *table, int64_t value)
{
    struct table_cell *cell = cell_next(table);
    if (!cell)
        return;
    enum table_type type = table->columns[table->n_put - 1].type;
    if (holds_text(type) || type == TABLE_ENUM)
        blame(table);
    else
        *cell = (struct table_cell){.kind = TABLE_CELL_NUMBER, .number = value};
}

void table_put_instant(struct table *table, int64_t at_ms)
{
    if (at_ms)
        table_put_int(table, at_ms);
    else
        table_put_null(table);
}

void table_put_bool(struct table *table, bool value)
{
    table_put_int(table, value);
}

void table_put_text(struct table *table, const char *text)
{
    struct table_cell *cell = cell_next(table);
    if (!cell || !text)
        return;
    if (holds_text(table->columns[table->n_put - 1].type))
        *cell = (struct table_cell){.kind = TABLE_CELL_TEXT, .text = keep(table, text)};
    else
        blame(table);
}

void table_put_printf(struct table *table, const char *format, ...)
{
    struct table_cell *cell = cell_next(table);
    if (!cell)
        return;
    va_list ap, again;
    va_start(ap, format);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    size_t bytes = n < 0 ? 1 : (size_t)n + 1;
    char *text = take(table, bytes);
    if (text) {
        vsnprintf(text, bytes, format, again);
        *cell = (struct table_cell){.kind = TABLE_CELL_TEXT, .text = text};
    }
    va_end(again);
    if (!holds_text(table->columns[table->n_put - 1].type))
        blame(table);
}

void table_put_enum(struct table *table, const char *key, const char *label, const char *label_zh)
{
    struct table_cell *cell = cell_next(table);
    if (!cell || !key)
        return;
    if (table->columns[table->n_put - 1].type != TABLE_ENUM) {
        blame(table);
        return;
    }
    *cell = (struct table_cell){.kind = TABLE_CELL_TEXT, .text = keep(table, key)};
    cell->label = label ? keep(table, label) : cell->text;
    cell->label_zh = label_zh ? keep(table, label_zh) : cell->label;
}

void table_put_ratio(struct table *table, int64_t part, int64_t whole)
{
    if (whole == 0) {
        table_put_null(table);
        return;
    }
    double ratio = (double)part / (double)whole * 10000;
    table_put_int(table, (int64_t)(ratio < 0 ? ratio - 0.5 : ratio + 0.5));
}

void table_put_uuid(struct table *table, const struct uuid *id)
{
    char text[UUID_TEXT_BYTES];
    uuid_format(id, text);
    table_put_text(table, text);
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_columns(const struct table *a, const struct table *b)
{
    if (a->n_columns != b->n_columns)
        return false;
    for (size_t i = 0; i < a->n_columns; i++) {
        const struct table_column *x = &a->columns[i], *y = &b->columns[i];
        if (x->type != y->type || x->flags != y->flags || !same_text(x->key, y->key) || !same_text(x->label, y->label) ||
            !same_text(x->label_zh, y->label_zh))
            return false;
    }
    return true;
}

static bool same_row(const struct table_row *a, const struct table_row *b, size_t n_columns)
{
    if (a->kind != b->kind || !same_text(a->group, b->group))
        return false;
    for (size_t i = 0; i < n_columns; i++) {
        const struct table_cell *x = &a->cells[i], *y = &b->cells[i];
        if (x->kind != y->kind || x->number != y->number || !same_text(x->text, y->text) || !same_text(x->label, y->label) ||
            !same_text(x->label_zh, y->label_zh))
            return false;
    }
    return true;
}

bool table_equal(const struct table *a, const struct table *b)
{
    if (!same_text(a->name, b->name) || !same_text(a->title, b->title) || !same_text(a->title_zh, b->title_zh) ||
        !same_columns(a, b))
        return false;
    const struct table_row *x = a->rows, *y = b->rows;
    for (; x && y; x = x->next, y = y->next)
        if (!same_row(x, y, a->n_columns))
            return false;
    const struct table_note *p = a->notes, *q = b->notes;
    for (; p && q; p = p->next, q = q->next)
        if (!same_text(p->text, q->text))
            return false;
    return !x && !y && !p && !q;
}
