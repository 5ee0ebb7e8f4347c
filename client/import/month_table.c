/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/month_table.h"

#include <string.h>

#include "client/import/table_columns.h"

#define TITLE_ROWS 8 /* how far down the row of titles is looked for */

struct state {
    struct lines *lines;
    const struct document *document;
    const struct table *table;
    struct arena *arena;
    const size_t *titles; /* the row of titles, NULL when there is none */
    const char *month;    /* what the month column said last */
    const char *time;     /* the header of the row; carried down */
    struct when when;
    bool when_known;
};

static const char *cell_text(const struct table *table, size_t row, int column)
{
    return column < 0 ? "" : table_cell(table, row, (size_t)column)->text;
}

/* Is the row one text across all columns, or one filled cell alone? Then that text. */
static const char *single_text(const struct table *table, size_t row)
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

static uint32_t row_line(const struct table *table, size_t row)
{
    for (size_t c = 0; c < table->columns; c++)
        if (!cell_is_blank(table_cell(table, row, c)->text))
            return table_cell(table, row, c)->line;
    return table_cell(table, row, 0)->line;
}

/* ---- rows ---- */

static void add_line(struct state *s, const char *text, uint32_t number)
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

/* The time of a row: month column, week, date; empty ones keep the time above. */
static void take_time(struct state *s, size_t row, const struct columns *columns)
{
    static const enum column_role parts[] = {COLUMN_TIME, COLUMN_WEEK, COLUMN_DATE};
    const char *all = "";
    struct when when = {0};
    bool known = false, any = false;
    for (size_t i = 0; i < 3; i++) {
        const char *text = cell_text(s->table, row, columns->at[parts[i]]);
        if (cell_is_blank(text))
            continue;
        struct when w = {0};
        bool is_time = parts[i] == COLUMN_TIME ? cell_has_time(s->arena, text, &w) : cell_is_time(s->arena, text, &w);
        if (parts[i] == COLUMN_WEEK && is_time && w.bare)
            w = (struct when){.kind = WHEN_PART};
        if (is_time && (!known || (when.count == 0 && w.count > 0))) {
            when = w;
            known = true;
        }
        const char *flat = cell_join(s->arena, text, "");
        all = *all ? arena_printf(s->arena, "%s %s", all, flat) : flat;
        any = true;
    }
    if (!any)
        return;
    const char *month = cell_text(s->table, row, columns->at[COLUMN_TIME]);
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

static const char *optional(const struct table *table, size_t row, int column)
{
    const char *text = cell_text(table, row, column);
    if (column < 0 || cell_is_blank(text))
        return NULL;
    static const char *const nothing[] = {"/", "-", "—", "——", "－", "无", NULL};
    for (size_t i = 0; nothing[i]; i++)
        if (strcmp(text, nothing[i]) == 0)
            return NULL;
    return text;
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

static void put_row(struct state *s, const struct row *row, uint32_t number)
{
    struct row *kept = arena_copy(s->arena, row, sizeof *row);
    struct line *line = lines_add(s->lines, s->arena, row->content, strcspn(row->content, "\n"), number);
    line->row = kept;
    line_scan(line);
}

/* One row per item when the content and another column have the same number of lines. */
static void put_rows(struct state *s, const struct row *row, uint32_t number)
{
    size_t n = count_lines(row->content);
    const char *const *columns[] = {&row->lead, &row->assist, &row->person, &row->budget, &row->people};
    bool aligned = false;
    for (size_t i = 0; n > 1 && i < sizeof columns / sizeof columns[0]; i++)
        aligned |= count_lines(*columns[i]) == n;
    if (!aligned) {
        put_row(s, row, number);
        return;
    }
    for (size_t k = 0; k < n; k++) {
        struct row one = *row;
        one.content = nth_line(s->arena, row->content, k);
        const char **fields[] = {&one.lead, &one.assist, &one.person, &one.budget, &one.people};
        for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
            if (count_lines(*fields[i]) == n)
                *fields[i] = nth_line(s->arena, *fields[i], k);
            else if (k > 0 && i >= 3) /* money and people of the row stand with its first item */
                *fields[i] = NULL;
        put_row(s, &one, number);
    }
}

static const char *notes_of(struct state *s, size_t row, const struct columns *columns)
{
    const char *all = NULL;
    for (size_t i = 0; i < 4; i++) {
        const char *text = optional(s->table, row, columns->notes[i]);
        if (text)
            all = all ? arena_printf(s->arena, "%s\n%s", all, text) : text;
    }
    return all;
}

static const char *row_text(struct state *s, size_t row, const char *between)
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

/* Is there anything in the rows below? A time that nothing follows is the date of a signature. */
static bool is_last(const struct table *table, size_t row)
{
    for (size_t r = row + 1; r < table->rows; r++)
        for (size_t c = 0; c < table->columns; c++)
            if (!cell_is_blank(table_cell(table, r, c)->text))
                return false;
    return true;
}

/* Titles repeated at the top of a page. */
static bool repeats(const struct table *table, size_t row, size_t titles)
{
    for (size_t c = 0; c < table->columns; c++)
        if (strcmp(table_cell(table, row, c)->text, table_cell(table, titles, c)->text) != 0)
            return false;
    return true;
}

/* A time across the table above titles that are repeated is the heading of what follows: 第二学期. */
static bool heads_titles(const struct state *s, size_t row)
{
    return s->titles && row + 1 < s->table->rows && repeats(s->table, row + 1, *s->titles);
}

/* Rows that are none: a text across the table, a total, a note. True when taken. */
static bool take_special(struct state *s, size_t row, const struct columns *columns)
{
    const char *single = single_text(s->table, row);
    uint32_t number = row_line(s->table, row);
    struct when w;
    const char *all = row_text(s, row, " ");
    struct line probe = {.text = text_fold(s->arena, all, strlen(all))};
    line_scan(&probe);
    if (probe.kind == LINE_TOTAL || (probe.kind == LINE_NOTE && (single || columns->at[COLUMN_NOTE] != 0))) {
        add_line(s, all, number);
        return true;
    }
    if (!single)
        return false;
    bool in_content = columns->at[COLUMN_CONTENT] >= 0 && !cell_is_blank(cell_text(s->table, row, columns->at[COLUMN_CONTENT]));
    bool spans = table_cell(s->table, row, s->table->columns - 1)->covered || s->table->columns == 1;
    if (cell_is_time(s->arena, single, &w) && (w.count || w.kind == WHEN_PART) &&
        !(spans && (is_last(s->table, row) || heads_titles(s, row)))) {
        if (in_content && !spans && columns->at[COLUMN_TIME] >= 0 &&
            cell_is_blank(cell_text(s->table, row, columns->at[COLUMN_TIME])))
            return false;
        s->month = s->time = text_fold(s->arena, single, strlen(single)).raw;
        s->when = w;
        s->when_known = true;
        return true;
    }
    if (in_content && !spans)
        return false;
    if (!in_content && columns->at[COLUMN_TIME] >= 0 && !cell_is_blank(cell_text(s->table, row, columns->at[COLUMN_TIME])))
        return false;
    add_line(s, single, number);
    return true;
}

static void add_row(struct state *s, size_t row, const struct columns *columns)
{
    take_time(s, row, columns);
    const char *content = optional(s->table, row, columns->at[COLUMN_CONTENT]);
    if (!content || !s->time)
        return;
    struct row r = {.time = s->time,
                    .when = s->when,
                    .when_known = s->when_known,
                    .content = content,
                    .assist = optional(s->table, row, columns->at[COLUMN_ASSIST]),
                    .budget = optional(s->table, row, columns->at[COLUMN_BUDGET]),
                    .people = optional(s->table, row, columns->at[COLUMN_PEOPLE]),
                    .note = notes_of(s, row, columns),
                    .lead = optional(s->table, row, columns->at[COLUMN_LEAD]),
                    .person = optional(s->table, row, columns->at[COLUMN_PERSON]),
                    .budget_unit_fen = columns->unit_fen};
    put_rows(s, &r, row_line(s->table, row));
}

/* ---- shapes ---- */

/* Months as column titles: the cells below are their items. */
static bool transposed(struct state *s)
{
    const struct table *t = s->table;
    for (size_t r = 0; r + 1 < t->rows && r < TITLE_ROWS; r++) {
        size_t months = 0, filled = 0;
        for (size_t c = 0; c < t->columns; c++) {
            struct when w;
            const char *text = table_cell(t, r, c)->text;
            filled += !cell_is_blank(text);
            months += cell_is_time(s->arena, text, &w) && w.count && !w.bare;
        }
        if (months < 3 || months + 1 < filled)
            continue;
        for (size_t k = 0; k < r; k++)
            if (single_text(t, k))
                add_line(s, single_text(t, k), row_line(t, k));
        for (size_t c = 0; c < t->columns; c++) {
            struct when w;
            const char *time = table_cell(t, r, c)->text;
            if (!cell_is_time(s->arena, time, &w))
                continue;
            for (size_t k = r + 1; k < t->rows; k++) {
                const char *content = optional(t, k, (int)c);
                if (!content || table_cell(t, k, c)->covered)
                    continue;
                const char *flat = cell_join(s->arena, time, "");
                struct row row = {.time = flat, .when = w, .when_known = true, .content = content, .budget_unit_fen = 100};
                put_row(s, &row, table_cell(t, k, c)->line);
            }
        }
        return true;
    }
    return false;
}

static int month_in_row(const struct state *s, size_t row, const struct columns *columns)
{
    struct when w;
    const char *text = cell_text(s->table, row, columns->at[COLUMN_TIME]);
    return cell_is_time(s->arena, text, &w) && w.count ? w.months[0] : 0;
}

/* Two groups side by side: is the second read after the first (halves of the year) or row by row? */
static bool groups_by_row(const struct state *s, size_t first_row, const struct columns groups[2])
{
    if (first_row + 1 >= s->table->rows)
        return false;
    int a = month_in_row(s, first_row, &groups[0]), b = month_in_row(s, first_row, &groups[1]);
    int c = month_in_row(s, first_row + 1, &groups[0]);
    return a && b && c && (b - a + 12) % 12 <= (c - a + 12) % 12;
}

static void add_body(struct state *s, size_t first_row, size_t n, const struct columns groups[2])
{
    bool by_row = n == 2 && groups_by_row(s, first_row, groups);
    size_t titles = first_row > 0 ? first_row - 1 : 0;
    s->titles = first_row > 0 ? &titles : NULL;
    for (size_t g = 0; g < (by_row ? 1 : n); g++) {
        s->time = s->month = NULL;
        for (size_t r = first_row; r < s->table->rows; r++) {
            if ((s->titles && repeats(s->table, r, titles)) || (g == 0 && take_special(s, r, &groups[0])))
                continue;
            add_row(s, r, &groups[g]);
            if (by_row)
                add_row(s, r, &groups[1]);
        }
    }
    s->titles = NULL;
}

/* Has the table a time in some row below? A table of duties with a 时间 column that never names one is none. */
static bool has_times(const struct state *s, size_t first_row, const struct columns *columns)
{
    for (size_t r = first_row; r < s->table->rows; r++) {
        struct when w;
        const char *single = single_text(s->table, r);
        static const enum column_role parts[] = {COLUMN_TIME, COLUMN_WEEK, COLUMN_DATE};
        for (size_t i = 0; i < 3; i++)
            if (cell_has_time(s->arena, cell_text(s->table, r, columns->at[parts[i]]), &w))
                return true;
        if (single && cell_is_time(s->arena, single, &w) && w.count)
            return true;
    }
    return false;
}

bool month_table_lines(struct lines *lines, const struct document *document, const struct table *table)
{
    struct state s = {.lines = lines, .document = document, .table = table, .arena = document->arena};
    struct columns groups[2];
    if (table->rows == 0 || table->columns < 2)
        return false;
    /* a sheet may hold the whole plan: lines of text above the titles do not count */
    for (size_t r = 0, tried = 0; r < table->rows && tried < TITLE_ROWS; tried += !single_text(table, r), r++) {
        size_t n = columns_read_titles(s.arena, table, r, groups);
        if (!n || !has_times(&s, r + 1, &groups[0]))
            continue;
        for (size_t k = 0; k < r; k++)
            add_line(&s, row_text(&s, k, " "), row_line(table, k));
        const char *columns = row_text(&s, r, "\t");
        lines_add(lines, s.arena, columns, strlen(columns), row_line(table, r))->kind = LINE_COLUMNS;
        add_body(&s, r + 1, n, groups);
        return true;
    }
    if (transposed(&s))
        return true;
    if (!columns_guess(s.arena, table, &groups[0]))
        return false;
    doubts_add(document->doubts, IMPORT_DOUBT_COLUMNS_GUESSED, row_line(table, 0), row_text(&s, 0, " "), "");
    add_body(&s, 0, 1, groups);
    return true;
}
