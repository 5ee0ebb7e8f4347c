/* SPDX-License-Identifier: Apache-2.0
 *
 * What the district expects of a school, and whether it came. Without a due record nothing is missing; until its day is over a
 * report is not yet due. */
#ifndef SERVER_SERVICE_EXPECT_H
#define SERVER_SERVICE_EXPECT_H

#include "common/base/clock.h"
#include "server/service/cover.h"
#include "server/service/roster.h"

/* One due record that is not closed. */
struct expected {
    struct uuid id;
    int what; /* enum _Lianxin__DueWhat */
    int32_t first_month, last_month;
    char day[CLOCK_DAY_BYTES];
    const char *title;       /* "" when it has none */
    const uint32_t *schools; /* numbers; none: all that match stage and area */
    size_t n_schools;
    int stage;        /* 0: any */
    const char *area; /* "": any */
};
struct expectations {
    struct expected *items; /* by day, then id */
    size_t n;
};

enum expect_state {
    EXPECT_NOT_YET,   /* 未到期: has not come, its day is not over */
    EXPECT_SUBMITTED, /* came by its day */
    EXPECT_LATE,      /* came after its day */
    EXPECT_MISSING,   /* has not come, or was returned, and its day is over */
};

/* A school's report, as far as it matters here. */
struct expect_report {
    int kind, state; /* enum _Lianxin__ReportKind, _Lianxin__ReportState */
    int32_t first_month, last_month;
    int64_t submitted_ms; /* 0: never */
};
struct expect_reports {
    struct expect_report *items;
    size_t n;
};

/* Dues whose day is since_day or later; in arena. */
enum status expect_load(struct store *store, struct arena *arena, const char *since_day, struct expectations *out,
                        struct err *err) MUST_CHECK;
enum status expect_load_reports(struct sql *db, struct arena *arena, uint32_t stream, struct expect_reports *out,
                                struct err *err) MUST_CHECK;

/* Named, or matching stage and area; and at work in the last month of the period. */
bool expect_is_for(const struct expected *expected, const struct roster_school *school);
/* A plan is there when a submitted union plan covers the period's first month; a report when one of the kind and the same period is
 * submitted or accepted. today and the zone are the district's. */
enum expect_state expect_check(const struct expected *expected, const struct cover *cover, const struct expect_reports *reports,
                               const char *today, int32_t zone_s);

#endif
