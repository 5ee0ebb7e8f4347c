/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/zh_number.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

/* Rows of digits, whose value is the place in the row; units; tens. */
static const wchar_t numerals[] = L"〇一二三四五六七八九"
                                  L"零壹贰叁肆伍陆柒捌玖"
                                  L"○一两三四五六七八九"
                                  L"十百千拾佰仟"
                                  L"廿卅";
enum { ROW = 10, UNITS = 30, TENS = 36, NUMERALS = 38 };

#define NUMERAL_BYTES 3 /* of each in UTF-8 */

/* The place among the numerals of the character at text; NUMERALS when it is none. */
static size_t place_of(const char *text)
{
    const unsigned char *u = (const unsigned char *)text;
    if (u[0] <= 0xE0 || u[0] >= 0xF0 || (u[1] & 0xC0) != 0x80 || (u[2] & 0xC0) != 0x80)
        return NUMERALS;
    const wchar_t *at = wcschr(numerals, (wchar_t)((u[0] & 0x0F) << 12 | (u[1] & 0x3F) << 6 | (u[2] & 0x3F)));
    return at ? (size_t)(at - numerals) : NUMERALS;
}

static size_t parse_digit(const char *text, int64_t *value)
{
    size_t place = place_of(text);
    if (place >= UNITS)
        return 0;
    *value = (int64_t)place % ROW;
    return NUMERAL_BYTES;
}

static size_t parse_unit(const char *text, int64_t *value)
{
    static const int values[] = {10, 100, 1000};
    size_t place = place_of(text);
    if (place < UNITS || place >= TENS)
        return 0;
    *value = values[(place - UNITS) % 3];
    return NUMERAL_BYTES;
}

static size_t parse_tens(const char *text, int64_t *value)
{
    size_t place = place_of(text);
    if (place < TENS || place >= NUMERALS)
        return 0;
    *value = (int64_t)(place - TENS + 2) * 10;
    return NUMERAL_BYTES;
}

size_t zh_digit_parse(const char *text, unsigned *value)
{
    int64_t v;
    size_t n = parse_digit(text, &v);
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
    if (count < 2 || parse_unit(text + n, &unit))
        return 0;
    *value = v;
    return n;
}

/* Up to 9999 with units: 十二, 一百零五, 三千二百, 廿三. */
static size_t parse_group(const char *text, int64_t *value)
{
    int64_t total = 0, v, last_unit = 10000;
    size_t n = parse_tens(text, &v);
    if (n) {
        total = v;
        last_unit = 10;
    }
    for (;;) {
        int64_t digit = 1, unit = 1;
        size_t d = parse_digit(text + n, &digit);
        if (d && digit == 0) { /* 一百零五 */
            n += d;
            d = parse_digit(text + n, &digit);
        }
        size_t u = parse_unit(text + n + d, &unit);
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
    if (!digit && place_of(text) == NUMERALS)
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
