/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/zh_number.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct word {
    const char *text;
    int64_t value;
};

static const struct word digits[] = {
    {"〇", 0}, {"○", 0},  {"零", 0}, {"一", 1}, {"二", 2}, {"两", 2}, {"三", 3}, {"四", 4}, {"五", 5}, {"六", 6}, {"七", 7},
    {"八", 8}, {"九", 9}, {"壹", 1}, {"贰", 2}, {"叁", 3}, {"肆", 4}, {"伍", 5}, {"陆", 6}, {"柒", 7}, {"捌", 8}, {"玖", 9},
};

static const struct word units[] = {{"十", 10}, {"拾", 10}, {"百", 100}, {"佰", 100}, {"千", 1000}, {"仟", 1000}};
static const struct word tens[] = {{"廿", 20}, {"卅", 30}};

static size_t find(const struct word *words, size_t n, const char *text, int64_t *value)
{
    for (size_t i = 0; i < n; i++) {
        const char *word = words[i].text; /* each one character of three bytes */
        if (text[0] == word[0] && text[1] == word[1] && text[2] == word[2]) {
            *value = words[i].value;
            return 3;
        }
    }
    return 0;
}

#define FIND(list, text, value) find(list, sizeof(list) / sizeof(list)[0], text, value)

size_t zh_digit_parse(const char *text, unsigned *value)
{
    int64_t v;
    size_t n = FIND(digits, text, &v);
    if (n)
        *value = (unsigned)v;
    return n;
}

static size_t parse_decimal(const char *text, int64_t *value)
{
    int64_t v = 0;
    size_t n = 0;
    for (; text[n] >= '0' && text[n] <= '9'; n++) {
        v = v * 10 + (text[n] - '0');
        if (v > ZH_NUMBER_MAX)
            return 0;
    }
    *value = v;
    return n;
}

/* Digits without units, read by place: 二〇二四, 一九. At least two. */
static size_t parse_places(const char *text, int64_t *value)
{
    int64_t v = 0;
    size_t n = 0, count = 0;
    unsigned d;
    for (size_t step; (step = zh_digit_parse(text + n, &d)) != 0; n += step, count++) {
        v = v * 10 + d;
        if (v > ZH_NUMBER_MAX)
            return 0;
    }
    int64_t unit;
    if (count < 2 || FIND(units, text + n, &unit))
        return 0;
    *value = v;
    return n;
}

/* Up to 9999 with units: 十二, 一百零五, 三千二百, 廿三. */
static size_t parse_group(const char *text, int64_t *value)
{
    int64_t total = 0, v, last_unit = 10000;
    size_t n = FIND(tens, text, &v);
    if (n) {
        total = v;
        last_unit = 10;
    }
    for (;;) {
        int64_t digit = 1, unit = 1;
        size_t d = FIND(digits, text + n, &digit);
        if (d && digit == 0) { /* 一百零五 */
            n += d;
            d = FIND(digits, text + n, &digit);
        }
        size_t u = FIND(units, text + n + d, &unit);
        if (!d && !(u && unit == 10 && (n == 0 || last_unit > 10)))
            break;
        if (unit >= last_unit)
            break;
        total += digit * unit;
        n += d + u;
        last_unit = unit;
        if (unit == 1)
            break;
    }
    *value = total;
    return n;
}

size_t zh_number_parse(const char *text, int64_t *value)
{
    int64_t v = 0, low = 0;
    bool digit = text[0] >= '0' && text[0] <= '9';
    if (!digit && (unsigned char)text[0] < 0xE2) /* all Chinese numerals are in three bytes of UTF-8, the lowest is ○ */
        return 0;
    size_t n = parse_decimal(text, &v);
    if (!n)
        n = parse_places(text, &v);
    if (!n) {
        n = parse_group(text, &v);
        if (n && strncmp(text + n, "万", 3) == 0) {
            n += 3;
            size_t rest = parse_group(text + n, &low);
            v = v * 10000 + (rest ? low : 0);
            n += rest;
        }
    }
    if (n)
        *value = v;
    return n;
}

void zh_number_format(int64_t value, char out[ZH_NUMBER_BYTES])
{
    static const char *const digit[] = {"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
    static const char *const unit[] = {"千", "百", "十", ""};
    if (value < 0 || value > 9999) {
        snprintf(out, ZH_NUMBER_BYTES, "%lld", (long long)value);
        return;
    }
    char text[ZH_NUMBER_BYTES] = "";
    size_t n = 0;
    bool started = false, zero = false;
    int64_t scale = 1000;
    for (int i = 0; i < 4; i++, scale /= 10) {
        int64_t d = value / scale % 10;
        if (d == 0) {
            zero = started;
            continue;
        }
        bool bare_ten = !started && scale == 10 && d == 1; /* 十二, not 一十二 */
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s%s", zero ? "零" : "", bare_ten ? "" : digit[d], unit[i]);
        started = true;
        zero = false;
    }
    snprintf(out, ZH_NUMBER_BYTES, "%s", started ? text : digit[0]);
}
