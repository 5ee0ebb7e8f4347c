/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/month_table.h"

#include <string.h>

#include "client/import/facts.h"
#include "client/import/month_rows.h"

/* Is the cell a month (months), or a week of a month told elsewhere (not months)? */
static bool cell_names(const struct month_rows *s, size_t row, size_t column, bool months, struct when *out)
{
    const char *text = table_cell(s->table, row, column)->text;
    return cell_is_time(s->arena, text, out) && (months ? out->count > 0 : out->kind == WHEN_PART && out->count == 0);
}

/* A cell's text in one line, trimmed. */
static const char *flat_text(const struct month_rows *s, size_t row, size_t column)
{
    const char *text = cell_join(s->arena, table_cell(s->table, row, column)->text, "");
    return text_fold(s->arena, text, strlen(text)).raw;
}

static void put_titles(struct month_rows *s, size_t row)
{
    const char *columns = month_rows_text(s, row, "\t");
    lines_add(s->lines, s->arena, columns, strlen(columns), month_rows_line(s->table, row))->kind = LINE_COLUMNS;
}

/* Months down, weeks across: 月份 | 第一周 | 第二周 …: every cell holds the items of a week. */
static bool crossed(struct month_rows *s)
{
    const struct table *t = s->table;
    struct when when;
    size_t titles = 0, weeks = 0;
    for (; titles + 1 < t->rows && titles < TITLE_ROWS && weeks < 2; titles++) {
        weeks = 0;
        for (size_t c = 1; c < t->columns; c++)
            weeks += cell_names(s, titles, c, false, &when);
    }
    if (weeks < 2 || !cell_names(s, titles--, 0, true, &when))
        return false;
    for (size_t k = 0; k < titles; k++)
        month_rows_add_text(s, month_rows_text(s, k, " "), month_rows_line(t, k));
    put_titles(s, titles);
    s->first_row = titles + 1;
    for (size_t r = s->first_row; r < t->rows; r++) {
        if (!cell_names(s, r, 0, true, &when))
            continue;
        for (size_t c = 1; c < t->columns; c++) {
            const char *content = month_rows_value(s, r, (int)c);
            if (!content || table_cell(t, r, c)->covered)
                continue;
            const char *time = arena_printf(s->arena, "%s %s", flat_text(s, r, 0), flat_text(s, titles, c));
            struct row row = {.time = time, .when = when, .when_known = true, .content = content, .budget_unit_fen = 100};
            month_rows_put(s, &row, table_cell(t, r, c)->line);
        }
    }
    return true;
}

/* Does the row hold nothing but months, two at least? */
static bool is_month_row(const struct month_rows *s, size_t row)
{
    size_t months = 0;
    struct when when;
    for (size_t c = 0; c < s->table->columns; c++) {
        const char *text = table_cell(s->table, row, c)->text;
        if (cell_is_blank(text))
            continue;
        if (!cell_is_time(s->arena, text, &when) || !when.count || when.bare)
            return false;
        months++;
    }
    return months >= 2;
}

/* 9月 | 10月 above their items, 11月 | 12月 above theirs: a calendar. */
static bool calendar(struct month_rows *s)
{
    const struct table *t = s->table;
    size_t titles = 0, title = 0;
    for (size_t r = 0; r < t->rows; r++) {
        bool months = is_month_row(s, r);
        if (months && (r + 1 >= t->rows || is_month_row(s, r + 1)))
            return false;
        titles += months;
    }
    for (size_t r = 0; titles >= 2 && r < t->rows; r++) {
        if (is_month_row(s, r)) {
            title = s->first_row = r + 1;
            continue;
        }
        if (!title)
            month_rows_add_text(s, month_rows_text(s, r, " "), month_rows_line(t, r));
        for (size_t c = 0; title && c < t->columns; c++) {
            const char *content = month_rows_value(s, r, (int)c);
            struct row row = {.content = content, .when_known = true, .budget_unit_fen = 100};
            if (!content || table_cell(t, r, c)->covered || !cell_names(s, title - 1, c, true, &row.when))
                continue;
            row.time = flat_text(s, title - 1, c);
            month_rows_put(s, &row, table_cell(t, r, c)->line);
        }
    }
    return titles >= 2;
}

/* Rows as columns: 月份 | 3月 | 4月 over 活动 | … | … and 负责人 | … | …; NULL when the first column holds no titles. */
static const struct table *turned(const struct month_rows *s)
{
    const struct table *t = s->table;
    struct columns groups[2];
    struct table *out = ARENA_NEW(s->arena, struct table);
    *out = (struct table){.rows = t->columns, .columns = t->rows};
    if (t->rows < 2 || t->rows > IMPORT_MAX_COLUMNS || t->columns < 3)
        return NULL;
    out->cells = ARENA_ARRAY(s->arena, t->rows * t->columns, struct cell);
    for (size_t r = 0; r < t->rows; r++)
        for (size_t c = 0; c < t->columns; c++)
            *table_cell(out, c, r) = *table_cell(t, r, c);
    bool titled = columns_read_titles(s->arena, out, 0, groups) == 1 && groups[0].at[COLUMN_TIME] >= 0;
    return titled && columns_read_titles(s->arena, t, 0, groups) == 0 ? out : NULL;
}

/* Are the cells below the months figures: a table of dues or of attendance? */
static bool holds_figures(const struct table *table, size_t titles)
{
    size_t filled = 0, figures = 0;
    for (size_t i = (titles + 1) * table->columns; i < table->rows * table->columns; i++) {
        const char *text = table->cells[i].text;
        filled += !cell_is_blank(text);
        figures += !cell_is_blank(text) && text[strspn(text, "0123456789.,- ")] == '\0';
    }
    return figures * 2 > filled;
}

/* Is the cell a month as the title of a column: 3月, 3月活动? */
static bool is_month_title(const struct month_rows *s, size_t row, size_t column, struct when *out)
{
    static const char *const ends[] = {"活动", "工作", "安排", "计划", "内容", NULL};
    const char *text = table_cell(s->table, row, column)->text;
    struct text t = text_fold(s->arena, text, strlen(text));
    bool time = cell_is_time(s->arena, text, out);
    for (size_t i = 0; !time && ends[i]; i++)
        if (text_ends(t.s, ends[i]))
            time = cell_is_time(s->arena, text_cut(s->arena, &t, 0, t.n - strlen(ends[i])), out);
    return time && out->count && !out->bare;
}

#define LEFT_COLUMNS 3 /* that tell whose the activities of a row are, before those of the months */

/* Do months stand over the columns, behind a few others? *left: how many. */
static bool has_month_titles(const struct month_rows *s, size_t row, size_t *left)
{
    const struct table *t = s->table;
    size_t months = 0;
    struct when when;
    *left = t->columns;
    for (size_t c = 0; c < t->columns; c++) {
        bool month = is_month_title(s, row, c, &when);
        if (month && !months)
            *left = c;
        if (!month && months && !cell_is_blank(table_cell(t, row, c)->text))
            return false;
        months += month;
    }
    return months >= 3 && *left <= LEFT_COLUMNS && !holds_figures(t, row);
}

/* What stands before the activities of a row: whose they are (低段组 | 钱多), or their kind (慰问类), which joins the header. */
static void take_left(struct month_rows *s, size_t row, size_t left, struct row *out)
{
    for (size_t c = 0; c < left; c++) {
        const char *cell = month_rows_value(s, row, (int)c);
        struct text t = text_fold(s->arena, cell ? cell : "", cell ? strlen(cell) : 0);
        if (!out->person && facts_is_person(t.s))
            out->person = t.raw;
        else if (!out->lead && facts_is_department(t.s))
            out->lead = t.raw;
        else if (t.n)
            out->time = arena_printf(s->arena, "%s %s", out->time, cell_join(s->arena, t.raw, ""));
    }
}

/* Months as column titles: the cells below are their items. */
static bool transposed(struct month_rows *s)
{
    const struct table *t = s->table;
    size_t titles = 0, left;
    while (titles + 1 < t->rows && titles < TITLE_ROWS && !has_month_titles(s, titles, &left))
        titles++;
    if (titles + 1 >= t->rows || titles == TITLE_ROWS)
        return false;
    for (size_t k = 0; k < titles; k++)
        month_rows_add_text(s, month_rows_single(t, k) ? month_rows_single(t, k) : month_rows_text(s, k, " "),
                            month_rows_line(t, k));
    if (left > 0)
        put_titles(s, titles);
    s->first_row = titles + 1;
    for (size_t c = left; c < t->columns; c++) {
        struct row row = {.when_known = true, .budget_unit_fen = 100};
        if (!is_month_title(s, titles, c, &row.when))
            continue;
        row.time = cell_join(s->arena, table_cell(t, titles, c)->text, "");
        for (size_t k = s->first_row; k < t->rows; k++) {
            struct row one = row;
            one.content = month_rows_value(s, k, (int)c);
            if (!one.content || table_cell(t, k, c)->covered)
                continue;
            take_left(s, k, left, &one);
            month_rows_put(s, &one, table_cell(t, k, c)->line);
        }
    }
    return true;
}

static int month_in_row(const struct month_rows *s, size_t row, const struct columns *columns)
{
    struct when w;
    const char *text = month_rows_cell(s->table, row, columns->at[COLUMN_TIME]);
    return cell_is_time(s->arena, text, &w) && w.count ? w.months[0] : 0;
}

/* Two groups side by side: is the second read after the first (halves of the year) or row by row? */
static bool groups_by_row(const struct month_rows *s, size_t first_row, const struct columns groups[2])
{
    if (first_row + 1 >= s->table->rows)
        return false;
    int a = month_in_row(s, first_row, &groups[0]), b = month_in_row(s, first_row, &groups[1]);
    int c = month_in_row(s, first_row + 1, &groups[0]);
    return a && b && c && (b - a + 12) % 12 <= (c - a + 12) % 12;
}

static void add_body(struct month_rows *s, size_t first_row, size_t n, struct columns groups[2])
{
    bool by_row = n == 2 && groups_by_row(s, first_row, groups);
    size_t titles = first_row > 0 ? first_row - 1 : 0;
    s->titles = first_row > 0 ? &titles : NULL;
    s->first_row = first_row;
    for (size_t g = 0; g < n; g++)
        groups[g].numbered = columns_count_times(s->arena, s->table, first_row, &groups[g]);
    for (size_t g = 0; g < (by_row ? 1 : n); g++) {
        s->time = s->month = NULL;
        for (size_t r = first_row; r < s->table->rows; r++) {
            if (s->titles && month_rows_repeat(s->table, r, titles))
                continue;
            if (s->titles && n == 1 && month_rows_retitle(s, r, &groups[0])) {
                titles = r;
                memset(s->ditto, 0, sizeof s->ditto);
                put_titles(s, r);
                continue;
            }
            if (g == 0 && month_rows_take_special(s, r, &groups[0]))
                continue;
            month_rows_add(s, r, &groups[g]);
            if (by_row)
                month_rows_add(s, r, &groups[1]);
        }
    }
    s->titles = NULL;
}

/* Has the table a time in some row below? A table of duties with a 时间 column that never names one is none. */
static bool has_times(const struct month_rows *s, size_t first_row, const struct columns *columns)
{
    for (size_t r = first_row; r < s->table->rows; r++) {
        struct when w;
        const char *single = month_rows_single(s->table, r);
        static const enum column_role parts[] = {COLUMN_TIME, COLUMN_WEEK, COLUMN_DATE};
        for (size_t i = 0; i < 3; i++)
            if (cell_has_time(s->arena, month_rows_cell(s->table, r, columns->at[parts[i]]), &w))
                return true;
        if (single && cell_is_time(s->arena, single, &w) && w.count)
            return true;
    }
    return false;
}

/* Are all filled cells of the row titles, and some of them new? Then it is the second row of titles, under merged ones. */
static bool refines_titles(struct arena *arena, const struct table *table, size_t row)
{
    size_t fresh = 0;
    for (size_t c = 0; row < table->rows && c < table->columns; c++) {
        const struct cell *cell = table_cell(table, row, c), *above = table_cell(table, row - 1, c);
        const char *flat = cell_join(arena, cell->text, "");
        if (cell_is_blank(flat) || strcmp(cell->text, above->text) == 0)
            continue;
        struct text title = text_fold(arena, flat, strlen(flat));
        if (column_role_of(arena, flat, strlen(flat), NULL) == COLUMN_NONE && !facts_is_department(title.s))
            return false;
        fresh++;
    }
    return fresh > 0;
}

/* The table with the titles of row r written into the empty cells of the row below. */
static const struct table *join_titles(struct arena *arena, const struct table *table, size_t row)
{
    struct table joined = *table;
    joined.cells = arena_copy(arena, table->cells, table->rows * table->columns * sizeof *table->cells);
    for (size_t c = 0; c < table->columns; c++)
        if (cell_is_blank(table_cell(&joined, row + 1, c)->text))
            table_cell(&joined, row + 1, c)->text = table_cell(table, row, c)->text;
    return arena_copy(arena, &joined, sizeof joined);
}

/* The first row of a table whose columns were guessed: titles that tell no contents may stand above. */
static size_t guessed_first(const struct month_rows *s, const struct columns *columns)
{
    struct when when;
    for (size_t r = 0; r < s->table->rows && r < TITLE_ROWS; r++) {
        const char *time = month_rows_cell(s->table, r, columns->at[COLUMN_TIME]);
        if (cell_is_blank(time) || cell_has_time(s->arena, time, &when) || month_rows_single(s->table, r))
            return r;
    }
    return 0;
}

bool month_table_lines(struct lines *lines, const struct document *document, const struct table *table)
{
    struct month_rows s = {.lines = lines, .table = table, .arena = document->arena, .doubts = document->doubts};
    struct columns groups[2];
    if (table->rows == 0 || table->columns < 2)
        return false;
    if (crossed(&s))
        return true;
    /* a sheet may hold the whole plan: lines of text above the titles do not count */
    for (size_t r = 0, tried = 0; r < table->rows && tried < TITLE_ROWS; tried += !month_rows_single(table, r), r++) {
        size_t n = month_rows_single(table, r) ? 0 : columns_read_titles(s.arena, table, r, groups);
        if (!n || !has_times(&s, r + 1, &groups[0]))
            continue;
        for (size_t k = 0; k < r; k++)
            month_rows_add_text(&s, month_rows_text(&s, k, " "), month_rows_line(table, k));
        if (n == 1 && refines_titles(s.arena, table, r + 1)) {
            table = s.table = join_titles(s.arena, table, r);
            n = columns_read_titles(s.arena, table, ++r, groups);
        }
        put_titles(&s, r);
        add_body(&s, r + 1, n, groups);
        return true;
    }
    const struct table *other = turned(&s);
    if (other)
        return month_table_lines(lines, document, other);
    if (calendar(&s) || transposed(&s))
        return true;
    if (!columns_guess(s.arena, table, &groups[0]))
        return false;
    doubts_add(document->doubts, IMPORT_DOUBT_COLUMNS_GUESSED, month_rows_line(table, 0), month_rows_text(&s, 0, " "), "");
    size_t first = guessed_first(&s, &groups[0]);
    for (size_t k = 0; k < first; k++)
        month_rows_add_text(&s, month_rows_text(&s, k, " "), month_rows_line(table, k));
    add_body(&s, first, 1, groups);
    return true;
}
