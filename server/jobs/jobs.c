/* SPDX-License-Identifier: Apache-2.0 */
#include "server/jobs/jobs.h"

#include <stdlib.h>

#include "server/jobs/job.h"
#include "server/service/job_run.h"
#include "server/service/news.h"

struct job {
    const char *name;
    enum status (*find_due)(struct desk *desk, int64_t now_ms, bool *due, char date[CLOCK_DAY_BYTES], struct err *err);
    enum status (*begin)(struct desk *desk, const char *date, struct job_run **out, struct err *err);
    enum status (*step)(struct job_run *run, enum job_pace *pace, struct err *err);
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
    int64_t wait_ms; /* by the monotonic clock: no step before; 0: at once */
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

static int64_t mono_of(const struct jobs *jobs)
{
    return clock_mono_ms(&jobs->core->config.clock);
}

static enum status commit(struct jobs *jobs, struct err *err)
{
    enum status st = sql_commit(jobs->core->writer.sql, err);

    if (st == STATUS_OK)
        news_forget(jobs->core->news);
    return st;
}

/* So that the status can tell it. Where not even that can be written, the log has it. */
static void note_fault(struct jobs *jobs, const char *name, const struct err *fault)
{
    struct sql *db = jobs->core->writer.sql;
    struct err err;
    enum status st = sql_begin(db, &err);

    if (st == STATUS_OK)
        st = job_fault_put(db, name, now_of(jobs), fault->text, &err);
    if (st == STATUS_OK)
        st = commit(jobs, &err);
    if (st)
        sql_rollback(db);
}

static void fail(struct jobs *jobs, const struct job *job, const char *date, const struct err *err)
{
    log_event(jobs->core->config.log, LOG_ERROR, "job.fail", "job", job->name, "date", date, "error", err->text, NULL);
    jobs->look_ms[job - list] = now_of(jobs) + JOBS_RETRY_MS;
    note_fault(jobs, job->name, err);
}

static void end(struct jobs *jobs, const struct err *err)
{
    const struct log *log = jobs->core->config.log;

    if (err) {
        fail(jobs, jobs->running, jobs->date, err);
    } else {
        log_event(log, LOG_INFO, "job.done", "job", jobs->running->name, "date", jobs->date, NULL);
    }
    jobs->running->end(jobs->run);
    jobs->running = NULL;
    jobs->run = NULL;
}

static enum status finish(struct jobs *jobs, struct err *err)
{
    struct sql *db = jobs->core->writer.sql;
    int64_t now_ms = now_of(jobs);
    enum status st = sql_begin(db, err);

    if (st == STATUS_OK)
        st = jobs->running->finish(jobs->run, now_ms, err);
    if (st == STATUS_OK)
        st = job_run_put(db, jobs->running->name, jobs->date, jobs->began_ms, now_ms, err);
    if (st == STATUS_OK)
        st = commit(jobs, err);
    sql_rollback(db); /* what is still open after a failure */
    return st;
}

/* In a transaction although it only reads: one snapshot, and the locks are taken once, not by each statement. */
static enum status step(struct jobs *jobs, enum job_pace *pace, struct err *err)
{
    struct sql *db = jobs->core->writer.sql;
    enum status st = sql_begin(db, err);

    if (st == STATUS_OK)
        st = jobs->running->step(jobs->run, pace, err);
    sql_rollback(db);
    return st;
}

static void go_on(struct jobs *jobs)
{
    struct err err;
    enum job_pace pace = JOB_AGAIN;
    enum status st = step(jobs, &pace, &err);

    jobs->wait_ms = pace == JOB_WAIT ? mono_of(jobs) + JOBS_WAIT_MS : 0;
    if (st == STATUS_OK && pace == JOB_DONE)
        st = finish(jobs, &err);
    if (st != STATUS_OK)
        end(jobs, &err);
    else if (pace == JOB_DONE)
        end(jobs, NULL);
}

static int64_t left_ms(const struct jobs *jobs)
{
    int64_t left = jobs->wait_ms - mono_of(jobs);

    return jobs->wait_ms && left > 0 ? left : 0;
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
        jobs->wait_ms = 0;
    }
    if (st != STATUS_OK)
        fail(jobs, &list[i], due ? jobs->date : "", &err);
}

bool jobs_step(struct jobs *jobs)
{
    int64_t now_ms = now_of(jobs);

    if (jobs->running && !left_ms(jobs))
        go_on(jobs);
    for (size_t i = 0; !jobs->running && i < JOBS; i++)
        if (may_look(jobs, i, now_ms))
            look(jobs, i, now_ms);
    return jobs->running && !left_ms(jobs);
}

int64_t jobs_wait_ms(const struct jobs *jobs)
{
    int64_t now_ms = now_of(jobs), wait_ms = JOBS_LOOK_MS;

    for (size_t i = 0; i < JOBS; i++) {
        int64_t until_ms = may_look(jobs, i, now_ms) ? 0 : jobs->look_ms[i] - now_ms;

        wait_ms = until_ms < wait_ms ? until_ms : wait_ms;
    }
    return jobs->running ? left_ms(jobs) : wait_ms;
}
