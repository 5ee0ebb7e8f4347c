/* SPDX-License-Identifier: Apache-2.0
 *
 * Months and month sets.
 *
 * A month is absolute: year * 12 + (month - 1), so 2024-09 is 24296; differences are months. A month set is one int64,
 * non-negative: first month << 40 | mask, where bit i of the 40-bit mask says that month first + i is in it. Bit 0 is
 * always set, so a set has exactly one encoding; the empty set is 0. The same number stands in records, SQL and hashes. */
#ifndef COMMON_DOMAIN_MONTH_H
#define COMMON_DOMAIN_MONTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MONTH_SET_SPAN 40
#define MONTH_TEXT_BYTES 8 /* "2024-09" and NUL */

/* year 1..9999, month 1..12. */
int32_t month_make(int year, int month);
/* The month of an instant in a zone (clock.h). */
int32_t month_at(int64_t at_ms, int32_t zone_s);
int month_year(int32_t month);
int month_of_year(int32_t month); /* 1..12 */
bool month_is_valid(int64_t month);
void month_format(int32_t month, char out[MONTH_TEXT_BYTES]);
/* "2024-09" only; other spellings are the command line's. False when it is none. */
bool month_parse(const char *text, int32_t *out);

bool month_set_is_valid(int64_t set);
/* The empty set, or the old set with month in it; false when the span would pass MONTH_SET_SPAN; *set untouched then. */
bool month_set_add(int64_t *set, int32_t month);
bool month_set_has(int64_t set, int32_t month);
int32_t month_set_first(int64_t set); /* of a set that is not empty */
int32_t month_set_last(int64_t set);
size_t month_set_count(int64_t set);
/* Walks the months upward: start with *month = INT32_MIN; false after the last. */
bool month_set_next(int64_t set, int32_t *month);

#endif
