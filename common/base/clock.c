/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#define DAY_S 86400

static int64_t read_ms(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t system_now_ms(void *context)
{
    (void)context;
    return read_ms(CLOCK_REALTIME);
}

static int64_t system_mono_ms(void *context)
{
    (void)context;
    return read_ms(CLOCK_MONOTONIC);
}

static void system_fill(void *context, void *out, size_t bytes)
{
    (void)context;
    for (char *p = out; bytes > 0;) {
        ssize_t n = getrandom(p, bytes, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            abort(); /* keys made without randomness would be worse than no process */
        p += n;
        bytes -= (size_t)n;
    }
}

void clock_pause(int64_t ms)
{
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        ;
}

struct clock clock_system(int32_t zone_s)
{
    return (struct clock){.now_ms = system_now_ms, .mono_ms = system_mono_ms, .zone_s = zone_s};
}

struct random random_system(void)
{
    return (struct random){.fill = system_fill};
}

int64_t clock_now_ms(const struct clock *clock)
{
    return clock->now_ms(clock->context);
}

int64_t clock_mono_ms(const struct clock *clock)
{
    return clock->mono_ms(clock->context);
}

void random_fill(const struct random *random, void *out, size_t bytes)
{
    random->fill(random->context, out, bytes);
}

int64_t clock_day_number(int64_t at_ms, int32_t zone_s)
{
    int64_t s = at_ms / 1000 - (at_ms % 1000 < 0) + zone_s;
    return s / DAY_S - (s % DAY_S < 0);
}

/* Both directions after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (public domain): years start in
 * March, so that the leap day is the last of its year; 719468 days lie between 0000-03-01 and 1970-01-01. */
int64_t clock_day_from_civil(int year, int month, int day)
{
    int64_t y = year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

void clock_civil_from_day(int64_t day_number, int *year, int *month, int *day)
{
    int64_t z = day_number + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t mp = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = (int)(year_of_era + era * 400 + (*month <= 2));
}

void clock_format_day(int64_t at_ms, int32_t zone_s, char out[CLOCK_DAY_BYTES])
{
    int year, month, day;
    clock_civil_from_day(clock_day_number(at_ms, zone_s), &year, &month, &day);
    /* Masked to the field widths, so that a wild instant cannot pass the buffer. */
    snprintf(out, CLOCK_DAY_BYTES, "%04u-%02u-%02u", (unsigned)year % 10000u, (unsigned)month % 100u, (unsigned)day % 100u);
}

void clock_format_time(int64_t at_ms, int32_t zone_s, char out[CLOCK_TIME_BYTES])
{
    clock_format_day(at_ms, zone_s, out);
    int64_t s = at_ms / 1000 - (at_ms % 1000 < 0) + zone_s;
    unsigned rest = (unsigned)(((s % DAY_S) + DAY_S) % DAY_S);
    snprintf(out + CLOCK_DAY_BYTES - 1, CLOCK_TIME_BYTES - CLOCK_DAY_BYTES + 1, " %02u:%02u:%02u", rest / 3600 % 24u,
             rest / 60 % 60, rest % 60);
}
