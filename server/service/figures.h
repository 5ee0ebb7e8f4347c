/* SPDX-License-Identifier: Apache-2.0
 *
 * One school's figures. Counted are the activities of union bodies that were not dropped, each in the plan that counts (cover.h).
 * An activity without months has no last month: it is counted, never overdue. */
#ifndef SERVER_SERVICE_FIGURES_H
#define SERVER_SERVICE_FIGURES_H

#include "server/service/owed.h"
#include "server/service/source.h"

#define FIGURES_MONTHS 12 /* how far back figures go: the month asked for and the eleven before */

struct figures {
    int plan_state;           /* of the union plan that covers the month (enum _Lianxin__PlanState); 0: there is none */
    bool has_plan;            /* a submitted or filed one */
    int64_t activities, done; /* within FIGURES_MONTHS */
    int64_t past; /* whose last month (of a deferred one the month deferred to) is over, less cancelled; within FIGURES_MONTHS */
    int64_t past_done;                      /* of those, the done: past_done ÷ past is the done rate */
    int64_t overdue;                        /* of those, the others */
    int64_t occurrences, people, money_fen; /* of the month */
    int64_t open_conflicts;
};

/* Counts of one month, category, body and state: activities planned in the month; occurrences held in it. */
struct figures_cell {
    int32_t month;
    int category, body, state;
    int64_t activities, occurrences, people, money_fen;
};

/* What is prepared once and used for all schools, on one connection. */
struct figures_run {
    struct sql *db;
    struct sql_statement *activities, *occurrences;
    int32_t month;
};
enum status figures_open(struct sql *db, int32_t month, struct figures_run *out, struct err *err) MUST_CHECK;
void figures_close(struct figures_run *run);

/* cover is filled in arena. add (may be NULL) gets every single count, with the numbers 0 or 1 of its cell. */
enum status figures_count(struct figures_run *run, struct arena *arena, uint32_t stream, struct figures *out, struct cover *cover,
                          void (*add)(void *context, const struct figures_cell *cell), void *context, struct err *err) MUST_CHECK;

#endif
