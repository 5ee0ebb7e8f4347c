/* SPDX-License-Identifier: Apache-2.0 */
#include "common/table/table_wire.h"

#include <string.h>

/* The descriptors' strings are not const; nothing writes through them. */
static char *borrow(const char *text)
{
    union {
        const char *in;
        char *out;
    } u = {.in = text};
    return u.out;
}

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static Lianxin__Table__Column *column_to_wire(struct arena *arena, const struct table_column *column)
{
    Lianxin__Table__Column *wire = ARENA_NEW(arena, Lianxin__Table__Column);
    lianxin__table__column__init(wire);
    wire->key = borrow(column->key);
    wire->has_type = true;
    wire->type = column->type;
    wire->has_flags = column->flags != 0;
    wire->flags = column->flags;
    wire->label = borrow(column->label);
    wire->label_zh = same(column->label, column->label_zh) ? NULL : borrow(column->label_zh);
    return wire;
}

static Lianxin__Table__Cell *cell_to_wire(struct arena *arena, const struct table_cell *cell)
{
    Lianxin__Table__Cell *wire = ARENA_NEW(arena, Lianxin__Table__Cell);
    lianxin__table__cell__init(wire);
    wire->has_number = cell->kind == TABLE_CELL_NUMBER;
    wire->number = cell->number;
    if (cell->kind == TABLE_CELL_TEXT) {
        wire->text = borrow(cell->text);
        wire->label = same(cell->text, cell->label) ? NULL : borrow(cell->label);
        wire->label_zh = same(cell->label, cell->label_zh) ? NULL : borrow(cell->label_zh);
    }
    return wire;
}

static Lianxin__Table__Line *row_to_wire(struct arena *arena, const struct table *table, const struct table_row *row)
{
    Lianxin__Table__Line *wire = ARENA_NEW(arena, Lianxin__Table__Line);
    lianxin__table__line__init(wire);
    wire->has_total = wire->total = row->kind == TABLE_ROW_TOTAL;
    wire->group = borrow(row->group);
    wire->n_cells = table->n_columns;
    wire->cells = ARENA_ARRAY(arena, table->n_columns, Lianxin__Table__Cell *);
    for (size_t i = 0; i < table->n_columns; i++)
        wire->cells[i] = cell_to_wire(arena, &row->cells[i]);
    return wire;
}

enum status table_to_wire(struct arena *arena, const struct table *table, Lianxin__Table **out, struct err *err)
{
    if (table->fault)
        return err_set(err, table->fault, "the table %s was not built whole", table->name);
    Lianxin__Table *wire = ARENA_NEW(arena, Lianxin__Table);
    lianxin__table__init(wire);
    wire->name = borrow(table->name);
    wire->title = borrow(table->title);
    wire->title_zh = same(table->title, table->title_zh) ? NULL : borrow(table->title_zh);
    wire->columns = ARENA_ARRAY(arena, table->n_columns, Lianxin__Table__Column *);
    for (; wire->n_columns < table->n_columns; wire->n_columns++)
        wire->columns[wire->n_columns] = column_to_wire(arena, &table->columns[wire->n_columns]);
    wire->lines = ARENA_ARRAY(arena, table->n_rows + table->n_totals, Lianxin__Table__Line *);
    for (const struct table_row *row = table->rows; row; row = row->next)
        wire->lines[wire->n_lines++] = row_to_wire(arena, table, row);
    for (const struct table_note *note = table->notes; note; note = note->next)
        wire->n_notes++;
    wire->notes = ARENA_ARRAY(arena, wire->n_notes, char *);
    size_t n = 0;
    for (const struct table_note *note = table->notes; note; note = note->next)
        wire->notes[n++] = borrow(note->text);
    *out = wire;
    return STATUS_OK;
}

static void put_cell(struct table *table, const struct table_column *column, const Lianxin__Table__Cell *cell)
{
    if (cell->has_number)
        table_put_int(table, cell->number);
    else if (!cell->text)
        table_put_null(table);
    else if (column->type == TABLE_ENUM)
        table_put_enum(table, cell->text, cell->label, cell->label_zh ? cell->label_zh : cell->label);
    else
        table_put_text(table, cell->text);
}

static void put_line(struct table *table, const Lianxin__Table__Line *line)
{
    if (!same(table->group, line->group))
        table_begin_group(table, line->group);
    if (line->total)
        table_add_total(table);
    else
        table_add_row(table);
    for (size_t i = 0; i < line->n_cells; i++)
        put_cell(table, &table->columns[i < table->n_columns ? i : 0], line->cells[i]);
}

enum status table_from_wire(struct arena *arena, const Lianxin__Table *wire, struct table **out, struct err *err)
{
    if (!wire)
        return err_reason(err, REASON_MALFORMED, "an answer without its table", NULL);
    if (wire->n_columns > TABLE_COLUMNS_MAX || wire->n_lines > TABLE_WIRE_ROWS_MAX)
        return err_reason(err, REASON_MALFORMED, "a table larger than the limits", NULL);
    struct table *table = table_new(arena, wire->name ? wire->name : "table", wire->title, wire->title_zh);
    for (size_t i = 0; i < wire->n_columns; i++) {
        const Lianxin__Table__Column *column = wire->columns[i];
        if (column->type > TABLE_UUID)
            return err_reason(err, REASON_MALFORMED, "a table column of an unknown type", NULL);
        table_add_column(table, column->key, (enum table_type)column->type, column->label, column->label_zh, column->flags);
    }
    for (size_t i = 0; i < wire->n_lines && !table->fault; i++)
        put_line(table, wire->lines[i]);
    for (size_t i = 0; i < wire->n_notes; i++)
        table_add_note(table, wire->notes[i]);
    if (table->fault == STATUS_INVALID)
        return err_reason(err, REASON_MALFORMED, "a table whose cells do not fit its columns", NULL);
    if (table->fault)
        return err_set(err, table->fault, "the table is too large for the memory allowed");
    *out = table;
    return STATUS_OK;
}

enum status table_pack(struct arena *arena, struct table *const *tables, size_t n, const uint8_t **data, size_t *bytes,
                       struct err *err)
{
    Lianxin__BriefReply brief;
    enum status st = STATUS_OK;

    lianxin__brief_reply__init(&brief);
    brief.tables = ARENA_ARRAY(arena, n, Lianxin__Table *);
    for (; st == STATUS_OK && brief.n_tables < n; brief.n_tables++)
        st = table_to_wire(arena, tables[brief.n_tables], &brief.tables[brief.n_tables], err);
    if (st != STATUS_OK)
        return st;
    *bytes = lianxin__brief_reply__get_packed_size(&brief);
    uint8_t *packed = arena_alloc(arena, *bytes);
    lianxin__brief_reply__pack(&brief, packed);
    *data = packed;
    return STATUS_OK;
}
