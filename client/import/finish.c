/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/finish.h"

#include <string.h>

#include "common/domain/category.h"

int finish_first_month(uint64_t set)
{
    int low = 0;
    for (; set && !(set & 1); set >>= 1)
        low++;
    return low;
}

static int top_bit(uint64_t set)
{
    int top = -1;
    for (; set; set >>= 1)
        top++;
    return top;
}

const char *finish_title(const struct lines *lines, const struct plan_range *range, struct arena *arena)
{
    size_t begin = range->begin, end, bytes = 0;
    while (begin < range->end && lines->items[begin].kind != LINE_TITLE)
        begin++;
    for (end = begin; end < range->end && lines->items[end].kind == LINE_TITLE; end++)
        bytes += lines->items[end].text.n;
    char *title = arena_alloc(arena, bytes + 1), *out = title;
    for (size_t i = begin; i < end; i++)
        for (const char *at = lines->items[i].text.s; *at; at++)
            if (*at != ' ')
                *out++ = *at;
    *out = '\0';
    return title;
}

/* ---- body ---- */

static size_t occurrences_in(const char *text, const char *word)
{
    size_t n = 0;
    for (const char *at = text; at && (at = strstr(at, word)) != NULL; at += strlen(word))
        n++;
    return n;
}

/* In all but the title; of rows in all their cells. */
static size_t occurrences(const struct lines *lines, const struct plan_range *range, const char *word)
{
    size_t n = 0;
    for (size_t i = range->begin; i < range->end; i++) {
        const struct line *line = &lines->items[i];
        if (line->kind == LINE_TITLE)
            continue;
        n += occurrences_in(line->text.s, word);
        if (line->row)
            n += occurrences_in(line->row->lead, word) + occurrences_in(line->row->assist, word) +
                 occurrences_in(line->row->person, word) + occurrences_in(line->row->note, word);
    }
    return n;
}

static bool body_of_title(const char *title, enum import_body *out)
{
    static const struct {
        const char *word;
        enum import_body body;
    } words[] = {
        {"女工", IMPORT_BODY_WOMEN},      {"女职工", IMPORT_BODY_WOMEN},    {"女教职工", IMPORT_BODY_WOMEN},
        {"妇女", IMPORT_BODY_WOMEN},      {"妇委", IMPORT_BODY_WOMEN},      {"妇联", IMPORT_BODY_WOMEN},
        {"经审", IMPORT_BODY_AUDIT},      {"经费审查", IMPORT_BODY_AUDIT},  {"小组", IMPORT_BODY_GROUP},
        {"分工会", IMPORT_BODY_GROUP},    {"工会", IMPORT_BODY_UNION},      {"团委", IMPORT_BODY_LEAGUE},
        {"共青团", IMPORT_BODY_LEAGUE},   {"团支部", IMPORT_BODY_LEAGUE},   {"少先队", IMPORT_BODY_LEAGUE},
        {"大队部", IMPORT_BODY_LEAGUE},   {"教研组", IMPORT_BODY_OTHER},    {"德育", IMPORT_BODY_SCHOOL},
        {"教学工作", IMPORT_BODY_SCHOOL}, {"学校工作", IMPORT_BODY_SCHOOL}, {"党支部", IMPORT_BODY_OTHER},
        {"班主任", IMPORT_BODY_OTHER},    {"教师会", IMPORT_BODY_UNION},    {"校历", IMPORT_BODY_SCHOOL},
        {"行事历", IMPORT_BODY_SCHOOL},   {"月历", IMPORT_BODY_SCHOOL},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (text_has(title, words[i].word)) {
            *out = words[i].body;
            return true;
        }
    return false;
}

/* In a plan without a title: who is spoken of. */
static enum import_body body_of_text(const struct lines *lines, const struct plan_range *range)
{
    size_t unions = occurrences(lines, range, "工会"),
           league = occurrences(lines, range, "团委") + occurrences(lines, range, "团员") + occurrences(lines, range, "共青团");
    if (league > unions && league >= 3)
        return IMPORT_BODY_LEAGUE;
    if (unions > 0 || occurrences(lines, range, "教职工") >= 3)
        return IMPORT_BODY_UNION;
    return occurrences(lines, range, "学校") + occurrences(lines, range, "学生") >= 3 ? IMPORT_BODY_SCHOOL : IMPORT_BODY_OTHER;
}

static void guess_body(const struct lines *lines, const struct plan_range *range, struct import_plan *plan, struct arena *arena,
                       struct doubts *doubts)
{
    const char *title = finish_title(lines, range, arena);
    if (!body_of_title(title, &plan->body)) {
        plan->body = body_of_text(lines, range);
        doubts_add(doubts, IMPORT_DOUBT_BODY_GUESSED, plan->line, plan->title, import_body_text(plan->body, true));
        return;
    }
    bool silent =
        plan->body == IMPORT_BODY_UNION && occurrences(lines, range, "工会") == 0 && occurrences(lines, range, "教职工") == 0;
    if (plan->activity_count == 0 && plan->section_count > 5 && plan->body == IMPORT_BODY_UNION &&
        occurrences(lines, range, "工会") == 0 && occurrences(lines, range, "学生") > 3)
        silent = true;
    if (silent && plan->section_count > 5 && occurrences(lines, range, "学生") > 3) {
        plan->body = IMPORT_BODY_SCHOOL;
        doubts_add(doubts, IMPORT_DOUBT_BODY_MISMATCH, plan->line, plan->title, import_body_text(plan->body, true));
    }
}

/* ---- term ---- */

static bool title_semester(const char *title)
{
    static const char *const words[] = {"学期", "上学期", "下学期", "春季", "秋季", NULL};
    return text_has_any(title, words);
}

static enum import_term term_of_months(const struct import_plan *plan, const char *title)
{
    int span = plan->last - plan->first + 1, month = plan->first % 12 + 1;
    bool semester = title_semester(title), school_year = text_has(title, "学年");
    if (span <= 7 && semester)
        return IMPORT_TERM_SEMESTER;
    if (span <= 7 && !school_year)
        return text_has(title, "年") ? IMPORT_TERM_YEAR : IMPORT_TERM_SEMESTER;
    return month >= 7 ? IMPORT_TERM_SCHOOL_YEAR : IMPORT_TERM_YEAR;
}

/* The months of what is planned: a vacation at the end adds none. */
static uint64_t scheduled_months(const struct import_plan *plan)
{
    uint64_t all = 0;
    for (size_t i = 0; i < plan->activity_count; i++)
        if (plan->activities[i].origin == IMPORT_FROM_SCHEDULE)
            all |= plan->activities[i].months;
    return all;
}

static void guess_term(const struct lines *lines, const struct plan_range *range, struct import_plan *plan, struct arena *arena,
                       struct doubts *doubts)
{
    const char *title = finish_title(lines, range, arena);
    uint64_t all = scheduled_months(plan);
    for (size_t i = range->begin; i < range->end && !all; i++) /* months without any item */
        if (lines->items[i].kind == LINE_HEADER || lines->items[i].kind == LINE_ROW)
            all |= lines->items[i].months;
    plan->first = plan->last = -1;
    if (!all) {
        plan->term = title_semester(title)     ? IMPORT_TERM_SEMESTER
                     : text_has(title, "学年") ? IMPORT_TERM_SCHOOL_YEAR
                                               : IMPORT_TERM_YEAR;
        return;
    }
    plan->first = (int8_t)finish_first_month(all);
    plan->last = (int8_t)top_bit(all);
    plan->term = term_of_months(plan, title);
    plan->likely_start = (int8_t)(plan->first % 12 + 1);
    bool semester = title_semester(title) && !text_has(title, "学年度工作");
    if (semester && plan->last - plan->first + 1 > 8)
        doubts_add(doubts, IMPORT_DOUBT_TERM_MISMATCH, plan->line, plan->title, import_term_name(plan->term));
}

/* ---- categories ---- */

#define GUESS_BYTES ((size_t)1 << 10) /* what an item is stands at its beginning */

/* Of the whole item, also where it was wrapped. Its remarks do not decide: stored and printed they stand in brackets. */
static void guess_category(struct import_activity *a, struct arena *arena)
{
    size_t n = strlen(a->text);
    struct text t = text_fold(arena, a->text, n < GUESS_BYTES ? n : GUESS_BYTES);
    a->category = category_guess(t.s, &a->tags);
}

/* ---- the rest ---- */

/* Activities from the text get their months inside the term. */
static void place_text_activities(struct import_plan *plan)
{
    for (size_t i = 0; i < plan->activity_count; i++) {
        struct import_activity *a = &plan->activities[i];
        if (a->origin != IMPORT_FROM_TEXT || plan->first < 0)
            continue;
        uint64_t set = 0;
        for (int m = 0; m < 24; m++)
            if (a->months >> m & 1) {
                int at = m % 12;
                while (at < plan->first)
                    at += 12;
                set |= UINT64_C(1) << at;
            }
        a->months = set;
        if (a->standing && !set)
            for (int m = plan->first; m <= plan->last; m++)
                a->months |= UINT64_C(1) << m;
    }
}

void finish_plan(const struct lines *lines, const struct plan_range *range, struct import_plan *plan, struct arena *arena,
                 struct doubts *doubts)
{
    guess_body(lines, range, plan, arena, doubts);
    guess_term(lines, range, plan, arena, doubts);
    finish_year(lines, range, plan, arena, doubts);
    place_text_activities(plan);
    for (size_t i = 0; i < plan->activity_count; i++)
        guess_category(&plan->activities[i], arena);
    if (!plan->title)
        doubts_add(doubts, range->glued ? IMPORT_DOUBT_GLUED_PLAN : IMPORT_DOUBT_NO_TITLE, plan->line, "", "");
    if (plan->first < 0)
        doubts_add(doubts, IMPORT_DOUBT_NO_SCHEDULE, plan->line, plan->title, "");
}
