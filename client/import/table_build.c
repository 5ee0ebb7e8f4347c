/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/table_build.h"

#include <string.h>

void table_build_init(struct table_build *build, struct arena *arena)
{
    *build = (struct table_build){.arena = arena};
}

bool table_build_add(struct table_build *build, struct built_cell cell)
{
    if (cell.column >= IMPORT_MAX_COLUMNS || build->count >= IMPORT_MAX_CELLS)
        return false;
    if (cell.columns > IMPORT_MAX_COLUMNS - cell.column)
        cell.columns = IMPORT_MAX_COLUMNS - cell.column;
    build->cells = arena_grow(build->arena, build->cells, build->count, &build->capacity, sizeof *build->cells);
    build->cells[build->count++] = cell;
    return true;
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

/* Numbers the rows (or columns) that hold text 1, 2, …; the others stay 0. Returns how many there are. */
static size_t compress(size_t *index, size_t n)
{
    size_t used = 0;
    for (size_t i = 0; i < n; i++)
        if (index[i])
            index[i] = ++used;
    return used;
}

static void place(const struct table *table, const struct built_cell *cell, const size_t *rows, size_t row_count,
                  const size_t *columns)
{
    bool first = true;
    for (size_t r = cell->row; r < cell->row + cell->rows && r < row_count; r++)
        for (size_t c = cell->column; c < cell->column + cell->columns; c++) {
            if (!rows[r] || !columns[c])
                continue;
            struct cell *at = table_cell(table, rows[r] - 1, columns[c] - 1);
            if (!first && at->text[0])
                continue;
            *at = (struct cell){.text = cell->text, .line = cell->line, .covered = !first};
            first = false;
        }
}

const struct table *table_build_finish(struct table_build *build)
{
    size_t row_count = 0;
    for (size_t i = 0; i < build->count; i++)
        if (!is_blank(build->cells[i].text) && build->cells[i].row + 1 > row_count)
            row_count = build->cells[i].row + 1;
    if (row_count == 0 || row_count > (size_t)1 << 21)
        return NULL;
    size_t *rows = ARENA_ARRAY(build->arena, row_count, size_t), columns[IMPORT_MAX_COLUMNS] = {0};
    for (size_t i = 0; i < build->count; i++)
        if (!is_blank(build->cells[i].text))
            rows[build->cells[i].row] = columns[build->cells[i].column] = 1;
    struct table *table = ARENA_NEW(build->arena, struct table);
    table->rows = compress(rows, row_count);
    table->columns = compress(columns, IMPORT_MAX_COLUMNS);
    if (table->rows * table->columns > IMPORT_MAX_CELLS)
        return NULL;
    table->cells = ARENA_ARRAY(build->arena, table->rows * table->columns, struct cell);
    for (size_t i = 0; i < table->rows * table->columns; i++)
        table->cells[i].text = "";
    for (size_t i = 0; i < build->count; i++)
        if (!is_blank(build->cells[i].text))
            place(table, &build->cells[i], rows, row_count, columns);
    for (size_t r = 0; r < table->rows; r++) { /* empty cells stand on their row's line */
        uint32_t line = 0;
        for (size_t c = 0; c < table->columns; c++)
            line = line ? line : table_cell(table, r, c)->line;
        for (size_t c = 0; c < table->columns; c++)
            if (!table_cell(table, r, c)->line)
                table_cell(table, r, c)->line = line;
    }
    return table;
}
