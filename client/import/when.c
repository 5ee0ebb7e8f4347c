/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/when_parts.h"

#include <string.h>

#include "client/import/text.h"
#include "common/domain/zh_number.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* ---- months ---- */

/* One month numeral without 月. zh_single: a lone 一…九, which may stand side by side (三四月). */
static size_t month_number(const char *s, int *month, bool *zh_single)
{
    *zh_single = false;
    size_t scanned = when_scanned_month(s, month);
    if (scanned)
        return scanned;
    if (is_digit(s[0])) {
        size_t n = when_digits(s, month);
        return n <= 2 && *month >= 1 && *month <= 12 ? n : 0;
    }
    size_t ten = text_begins(s, "十");
    if (ten) {
        size_t at = text_skip_space(s, ten), one = text_begins(s + at, "一"), two = text_begins(s + at, "二");
        if (at > ten && !text_begins(s + text_skip_space(s, at + one + two), "月")) /* 十 一 月, set wide, but not 十 一… */
            one = two = 0;
        *month = one ? 11 : two ? 12 : 10;
        return one + two ? at + one + two : ten;
    }
    size_t first = text_begins(s, "元");
    if (first) {
        *month = 1;
        return first;
    }
    unsigned d;
    size_t n = zh_digit_parse(s, &d);
    if (!n || d < 1 || d > 9)
        return 0;
    *month = (int)d;
    *zh_single = true;
    return n;
}

static size_t day_number(const char *s, int *day)
{
    if (is_digit(s[0])) {
        size_t n = when_digits(s, day);
        return n <= 2 && *day >= 1 && *day <= 31 ? n : 0;
    }
    int64_t v;
    size_t n = zh_number_parse(s, &v);
    *day = (int)v;
    return n && v >= 1 && v <= 31 ? n : 0;
}

static size_t day_mark(const char *s)
{
    size_t n = text_begins(s, "日");
    return n ? n : text_begins(s, "号");
}

/* 上旬, 月底, 中下旬, 第三周, 1日-5日 after a month; bytes read. */
static size_t parse_part(const char *s)
{
    static const char *const words[] = {"上中旬", "中上旬", "中下旬", "上旬", "中旬", "下旬", "上半月", "下半月", "月初",
                                        "月中",   "月底",   "月末",   "初",   "底",   "末",   "中",     NULL};
    size_t at = text_skip_space(s, 0), n = text_begins_any(s + at, words);
    if (n) {
        size_t end = at + n, next = end;
        enum join join = when_parse_join(s, &next);
        size_t more = join != JOIN_NONE ? text_begins_any(s + next, words) : 0;
        /* 中 and 初 may begin a word: 三月中学生…, 初三 */
        bool doubtful = text_begins(s + at, "中") || text_begins(s + at, "初");
        if (doubtful && !more && text_is_han(s + end))
            return 0;
        return more ? next + more : end;
    }
    int day;
    n = day_number(s + at, &day);
    size_t p = at + n;
    size_t mark = n ? day_mark(s + text_skip_space(s, p)) : 0;
    if (n && mark)
        p = text_skip_space(s, p) + mark;
    size_t next = p;
    enum join join = n ? when_parse_join(s, &next) : JOIN_NONE;
    if (n && join != JOIN_NONE) {
        size_t m = day_number(s + next, &day);
        size_t end_mark = m ? day_mark(s + text_skip_space(s, next + m)) : 0;
        if (m && end_mark)
            return text_skip_space(s, next + m) + end_mark;
    }
    return n && mark ? p : 0;
}

/* 9月28-10月8日: a day without 日 before the join. */
static size_t parse_open_day(const char *s)
{
    int day, month;
    bool single;
    size_t n = is_digit(s[0]) ? day_number(s, &day) : 0, at = n;
    if (!n || when_parse_join(s, &at) != JOIN_RANGE)
        return 0;
    size_t m = month_number(s + at, &month, &single);
    return m && text_begins(s + text_skip_space(s, at + m), "月") ? n : 0;
}

/* 8月底9月初: the beginning of the next month glued to the end of this one. */
static bool glues_next_month(const char *s, int month)
{
    static const char *const begins[] = {"月初", "月上旬", "月份初", NULL};
    int next;
    bool single;
    size_t n = month_number(s, &next, &single);
    return n && next == month % 12 + 1 && text_begins_any(s + n, begins);
}

/* Lists and ranges of months; the last numeral must carry 月. Sets w->end on every 月. */
static bool parse_months(const char *s, size_t at, struct when *w)
{
    struct when good = {0};
    enum join join = JOIN_NONE;
    for (size_t step = 0; step < WHEN_MONTHS; step++) {
        int year = 0, second = 0, month;
        bool single;
        size_t y = step ? when_parse_year(s + at, &year, &second) : 0;
        at = text_skip_space(s, at + y);
        size_t n = month_number(s + at, &month, &single);
        if (!n)
            break;
        if (step == 0)
            w->digits = is_digit(s[at]);
        if (join == JOIN_RANGE)
            when_add_range(w, month);
        else
            when_add(w, month);
        at += n;
        if (step == 0)
            w->first_end = at;
        size_t p = text_skip_space(s, at), word = text_begins(s + p, "月");
        if (word) {
            p += word;
            p += text_begins(s + p, "份");
            size_t part = parse_part(s + p), open = part ? 0 : parse_open_day(s + p);
            if (part || open)
                w->kind = WHEN_DATE;
            p += part + open;
            w->end = p;
            good = *w;
            at = p;
        }
        size_t next = at;
        join = when_parse_join(s, &next);
        if (join == JOIN_NONE && word && w->kind == WHEN_DATE && glues_next_month(s + at, month))
            join = JOIN_LIST;
        if (join == JOIN_NONE && single && !word) { /* 三四月份 */
            unsigned d;
            if (!zh_digit_parse(s + at, &d))
                break;
            join = JOIN_LIST;
        } else if (join == JOIN_NONE) {
            break;
        }
        at = next;
    }
    if (good.count == 0)
        return false;
    *w = good;
    return true;
}

/* ---- dates without 月 ---- */

/* 9.16, 9/16, 9-16 (with a year only), 2024.9.16, 2024-09; bytes read. */
static size_t dotted(const char *s, int *year, int *month, int *day)
{
    int a, b, c;
    size_t n = when_digits(s, &a), at = n;
    *year = 0;
    char mark = s[at];
    if (!n || (mark != '.' && mark != '/' && mark != '-'))
        return 0;
    if (n == 4 && a >= 1980 && a <= 2099) {
        size_t m = when_digits(s + at + 1, &b);
        if (!m || m > 2 || b < 1 || b > 12)
            return 0;
        at += 1 + m;
        *year = a;
        *month = b;
        *day = 0;
        size_t k = s[at] == mark ? when_digits(s + at + 1, &c) : 0;
        if (k && k <= 2 && c >= 1 && c <= 31) {
            *day = c;
            at += 1 + k;
        }
        return at;
    }
    size_t m = mark != '-' && n <= 2 ? when_digits(s + at + 1, &b) : 0;
    if (!m || m > 2 || a < 1 || a > 12 || b < 1 || b > 31)
        return 0;
    *month = a;
    *day = b;
    at += 1 + m;
    return is_digit(s[at]) ? 0 : at;
}

/* 9.16-9.20, 9.16-20, 2024-09-01至2024-09-05; a single one only with WHEN_IN_CELL or a year. */
static bool parse_dotted(const char *s, unsigned flags, struct when *w)
{
    int year, month, day, year2, month2, day2;
    size_t n = dotted(s, &year, &month, &day);
    if (!n)
        return false;
    size_t end = n + text_begins(s + n, "日"), next = end;
    w->year = year;
    w->kind = day || !year ? WHEN_DATE : WHEN_MONTH;
    w->bare = true;
    when_add(w, month);
    enum join join = when_parse_join(s, &next);
    size_t m = join != JOIN_NONE ? dotted(s + next, &year2, &month2, &day2) : 0;
    if (m) {
        if (join == JOIN_RANGE)
            when_add_range(w, month2);
        else
            when_add(w, month2);
        w->end = next + m + text_begins(s + next + m, "日");
        return true;
    }
    size_t k = join == JOIN_RANGE ? day_number(s + next, &day2) : 0;
    if (k && (day2 > day || day == 0) && !is_digit(s[next + k])) {
        w->end = next + k + text_begins(s + next + k, "日");
        return true;
    }
    w->end = end;
    return (flags & WHEN_IN_CELL) || year;
}

/* ---- weeks ---- */

static size_t parse_week(const char *s, struct when *w)
{
    static const char *const not_weeks[] = {"年", "刊", "末", "岁", "边", "会", "到", "密", "围", NULL};
    size_t at = text_begins(s, "第");
    if (!at && !is_digit(s[0])) /* 一周 is a length of time */
        return 0;
    at = text_skip_space(s, at);
    int64_t v, v2;
    size_t n = zh_number_parse(s + at, &v);
    if (!n || v > 30 || v < 1)
        return 0;
    size_t p = at + n, next = p;
    enum join join = when_parse_join(s, &next);
    if (join != JOIN_NONE) {
        next += text_begins(s + next, "第");
        size_t m = zh_number_parse(s + next, &v2);
        if (m)
            p = next + m;
    }
    p = text_skip_space(s, p);
    p += text_begins(s + p, "个");
    p += text_begins(s + p, "教学");
    size_t word = text_begins(s + p, "周");
    if (!word || text_begins_any(s + p + word, not_weeks))
        return 0;
    p += word;
    w->kind = WHEN_PART;
    /* 第3周-第4周 */
    next = p;
    if (when_parse_join(s, &next) == JOIN_RANGE) {
        struct when other = {0};
        size_t m = parse_week(s + next, &other);
        p = m ? next + m : p;
    }
    size_t open = text_skip_space(s, p);
    bool paren = s[open] == '(';
    struct when dates = {0};
    if (paren)
        open = text_skip_space(s, open + 1);
    if (when_parse(s + open, WHEN_IN_CELL | WHEN_NO_FESTIVAL, &dates) && dates.count) {
        size_t close = text_skip_space(s, open + dates.end);
        if (!paren || s[close] == ')') {
            *w = dates;
            return paren ? close + 1 : open + dates.end;
        }
    }
    return p;
}

/* A bare number in a 月份 column: 9, 九, 9-10, 九、十. */
static bool parse_bare(const char *s, struct when *w)
{
    size_t at = 0;
    enum join join = JOIN_NONE;
    for (;;) {
        int month;
        bool single;
        size_t n = month_number(s + at, &month, &single);
        if (!n)
            return false;
        if (join == JOIN_RANGE)
            when_add_range(w, month);
        else
            when_add(w, month);
        at += n;
        size_t next = at;
        join = when_parse_join(s, &next);
        if (join == JOIN_NONE)
            break;
        at = next;
    }
    if (s[text_skip_space(s, at)] != '\0')
        return false;
    w->bare = true;
    w->end = at;
    return w->count > 0;
}

/* Part words alone: 上旬, 月底, 10日. */
static bool parse_part_alone(const char *s, struct when *w)
{
    static const char *const words[] = {"上旬",   "中旬", "下旬", "上中旬", "中下旬", "上半月",
                                        "下半月", "月初", "月中", "月底",   "月末",   NULL};
    size_t n = text_begins_any(s, words);
    if (!n) {
        size_t part = is_digit(s[0]) ? parse_part(s) : 0;
        if (!part)
            return false;
        n = part;
    }
    w->kind = WHEN_PART;
    w->end = n;
    return true;
}

/* 第一阶段（1-3月）, 第一学月（9月）: a part of the plan with its months. */
static bool parse_stage(const char *s, struct when *w)
{
    size_t at = text_begins(s, "第");
    int64_t number;
    static const char *const words[] = {"阶段", "学月", NULL};
    size_t n = at ? zh_number_parse(s + at, &number) : 0, word = n ? text_begins_any(s + at + n, words) : 0;
    size_t open = text_skip_space(s, at + n + word);
    if (!word || s[open] != '(' || !parse_months(s, text_skip_space(s, open + 1), w))
        return false;
    size_t close = text_skip_space(s, w->end);
    if (s[close] != ')')
        return false;
    w->kind = WHEN_MONTH;
    w->end = close + 1;
    return true;
}

bool when_parse(const char *s, unsigned flags, struct when *out)
{
    struct when w = {0};
    int year = 0, second = 0;
    size_t y = when_parse_year(s, &year, &second), at = text_skip_space(s, y);
    static const char *const now[] = {"今年", "本年度", "本年", "当年", "本学期", "本学年", "度", NULL};
    size_t word = y && !text_begins(s + at, "度") ? 0 : text_begins_any(s + at, now);
    at = text_skip_space(s, at + word);
    bool ok = parse_months(s, at, &w);
    if (!ok) {
        w = (struct when){0};
        const char *rest = s + at;
        struct when inner = {0};
        ok = parse_stage(rest, &inner) || when_parse_hyphened(rest, &inner) || parse_dotted(rest, flags, &inner);
        if (!ok) {
            inner = (struct when){0};
            size_t week = parse_week(rest, &inner);
            inner.end = week;
            ok = week != 0;
        }
        if (!ok) {
            inner = (struct when){0};
            ok = when_parse_quarter(rest, &inner);
        }
        if (!ok) {
            inner = (struct when){0};
            ok = when_parse_english(rest, &inner) || when_parse_period(rest, &inner) ||
                 (!(flags & WHEN_NO_FESTIVAL) && when_parse_festival(rest, &inner)) || parse_part_alone(rest, &inner);
        }
        if (!ok && (flags & WHEN_IN_CELL)) {
            inner = (struct when){0};
            ok = parse_bare(rest, &inner);
        }
        if (!ok)
            return false;
        w = inner;
        w.end += at;
    }
    if (y)
        w.year = year;
    *out = w;
    return true;
}
