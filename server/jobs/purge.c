/* SPDX-License-Identifier: Apache-2.0
 *
 * Drops what the server wrote down about itself once it is older than settings.log_days: briefs, runs of jobs, invitations that
 * nobody used. Records and the journal are no log and stay. A run is one slice; it is due again as long as something is left. */
#include <stdlib.h>

#include "server/jobs/job.h"

/* Each takes either $day or $before, both the same instant. */
static const struct {
    const char *find, *remove;
    bool by_day;
} old[] = {
    {"SELECT 1 FROM brief WHERE date < $day LIMIT 1",
     "DELETE FROM brief WHERE date IN (SELECT date FROM brief WHERE date < $day ORDER BY date LIMIT 16)", true},
    {"SELECT 1 FROM job_run WHERE date < $day LIMIT 1",
     "DELETE FROM job_run WHERE date IN (SELECT date FROM job_run WHERE date < $day ORDER BY date LIMIT 200)", true},
    {"SELECT 1 FROM invitation WHERE device IS NULL AND expires_ms < $before LIMIT 1",
     "DELETE FROM invitation WHERE invitation IN"
     " (SELECT invitation FROM invitation WHERE device IS NULL AND expires_ms < $before LIMIT 200)",
     false},
};
#define OLD (sizeof old / sizeof old[0])

struct job_run {
    struct desk *desk;
};

static enum status prepare(struct desk *desk, size_t i, bool remove, int64_t now_ms, char day[CLOCK_DAY_BYTES],
                           struct sql_statement **out, struct err *err)
{
    int64_t before_ms = now_ms - (int64_t)core_settings(desk->core)->log_days * CLOCK_DAY_MS;
    enum status st = sql_prepare(desk->sql, remove ? old[i].remove : old[i].find, out, err);

    if (st)
        return st;
    clock_format_day(before_ms, desk->core->config.clock.zone_s, day);
    if (old[i].by_day)
        sql_bind_text(*out, "$day", day);
    else
        sql_bind_int(*out, "$before", before_ms);
    return STATUS_OK;
}

enum status purge_find_due(struct desk *desk, int64_t now_ms, bool *due, char date[CLOCK_DAY_BYTES], struct err *err)
{
    enum status st = STATUS_OK;
    bool found = false;

    for (size_t i = 0; st == STATUS_OK && !found && i < OLD; i++) {
        struct sql_statement *s = NULL;
        char day[CLOCK_DAY_BYTES];

        st = prepare(desk, i, false, now_ms, day, &s, err);
        if (st == STATUS_OK)
            st = sql_step(s, &found, err);
        if (s)
            sql_reset(s);
    }
    if (st)
        return st;
    clock_format_day(now_ms, desk->core->config.clock.zone_s, date);
    *due = found;
    return STATUS_OK;
}

enum status purge_begin(struct desk *desk, const char *date, struct job_run **out, struct err *err)
{
    struct job_run *run = calloc(1, sizeof *run);

    (void)date;
    if (!run)
        return err_set(err, STATUS_NO_MEMORY, "no memory for the purge job");
    run->desk = desk;
    *out = run;
    return STATUS_OK;
}

enum status purge_step(struct job_run *run, enum job_pace *pace, struct err *err)
{
    (void)run, (void)err;
    *pace = JOB_DONE;
    return STATUS_OK;
}

enum status purge_finish(struct job_run *run, int64_t now_ms, struct err *err)
{
    enum status st = STATUS_OK;

    for (size_t i = 0; st == STATUS_OK && i < OLD; i++) {
        struct sql_statement *s;
        char day[CLOCK_DAY_BYTES];

        st = prepare(run->desk, i, true, now_ms, day, &s, err);
        if (st == STATUS_OK)
            st = sql_execute(s, err);
    }
    return st;
}

void purge_end(struct job_run *run)
{
    free(run);
}
