/* SPDX-License-Identifier: Apache-2.0
 *
 * What every benchmark shares: how long and how often it measures, and the one form of its results. A figure is a median over
 * rounds; a ratio is the median of the rounds' own ratios, whose two sides ran one after the other. */
#ifndef BENCH_KIT_RESULT_H
#define BENCH_KIT_RESULT_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/err.h"

#define ROUNDS_MAX 15u

/* From the environment: BENCH_QUICK=1 for a try, whose figures mean little; BENCH_ROUNDS, BENCH_RUN_MS, BENCH_SCHOOLS,
 * BENCH_ACTIVITIES (of one school) and BENCH_FOLDER (where the files go; ".") one by one. */
struct plan {
    bool quick;
    unsigned planned_each; /* of so many activities one is still planned, the others are done; 0: all are planned */
    unsigned rounds, schools, activities;
    int64_t run_ms;
    const char *folder;
};
struct plan plan_read(void);

struct samples {
    double value[ROUNDS_MAX];
    size_t n; /* 0: not measured, as a peer that is not there */
};
void samples_add(struct samples *samples, double value);
double samples_median(const struct samples *samples); /* 0 when empty */

enum aim { AIM_NONE, AIM_AT_LEAST, AIM_AT_MOST };
enum against { AGAINST_NOTHING, AGAINST_LIMIT, AGAINST_PEER };
/* One row of the table: ours beside one other thing. */
struct result {
    const char *work, *unit;
    const char *other; /* who it is compared with: "bare rows", "PostgreSQL" … */
    const struct samples *ours, *theirs;
    enum against against;
    enum aim aim; /* of ours ÷ theirs; of ours itself when there is nothing to compare with */
    double goal;
};
/* A line "row", tab, then the columns of the table with tabs between; scripts/bench makes the table of them. */
void result_print(const struct result *result);

/* Ends the program with the error, or with what should have been. */
void must(enum status status, const struct err *err);
void must_be(bool holds, const char *what);

double now_s(void);      /* of a clock that only goes forward, in microseconds' precision */
double self_cpu_s(void); /* processor time of this process, all threads */

/* A fixed sequence, the same in every run. */
struct dice {
    uint64_t state;
};
uint32_t dice_roll(struct dice *dice, uint32_t below);

#endif
