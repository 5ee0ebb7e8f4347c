/* SPDX-License-Identifier: Apache-2.0 */
#include "server/jobs/jobs.h"

#include <stdlib.h>

#include "server/jobs/job.h"

struct job {
    const char *name;
    enum status (*find_due)(struct desk *desk, int64_t now_ms, bool *due, char date[CLOCK_DAY_BYTES], struct err *err);
    enum status (*begin)(struct desk *desk, const char *date, struct job_run **out, struct err *err);
    enum status (*step)(struct job_run *run, bool *done, struct err *err);
    enum status (*finish)(struct job_run *run, int64_t now_ms, struct err *err);
    void (*end)(struct job_run *run);
};

static const struct job list[] = {
#define JOB(name) {#name, name##_find_due, name##_begin, name##_step, name##_finish, name##_end},
#include "server/jobs/job.def"
#undef JOB
};
#define JOBS (sizeof list / sizeof *list)

struct jobs {
    struct core *core;
    int64_t look_ms[JOBS];     /* not before */
    const struct job *running; /* NULL: none */
    struct job_run *run;
    char date[CLOCK_DAY_BYTES];
    int64_t began_ms;
};

enum status jobs_new(struct core *core, struct jobs **out, struct err *err)
{
    struct jobs *jobs = calloc(1, sizeof *jobs);

    if (!jobs)
        return err_set(err, STATUS_NO_MEMORY, "no memory for the jobs");
    jobs->core = core;
    *out = jobs;
    return STATUS_OK;
}

void jobs_free(struct jobs *jobs)
{
    if (!jobs)
        return;
    if (jobs->running)
        jobs->running->end(jobs->run);
    free(jobs);
}

static int64_t now_of(const struct jobs *jobs)
{
    return clock_now_ms(&jobs->core->config.clock);
}

static void end(struct jobs *jobs, const struct err *err)
{
    const struct log *log = jobs->core->config.log;

    if (err) {
        log_event(log, LOG_ERROR, "job.fail", "job", jobs->running->name, "date", jobs->date, "error", err->text, NULL);
        jobs->look_ms[jobs->running - list] = now_of(jobs) + JOBS_RETRY_MS;
    } else {
        log_event(log, LOG_INFO, "job.done", "job", jobs->running->name, "date", jobs->date, NULL);
    }
    jobs->running->end(jobs->run);
    jobs->running = NULL;
    jobs->run = NULL;
}

static enum status record(struct jobs *jobs, int64_t now_ms, struct err *err)
{
    static const char *const texts[] = {
        "DELETE FROM job_run WHERE job = $job AND date = $date",
        "INSERT INTO job_run (job, date, began_ms, ended_ms) VALUES ($job, $date, $began_ms, $ended_ms)",
    };
    enum status st = STATUS_OK;

    for (size_t i = 0; st == STATUS_OK && i < 2; i++) {
        struct sql_statement *s = NULL;

        st = sql_prepare(jobs->core->writer.sql, texts[i], &s, err);
        if (st != STATUS_OK)
            break;
        sql_bind_text(s, "$job", jobs->running->name);
        sql_bind_text(s, "$date", jobs->date);
        if (i == 1) {
            sql_bind_int(s, "$began_ms", jobs->began_ms);
            sql_bind_int(s, "$ended_ms", now_ms);
        }
        st = sql_execute(s, err);
    }
    return st;
}

static enum status finish(struct jobs *jobs, struct err *err)
{
    struct sql *db = jobs->core->writer.sql;
    int64_t now_ms = now_of(jobs);
    enum status st = sql_begin(db, err);

    if (st == STATUS_OK)
        st = jobs->running->finish(jobs->run, now_ms, err);
    if (st == STATUS_OK)
        st = record(jobs, now_ms, err);
    if (st == STATUS_OK)
        st = sql_commit(db, err);
    sql_rollback(db); /* what is still open after a failure */
    return st;
}

/* In a transaction although it only reads: one snapshot, and the locks are taken once, not by each statement. */
static enum status step(struct jobs *jobs, bool *done, struct err *err)
{
    struct sql *db = jobs->core->writer.sql;
    enum status st = sql_begin(db, err);

    if (st == STATUS_OK)
        st = jobs->running->step(jobs->run, done, err);
    sql_rollback(db);
    return st;
}

static void go_on(struct jobs *jobs)
{
    struct err err;
    bool done = false;
    enum status st = step(jobs, &done, &err);

    if (st == STATUS_OK && done)
        st = finish(jobs, &err);
    if (st != STATUS_OK)
        end(jobs, &err);
    else if (done)
        end(jobs, NULL);
}

/* A clock that was set back must not silence a job: it is looked again at once. */
static bool may_look(const struct jobs *jobs, size_t i, int64_t now_ms)
{
    return now_ms >= jobs->look_ms[i] || jobs->look_ms[i] - now_ms > JOBS_RETRY_MS;
}

static void look(struct jobs *jobs, size_t i, int64_t now_ms)
{
    struct err err;
    bool due = false;
    enum status st = list[i].find_due(&jobs->core->writer, now_ms, &due, jobs->date, &err);

    jobs->look_ms[i] = now_ms + JOBS_LOOK_MS;
    if (st == STATUS_OK && due) {
        st = list[i].begin(&jobs->core->writer, jobs->date, &jobs->run, &err);
        jobs->running = st == STATUS_OK ? &list[i] : NULL;
        jobs->began_ms = now_ms;
    }
    if (st != STATUS_OK) {
        log_event(jobs->core->config.log, LOG_ERROR, "job.fail", "job", list[i].name, "error", err.text, NULL);
        jobs->look_ms[i] = now_ms + JOBS_RETRY_MS;
    }
}

bool jobs_step(struct jobs *jobs)
{
    int64_t now_ms = now_of(jobs);

    if (jobs->running)
        go_on(jobs);
    for (size_t i = 0; !jobs->running && i < JOBS; i++)
        if (may_look(jobs, i, now_ms))
            look(jobs, i, now_ms);
    return jobs->running != NULL;
}

int64_t jobs_wait_ms(const struct jobs *jobs)
{
    int64_t now_ms = now_of(jobs), wait_ms = JOBS_LOOK_MS;

    for (size_t i = 0; i < JOBS; i++) {
        int64_t left_ms = may_look(jobs, i, now_ms) ? 0 : jobs->look_ms[i] - now_ms;

        wait_ms = left_ms < wait_ms ? left_ms : wait_ms;
    }
    return jobs->running ? 0 : wait_ms;
}
