/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/kit/result.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void must(enum status status, const struct err *err)
{
    if (status == STATUS_OK)
        return;
    fprintf(stderr, "%s: %s\n", status_name(status), err->text);
    exit(EXIT_FAILURE);
}

void must_be(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "%s\n", what);
    exit(EXIT_FAILURE);
}

/* ---- the plan ---- */

static long number(const char *name, long preset)
{
    const char *text = getenv(name);
    return text && *text ? strtol(text, NULL, 10) : preset;
}

struct plan plan_read(void)
{
    bool quick = number("BENCH_QUICK", 0) != 0;
    const char *folder = getenv("BENCH_FOLDER");
    struct plan plan = {.quick = quick,
                        .rounds = (unsigned)number("BENCH_ROUNDS", quick ? 1 : 5),
                        .schools = (unsigned)number("BENCH_SCHOOLS", quick ? 1000 : 10000),
                        .activities = (unsigned)number("BENCH_ACTIVITIES", 60),
                        .run_ms = number("BENCH_RUN_MS", quick ? 300 : 1000),
                        .folder = folder && *folder ? folder : "."};
    must_be(plan.rounds > 0 && plan.rounds <= ROUNDS_MAX, "BENCH_ROUNDS must be 1 to 15");
    must_be(plan.schools >= 100 && plan.activities >= 40, "at least 100 schools with 40 activities each are needed");
    return plan;
}

/* ---- samples ---- */

void samples_add(struct samples *samples, double value)
{
    samples->value[samples->n++] = value;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double samples_median(const struct samples *samples)
{
    struct samples sorted = *samples;
    if (!sorted.n)
        return 0;
    qsort(sorted.value, sorted.n, sizeof sorted.value[0], by_value);
    return (sorted.value[(sorted.n - 1) / 2] + sorted.value[sorted.n / 2]) / 2;
}

static double ratio_of(const struct samples *ours, const struct samples *theirs)
{
    struct samples ratios = {.n = 0};
    for (size_t i = 0; i < ours->n && i < theirs->n; i++)
        samples_add(&ratios, theirs->value[i] > 0 ? ours->value[i] / theirs->value[i] : 0);
    return samples_median(&ratios);
}

/* ---- the row ---- */

static const char *format_figure(const struct samples *samples, const char *unit, char *out, size_t size)
{
    double value = samples_median(samples);
    snprintf(out, size, value >= 100 ? "%.0f %s" : value >= 10 ? "%.1f %s" : "%.3f %s", value, unit);
    return out;
}

void result_print(const struct result *r)
{
    static const struct samples none;
    const struct samples *theirs = r->theirs ? r->theirs : &none;
    char ours[64], other[64] = "", named[96] = "-", ratio[24] = "-", goal[24] = "-";
    const char *met = "-";
    bool measured = r->ours->n && (r->against == AGAINST_NOTHING || theirs->n);
    double value = r->against == AGAINST_NOTHING ? samples_median(r->ours) : ratio_of(r->ours, theirs);
    if (r->against == AGAINST_PEER && !theirs->n)
        snprintf(named, sizeof named, "no peer (%s)", r->other);
    else if (r->against != AGAINST_NOTHING)
        snprintf(named, sizeof named, "%s (%s)", format_figure(theirs, r->unit, other, sizeof other), r->other);
    if (measured && r->against != AGAINST_NOTHING)
        snprintf(ratio, sizeof ratio, "%.2f", value);
    if (r->aim != AIM_NONE)
        snprintf(goal, sizeof goal, "%s %g", r->aim == AIM_AT_LEAST ? ">=" : "<=", r->goal);
    if (measured && r->aim != AIM_NONE)
        met = (r->aim == AIM_AT_LEAST ? value >= r->goal : value <= r->goal) ? "yes" : "NO";
    printf("row\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r->work, format_figure(r->ours, r->unit, ours, sizeof ours),
           r->against == AGAINST_LIMIT ? named : "-", r->against == AGAINST_PEER ? named : "-", ratio, goal, met);
    fflush(stdout);
}

/* ---- clocks and dice ---- */

static double read_clock(clockid_t which)
{
    struct timespec at;
    clock_gettime(which, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

double now_s(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

double self_cpu_s(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

uint32_t dice_roll(struct dice *dice, uint32_t below)
{
    dice->state = dice->state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(dice->state >> 33) % below;
}
