/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/month_rows.h"

#include <string.h>

const char *month_rows_cell(const struct table *table, size_t row, int column)
{
    return column < 0 ? "" : table_cell(table, row, (size_t)column)->text;
}

/* Is the row one text across all columns, or one filled cell alone? Then that text. */
const char *month_rows_single(const struct table *table, size_t row)
{
    const char *found = NULL;
    for (size_t c = 0; c < table->columns; c++) {
        const char *text = table_cell(table, row, c)->text;
        if (cell_is_blank(text))
            continue;
        if (found && strcmp(found, text) != 0)
            return NULL;
        found = text;
    }
    return found;
}

uint32_t month_rows_line(const struct table *table, size_t row)
{
    for (size_t c = 0; c < table->columns; c++)
        if (!cell_is_blank(table_cell(table, row, c)->text))
            return table_cell(table, row, c)->line;
    return table_cell(table, row, 0)->line;
}

/* ---- rows ---- */

void month_rows_add_text(struct month_rows *s, const char *text, uint32_t number)
{
    while (*text) {
        size_t n = strcspn(text, "\n");
        struct line *line = lines_add(s->lines, s->arena, text, n, number);
        if (line->text.n == 0)
            s->lines->count--;
        else
            line_scan(line);
        text += n + (text[n] == '\n');
    }
}

/* 一、三月份 without its number. */
static const char *behind_number(struct arena *arena, const char *text)
{
    struct text t = text_fold(arena, text, strlen(text));
    struct label label;
    return label_parse(t.s, 0, &label) ? t.s + label.end : text;
}

/* The time of a row: month column, week, date; empty ones keep the time above. */
static void take_time(struct month_rows *s, size_t row, const struct columns *columns)
{
    static const enum column_role parts[] = {COLUMN_TIME, COLUMN_WEEK, COLUMN_DATE};
    const char *all = "";
    struct when when = {0};
    bool known = false, any = false;
    for (size_t i = 0; i < 3; i++) {
        const char *text = month_rows_cell(s->table, row, columns->at[parts[i]]), *time = text;
        if (cell_is_blank(text))
            continue;
        struct when w = {0};
        if (parts[i] == COLUMN_TIME && columns->numbered)
            time = behind_number(s->arena, text);
        bool is_time = parts[i] == COLUMN_TIME ? cell_has_time(s->arena, time, &w) : cell_is_time(s->arena, time, &w);
        if (parts[i] == COLUMN_WEEK && is_time && w.bare)
            w = (struct when){.kind = WHEN_PART};
        if (is_time && (!known || (when.count == 0 && w.count > 0))) {
            when = w;
            known = true;
        }
        const char *joined = cell_join(s->arena, text, "");
        const char *flat = text_fold(s->arena, joined, strlen(joined)).raw;
        all = *all ? arena_printf(s->arena, "%s %s", all, flat) : flat;
        any = true;
    }
    if (!any)
        return;
    const char *month = month_rows_cell(s->table, row, columns->at[COLUMN_TIME]);
    if (!cell_is_blank(month)) {
        s->month = cell_join(s->arena, month, "");
    } else if (known && when.count == 0 && when.kind == WHEN_PART && s->when_known && s->when.count > 0 && s->month) {
        /* A week below a merged month cell: in that month. */
        all = arena_printf(s->arena, "%s %s", s->month, all);
        when = s->when;
    }
    struct text t = text_fold(s->arena, all, strlen(all));
    s->time = t.raw;
    s->when = when;
    s->when_known = known;
}

static bool says_nothing(const char *text)
{
    static const char *const nothing[] = {"/", "-", "—", "——", "－", "无", NULL};
    for (size_t i = 0; nothing[i]; i++)
        if (strcmp(text, nothing[i]) == 0)
            return true;
    return false;
}

/* 同上, 〃: what the cell above says. */
static bool is_ditto(const char *text)
{
    static const char *const marks[] = {"同上", "〃", "″", "同前", "〃〃", "(同上)", "（同上）", "“", "”", "\"", NULL};
    for (size_t i = 0; marks[i]; i++)
        if (strcmp(text, marks[i]) == 0)
            return true;
    return false;
}

/* What the mark in a cell repeats: the nearest text above it. Marks below marks are common: the one above is known. */
static const char *repeated(struct month_rows *s, size_t row, int column, const char *mark)
{
    const char *text = mark;
    for (size_t above = row; above > s->first_row && is_ditto(text);) {
        above--;
        if (s->titles && month_rows_repeat(s->table, above, *s->titles)) /* titles on the next page are not meant */
            continue;
        text = month_rows_cell(s->table, above, column);
        if (s->ditto[column].text && s->ditto[column].row == above) {
            text = s->ditto[column].text;
            break;
        }
    }
    s->ditto[column].row = row;
    s->ditto[column].text = text;
    return text;
}

const char *month_rows_value(struct month_rows *s, size_t row, int column)
{
    const char *text = month_rows_cell(s->table, row, column);
    if (is_ditto(text))
        text = repeated(s, row, column, text);
    return column < 0 || cell_is_blank(text) || says_nothing(text) || is_ditto(text) ? NULL : text;
}

static size_t count_lines(const char *text)
{
    size_t n = 0;
    for (; text && *text; text += strcspn(text, "\n"), text += *text == '\n')
        n += text[0] != '\n';
    return n;
}

static const char *nth_line(struct arena *arena, const char *text, size_t index)
{
    for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
        if (*text == '\n')
            continue;
        if (index-- == 0)
            return arena_strndup(arena, text, strcspn(text, "\n"));
    }
    return NULL;
}

void month_rows_put(struct month_rows *s, const struct row *row, uint32_t number)
{
    struct row *kept = arena_copy(s->arena, row, sizeof *row);
    struct line *line = lines_add(s->lines, s->arena, row->content, strcspn(row->content, "\n"), number);
    line->row = kept;
    line_scan(line);
}

/* The remark of a row, if any, and its columns of remarks; of its item with this index of n where such a column has a line for
 * each. */
static const char *notes_of(struct month_rows *s, size_t row, const struct columns *columns, const struct row *whole, size_t n,
                            size_t index)
{
    const char *all = whole->note;
    for (size_t i = 0; i < COLUMNS_NOTES; i++) {
        const char *text = month_rows_value(s, row, columns->notes[i]);
        if (text == whole->content)
            continue;
        if (n > 1 && text && count_lines(text) == n)
            text = nth_line(s->arena, text, index);
        if (text && !says_nothing(text))
            all = all ? arena_printf(s->arena, "%s\n%s", all, text) : text;
    }
    return all;
}

/* Are the lines numbered 1. 2. … as the items they belong to? */
static bool counts_lines(const char *text, size_t n)
{
    static const char *const marks[] = {".", "．", "、", ")", "）", NULL};
    for (size_t k = 1; k <= n; k++) {
        size_t digits = strspn(text, "0123456789"), value = 0;
        for (size_t i = 0; i < digits; i++)
            value = value * 10 + (size_t)(text[i] - '0');
        if (value != k || digits > 2 || !text_begins_any(text + digits, marks))
            return false;
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return true;
}

/* What the column says of the item with this index of n: its line, without the number. */
static const char *line_of(struct arena *arena, const char *text, size_t n, size_t index)
{
    const char *line = nth_line(arena, text, index);
    if (!line || !counts_lines(text, n))
        return line;
    line += strspn(line, "0123456789");
    return line + text_char(line);
}

/* One row per item when the content and another column have the same number of lines. */
static void put_rows(struct month_rows *s, size_t row, const struct columns *columns, const struct row *whole)
{
    uint32_t number = month_rows_line(s->table, row);
    size_t n = count_lines(whole->content);
    const char *const *fields[] = {&whole->lead, &whole->assist, &whole->person, &whole->budget, &whole->people};
    bool aligned = false;
    for (size_t i = 0; n > 1 && i < sizeof fields / sizeof fields[0]; i++)
        aligned |= count_lines(*fields[i]) == n;
    for (size_t i = 0; n > 1 && i < COLUMNS_NOTES; i++)
        aligned |= count_lines(month_rows_value(s, row, columns->notes[i])) == n;
    if (!aligned) {
        struct row one = *whole;
        one.note = notes_of(s, row, columns, whole, 0, 0);
        month_rows_put(s, &one, number);
        return;
    }
    for (size_t k = 0; k < n; k++) {
        struct row one = *whole;
        one.content = nth_line(s->arena, whole->content, k);
        one.note = notes_of(s, row, columns, whole, n, k);
        const char **own[] = {&one.lead, &one.assist, &one.person, &one.budget, &one.people};
        for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
            if (count_lines(*own[i]) == n)
                *own[i] = line_of(s->arena, *own[i], n, k);
            else if (k > 0 && i >= 3) /* money and people of the row stand with its first item */
                *own[i] = NULL;
        month_rows_put(s, &one, number);
    }
}

const char *month_rows_text(struct month_rows *s, size_t row, const char *between)
{
    const char *all = "";
    for (size_t c = 0; c < s->table->columns; c++) {
        const struct cell *cell = table_cell(s->table, row, c);
        if (cell_is_blank(cell->text) || cell->covered)
            continue;
        const char *flat = cell_join(s->arena, cell->text, " ");
        all = *all ? arena_printf(s->arena, "%s%s%s", all, between, flat) : flat;
    }
    return all;
}

/* 4月 | | 李四: somebody is to do something, which is not told; or something is to be done before any time was told. */
static void report_row(struct month_rows *s, size_t row, bool empty)
{
    const char *all = month_rows_text(s, row, " ");
    if (empty && !month_rows_single(s->table, row))
        doubts_add(s->doubts, IMPORT_DOUBT_HEADER_EMPTY, month_rows_line(s->table, row), all, "");
    else if (!empty)
        month_rows_add_text(s, all, month_rows_line(s->table, row));
}

/* A row with its time; content: the column of its contents; owner: who is responsible where no column tells it. */
static void add_content(struct month_rows *s, size_t row, const struct columns *columns, int column, const char *owner)
{
    const char *content = month_rows_value(s, row, column);
    const char *more = month_rows_value(s, row, columns->more), *note = NULL;
    if (more && columns->guessed && !columns_name_activity(s->arena, more)) {
        note = more;
        more = NULL;
    }
    if (!content && !columns->field_count && columns->at[COLUMN_TOPIC] != column) /* a row that tells its theme only */
        content = month_rows_value(s, row, columns->at[COLUMN_TOPIC]);
    if ((!content && !more) || !s->time) {
        if (!columns->field_count)
            report_row(s, row, !content && !more);
        return;
    }
    struct row r = {.time = s->time,
                    .when = s->when,
                    .when_known = s->when_known,
                    .content = content ? content : more,
                    .assist = month_rows_value(s, row, columns->at[COLUMN_ASSIST]),
                    .budget = month_rows_value(s, row, columns->at[COLUMN_BUDGET]),
                    .people = month_rows_value(s, row, columns->at[COLUMN_PEOPLE]),
                    .note = note,
                    .lead = month_rows_value(s, row, columns->at[COLUMN_LEAD]),
                    .person = month_rows_value(s, row, columns->at[COLUMN_PERSON]),
                    .budget_unit_fen = columns->unit_fen};
    if (!r.lead && !r.person)
        r.lead = owner;
    put_rows(s, row, columns, &r);
    if (!content || !more)
        return;
    r.content = more;
    r.budget = r.people = NULL; /* they stand for the row */
    put_rows(s, row, columns, &r);
}

void month_rows_add(struct month_rows *s, size_t row, const struct columns *columns)
{
    take_time(s, row, columns);
    if (columns->field_count == 0)
        add_content(s, row, columns, columns->at[COLUMN_CONTENT], NULL);
    for (size_t i = 0; i < columns->field_count; i++)
        add_content(s, row, columns, columns->fields[i], columns->owners[i]);
}
