/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/input.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "client/ui/lang.h"
#include "common/base/utf8.h"
#include "common/domain/day.h"
#include "common/domain/month.h"

#define MONTHS_BEFORE 6
#define NUMBER_DIGITS 12

const char *input_fold(struct arena *arena, const char *text)
{
    char *folded = utf8_nfkc(arena, text);
    if (!folded)
        return text;
    while (isspace((unsigned char)*folded))
        folded++;
    size_t n = strlen(folded);
    while (n && isspace((unsigned char)folded[n - 1]))
        folded[--n] = '\0';
    return folded;
}

/* 一 … 九 by their order; 元 is January's first. */
static int chinese_digit(const char *text, size_t bytes, size_t *length)
{
    static const char *const digits[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九"};
    for (int i = 0; i < 9; i++)
        if (bytes >= 3 && memcmp(text, digits[i], 3) == 0)
            return *length = 3, i + 1;
    return 0;
}

static bool is_ten(const char *text, size_t bytes)
{
    return bytes >= 3 && memcmp(text, "十", 3) == 0;
}

/* 1..99 in Chinese numerals (十二, 廿 is not one); 0 when it is none. */
static int chinese_number(const char *text, size_t bytes)
{
    size_t length = 0;
    int tens = chinese_digit(text, bytes, &length), ones = 0;
    size_t at = tens ? length : 0;
    if (!is_ten(text + at, bytes - at))
        return at == bytes ? tens : 0;
    at += 3;
    if (at < bytes && (ones = chinese_digit(text + at, bytes - at, &length)))
        at += length;
    return at == bytes ? (tens ? tens : 1) * 10 + ones : 0;
}

/* Reads the number text begins with, Arabic or Chinese; moves *text behind it. -1 when there is none. */
static int64_t take_number(const char **text)
{
    int64_t n = 0;
    size_t digits = strspn(*text, "0123456789");
    if (digits > NUMBER_DIGITS)
        return -1;
    if (digits) {
        for (size_t i = 0; i < digits; i++)
            n = n * 10 + ((*text)[i] - '0');
        *text += digits;
        return n;
    }
    size_t best = 0;
    for (size_t bytes = 3; bytes <= 9 && bytes <= strlen(*text); bytes += 3)
        if (chinese_number(*text, bytes))
            n = chinese_number(*text, best = bytes);
    *text += best;
    return best ? n : -1;
}

static bool take_word(const char **text, const char *word)
{
    size_t n = strlen(word);
    if (strncmp(*text, word, n) != 0)
        return false;
    *text += n;
    return true;
}

static bool take_any(const char **text, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (take_word(text, words[i]))
            return true;
    return false;
}

#define TAKE_ANY(text, ...)                                                                                                        \
    take_any(text, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static int32_t nearest(int month, int32_t near)
{
    int32_t m = month_make(month_year(near), month);
    if (m < near - MONTHS_BEFORE)
        m += 12;
    else if (m >= near - MONTHS_BEFORE + 12)
        m -= 12;
    return m;
}

enum status input_month(struct arena *arena, const char *text, int32_t near, int32_t *out, struct err *err)
{
    const char *at = input_fold(arena, text);
    int64_t first = take_word(&at, "元月") ? 1 : take_number(&at), month = first, year = 0;
    if (first >= 1000 && TAKE_ANY(&at, "年", "-", "/", ".")) {
        year = first;
        month = take_number(&at);
    }
    TAKE_ANY(&at, "月份", "月");
    if (*at || month < 1 || month > 12 || year > 9999)
        return err_set(err, STATUS_USAGE, _("\"%s\" is no month; write 9, 九月 or 2024-09"), text);
    *out = year ? month_make((int)year, (int)month) : nearest((int)month, near);
    return STATUS_OK;
}

struct date {
    int year, month, day;
};

static int64_t day_number(struct date d)
{
    return clock_day_from_civil(d.year, d.month, d.day);
}

/* What was left out: the latest such day that is not after today. */
static struct date complete(struct date d, struct date today)
{
    bool no_month = !d.month, no_year = !d.year;
    d.month = no_month ? today.month : d.month;
    d.year = no_year ? today.year : d.year;
    if (no_month && day_number(d) > day_number(today)) {
        d.month = d.month == 1 ? 12 : d.month - 1;
        d.year -= d.month == 12;
    } else if (no_year && day_number(d) > day_number(today)) {
        d.year--;
    }
    return d;
}

enum status input_day(struct arena *arena, const char *text, const char *today, char *out, struct err *err)
{
    const char *at = input_fold(arena, text);
    int64_t number[3];
    int n = 0;
    while (n < 3 && (number[n] = take_number(&at)) >= 0) {
        n++;
        if (!TAKE_ANY(&at, "年", "月", "日", "号", "-", "/", "."))
            break;
    }
    struct date d = {0};
    if (n > 0 && number[n - 1] <= 31)
        d.day = (int)number[n - 1];
    if (n > 1 && number[n - 2] <= 12)
        d.month = (int)number[n - 2];
    if (n > 2 && number[0] <= 9999)
        d.year = (int)number[0];
    bool whole = !*at && n > 0 && d.day >= 1 && (n < 2 || d.month >= 1) && (n < 3 || d.year >= 1);
    if (whole) {
        struct date now = {0};
        day_parse(today, &now.year, &now.month, &now.day);
        d = complete(d, now);
        if (day_exists(d.year, d.month, d.day)) {
            day_format(d.year, d.month, d.day, out);
            return STATUS_OK;
        }
    }
    return err_set(err, STATUS_USAGE, _("\"%s\" is no day; write 12, 9-12 or 2024-09-12"), text);
}

enum status input_count(struct arena *arena, const char *text, int64_t most, int64_t *out, struct err *err)
{
    const char *at = input_fold(arena, text);
    int64_t n = take_number(&at);
    TAKE_ANY(&at, "人次", "人", "场次", "场", "次");
    if (*at || n < 0)
        return err_set(err, STATUS_USAGE, _("\"%s\" is no number; write for instance 45"), text);
    if (n > most)
        return err_set(err, STATUS_USAGE, _("%s is too large; at most %lld"), text, (long long)most);
    *out = n;
    return STATUS_OK;
}

enum status input_money(struct arena *arena, const char *text, int64_t *fen, struct err *err)
{
    const char *at = input_fold(arena, text);
    int64_t yuan = take_number(&at), part = 0, scale = 100;
    if (yuan >= 0 && take_word(&at, ".")) {
        for (scale = 100; *at >= '0' && *at <= '9' && scale > 1; at++) {
            scale /= 10;
            part += (*at - '0') * scale;
        }
    }
    int64_t unit = take_word(&at, "万") ? 10000 : 1;
    TAKE_ANY(&at, "元", "块");
    if (*at || yuan < 0 || yuan > INT64_C(99999999999))
        return err_set(err, STATUS_USAGE, _("\"%s\" is no amount; write for instance 500 or 500.50"), text);
    *fen = (yuan * 100 + part) * unit;
    return STATUS_OK;
}
