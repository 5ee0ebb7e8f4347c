/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/day.h"

#include <stdio.h>

bool day_exists(int year, int month, int day)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    int y, m, d;
    clock_civil_from_day(clock_day_from_civil(year, month, day), &y, &m, &d);
    return y == year && m == month && d == day;
}

void day_format(int year, int month, int day, char out[DAY_TEXT_BYTES])
{
    snprintf(out, DAY_TEXT_BYTES, "%04u-%02u-%02u", (unsigned)year % 10000u, (unsigned)month % 100u, (unsigned)day % 100u);
}

bool day_parse(const char *text, int *year, int *month, int *day)
{
    static const char shape[] = "dddd-dd-dd";
    int part[3] = {0}, at = 0;
    for (int i = 0; shape[i]; i++) {
        if (shape[i] == '-' ? text[i] != '-' : text[i] < '0' || text[i] > '9')
            return false;
        if (shape[i] == '-')
            at++;
        else
            part[at] = part[at] * 10 + (text[i] - '0');
    }
    if (text[sizeof shape - 1] || !day_exists(part[0], part[1], part[2]))
        return false;
    *year = part[0];
    *month = part[1];
    *day = part[2];
    return true;
}
