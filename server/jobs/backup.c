/* SPDX-License-Identifier: Apache-2.0
 *
 * The nightly backup. It takes longer than a slice and may meet a broken disk of its own, so the machine makes it beside the server
 * (struct host); here is only when, and what came of it. Whoever makes it notes it with the server once it is verified. */
#include <stdlib.h>

#include "server/jobs/job.h"
#include "server/jobs/nightly.h"
#include "server/service/job_run.h"

#define LONGEST_MS INT64_C(21600000) /* six hours: it would never end */

struct job_run {
    struct core *core;
    int64_t began_ms; /* monotonic */
    bool ended;
};

enum status backup_find_due(struct desk *desk, int64_t now_ms, bool *due, char date[CLOCK_DAY_BYTES], struct err *err)
{
    const struct core_config *config = &desk->core->config;
    char newest[CLOCK_DAY_BYTES], today[CLOCK_DAY_BYTES];

    clock_format_day(now_ms, config->clock.zone_s, today);
    enum status st = job_run_find_newest(desk->sql, "backup", today, newest, NULL, err);

    if (st == STATUS_OK)
        *due = config->host.backup_start &&
               nightly_is_due(now_ms, config->clock.zone_s, core_settings(desk->core)->backup_minutes, newest, date);
    return st;
}

enum status backup_begin(struct desk *desk, const char *date, struct job_run **out, struct err *err)
{
    const struct core_config *config = &desk->core->config;
    struct job_run *run = calloc(1, sizeof *run);

    (void)date;
    if (!run)
        return err_set(err, STATUS_NO_MEMORY, "no memory for the backup job");
    *run = (struct job_run){.core = desk->core, .began_ms = clock_mono_ms(&config->clock)};
    enum status st = config->host.backup_start(config->host.context, err);
    if (st)
        free(run);
    else
        *out = run;
    return st;
}

enum status backup_step(struct job_run *run, enum job_pace *pace, struct err *err)
{
    const struct core_config *config = &run->core->config;
    enum status st = config->host.backup_poll(config->host.context, &run->ended, err);

    *pace = run->ended ? JOB_DONE : JOB_WAIT;
    if (st == STATUS_OK && !run->ended && clock_mono_ms(&config->clock) - run->began_ms > LONGEST_MS)
        st = err_set(err, STATUS_FAILED, "the backup did not end within six hours and was given up");
    return st;
}

enum status backup_finish(struct job_run *run, int64_t now_ms, struct err *err)
{
    (void)run, (void)now_ms, (void)err;
    return STATUS_OK;
}

void backup_end(struct job_run *run)
{
    const struct host *host = &run->core->config.host;

    if (!run->ended)
        host->backup_stop(host->context);
    free(run);
}
