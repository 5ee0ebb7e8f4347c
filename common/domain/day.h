/* SPDX-License-Identifier: Apache-2.0
 *
 * Days of the calendar as records hold them: YYYY-MM-DD, proleptic Gregorian, years 1 to 9999. */
#ifndef COMMON_DOMAIN_DAY_H
#define COMMON_DOMAIN_DAY_H

#include <stdbool.h>

#include "common/base/clock.h"

#define DAY_TEXT_BYTES CLOCK_DAY_BYTES

/* Is there such a day? */
bool day_exists(int year, int month, int day);
/* Of a day that exists. */
void day_format(int year, int month, int day, char out[DAY_TEXT_BYTES]);
/* Exactly YYYY-MM-DD of a day that exists; other spellings are the command line's. False when it is none; outputs untouched then.
 */
bool day_parse(const char *text, int *year, int *month, int *day);

#endif
