/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/when_parts.h"

#include <string.h>

#include "client/import/text.h"
#include "common/base/words.h"
#include "common/domain/festival.h"
#include "common/domain/zh_number.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

size_t when_digits(const char *s, int *value)
{
    size_t n = 0;
    *value = 0;
    for (; is_digit(s[n]) && n < 6; n++)
        *value = *value * 10 + (s[n] - '0');
    return n;
}

/* ---- years ---- */

static size_t year_digits(const char *s, int *year)
{
    size_t n = when_digits(s, year);
    if (n == 4 && *year >= 1980 && *year <= 2099)
        return n;
    size_t at = 0;
    *year = 0;
    for (int i = 0; i < 4; i++) { /* 二〇二四, 二0一九 */
        unsigned d = 0;
        size_t step = is_digit(s[at]) ? 1 : zh_digit_parse(s + at, &d);
        if (!step)
            return 0;
        if (step == 1)
            d = (unsigned)(s[at] - '0');
        *year = *year * 10 + (int)d;
        at += step;
    }
    return *year >= 1980 && *year <= 2099 ? at : 0;
}

static size_t year_masked(const char *s)
{
    size_t n = 0, letters = 0;
    while (is_digit(s[n]) && n < 3)
        n++;
    while (s[n] == 'X' || s[n] == 'x' || s[n] == '_' || s[n] == '*' || s[n] == '?' || text_begins(s + n, "×") ||
           text_begins(s + n, "○") || text_begins(s + n, "某")) {
        n += text_char(s + n);
        letters++;
    }
    return letters >= 1 && text_begins(s + n, "年") ? n : 0;
}

static size_t year_word(const char *s)
{
    static const char *const words[] = {"次年", "翌年", "第二年", "下年", "来年", "明年", NULL};
    return text_begins_any(s, words);
}

size_t when_parse_year(const char *s, int *year, int *second)
{
    *second = 0;
    size_t n = year_word(s);
    if (n) {
        *year = WHEN_YEAR_NEXT;
        return n;
    }
    n = year_digits(s, year);
    if (!n) {
        n = year_masked(s);
        *year = WHEN_YEAR_MASKED;
        return n ? n + strlen("年") : 0;
    }
    size_t at = text_skip_space(s, n);
    at += text_begins(s + at, "年");
    size_t dash = at;
    while (s[dash] == '-' || s[dash] == '~' || s[dash] == ' ' || text_begins(s + dash, "至") || s[dash] == '/')
        dash += text_char(s + dash);
    int other = 0;
    size_t m = dash > at ? year_digits(s + dash, &other) : 0;
    if (!m && dash > at && is_digit(s[dash]) && when_digits(s + dash, &other) == 2) { /* 2024-25学年 */
        m = 2;
        other += *year / 100 * 100;
    }
    if (m && other == *year + 1 && text_begins(s + text_skip_space(s, dash + m), "学年")) {
        *second = other;
        return text_skip_space(s, dash + m) + strlen("学年");
    }
    if (at > n && text_begins(s + at - strlen("年"), "年"))
        return at;
    at = text_skip_space(s, n);
    size_t term = text_begins(s + at, "学年");
    return term ? at + term : 0;
}

void when_add(struct when *w, int month)
{
    if (w->count > 0 && w->months[w->count - 1] == month)
        return;
    if (w->count < WHEN_MONTHS)
        w->months[w->count++] = (uint8_t)month;
}

void when_add_range(struct when *w, int to)
{
    if (w->count == 0)
        return;
    for (int m = w->months[w->count - 1], i = 0; m != to && i < 12; i++) {
        m = m % 12 + 1;
        when_add(w, m);
    }
}

enum join when_parse_join(const char *s, size_t *at)
{
    static const char *const ranges[] = {"至", "到", "-", "~", "─", NULL};
    static const char *const lists[] = {"、", ",", "和", "与", "及", "&", "或", "/", "·", NULL};
    size_t p = text_skip_space(s, *at), n = text_begins_any(s + p, ranges);
    if (n) {
        p += n;
        while (s[p] == '-' || s[p] == ' ' || s[p] == '~')
            p++;
        *at = p;
        return JOIN_RANGE;
    }
    n = text_begins_any(s + p, lists);
    if (!n)
        return JOIN_NONE;
    *at = text_skip_space(s, p + n);
    return JOIN_LIST;
}

/* 02-18 of 02-18 ~ 02-24: two digits each. */
static bool hyphened(const char *s, int *month)
{
    int day;
    bool shaped = when_digits(s, month) == 2 && s[2] == '-' && when_digits(s + 3, &day) == 2;
    return shaped && *month >= 1 && *month <= 12 && day >= 1 && day <= 31;
}

bool when_parse_hyphened(const char *s, struct when *w)
{
    static const size_t bytes = sizeof "02-18" - 1;
    int month, month2;
    size_t next = bytes;
    if (!hyphened(s, &month) || s[text_skip_space(s, next)] == '-' || when_parse_join(s, &next) != JOIN_RANGE ||
        !hyphened(s + next, &month2) || is_digit(s[next + bytes]))
        return false;
    *w = (struct when){.kind = WHEN_DATE, .bare = true, .end = next + bytes};
    when_add(w, month);
    when_add_range(w, month2);
    return true;
}

/* ---- quarters, halves, seasons, terms, festivals, standing words ---- */

bool when_parse_quarter(const char *s, struct when *w)
{
    size_t at = text_begins(s, "第");
    int64_t v, v2 = 0;
    size_t n = zh_number_parse(s + at, &v);
    if (!n || v < 1 || v > 4) {
        if (s[0] != 'Q' || s[1] < '1' || s[1] > '4' || is_digit(s[2]))
            return false;
        v = s[1] - '0';
        for (int i = 0; i < 3; i++)
            when_add(w, (int)(v - 1) * 3 + 1 + i);
        w->kind = WHEN_QUARTER;
        w->end = 2;
        return true;
    }
    at += n;
    size_t next = at;
    enum join join = when_parse_join(s, &next);
    if (join != JOIN_NONE) {
        next += text_begins(s + next, "第");
        size_t m = zh_number_parse(s + next, &v2);
        if (!m || v2 < v || v2 > 4)
            return false;
        at = next + m;
    }
    at += text_begins(s + at, "个");
    size_t word = text_begins(s + at, "季度");
    if (!word)
        return false;
    for (int64_t q = v; q <= (v2 ? v2 : v); q++)
        for (int i = 0; i < 3; i++)
            when_add(w, (int)(q - 1) * 3 + 1 + i);
    w->kind = WHEN_QUARTER;
    w->end = at + word;
    return true;
}

/* lO月, l2月: a scan took letters for digits. */
size_t when_scanned_month(const char *s, int *month)
{
    static const char letters[] = "lIOo", digits[] = "1100";
    size_t n = 0;
    bool letter = false;
    for (*month = 0; n < 2 && s[n] && (is_digit(s[n]) || strchr(letters, s[n])); n++) {
        const char *at = is_digit(s[n]) ? NULL : strchr(letters, s[n]);
        letter |= at != NULL;
        *month = *month * 10 + (at ? digits[at - letters] : s[n]) - '0';
    }
    return letter && *month >= 1 && *month <= 12 && text_begins(s + n, "月") ? n : 0;
}

/* Sep（9月）, September:, Mar. alone: an English name, its months in brackets or nothing behind it but a colon. */
bool when_parse_english(const char *s, struct when *w)
{
    static const char *const names[] = {"january", "february", "march",     "april",   "may",      "june",
                                        "july",    "august",   "september", "october", "november", "december"};
    size_t n = 0;
    char word[10] = "";
    while (n < sizeof word - 1 && ((s[n] >= 'A' && s[n] <= 'Z') || (s[n] >= 'a' && s[n] <= 'z'))) {
        word[n] = (char)(s[n] | 0x20);
        n++;
    }
    bool cut = n == 3 || strcmp(word, "sept") == 0;
    for (int m = 0; n >= 3 && m < 12; m++) {
        if (cut ? strncmp(word, names[m], n) != 0 : strcmp(word, names[m]) != 0)
            continue;
        size_t end = n + (s[n] == '.'), at = text_skip_space(s, end);
        if (s[at] != ':' && s[at] != '\0' && s[at] != '(' && !is_digit(s[at])) /* Jan 1月 */
            return false;
        when_add(w, m + 1);
        w->kind = WHEN_MONTH;
        w->end = end;
        return true;
    }
    return false;
}

static const char *const period_texts[] = {
#define PERIOD(kind, word, first, last) word,
#include "client/import/period.def"
#undef PERIOD
};

static const uint8_t period_marks[] = {
#define PERIOD(kind, word, first, last) WORDS_FIRST(word),
#include "client/import/period.def"
#undef PERIOD
};

static const struct {
    enum when_kind kind;
    int first, last;
} periods[] = {
#define PERIOD(kind, word, first, last) {WHEN_##kind, first, last},
#include "client/import/period.def"
#undef PERIOD
};

/* How often behind 每月, and when: 第一个周三, 一次; 五 behind 每周. Offset of its end. */
static size_t skip_frequency(const char *s, size_t at)
{
    static const char *const weeks[] = {"星期", "周", NULL}, *const days[] = {"一", "二", "三", "四", "五", "六", "日", "天", NULL};
    int64_t value;
    size_t p = at + text_begins(s + at, "第"), number = zh_number_parse(s + p, &value);
    size_t unit = p + number + text_begins(s + p + number, "个"), week = text_begins_any(s + unit, weeks);
    size_t day = week ? text_begins_any(s + unit + week, days) : 0;
    if (p > at && number && day)
        return unit + week + day;
    bool weekly = at >= strlen("周") && text_begins(s + at - strlen("周"), "周");
    size_t weekday = weekly ? text_begins_any(s + at, days) : 0;
    if (weekday && !text_is_han(s + at + weekday))
        return at + weekday;
    size_t times = number ? text_begins(s + at + number, "次") : 0;
    return p == at && times && !text_is_han(s + at + number + times) ? at + number + times : at;
}

bool when_parse_period(const char *s, struct when *w)
{
    static const struct words words = WORDS(period_texts, period_marks);
    size_t i = words_find_first(&words, s, 0);
    if (i == words.count)
        return false;
    w->kind = periods[i].kind;
    if (periods[i].first) {
        when_add(w, periods[i].first);
        when_add_range(w, periods[i].last);
    }
    w->end = strlen(words.texts[i]);
    if (w->kind == WHEN_STANDING)
        w->end = skip_frequency(s, w->end);
    return true;
}

bool when_parse_festival(const char *s, struct when *w)
{
    struct festival f;
    size_t quote = s[0] == '"', n = festival_parse(s + quote, &f);
    if (!n)
        return false;
    size_t end = quote + n;
    end += s[end] == '"';
    size_t day = text_begins(s + end, "国际劳动妇女节");
    day = day ? day : text_begins(s + end, "妇女节");
    day = day ? day : text_begins(s + end, "劳动节");
    day = day ? day : text_begins(s + end, "儿童节");
    day = day ? day : text_begins(s + end, "节");
    w->kind = WHEN_FESTIVAL;
    w->lunar = f.lunar;
    when_add(w, f.first);
    when_add_range(w, f.last);
    w->end = end + day;
    size_t next = w->end;
    struct when more = {0};
    if (when_parse_join(s, &next) != JOIN_NONE && when_parse_festival(s + next, &more)) { /* 元旦、春节 */
        for (size_t i = 0; i < more.count; i++)
            when_add(w, more.months[i]);
        w->lunar |= more.lunar;
        w->end = next + more.end;
    }
    static const char *const tails[] = {"前后", "期间", "前夕", "来临之际", "之际", "前", "后", NULL};
    w->end += text_begins_any(s + w->end, tails);
    return true;
}
