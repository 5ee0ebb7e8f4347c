/* SPDX-License-Identifier: Apache-2.0 */
#include "server/jobs/nightly.h"

#include <string.h>

#include "server/jobs/job.h"
#include "server/service/aggregate.h"
#include "server/service/brief.h"

#define SLICE_SCHOOLS 16 /* some thousand rows: a few milliseconds */

bool nightly_is_due(int64_t now_ms, int32_t zone_s, int at_minutes, const char *newest, char date[CLOCK_DAY_BYTES])
{
    int64_t today = clock_day_number(now_ms, zone_s);
    int64_t since_midnight_ms = now_ms + (int64_t)zone_s * 1000 - today * CLOCK_DAY_MS;
    bool come = since_midnight_ms >= (int64_t)at_minutes * 60000;
    char newest_due[CLOCK_DAY_BYTES];

    if (at_minutes < 0 || (!come && !*newest))
        return false;
    clock_format_day((today - !come) * CLOCK_DAY_MS, 0, newest_due);
    if (strcmp(newest_due, newest) <= 0)
        return false;
    memcpy(date, newest_due, sizeof newest_due);
    return true;
}

/* A brief made by hand counts, too: no date is aggregated twice unasked. */
enum status nightly_find_due(struct desk *desk, int64_t now_ms, bool *due, char date[CLOCK_DAY_BYTES], struct err *err)
{
    char newest[CLOCK_DAY_BYTES];
    enum status st = brief_find_newest(desk->sql, newest, err);

    if (st == STATUS_OK)
        *due = nightly_is_due(now_ms, desk->core->config.clock.zone_s, core_settings(desk->core)->nightly_minutes, newest, date);
    return st;
}

/* The run is the aggregation itself. */
static struct aggregate *aggregate_of(struct job_run *run)
{
    return (struct aggregate *)(void *)run;
}

enum status nightly_begin(struct desk *desk, const char *date, struct job_run **out, struct err *err)
{
    struct aggregate *aggregate = NULL;
    enum status st = aggregate_new(desk, date, &aggregate, err);

    if (st == STATUS_OK)
        *out = (struct job_run *)(void *)aggregate;
    return st;
}

enum status nightly_step(struct job_run *run, enum job_pace *pace, struct err *err)
{
    bool done = false;
    enum status st = aggregate_step(aggregate_of(run), SLICE_SCHOOLS, &done, err);

    *pace = done ? JOB_DONE : JOB_AGAIN;
    return st;
}

enum status nightly_finish(struct job_run *run, int64_t now_ms, struct err *err)
{
    bool replaced = false;

    return aggregate_store(aggregate_of(run), now_ms, &replaced, err);
}

void nightly_end(struct job_run *run)
{
    aggregate_free(aggregate_of(run));
}
