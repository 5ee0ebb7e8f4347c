/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/import/table_columns.h"

struct fill {
    size_t characters; /* of the column's cells below the titles, merged ones once */
    bool words;        /* some of them are more than numbers */
};

static struct fill measure(struct arena *arena, const struct table *table, size_t row, size_t column)
{
    struct fill fill = {0};
    for (size_t r = row + 1; r < table->rows; r++) {
        const struct cell *cell = table_cell(table, r, column);
        if (cell->covered || cell_is_blank(cell->text))
            continue;
        const char *flat = cell_join(arena, cell->text, "");
        struct text text = text_fold(arena, flat, strlen(flat));
        fill.characters += text_length(text.s);
        fill.words |= text.s[strspn(text.s, "0123456789.")] != '\0';
    }
    return fill;
}

static bool is_used(const struct columns *columns, int column)
{
    bool used = columns->more == column;
    for (size_t i = 0; i <= COLUMN_NOTE; i++)
        used |= columns->at[i] == column;
    for (size_t i = 0; i < COLUMNS_NOTES; i++)
        used |= columns->notes[i] == column;
    for (size_t i = 0; i < columns->field_count; i++)
        used |= columns->fields[i] == column;
    return used;
}

static void add_note(struct columns *columns, int column)
{
    size_t i = 0;
    while (i < COLUMNS_NOTES && columns->notes[i] >= 0)
        i++;
    if (i < COLUMNS_NOTES)
        columns->notes[i] = column;
}

/* Is the column below the same merged title as the contents? */
static bool shares_title(const struct table *table, size_t row, int column, int content)
{
    const struct cell *cell = table_cell(table, row, (size_t)column);
    return content >= 0 && column > content && cell->covered &&
           strcmp(cell->text, table_cell(table, row, (size_t)content)->text) == 0;
}

void columns_take_rest(struct arena *arena, const struct table *table, size_t row, struct columns *columns)
{
    for (size_t c = 0; c < table->columns; c++) {
        const struct cell *title = table_cell(table, row, c);
        int *content = &columns->at[COLUMN_CONTENT];
        if (is_used(columns, (int)c) || !(title->covered || cell_is_blank(title->text)))
            continue;
        struct fill fill = measure(arena, table, row, c);
        if (!fill.words)
            continue;
        if (!shares_title(table, row, (int)c, *content)) {
            add_note(columns, (int)c);
            continue;
        }
        struct fill first = measure(arena, table, row, (size_t)*content);
        if (fill.characters <= first.characters) {
            add_note(columns, (int)c);
            continue;
        }
        if (first.words)
            add_note(columns, *content);
        *content = (int)c;
    }
}
