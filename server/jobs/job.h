/* SPDX-License-Identifier: Apache-2.0
 *
 * What a job is: work for a date, done in slices on the write lane's desk, between the groups of the pushes. Steps only read; what
 * they found is written by finish in one transaction together with the record of the run, so a run cut short leaves nothing. */
#ifndef SERVER_JOBS_JOB_H
#define SERVER_JOBS_JOB_H

#include "common/base/clock.h"
#include "server/service/core.h"

struct job_run; /* of the job's own making */

enum job_pace {
    JOB_DONE,  /* finish comes next */
    JOB_AGAIN, /* there is more to do at once */
    JOB_WAIT,  /* something outside is at work: step again in JOBS_WAIT_MS */
};

#define JOB(name)                                                                                                                  \
    /* Is the job to be run now, and for which date? */                                                                            \
    enum status name##_find_due(struct desk *desk, int64_t now_ms, bool *due, char date[CLOCK_DAY_BYTES], struct err *err)         \
        MUST_CHECK;                                                                                                                \
    enum status name##_begin(struct desk *desk, const char *date, struct job_run **out, struct err *err) MUST_CHECK;               \
    /* A slice of some milliseconds at most, in a transaction that is undone: it only reads. */                                    \
    enum status name##_step(struct job_run *run, enum job_pace *pace, struct err *err) MUST_CHECK;                                 \
    /* Inside a transaction. */                                                                                                    \
    enum status name##_finish(struct job_run *run, int64_t now_ms, struct err *err) MUST_CHECK;                                    \
    void name##_end(struct job_run *run);
#include "server/jobs/job.def"
#undef JOB

#endif
