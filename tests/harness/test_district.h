/* SPDX-License-Identifier: Apache-2.0
 *
 * A district of random schools, in the record tables and, as plain values, in memory: questions can be answered twice and compared.
 * The data is as odd as real data: overlapping plans of one body, activities without months or outside their plan's term,
 * occurrences in other months, deferred, cancelled and dropped ones, bodies outside the union's totals, dead records, absent
 * values. */
#ifndef TESTS_HARNESS_TEST_DISTRICT_H
#define TESTS_HARNESS_TEST_DISTRICT_H

#include "common/db/store.h"

#define TEST_MONTHS_MAX 4

struct test_school {
    uint32_t number;
    char code[8], name[24];
    const char *area;
    int stage; /* 0: none */
};
struct test_plan {
    struct uuid id;
    size_t school;
    int body, state;
    int32_t first_month, last_month;
    int64_t created_ms, submitted_ms; /* 0: absent */
    bool dead;
};
struct test_activity {
    struct uuid id;
    size_t school, plan;
    int32_t months[TEST_MONTHS_MAX]; /* ascending */
    size_t n_months;
    int category, state; /* category 0: none */
    int32_t deferred_to; /* 0: none */
    int64_t budget_fen;  /* 0: absent */
    uint32_t participants;
    const char *text;
    bool dead;
};
struct test_occurrence {
    struct uuid id;
    size_t school, activity;
    int32_t month;
    char day[11];
    uint32_t people;
    int64_t money_fen;
    bool dead;
};
struct test_report {
    struct uuid id;
    size_t school;
    int kind, state;
    int32_t first_month, last_month;
    int64_t submitted_ms;
};
struct test_due {
    struct uuid id;
    int what;
    int32_t first_month, last_month;
    char day[11];
    uint32_t schools[3];
    size_t n_schools;
    int stage;
    const char *area; /* NULL: any */
    bool closed;
};

struct test_district {
    struct arena arena;
    uint64_t random;
    struct test_school *schools;
    struct test_plan *plans;
    struct test_activity *activities;
    struct test_occurrence *occurrences;
    struct test_report *reports;
    struct test_due *dues;
    size_t n_schools, n_plans, n_activities, n_occurrences, n_reports, n_dues, n_conflicts;
    size_t *open_conflicts; /* by school */
};

/* Months of the data lie between first and last. Everything is put in one transaction. */
void test_district_make(struct test_district *district, struct store *store, uint64_t seed, size_t n_schools, int32_t first,
                        int32_t last);
void test_district_free(struct test_district *district);

#endif
