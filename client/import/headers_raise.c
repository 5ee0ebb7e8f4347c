/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/plan_range.h"
#include "client/import/when_parts.h"

#include <string.h>

/* 一月是一年的开始, 六月标志着学年的结束: the month is what the sentence speaks of. */
static bool is_subject(const struct line *line)
{
    static const char *const verbs[] = {"是", "为", "则", "标志", "的", "已", "也", "更", "又", NULL};
    return line->header.strength == HEADER_WEAK && text_begins_any(line->text.s + line->header.end, verbs);
}

static bool is_candidate(const struct line *line)
{
    return line->kind == LINE_TEXT && line->header.strength != HEADER_NONE && header_names_months(&line->header) &&
           line->header.when.year >= 0 && !is_subject(line);
}

static bool plan_has_strong(const struct lines *lines, const struct plan_range *range)
{
    size_t n = 0;
    for (size_t i = range->begin; i < range->end; i++)
        if (lines->items[i].kind != LINE_CHROME && lines->items[i].header.strength == HEADER_STRONG &&
            header_names_months(&lines->items[i].header) && !line_is_signature_date(&lines->items[i]))
            n++;
    return n >= 2;
}

static bool months_go_on(const struct when *from, const struct when *to)
{
    int step = ((int)to->months[0] - from->months[from->count - 1] + 12) % 12;
    int first = ((int)to->months[0] - from->months[0] + 12) % 12; /* 3月和9月, 4月和10月 */
    return step <= 5 || first <= 2;
}

/* Raises weak candidates that stand in a row of their kind: 3 of them, 2 in a zone, with the months going on. spaced: only 3 and
 * more with a space behind each month. */
static void raise_runs(struct lines *lines, const struct plan_range *range, bool spaced)
{
    for (size_t i = range->begin; i < range->end;) {
        size_t n = 0, medium = 0;
        while (i + n < range->end && is_candidate(&lines->items[i + n]) &&
               (n == 0 || months_go_on(&lines->items[i + n - 1].header.when, &lines->items[i + n].header.when))) {
            medium += lines->items[i + n].header.strength >= HEADER_MEDIUM;
            n++;
        }
        bool zone = lines->items[i].zone;
        if (spaced ? n >= 3 && medium == n : n >= 3 || (n >= 2 && (zone || medium == n)) || (n == 1 && zone && medium == 1))
            for (size_t k = 0; k < n; k++)
                lines->items[i + k].header.strength = HEADER_STRONG;
        i += n ? n : 1;
    }
}

/* Weak candidates that are not neighbours: a month, its item lines, the next month … */
static void raise_scattered(struct lines *lines, const struct plan_range *range)
{
    size_t found = 0;
    const struct line *last = NULL;
    for (size_t i = range->begin; i < range->end; i++) {
        const struct line *line = &lines->items[i];
        if (!is_candidate(line) || line->header.when.kind != WHEN_MONTH || !(line->zone || line->header.strength >= HEADER_MEDIUM))
            continue;
        if (last && !months_go_on(&last->header.when, &line->header.when))
            return;
        last = line;
        found++;
    }
    if (found < 3)
        return;
    for (size_t i = range->begin; i < range->end; i++) {
        struct line *line = &lines->items[i];
        if (is_candidate(line) && line->header.when.kind == WHEN_MONTH && (line->zone || line->header.strength >= HEADER_MEDIUM))
            line->header.strength = HEADER_STRONG;
    }
}

/* 第一周 教代会预备会, 第二周（9.7-9.13） 庆祝教师节. */
static bool is_part(const struct line *line)
{
    bool week = line->header.when.kind == WHEN_DATE && text_begins(line->text.s, "第") && line->header.when.bare;
    return line->kind == LINE_TEXT && line->header.strength >= HEADER_MEDIUM && line->label.style == LABEL_NONE &&
           (week || line->header.when.kind == WHEN_PART);
}

/* Parts of a month in consecutive lines, each before its item. */
static void raise_parts(struct lines *lines, const struct plan_range *range)
{
    for (size_t i = range->begin; i < range->end;) {
        size_t n = 0;
        while (i + n < range->end && is_part(&lines->items[i + n]))
            n++;
        for (size_t k = 0; n >= 2 && k < n; k++)
            lines->items[i + k].header.strength = HEADER_STRONG;
        i += n ? n : 1;
    }
}

/* A medium line between strong headers whose month lies between theirs: a colon was forgotten. */
static void raise_between(struct lines *lines, const struct plan_range *range)
{
    const struct line *last = NULL;
    for (size_t i = range->begin; i < range->end; i++) {
        struct line *line = &lines->items[i];
        if (!is_candidate(line))
            continue;
        bool month = line->header.when.kind == WHEN_MONTH;
        if (last && month && line->header.strength == HEADER_MEDIUM && line->label.style == LABEL_NONE) {
            int step = ((int)line->header.when.months[0] - last->header.when.months[last->header.when.count - 1] + 12) % 12;
            if (step >= 1 && step <= 2)
                line->header.strength = HEADER_STRONG;
        }
        if (line->header.strength == HEADER_STRONG && month)
            last = line;
    }
}

static bool leads_numbered(const struct line *line)
{
    const struct header *h = &line->header;
    return h->label.style == LABEL_DIGIT &&
           (h->strength == HEADER_STRONG ? header_names_months(h) : header_names_occasion(h, line->text.s));
}

/* 6、6月进行棋类比赛 beside 5、5月：乒乓球比赛: a month in a list whose items begin with their months. */
static void raise_numbered(struct lines *lines, const struct plan_range *range)
{
    const struct header *strong[2] = {0}; /* the nearest before, the nearest behind */
    size_t behind = range->begin;         /* where the nearest behind stands, or the end */
    for (size_t i = range->begin; i < range->end; i++) {
        struct header *h = &lines->items[i].header;
        bool named = header_names_months(h) || header_names_occasion(h, lines->items[i].text.s);
        bool listed = h->label.style == LABEL_DIGIT && named && h->rest < lines->items[i].text.n && !is_subject(&lines->items[i]);
        if (!listed || lines->items[i].kind != LINE_TEXT)
            continue;
        if (h->strength == HEADER_STRONG) {
            strong[0] = h;
            continue;
        }
        behind = behind > i ? behind : i + 1;
        while (behind < range->end && !leads_numbered(&lines->items[behind]))
            behind++;
        strong[1] = behind < range->end ? &lines->items[behind].header : NULL;
        bool follows = strong[0] && strong[0]->label.value + 1 == h->label.value && months_go_on(&strong[0]->when, &h->when);
        bool leads = strong[1] && h->label.value + 1 == strong[1]->label.value && months_go_on(&h->when, &strong[1]->when);
        if (follows || leads) {
            h->strength = HEADER_STRONG;
            strong[0] = h;
        }
    }
}

/* 三、2月份（春节前）…, 四、3月8日开展…: items of one list that begin with their times. */
static bool is_listed(const struct line *line)
{
    return is_candidate(line) && line->header.label.style == LABEL_ZH && line->header.rest < line->text.n;
}

/* Three and more of them, their months and their numbers going on. */
static void raise_listed(struct lines *lines, const struct plan_range *range)
{
    size_t n = 0;
    const struct header *last = NULL;
    for (size_t i = range->begin; i < range->end; i++) {
        const struct header *h = &lines->items[i].header;
        if (!is_listed(&lines->items[i]))
            continue;
        if (last && (h->label.value <= last->label.value || h->label.value > last->label.value + 2 ||
                     h->when.months[0] < last->when.months[0]))
            return;
        last = h;
        n++;
    }
    for (size_t i = range->begin; n >= 3 && i < range->end; i++)
        if (is_listed(&lines->items[i]))
            lines->items[i].header.strength = HEADER_STRONG;
}

/* 3.8 活动, 9.10 教师节: a festival by its day, alone on its line. */
static bool names_festival_day(const struct line *line, struct when *out)
{
    static const int days[] = {101, 308, 312, 501, 504, 601, 701, 801, 910, 1001, 1224, 1225, 1231};
    static const char *const ends[] = {"活动", "节", "活动:", "节:", "元旦", "国庆", NULL};
    const char *s = line->text.s;
    int month, day;
    size_t n = when_digits(s, &month), m = s[n] == '.' ? when_digits(s + n + 1, &day) : 0;
    if (line->kind != LINE_TEXT || !n || !m || text_length(s) > 16 || !text_ends_any(s, ends) || strpbrk(s, ",;") ||
        !when_parse(s, WHEN_IN_CELL | WHEN_NO_FESTIVAL, out) || out->kind != WHEN_DATE || out->count != 1)
        return false;
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++)
        if (days[i] == month * 100 + day)
            return true;
    return false;
}

/* Three and more such lines whose months go on, each with something below, are headers; 1.1, 1.2, 2.1 count sections. */
static void raise_festival_days(struct lines *lines, const struct plan_range *range)
{
    size_t n = 0;
    struct when when, last = {0};
    for (size_t i = range->begin; i + 1 < range->end; i++) {
        struct when below;
        if (!names_festival_day(&lines->items[i], &when))
            continue;
        if (names_festival_day(&lines->items[i + 1], &below) || (n && when.months[0] <= last.months[0]))
            return;
        last = when;
        n++;
    }
    for (size_t i = range->begin; n >= 3 && i + 1 < range->end; i++) {
        struct line *line = &lines->items[i];
        if (names_festival_day(line, &when))
            line->header = (struct header){.strength = HEADER_STRONG, .when = when, .end = line->text.n, .rest = line->text.n};
    }
}

/* 9.10 教师节慰问, 12/31 迎新年: a day, a space, what is planned. */
static bool names_day(const struct line *line, struct when *out, int *day)
{
    const char *s = line->text.s;
    int month;
    size_t n = when_digits(s, &month), mark = n && (s[n] == '.' || s[n] == '/'), m = mark ? when_digits(s + n + 1, day) : 0;
    return line->kind == LINE_TEXT && m && line->label.style == LABEL_NONE && text_length(s) <= 40 &&
           when_parse(s, WHEN_IN_CELL | WHEN_NO_FESTIVAL, out) && out->kind == WHEN_DATE && out->year == 0 && out->bare &&
           s[out->end] == ' ';
}

/* Four and more such lines in the order of the calendar, most of their days past the ninth: 1.1, 1.2, 2.1 count sections. */
static void raise_days(struct lines *lines, const struct plan_range *range)
{
    size_t n = 0, late = 0, back = 0;
    int day, last = 0;
    struct when when;
    for (size_t i = range->begin; i < range->end; i++) {
        if (!names_day(&lines->items[i], &when, &day))
            continue;
        int at = when.months[0] * 100 + day;
        back += at < last;
        late += day > 9;
        last = at;
        n++;
    }
    for (size_t i = range->begin; n >= 4 && late * 2 >= n && back <= 1 && i < range->end; i++) {
        struct line *line = &lines->items[i];
        if (names_day(line, &when, &day))
            line->header = (struct header){.strength = HEADER_STRONG,
                                           .when = when,
                                           .end = when.end,
                                           .rest = text_skip_space(line->text.s, when.end),
                                           .mark = ' '};
    }
}

/* 3月 学习全国两会精神 under one heading, 4月 教代会 under the next: a month, a space and an item, again and again. */
static void raise_spaced(struct lines *lines, const struct plan_range *range)
{
    static const char *const sentence[] = {"。", ",", ";", NULL};
    size_t n = 0;
    for (int pass = 0; pass < 2 && (pass == 0 || n >= 5); pass++)
        for (size_t i = range->begin; i < range->end; i++) {
            struct line *line = &lines->items[i];
            const char *s = line->text.s;
            if (!is_candidate(line) || line->header.when.kind != WHEN_MONTH || line->header.mark != ' ' ||
                s[line->header.end] != ' ' || line->label.style != LABEL_NONE || text_length(s) > 30 || text_has_any(s, sentence))
                continue;
            n += pass == 0;
            if (pass > 0)
                line->header.strength = HEADER_STRONG;
        }
}

/* （一）启动阶段（1—2月）, or without a number any name (校园文化节（3—5月）), above 1.…, again and again. */
static void raise_stages(struct lines *lines, const struct plan_range *range)
{
    size_t n = 0;
    struct header header;
    for (int pass = 0; pass < 2 && (pass == 0 || n >= 2); pass++)
        for (size_t i = range->begin; i + 1 < range->end; i++) {
            struct line *line = &lines->items[i], *below = line + 1;
            if (line->kind != LINE_TEXT || below->label.style == LABEL_NONE || below->label.value != 1 ||
                below->header.strength == HEADER_STRONG ||
                !header_parse_stage(line->text.s, line->label.style == LABEL_NONE, &header))
                continue;
            n += pass == 0;
            if (pass > 0)
                line->header = header;
        }
}

#define TITLED_CHARACTERS 12

/* 二月园务行政 above 1.…: a month, what of it is planned, and a list. Offset of the words behind the month, 0 when it is none. */
static size_t month_title(const struct lines *lines, size_t at, const struct plan_range *range)
{
    static const char *const sentence[] = {"。", ",", ";", ":", "、", NULL};
    const struct line *line = &lines->items[at], *below = line + 1;
    bool plain = line->kind == LINE_TEXT && line->label.style == LABEL_NONE && line->header.strength == HEADER_WEAK &&
                 line->header.when.kind == WHEN_MONTH && line->header.when.count && !is_subject(line);
    bool listed = at + 1 < range->end && below->kind == LINE_TEXT && below->label.style != LABEL_NONE && below->label.value == 1;
    bool named = text_length(line->text.s) <= TITLED_CHARACTERS && !text_has_any(line->text.s, sentence);
    return plain && listed && named && below->header.strength != HEADER_STRONG ? line->header.end : 0;
}

/* Two and more months titled with the same words. */
static void raise_titled(struct lines *lines, const struct plan_range *range)
{
    const char *words = NULL;
    size_t n = 0, same = 0;
    for (int pass = 0; pass < 2 && (pass == 0 || (n >= 2 && same == n)); pass++)
        for (size_t i = range->begin; i < range->end; i++) {
            struct line *line = &lines->items[i];
            size_t end = month_title(lines, i, range);
            if (!end)
                continue;
            words = words ? words : line->text.s + end;
            n += pass == 0;
            same += pass == 0 && strcmp(words, line->text.s + end) == 0;
            if (pass > 0) {
                line->header.strength = HEADER_STRONG;
                line->header.end = line->header.rest = line->text.n;
            }
        }
}

void headers_raise(struct lines *lines, const struct plan_range *range)
{
    raise_festival_days(lines, range);
    raise_days(lines, range);
    raise_stages(lines, range);
    raise_titled(lines, range);
    raise_listed(lines, range);
    kinds_raise(lines, range);
    if (!plan_has_strong(lines, range)) {
        raise_spaced(lines, range);
        raise_runs(lines, range, false);
        raise_scattered(lines, range);
    } else {
        raise_runs(lines, range, true);
        raise_between(lines, range);
    }
    raise_numbered(lines, range);
    raise_parts(lines, range);
    month_days_raise(lines, range);
}
