/* SPDX-License-Identifier: Apache-2.0
 *
 * What the scheduler did: which job ran for which date, and why one failed. */
#ifndef SERVER_SERVICE_JOB_RUN_H
#define SERVER_SERVICE_JOB_RUN_H

#include "common/base/arena.h"
#include "common/base/clock.h"
#include "common/db/sql.h"

/* A run that succeeded; an earlier one of the date is replaced, and a fault of the job forgotten. In the caller's transaction. */
enum status job_run_put(struct sql *db, const char *job, const char *date, int64_t began_ms, int64_t ended_ms,
                        struct err *err) MUST_CHECK;
/* The newest date up to today a job ran for, "" when it never did, and when that run ended (NULL: not wanted). */
enum status job_run_find_newest(struct sql *db, const char *job, const char *today, char date[CLOCK_DAY_BYTES], int64_t *ended_ms,
                                struct err *err) MUST_CHECK;

/* Why the last run failed; in the caller's transaction. */
enum status job_fault_put(struct sql *db, const char *job, int64_t at_ms, const char *fault, struct err *err) MUST_CHECK;
/* The fault since the last good run in arena, NULL when there is none. */
enum status job_fault_find(struct sql *db, struct arena *arena, const char *job, const char **fault, int64_t *at_ms,
                           struct err *err) MUST_CHECK;

#endif
