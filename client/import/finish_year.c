/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/finish.h"

#include <string.h>

#include "common/domain/zh_number.h"

struct year {
    int first, second; /* second: of a school year, else 0 */
    const char *text;
    uint32_t line;
};

static bool is_digit_before(const char *s, size_t at)
{
    return at > 0 && s[at - 1] >= '0' && s[at - 1] <= '9';
}

static int digits_of(const char *s, int *value)
{
    int n = 0;
    *value = 0;
    for (; n < 5 && s[n] >= '0' && s[n] <= '9'; n++)
        *value = *value * 10 + (s[n] - '0');
    return n;
}

/* 2018学校…, 2024-2025年度: a year without 年; a day (2022-06-15) is none. */
static bool bare_year(struct arena *arena, const struct line *line, size_t at, struct year *out)
{
    const char *s = line->text.s;
    int value, other;
    if (digits_of(s + at, &value) != 4 || value < 1990 || value > 2099)
        return false;
    size_t dash = at + 4;
    while (s[dash] == '-' || s[dash] == '~' || s[dash] == ' ' || s[dash] == '/')
        dash++;
    int more = dash > at + 4 ? digits_of(s + dash, &other) : 0;
    bool pair = more == 4 && other == value + 1;
    if (more && !pair && s[at + 4] != ' ')
        return false;
    size_t end = pair ? dash + 4 : at + 4;
    *out = (struct year){
        .first = value, .second = pair ? other : 0, .text = text_cut(arena, &line->text, at, end), .line = line->number};
    return true;
}

/* The first year in a line. loose: 2018学校…, 2024-2025年度 count too. Masked years give first = WHEN_YEAR_MASKED. */
static bool find_year(struct arena *arena, const struct line *line, bool loose, struct year *out)
{
    const char *s = line->text.s;
    for (size_t i = 0; s[i]; i += text_char(s + i)) {
        int year, second;
        size_t n = is_digit_before(s, i) ? 0 : when_parse_year(s + i, &year, &second);
        if (n && year != WHEN_YEAR_NEXT) {
            /* 2024-2025年度: the second year was not yet seen as one of a school year */
            *out = (struct year){
                .first = year, .second = second, .text = text_cut(arena, &line->text, i, i + n), .line = line->number};
            return true;
        }
        if (loose && !is_digit_before(s, i) && bare_year(arena, line, i, out))
            return true;
    }
    return false;
}

static bool second_semester(const char *title)
{
    static const char *const words[] = {"第二学期", "下学期", "春季", "二学期", "第2学期", NULL};
    return text_has_any(title, words);
}

/* The calendar year of the plan's first month, from a year in the title. */
static int year_of_title(const struct year *y, const struct import_plan *plan, const char *title, struct doubts *doubts)
{
    int month = plan->likely_start;
    bool school_year = y->second || text_has(title, "学年");
    if (!school_year)
        return y->first;
    bool second = second_semester(title) || (month >= 1 && month <= 6 && !text_has(title, "第一学期") && plan->last < 12);
    if (month >= 7 && !second_semester(title))
        second = false;
    int year = second ? y->first + 1 : y->first;
    if (second)
        doubts_add(doubts, IMPORT_DOUBT_YEAR_OF_TERM, y->line, y->text, "");
    return year;
}

/* Years in the first paragraphs: told only when they agree. */
static bool year_of_text(const struct lines *lines, const struct plan_range *range, struct arena *arena, struct year *out)
{
    size_t looked = 0;
    bool found = false;
    for (size_t i = range->begin; i < range->end && looked < 6; i++) {
        const struct line *line = &lines->items[i];
        struct year y;
        if (line->kind == LINE_TITLE || line->kind == LINE_ROW || line->kind == LINE_HEADER)
            continue;
        looked++;
        if (!find_year(arena, line, line->kind == LINE_CHROME, &y) || y.first < 0)
            continue;
        if (found && y.first != out->first)
            return false;
        *out = y;
        found = true;
    }
    return found;
}

static bool year_of_headers(const struct lines *lines, const struct plan_range *range, struct year *out)
{
    for (size_t i = range->begin; i < range->end; i++) {
        const struct line *line = &lines->items[i];
        const struct when *w = line->kind == LINE_HEADER                         ? &line->header.when
                               : line->kind == LINE_ROW && line->row->when_known ? &line->row->when
                                                                                 : NULL;
        if (w && w->year > 0 && w->count && line->months) {
            *out = (struct year){.first = w->year - finish_first_month(line->months) / 12,
                                 .text = line->kind == LINE_ROW ? line->row->time : line->text.raw,
                                 .line = line->number};
            return true;
        }
    }
    return false;
}

static bool year_of_signature(const struct lines *lines, const struct plan_range *range, const struct import_plan *plan,
                              struct arena *arena, struct year *out)
{
    for (size_t i = range->begin; i < range->end; i++) {
        const struct line *line = &lines->items[i];
        if (line->kind != LINE_SIGNATURE || !line_is_signature_date(line) || !find_year(arena, line, false, out) || out->first < 0)
            continue;
        int signed_in = line->header.when.months[0], start = plan->likely_start;
        int ahead = (start - signed_in + 12) % 12;
        if (!start || (ahead > 2 && ahead < 10))
            continue;
        if (ahead <= 2 && start < signed_in)
            out->first++;
        if (ahead >= 10 && start > signed_in)
            out->first--;
        return true;
    }
    return false;
}

/* 2006年总结及2007年计划: the plan's year is the last. */
static bool last_year(struct arena *arena, const struct line *line, struct year *out)
{
    struct line rest = *line;
    bool found = false;
    struct year y;
    while (find_year(arena, &rest, true, &y)) {
        *out = y;
        found = true;
        const char *at = strstr(rest.text.raw, y.text);
        size_t from = at ? (size_t)(at - rest.text.raw) + strlen(y.text) : rest.text.raw_bytes;
        if (!text_has(line->text.s, "总结"))
            break;
        rest.text = text_fold(arena, rest.text.raw + from, rest.text.raw_bytes - from);
    }
    return found;
}

/* The year the title tells; 0 when none. A masked one goes to *masked. */
static int title_year(const struct lines *lines, const struct plan_range *range, struct import_plan *plan, struct arena *arena,
                      struct doubts *doubts, const struct line **masked)
{
    struct year y;
    for (size_t i = range->begin; i < range->end; i++) {
        const struct line *line = &lines->items[i];
        if (line->kind != LINE_TITLE || !last_year(arena, line, &y))
            continue;
        plan->year_text = y.text;
        if (y.first > 0)
            return year_of_title(&y, plan, finish_title(lines, range, arena), doubts);
        *masked = line;
        return 0;
    }
    return 0;
}

#define TEACHERS_DAY_ZERO 1984 /* the first 教师节 was in 1985 */

/* 第二十个教师节 tells the year of the plan that holds it, but only as a hint. */
static void hint_year(const struct lines *lines, const struct plan_range *range, struct arena *arena, struct doubts *doubts)
{
    for (size_t i = range->begin; i < range->end; i++) {
        const struct line *line = &lines->items[i];
        const char *at = strstr(line->text.s, "个教师节");
        size_t end = at ? (size_t)(at - line->text.s) : 0, from = end;
        int64_t number;
        while (from > 0 && end - from < 12 && !text_begins(line->text.s + from, "第"))
            from = text_before(line->text.s, from);
        size_t mark = end ? text_begins(line->text.s + from, "第") : 0;
        size_t n = mark ? zh_number_parse(line->text.s + from + mark, &number) : 0;
        if (!n || from + mark + n != end || number < 1 || number > 99)
            continue;
        doubts_add(doubts, IMPORT_DOUBT_YEAR_BY_EVENT, line->number, text_cut(arena, &line->text, from, end + strlen("个教师节")),
                   arena_printf(arena, "%d年", TEACHERS_DAY_ZERO + (int)number));
        return;
    }
}

void finish_year(const struct lines *lines, const struct plan_range *range, struct import_plan *plan, struct arena *arena,
                 struct doubts *doubts)
{
    struct year y;
    const struct line *masked = NULL;
    plan->year = title_year(lines, range, plan, arena, doubts, &masked);
    if (year_of_headers(lines, range, &y) && y.first != plan->year) {
        if (plan->year)
            doubts_add(doubts, IMPORT_DOUBT_YEAR_CONFLICT, y.line, y.text, plan->year_text);
        plan->year = y.first;
        plan->year_text = y.text;
    }
    if (!plan->year && (year_of_signature(lines, range, plan, arena, &y) || year_of_text(lines, range, arena, &y))) {
        bool second = y.second && plan->likely_start >= 1 && plan->likely_start <= 6;
        plan->year_text = y.text;
        plan->year = second ? y.second : y.first;
        doubts_add(doubts, IMPORT_DOUBT_YEAR_FROM_TEXT, y.line, y.text, "");
    }
    if (!plan->year)
        hint_year(lines, range, arena, doubts);
    if (!plan->year && masked)
        doubts_add(doubts, IMPORT_DOUBT_YEAR_MASKED, masked->number, plan->year_text, "");
    else if (!plan->year)
        doubts_add(doubts, IMPORT_DOUBT_YEAR_MISSING, plan->line, plan->title, "");
}
