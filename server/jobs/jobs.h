/* SPDX-License-Identifier: Apache-2.0
 *
 * The scheduler: looks now and then which job of job.def is due and works on it slice by slice. It has no thread and no timer of
 * its own: the write lane calls it when it has written a group, and when it has had nothing to do for jobs_wait_ms(). */
#ifndef SERVER_JOBS_JOBS_H
#define SERVER_JOBS_JOBS_H

#include "server/service/core.h"

#define JOBS_LOOK_MS 30000   /* how often is looked for what is due */
#define JOBS_RETRY_MS 600000 /* after a failed run */
#define JOBS_WAIT_MS 500     /* between looks at what works outside the lane */

struct jobs;

enum status jobs_new(struct core *core, struct jobs **out, struct err *err) MUST_CHECK;
/* A run in progress is given up: it is due again at the next start. */
void jobs_free(struct jobs *jobs);

/* One slice, outside of any transaction, on the writer's desk. Failures are logged and tried again later. True: there is more to do
 * at once. */
bool jobs_step(struct jobs *jobs);
/* How long the lane may sleep before the next step: 0 in the middle of a run that has more to do at once. */
int64_t jobs_wait_ms(const struct jobs *jobs);

#endif
