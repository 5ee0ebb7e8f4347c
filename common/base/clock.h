/* SPDX-License-Identifier: Apache-2.0
 *
 * Time and randomness come in as arguments: the same core runs on the real ones and on the simulator's. */
#ifndef COMMON_BASE_CLOCK_H
#define COMMON_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

struct clock {
    int64_t (*now_ms)(void *context);  /* wall clock, ms since 1970-01-01T00:00Z */
    int64_t (*mono_ms)(void *context); /* never goes back; for deadlines only */
    void *context;
    int32_t zone_s; /* the district's calendar: seconds east of UTC (China has had no summer time since 1991) */
};

struct random {
    void (*fill)(void *context, void *out, size_t bytes);
    void *context;
};

/* The operating system's clock and randomness. */
struct clock clock_system(int32_t zone_s);
struct random random_system(void);

/* Waits; for what waits for another process only. */
void clock_pause(int64_t ms);

int64_t clock_now_ms(const struct clock *clock);
int64_t clock_mono_ms(const struct clock *clock);
void random_fill(const struct random *random, void *out, size_t bytes);

#define CLOCK_ZONE_CHINA_S 28800
#define CLOCK_DAY_MS INT64_C(86400000)

#define CLOCK_DAY_BYTES 11  /* "2024-09-01" and NUL */
#define CLOCK_TIME_BYTES 20 /* "2024-09-01 08:30:00" and NUL */

/* The day, or the day and time, of an instant in the zone. */
void clock_format_day(int64_t at_ms, int32_t zone_s, char out[CLOCK_DAY_BYTES]);
void clock_format_time(int64_t at_ms, int32_t zone_s, char out[CLOCK_TIME_BYTES]);
/* Days since 1970-01-01 of an instant in the zone. */
int64_t clock_day_number(int64_t at_ms, int32_t zone_s);
/* Year, month 1..12, day 1..31 ↔ days since 1970-01-01, proleptic Gregorian. */
int64_t clock_day_from_civil(int year, int month, int day);
void clock_civil_from_day(int64_t day_number, int *year, int *month, int *day);

#endif
