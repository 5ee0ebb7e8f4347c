/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/job_run.h"

#include <stdio.h>

static enum status remove_rows(struct sql *db, const char *text, const char *job, const char *date, struct err *err)
{
    struct sql_statement *s;
    enum status st = sql_prepare(db, text, &s, err);
    if (st)
        return st;
    sql_bind_text(s, "$job", job);
    if (date)
        sql_bind_text(s, "$date", date);
    return sql_execute(s, err);
}

static enum status insert_run(struct sql *db, const char *job, const char *date, int64_t began_ms, int64_t ended_ms,
                              struct err *err)
{
    struct sql_statement *s;
    enum status st =
        sql_prepare(db, "INSERT INTO job_run (job, date, began_ms, ended_ms) VALUES ($job, $date, $began_ms, $ended_ms)", &s, err);
    if (st)
        return st;
    sql_bind_text(s, "$job", job);
    sql_bind_text(s, "$date", date);
    sql_bind_int(s, "$began_ms", began_ms);
    sql_bind_int(s, "$ended_ms", ended_ms);
    return sql_execute(s, err);
}

enum status job_run_put(struct sql *db, const char *job, const char *date, int64_t began_ms, int64_t ended_ms, struct err *err)
{
    enum status st = remove_rows(db, "DELETE FROM job_run WHERE job = $job AND date = $date", job, date, err);
    if (st == STATUS_OK)
        st = remove_rows(db, "DELETE FROM job_fault WHERE job = $job", job, NULL, err);
    return st ? st : insert_run(db, job, date, began_ms, ended_ms, err);
}

/* A run of a day to come was made by a clock that was wrong, and must not keep the job from running until that day. */
enum status job_run_find_newest(struct sql *db, const char *job, const char *today, char date[CLOCK_DAY_BYTES], int64_t *ended_ms,
                                struct err *err)
{
    struct sql_statement *s;
    bool row;
    enum status st = sql_prepare(
        db, "SELECT date, ended_ms FROM job_run WHERE job = $job AND date <= $today ORDER BY date DESC LIMIT 1", &s, err);
    if (st)
        return st;
    sql_bind_text(s, "$job", job);
    sql_bind_text(s, "$today", today);
    st = sql_step(s, &row, err);
    if (st)
        return st;
    snprintf(date, CLOCK_DAY_BYTES, "%s", row ? sql_text(s, 0) : "");
    if (ended_ms)
        *ended_ms = row ? sql_int(s, 1) : 0;
    sql_reset(s);
    return STATUS_OK;
}

enum status job_fault_put(struct sql *db, const char *job, int64_t at_ms, const char *fault, struct err *err)
{
    struct sql_statement *s;
    enum status st = remove_rows(db, "DELETE FROM job_fault WHERE job = $job", job, NULL, err);
    if (st == STATUS_OK)
        st = sql_prepare(db, "INSERT INTO job_fault (job, at_ms, fault) VALUES ($job, $at_ms, $fault)", &s, err);
    if (st)
        return st;
    sql_bind_text(s, "$job", job);
    sql_bind_int(s, "$at_ms", at_ms);
    sql_bind_text(s, "$fault", fault);
    return sql_execute(s, err);
}

enum status job_fault_find(struct sql *db, struct arena *arena, const char *job, const char **fault, int64_t *at_ms,
                           struct err *err)
{
    struct sql_statement *s;
    bool row;
    enum status st = sql_prepare(db, "SELECT fault, at_ms FROM job_fault WHERE job = $job", &s, err);
    if (st)
        return st;
    sql_bind_text(s, "$job", job);
    st = sql_step(s, &row, err);
    if (st)
        return st;
    *fault = row ? arena_strdup(arena, sql_text(s, 0)) : NULL;
    *at_ms = row ? sql_int(s, 1) : 0;
    sql_reset(s);
    return STATUS_OK;
}
