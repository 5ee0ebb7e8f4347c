/* SPDX-License-Identifier: Apache-2.0
 *
 * Time expressions of plans, on folded text: 三、四月份 · 10-11 月 · 2024年9月—2025年1月 · 9月上旬 · 第3周（9.16-9.20） · 一季度 ·
 * 暑期 · 第一学期 · 全年. */
#ifndef CLIENT_IMPORT_WHEN_H
#define CLIENT_IMPORT_WHEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum when_kind {
    WHEN_MONTH,       /* names months */
    WHEN_DATE,        /* names months by a day: 9月10日, 9.16-9.20, 2024-09-10 */
    WHEN_PART,        /* a part of a month told elsewhere: 上旬, 月底, 第二周, 10日; no months of its own */
    WHEN_QUARTER,     /* 一季度 */
    WHEN_HALF,        /* 上半年 */
    WHEN_SEASON,      /* 春季 */
    WHEN_FESTIVAL,    /* 教师节, 寒假 */
    WHEN_TERM,        /* 第一学期, 上学期 */
    WHEN_YEAR,        /* 全年: all months */
    WHEN_STANDING,    /* 每月, 每学期, 平时, 长期: all months of the term */
    WHEN_TERM_BEGIN,  /* 开学初, 学期初 */
    WHEN_TERM_MIDDLE, /* 期中 */
    WHEN_TERM_END,    /* 期末 */
};

#define WHEN_MONTHS 24
#define WHEN_YEAR_MASKED (-1)
#define WHEN_YEAR_NEXT (-2) /* 次年, 翌年 */

struct when {
    enum when_kind kind;
    uint8_t months[WHEN_MONTHS]; /* 1..12, in the order written; a range is filled */
    size_t count;
    int year;         /* of the first month when told (or WHEN_YEAR_…), else 0 */
    bool bare;        /* no 月 was written: numbers of a 月份 column or dotted dates */
    bool lunar;       /* the month moves between years */
    bool digits;      /* the first month was written in Arabic digits */
    size_t first_end; /* end of the first numeral, for the question whether it is a list number; 0 when not followed by 、 or . */
    size_t end;
};

enum when_flags {
    WHEN_IN_CELL = 1, /* a time column: bare numbers and dotted dates count */
    WHEN_NO_FESTIVAL = 2,
};

/* The expression at the start of s. False when there is none. */
bool when_parse(const char *s, unsigned flags, struct when *out);
/* A year at the start of s: 2024年, 二〇二四年, XX年, 20xx年, ____年, 2024—2025学年 (the first), 次年. Bytes read, 0 when none.
 * *year: the number or WHEN_YEAR_…; *second: the second year of a school year, else 0. */
size_t when_parse_year(const char *s, int *year, int *second);

#endif
