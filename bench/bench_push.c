/* SPDX-License-Identifier: Apache-2.0
 *
 * The last hour before a deadline: closed-loop clients over TLS push to random schools, beside the same rows written bare in
 * process, and beside PostgreSQL and Redis with the same work and durability. */
#include <stdio.h>
#include <stdlib.h>

#include "bench/kit/pushes.h"
#include "bench/kit/served.h"

#define MANY 64u /* clients */
#define EDITS 40u

enum series {
    OURS_1,
    OURS_8,
    OURS_64,
    OURS_256,
    OURS_64_EDITS,
    OURS_8_P99,
    OURS_CPU,
    BARE_64,
    BARE_64_EDITS,
    BARE_8_P99,
    PG_1,
    PG_8,
    PG_64,
    PG_64_EDITS,
    PG_CPU,
    REDIS_64,
    REDIS_64_EDITS,
    SERIES
};

struct bench {
    struct district district;
    struct served served;
    struct pushes ours, bare_pushes, pg_pushes, redis_pushes;
    struct bare *bare;
    struct postgres *pg; /* NULL: no peer */
    unsigned redis_port; /* 0: no peer */
    double cpu_us;       /* of our server, for each push of the last run */
    struct samples series[SERIES];
};

static void add(struct bench *b, enum series series, double value)
{
    samples_add(&b->series[series], value);
}

/* ---- one side ---- */

static struct load_figures run_load(struct bench *b, unsigned port, struct load_language language, unsigned clients)
{
    struct load *load = load_open(&b->district, port, clients, &language);
    double began = process_cpu_s(b->served.pid);
    struct load_figures figures = load_run(load, b->district.plan.run_ms);
    b->cpu_us = (process_cpu_s(b->served.pid) - began) * 1e6 / (double)figures.n;
    load_close(load);
    return figures;
}

static struct load_figures run_ours(struct bench *b, unsigned clients, unsigned edits)
{
    b->ours.n_edits = edits;
    return run_load(b, b->served.port, pushes_language(&b->ours), clients);
}

static void measure_ours(struct bench *b)
{
    add(b, OURS_1, run_ours(b, 1, 1).per_s);
    struct load_figures eight = run_ours(b, 8, 1);
    add(b, OURS_8, eight.per_s);
    add(b, OURS_8_P99, eight.p99_ms);
    add(b, OURS_64, run_ours(b, MANY, 1).per_s);
    add(b, OURS_CPU, b->cpu_us);
    add(b, OURS_256, run_ours(b, LOAD_CLIENTS_MAX, 1).per_s);
}

static void measure_bare(struct bench *b)
{
    b->bare_pushes.n_edits = 1;
    add(b, BARE_64, bare_run(b->bare, 64, b->district.plan.run_ms).per_s);
    add(b, BARE_8_P99, bare_run(b->bare, 8, b->district.plan.run_ms).p99_ms);
}

static void measure_pg(struct bench *b)
{
    int64_t run_ms = b->district.plan.run_ms;
    if (!b->pg)
        return;
    b->pg_pushes.n_edits = 1;
    add(b, PG_1, postgres_run(b->pg, 1, run_ms).per_s);
    add(b, PG_8, postgres_run(b->pg, 8, run_ms).per_s);
    double began = postgres_cpu_s(b->pg);
    struct load_figures many = postgres_run(b->pg, MANY, run_ms);
    add(b, PG_64, many.per_s);
    add(b, PG_CPU, (postgres_cpu_s(b->pg) - began) * 1e6 / (double)many.n);
}

static void measure_redis(struct bench *b, unsigned edits, enum series series)
{
    if (!b->redis_port)
        return;
    b->redis_pushes.n_edits = edits;
    add(b, series, run_load(b, b->redis_port, redis_language(&b->redis_pushes), MANY).per_s);
}

static void measure_edits(struct bench *b)
{
    add(b, OURS_64_EDITS, run_ours(b, MANY, EDITS).per_s);
    b->bare_pushes.n_edits = EDITS;
    add(b, BARE_64_EDITS, bare_run(b->bare, 16, b->district.plan.run_ms).per_s);
    if (b->pg) {
        b->pg_pushes.n_edits = EDITS;
        add(b, PG_64_EDITS, postgres_run(b->pg, MANY, b->district.plan.run_ms).per_s);
    }
    measure_redis(b, EDITS, REDIS_64_EDITS);
}

/* ---- the table ---- */

static void print(struct bench *b)
{
    const struct samples *s = b->series;
    const char *bare = "bare rows", *pg = "PostgreSQL", *redis = "Redis";
    const struct result results[] = {
        {"push 1 edit, 1 client", "/s", pg, &s[OURS_1], &s[PG_1], AGAINST_PEER, AIM_AT_LEAST, 1},
        {"push 1 edit, 8 clients", "/s", pg, &s[OURS_8], &s[PG_8], AGAINST_PEER, AIM_AT_LEAST, 1},
        {"push 1 edit, 8 clients, p99", "ms", bare, &s[OURS_8_P99], &s[BARE_8_P99], AGAINST_LIMIT, AIM_AT_MOST, 1.5},
        {"push 1 edit, 64 clients", "/s", bare, &s[OURS_64], &s[BARE_64], AGAINST_LIMIT, AIM_AT_LEAST, 0.6},
        {"push 1 edit, 64 clients", "/s", pg, &s[OURS_64], &s[PG_64], AGAINST_PEER, AIM_AT_LEAST, 3},
        {"push 1 edit, 64 clients", "/s", redis, &s[OURS_64], &s[REDIS_64], AGAINST_PEER, AIM_AT_LEAST, 0.7},
        {"push 1 edit, 256 clients", "/s", bare, &s[OURS_256], &s[BARE_64], AGAINST_LIMIT, AIM_NONE, 0},
        {"push 40 edits, 64 clients", "/s", bare, &s[OURS_64_EDITS], &s[BARE_64_EDITS], AGAINST_LIMIT, AIM_AT_LEAST, 0.9},
        {"push 40 edits, 64 clients", "/s", pg, &s[OURS_64_EDITS], &s[PG_64_EDITS], AGAINST_PEER, AIM_AT_LEAST, 4},
        {"push 40 edits, 64 clients", "/s", redis, &s[OURS_64_EDITS], &s[REDIS_64_EDITS], AGAINST_PEER, AIM_AT_LEAST, 1.5},
        {"push, server CPU each, 64 clients", "us", pg, &s[OURS_CPU], &s[PG_CPU], AGAINST_PEER, AIM_AT_MOST, 0.25},
    };
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++)
        result_print(&results[i]);
}

static void open_bench(struct bench *b)
{
    struct plan plan = plan_read();
    char path[DISTRICT_PATH_BYTES];
    district_open(&b->district, &plan);
    district_copy(&b->district, "bare.db", path);
    pushes_init(&b->ours, &b->district);
    pushes_init(&b->bare_pushes, &b->district);
    pushes_init(&b->pg_pushes, &b->district);
    pushes_init(&b->redis_pushes, &b->district);
    served_start_district(&b->served, &b->district);
    b->bare = bare_open(&b->bare_pushes, path);
    b->pg = postgres_open(&b->pg_pushes);
    if (!redis_prepare(&b->redis_pushes, &b->redis_port))
        b->redis_port = 0;
    printf("%u schools with %u activities each, %u rounds of %lld ms; peers: %s, %s\n", plan.schools, plan.activities, plan.rounds,
           (long long)plan.run_ms, b->pg ? postgres_version(b->pg) : "no PostgreSQL", b->redis_port ? "Redis" : "no Redis");
    fflush(stdout);
}

static void close_bench(struct bench *b)
{
    char path[DISTRICT_PATH_BYTES + 16];
    bare_close(b->bare);
    postgres_close(b->pg);
    served_stop(&b->served);
    snprintf(path, sizeof path, "%s/bare.db", b->district.folder);
    district_remove_database(path);
    pushes_done(&b->ours);
    pushes_done(&b->bare_pushes);
    pushes_done(&b->pg_pushes);
    pushes_done(&b->redis_pushes);
    district_close(&b->district);
}

int main(void)
{
    struct bench *b = calloc(1, sizeof *b);
    must_be(b != NULL, "no memory");
    open_bench(b);
    for (unsigned round = 0; round < b->district.plan.rounds; round++) {
        measure_ours(b);
        measure_bare(b);
        measure_pg(b);
        measure_redis(b, 1, REDIS_64);
        measure_edits(b);
    }
    print(b);
    close_bench(b);
    free(b);
    return 0;
}
