/* SPDX-License-Identifier: Apache-2.0
 *
 * What an officer waits for: the commands as processes on a cache of ten thousand activities, beside sqlite3 started as a process
 * on the same file; the import of a hundred documents; the first pull, beside the rows inserted bare. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/kit/officer.h"
#include "bench/kit/served.h"

#define ACTIVITIES 10000u
#define DOCUMENTS 100u
#define PLANNED_EACH 100u /* the others are done, as after some years */
#define RUNS 5u           /* processes a round */

enum series { FIRST_PULL, RAW_INSERTS, LIST, STATUS, SELECT, DONE, INSERT, IMPORT, SERIES };

struct bench {
    struct district district;
    struct served served;
    struct officer officer;
    char lianxin[DISTRICT_PATH_BYTES];
    struct samples series[SERIES];
    unsigned done; /* activities so far */
};

/* ---- processes ---- */

/* Milliseconds from start to end; what it says goes nowhere. It must succeed. */
static double time_process(const char *const *arguments)
{
    double began = now_s();
    int result;
    pid_t child = fork();
    must_be(child >= 0, "no process");
    if (child == 0) {
        must_be(freopen("/dev/null", "w", stdout) && freopen("/dev/null", "w", stderr), "no /dev/null");
        execvp(arguments[0], (char *const *)(uintptr_t)arguments);
        _exit(127);
    }
    waitpid(child, &result, 0);
    if (!WIFEXITED(result) || WEXITSTATUS(result) != 0) {
        fprintf(stderr, "%s %s failed\n", arguments[0], arguments[1]);
        exit(EXIT_FAILURE);
    }
    return (now_s() - began) * 1000;
}

static double time_lianxin(const struct bench *b, const char *verb, const char *argument)
{
    const char *const arguments[] = {b->lianxin, "--home", b->officer.home, "--offline", verb, argument, NULL};
    return time_process(arguments);
}

static double time_sqlite(const char *path, const char *text)
{
    const char *const arguments[] = {"sqlite3", path, text, NULL};
    return time_process(arguments);
}

/* ---- the work ---- */

static void measure_reading(struct bench *b)
{
    double list = 0, status = 0, select = 0;
    for (unsigned i = 0; i < RUNS; i++) {
        list += time_lianxin(b, "list", NULL);
        select += time_sqlite(b->officer.cache_path, "select 1");
        status += time_lianxin(b, "status", NULL);
    }
    samples_add(&b->series[LIST], list / RUNS);
    samples_add(&b->series[STATUS], status / RUNS);
    samples_add(&b->series[SELECT], select / RUNS);
}

static void measure_done(struct bench *b)
{
    char number[32], path[DISTRICT_PATH_BYTES + 16];
    double done = 0, insert = 0;
    snprintf(path, sizeof path, "%s/plain.db", b->district.folder);
    (void)time_sqlite(path, "pragma journal_mode=wal; create table if not exists t (a, b, c, d)");
    for (unsigned i = 0; i < RUNS; i++, b->done++) {
        unsigned n = b->done * PLANNED_EACH;
        snprintf(number, sizeof number, "%u.%u", n % 12 + 1, n / 12 + 1);
        done += time_lianxin(b, "done", number);
        insert += time_sqlite(path, "pragma synchronous=full; insert into t values (1, 'two', 'three', randomblob(300))");
    }
    samples_add(&b->series[DONE], done / RUNS);
    samples_add(&b->series[INSERT], insert / RUNS);
}

static void write_document(const char *path, unsigned number)
{
    FILE *file = fopen(path, "w");
    must_be(file != NULL, "cannot write a document");
    fprintf(file, "第%u小学2024年工会工作计划\n一、指导思想\n以服务教职工为宗旨。\n二、活动安排\n", number);
    for (unsigned month = 1; month <= 12; month++)
        fprintf(
            file,
            "%u月份：\n1、召开工会委员会会议（%u）。\n2、组织教职工参加趣味运动会，预算3000元。\n3、慰问困难教职工和退休教师。\n",
            month, number);
    must_be(fclose(file) == 0, "cannot write a document");
}

/* All documents in one process: read, understood, shown, nothing kept. */
static void measure_import(struct bench *b)
{
    char path[DISTRICT_PATH_BYTES + 16];
    snprintf(path, sizeof path, "%s/plan.txt", b->district.folder);
    double ms = 0;
    for (unsigned i = 0; i < DOCUMENTS; i++) {
        const char *const arguments[] = {b->lianxin, "--home", b->officer.home, "--offline", "import", path, "--dry-run", NULL};
        write_document(path, i);
        ms += time_process(arguments);
    }
    samples_add(&b->series[IMPORT], ms / 1000);
    unlink(path);
}

static void measure_first_pull(struct bench *b)
{
    struct officer officer;
    officer_open(&officer, &b->district, 0, b->served.port);
    double began = now_s();
    officer_sync(&officer, b->served.port);
    samples_add(&b->series[FIRST_PULL], ACTIVITIES / (now_s() - began));
    officer_close(&officer);
    officer_remove(&officer);
}

/* The same columns and values, one statement a record and one commit, by the connection settings of the cache. */
static void measure_raw_inserts(struct bench *b)
{
    static const char insert[] = "INSERT INTO activity SELECT * FROM old.activity WHERE stream = $stream AND id = $id";
    char path[DISTRICT_PATH_BYTES + 16], attach[DISTRICT_PATH_BYTES + 64];
    struct sql_statement *s;
    struct store *store;
    struct sql *db;
    struct err err;
    snprintf(path, sizeof path, "%s/raw.db", b->district.folder);
    snprintf(attach, sizeof attach, "ATTACH '%s' AS old", b->officer.cache_path);
    must(sql_open(path, SQL_WRITER, NULL, &db, &err), &err);
    must(store_open(db, b->district.schema, true, &store, &err), &err);
    must(sql_run(db, attach, &err), &err);
    must(sql_prepare(db, insert, &s, &err), &err);
    double began = now_s();
    must(sql_begin(db, &err), &err);
    for (unsigned i = 0; i < ACTIVITIES; i++) {
        struct uuid id = district_activity_id(0, i);
        sql_bind_int_at(s, 1, district_stream(0));
        sql_bind_blob_at(s, 2, id.bytes, UUID_BYTES);
        must(sql_execute(s, &err), &err);
    }
    must(sql_commit(db, &err), &err);
    samples_add(&b->series[RAW_INSERTS], ACTIVITIES / (now_s() - began));
    store_close(store);
    sql_close(db);
    district_remove_database(path);
}

static void print(const struct bench *b)
{
    const struct samples *s = b->series;
    const struct result results[] = {
        {"lianxin list, 10,000 activities", "ms", "sqlite3 'select 1'", &s[LIST], &s[SELECT], AGAINST_LIMIT, AIM_AT_MOST, 3},
        {"lianxin status", "ms", "sqlite3 'select 1'", &s[STATUS], &s[SELECT], AGAINST_LIMIT, AIM_AT_MOST, 3},
        {"lianxin done", "ms", "sqlite3 insert", &s[DONE], &s[INSERT], AGAINST_LIMIT, AIM_AT_MOST, 2},
        {"first pull of 10,000 records", "/s", "bare inserts", &s[FIRST_PULL], &s[RAW_INSERTS], AGAINST_LIMIT, AIM_AT_LEAST, 0.5},
        {"import of 100 documents, previewed", "s", "", &s[IMPORT], NULL, AGAINST_NOTHING, AIM_NONE, 0},
    };
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++)
        result_print(&results[i]);
}

int main(void)
{
    static struct bench b;
    struct plan plan = plan_read();
    const char *bin = getenv("BENCH_BIN");
    char path[DISTRICT_PATH_BYTES + 16];
    plan.schools = DISTRICT_OFFICERS;
    plan.activities = ACTIVITIES;
    plan.planned_each = PLANNED_EACH;
    snprintf(b.lianxin, sizeof b.lianxin, "%s/lianxin", bin ? bin : "build/bin");
    must_be(access(b.lianxin, X_OK) == 0, "lianxin is not built");
    district_open(&b.district, &plan);
    served_start_district(&b.served, &b.district);
    for (unsigned round = 0; round < plan.rounds; round++)
        measure_first_pull(&b);
    officer_open(&b.officer, &b.district, 0, b.served.port);
    officer_sync(&b.officer, b.served.port);
    officer_close(&b.officer);
    for (unsigned round = 0; round < plan.rounds; round++) {
        measure_raw_inserts(&b);
        measure_reading(&b);
        measure_done(&b);
        measure_import(&b);
    }
    print(&b);
    officer_remove(&b.officer);
    served_stop(&b.served);
    snprintf(path, sizeof path, "%s/plain.db", b.district.folder);
    district_remove_database(path);
    district_close(&b.district);
    return 0;
}
