/* SPDX-License-Identifier: Apache-2.0
 *
 * What the district expects of a school, and whether it came. Without a due record nothing is missing; until its day is over a
 * report is not yet due. */
#ifndef SERVER_SERVICE_OWED_H
#define SERVER_SERVICE_OWED_H

#include "common/base/clock.h"
#include "server/service/cover.h"
#include "server/service/roster.h"

/* One due record that is not closed. */
struct owed {
    struct uuid id;
    int64_t made_ms; /* the time in its id */
    int what;        /* enum _Lianxin__DueWhat */
    int32_t first_month, last_month;
    char day[CLOCK_DAY_BYTES];
    const char *title;       /* "" when it has none */
    const uint32_t *schools; /* numbers; none: all that match stage and area */
    size_t n_schools;
    int stage;        /* 0: any */
    const char *area; /* "": any */
};
struct owed_list {
    struct owed *items; /* by day, then id */
    size_t n;
};

enum owed_state {
    OWED_NOT_YET,   /* 未到期: has not come, its day is not over */
    OWED_SUBMITTED, /* came by its day */
    OWED_LATE,      /* came after its day */
    OWED_MISSING,   /* has not come, or was returned, and its day is over */
    OWED_UNTOLD,    /* has not come, and no device of the school was in contact since the due was made */
    OWED_STATES
};

/* A school's report, as far as it matters here. */
struct owed_report {
    int kind, state; /* enum _Lianxin__ReportKind, _Lianxin__ReportState */
    int32_t first_month, last_month;
    int64_t submitted_ms; /* 0: never */
};
struct owed_reports {
    struct owed_report *items;
    size_t n;
};

/* Dues whose day is since_day or later; in arena. */
enum status owed_load(struct store *store, struct arena *arena, const char *since_day, struct owed_list *out,
                      struct err *err) MUST_CHECK;
enum status owed_load_reports(struct sql *db, struct arena *arena, uint32_t stream, struct owed_reports *out,
                              struct err *err) MUST_CHECK;

/* Named, or matching stage and area; and at work in the last month of the period. */
bool owed_is_for(const struct owed *owed, const struct roster_school *school);
/* A plan is there when a submitted union plan covers the period's first month; a report when one of the kind and the same period is
 * submitted or accepted. today and the zone are the district's; seen_ms: the school's last contact (struct presence_times). */
enum owed_state owed_check(const struct owed *owed, const struct cover *cover, const struct owed_reports *reports, int64_t seen_ms,
                           const char *today, int32_t zone_s);

#endif
