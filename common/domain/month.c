/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/month.h"

#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"

#define MASK ((UINT64_C(1) << MONTH_SET_SPAN) - 1)

int32_t month_make(int year, int month)
{
    return year * 12 + (month - 1);
}

int32_t month_at(int64_t at_ms, int32_t zone_s)
{
    int year, month, day;
    clock_civil_from_day(clock_day_number(at_ms, zone_s), &year, &month, &day);
    return month_make(year, month);
}

int month_year(int32_t month)
{
    return month / 12;
}

int month_of_year(int32_t month)
{
    return month % 12 + 1;
}

bool month_is_valid(int64_t month)
{
    return month >= 12 && month < 120000;
}

void month_format(int32_t month, char out[MONTH_TEXT_BYTES])
{
    snprintf(out, MONTH_TEXT_BYTES, "%04u-%02u", (unsigned)month_year(month) % 10000u, (unsigned)month_of_year(month) % 100u);
}

bool month_parse(const char *text, int32_t *out)
{
    if (strlen(text) != 7 || text[4] != '-')
        return false;
    int digits[6];
    for (int i = 0, at = 0; i < 7; i++) {
        if (i == 4)
            continue;
        if (text[i] < '0' || text[i] > '9')
            return false;
        digits[at++] = text[i] - '0';
    }
    int year = digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3];
    int month = digits[4] * 10 + digits[5];
    if (year < 1 || month < 1 || month > 12)
        return false;
    *out = month_make(year, month);
    return true;
}

static uint64_t mask_of(int64_t set)
{
    return (uint64_t)set & MASK;
}

static int64_t set_make(int32_t first, uint64_t mask)
{
    return (int64_t)((uint64_t)first << MONTH_SET_SPAN | mask);
}

bool month_set_is_valid(int64_t set)
{
    if (set == 0)
        return true;
    return set > 0 && (mask_of(set) & 1) && month_is_valid(set >> MONTH_SET_SPAN);
}

int32_t month_set_first(int64_t set)
{
    return (int32_t)(set >> MONTH_SET_SPAN);
}

int32_t month_set_last(int64_t set)
{
    int32_t last = month_set_first(set);
    for (uint64_t mask = mask_of(set) >> 1; mask; mask >>= 1)
        last++;
    return last;
}

bool month_set_add(int64_t *set, int32_t month)
{
    if (!month_is_valid(month))
        return false;
    if (*set == 0) {
        *set = set_make(month, 1);
        return true;
    }
    int32_t first = month_set_first(*set);
    int32_t new_first = month < first ? month : first;
    int32_t last = month_set_last(*set);
    if ((month > last ? month : last) - new_first >= MONTH_SET_SPAN)
        return false;
    uint64_t mask = mask_of(*set) << (first - new_first) | UINT64_C(1) << (month - new_first);
    *set = set_make(new_first, mask);
    return true;
}

bool month_set_has(int64_t set, int32_t month)
{
    int32_t offset = month - month_set_first(set);
    return set != 0 && offset >= 0 && offset < MONTH_SET_SPAN && (mask_of(set) >> offset & 1);
}

size_t month_set_count(int64_t set)
{
    size_t n = 0;
    for (uint64_t mask = mask_of(set); mask; mask >>= 1)
        n += mask & 1;
    return n;
}

bool month_set_next(int64_t set, int32_t *month)
{
    if (set == 0)
        return false;
    int32_t first = month_set_first(set);
    for (int32_t m = *month < first ? first : *month + 1; m < first + MONTH_SET_SPAN; m++)
        if (month_set_has(set, m)) {
            *month = m;
            return true;
        }
    return false;
}
