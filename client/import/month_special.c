/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of a month table that plan nothing by themselves: titles again, other titles, a text across the table, a total, a month
 * alone. */
#include <string.h>

#include "client/import/month_rows.h"

#define HEADING_CHARACTERS 16
#define SIGNATURE_ROWS 20 /* no more lines follow the date of a signature */

/* Does no row below hold contents? A time that nothing follows is the date of a signature. */
static bool is_last(const struct table *table, size_t row, const struct columns *columns)
{
    int column = columns->at[COLUMN_CONTENT];
    for (size_t r = row + 1; r < table->rows; r++) {
        if (r > row + SIGNATURE_ROWS)
            return false;
        bool across = table_cell(table, r, table->columns - 1)->covered && month_rows_single(table, r);
        if (!across && !cell_is_blank(month_rows_cell(table, r, column)))
            return false;
    }
    return true;
}

/* Titles repeated at the top of a page. */
bool month_rows_repeat(const struct table *table, size_t row, size_t titles)
{
    for (size_t c = 0; c < table->columns; c++)
        if (strcmp(table_cell(table, row, c)->text, table_cell(table, titles, c)->text) != 0)
            return false;
    return true;
}

bool month_rows_retitle(const struct month_rows *s, size_t row, struct columns *out)
{
    struct columns groups[2];
    size_t filled = 0;
    for (size_t c = 0; c < s->table->columns; c++) {
        const struct cell *cell = table_cell(s->table, row, c);
        const char *flat = cell_join(s->arena, cell->text, "");
        if (cell_is_blank(flat))
            continue;
        if (cell->covered || column_role_of(s->arena, flat, strlen(flat), NULL) == COLUMN_NONE)
            return false;
        filled++;
    }
    if (filled < 2 || columns_read_titles(s->arena, s->table, row, groups) != 1 || groups[0].at[COLUMN_TIME] < 0)
        return false;
    *out = groups[0];
    return true;
}

/* A time across the table above titles that are repeated, or new, is the heading of what follows: 第二学期. */
static bool heads_titles(const struct month_rows *s, size_t row)
{
    struct columns columns;
    return s->titles && row + 1 < s->table->rows &&
           (month_rows_repeat(s->table, row + 1, *s->titles) || month_rows_retitle(s, row + 1, &columns));
}

/* 第一学期 above rows that have their own months. */
static bool heads_months(const struct month_rows *s, size_t row, const struct columns *columns)
{
    int column = columns->at[COLUMN_TIME];
    struct when own, below;
    const struct cell *next = column >= 0 && row + 1 < s->table->rows ? table_cell(s->table, row + 1, (size_t)column) : NULL;
    bool period = cell_is_time(s->arena, month_rows_single(s->table, row), &own) && own.kind != WHEN_MONTH &&
                  own.kind != WHEN_DATE && own.kind != WHEN_PART && own.kind != WHEN_FESTIVAL;
    return period && next && !next->covered && cell_is_time(s->arena, next->text, &below) &&
           (below.kind == WHEN_MONTH || below.kind == WHEN_DATE) && below.count;
}

/* A month in its column with nothing beside it, and the next below. */
static bool is_empty_month(const struct month_rows *s, size_t row, const struct columns *columns)
{
    int column = columns->at[COLUMN_TIME];
    if (column < 0 || row + 1 >= s->table->rows || cell_is_blank(month_rows_cell(s->table, row, column)) ||
        table_cell(s->table, row, s->table->columns - 1)->covered)
        return false;
    const struct cell *next = table_cell(s->table, row + 1, (size_t)column);
    return !next->covered && !cell_is_blank(next->text) && !month_rows_single(s->table, row + 1);
}

/* 开学准备 in the column of times, with its contents in the rows below. */
static bool heads_rows(const struct month_rows *s, size_t row, const struct columns *columns)
{
    int time = columns->at[COLUMN_TIME];
    return time >= 0 && row + 1 < s->table->rows && !cell_is_blank(month_rows_cell(s->table, row, time)) &&
           (cell_is_blank(month_rows_cell(s->table, row + 1, time)) || table_cell(s->table, row + 1, (size_t)time)->covered);
}

/* Where the contents stand first: 三、工作要求, or who signs and when, in the last rows with nothing beside them. */
static bool ends_table(const struct month_rows *s, size_t row, const struct columns *columns)
{
    if (columns->at[COLUMN_CONTENT] != 0 || cell_is_blank(table_cell(s->table, row, 0)->text))
        return false;
    const char *first = table_cell(s->table, row, 0)->text;
    struct line line = {.text = text_fold(s->arena, first, strlen(first))};
    line_scan(&line);
    bool heads = line.label.style == LABEL_ZH && line.label.value > 1 && text_length(line.text.s) <= HEADING_CHARACTERS;
    if (!heads && !line_is_signature_name(line.text.s) && !line_is_signature_date(&line) && line.kind != LINE_NOTE)
        return false;
    for (size_t r = row + 1; r < s->table->rows && r <= row + SIGNATURE_ROWS; r++)
        if (!month_rows_single(s->table, r) || cell_is_blank(table_cell(s->table, r, 0)->text))
            return false;
    return row + SIGNATURE_ROWS >= s->table->rows;
}

/* Rows that are none: a text across the table, a total, a note. True when taken. */
bool month_rows_take_special(struct month_rows *s, size_t row, const struct columns *columns)
{
    const char *single = month_rows_single(s->table, row);
    uint32_t number = month_rows_line(s->table, row);
    struct when w;
    const char *all = month_rows_text(s, row, " ");
    struct line probe = {.text = text_fold(s->arena, all, strlen(all))};
    line_scan(&probe);
    if (probe.kind == LINE_TOTAL || line_is_closing(probe.text.s) ||
        (probe.kind == LINE_NOTE && (single || columns->at[COLUMN_NOTE] != 0))) {
        month_rows_add_text(s, all, number);
        return true;
    }
    if (!single)
        return false;
    if (s->ended || ends_table(s, row, columns)) {
        s->ended = true;
        month_rows_add_text(s, single, number);
        return true;
    }
    bool in_content =
        columns->at[COLUMN_CONTENT] >= 0 && !cell_is_blank(month_rows_cell(s->table, row, columns->at[COLUMN_CONTENT]));
    bool spans = table_cell(s->table, row, s->table->columns - 1)->covered || s->table->columns == 1;
    if (cell_is_time(s->arena, single, &w) && (w.count || w.kind == WHEN_PART) && !is_last(s->table, row, columns) &&
        !(spans && heads_titles(s, row))) {
        if (in_content && !spans && columns->at[COLUMN_TIME] >= 0 &&
            cell_is_blank(month_rows_cell(s->table, row, columns->at[COLUMN_TIME])))
            return false;
        if (heads_months(s, row, columns)) {
            month_rows_add_text(s, single, number);
            return true;
        }
        if (is_empty_month(s, row, columns))
            doubts_add(s->doubts, IMPORT_DOUBT_HEADER_EMPTY, number, single, "");
        s->month = s->time = text_fold(s->arena, single, strlen(single)).raw;
        s->when = w;
        s->when_known = true;
        return true;
    }
    if (in_content && !spans)
        return false;
    if (!in_content && heads_rows(s, row, columns))
        return false;
    month_rows_add_text(s, single, number);
    return true;
}
