/* SPDX-License-Identifier: Apache-2.0
 *
 * Festivals, school holidays and the months they stand for. */
#ifndef COMMON_DOMAIN_FESTIVAL_H
#define COMMON_DOMAIN_FESTIVAL_H

#include <stdbool.h>
#include <stddef.h>

struct festival {
    const char *word; /* as the list spells it */
    int first, last;  /* months 1..12 in a common year; last < first across the new year */
    bool lunar;       /* the month depends on the year */
};

/* The festival whose word begins text (half width, simplified); its length in bytes, 0 when none. A word must be whole: 五一 in
 * 五一年 or 七一 in 七一班 is none. */
size_t festival_parse(const char *text, struct festival *out);
/* The month in which a lunar festival falls in year; first..last of the festival when year is not in the table. */
void festival_months(const struct festival *festival, int year, int *first, int *last);

#endif
