/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/kit/postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/kit/served.h"

#ifdef BENCH_LIBPQ
#include <sys/epoll.h>
#include <unistd.h>

#define LATENCIES_MAX ((size_t)1 << 20)

static const char tables[] =
    "DROP TABLE IF EXISTS activity, head, journal;"
    "CREATE TABLE head (stream int PRIMARY KEY, rev bigint NOT NULL);"
    "CREATE TABLE activity (stream int NOT NULL, id uuid NOT NULL, rev bigint NOT NULL, plan uuid NOT NULL, position int, number "
    "text,"
    " header text, text text, months bigint, category int, lead text, person text, participants int, state int,"
    " PRIMARY KEY (stream, id));"
    "CREATE TABLE journal (stream int NOT NULL, rev bigint NOT NULL, instance uuid NOT NULL, sequence bigint NOT NULL,"
    " body bytea NOT NULL, hmac bytea NOT NULL, PRIMARY KEY (stream, rev))";

/* $1 schools, $2 activities of each */
static const char fill_heads[] = "INSERT INTO head SELECT s, 1 FROM generate_series(0, $1::int - 1) s";
static const char fill_activities[] =
    "INSERT INTO activity SELECT s, md5(s || '/' || n)::uuid, 1, md5(s::text)::uuid, n, '3.2', '三月份',"
    " '组织全体教职工开展春季登山健身活动，评选优秀组室，做好宣传报道', 26705000000000000, 7, '校工会', 'p0', 120, 1"
    " FROM generate_series(0, $1::int - 1) s, generate_series(0, $2::int - 1) n";
static const char fill_journal[] =
    "INSERT INTO journal SELECT s, r, md5(s::text)::uuid, r, decode(repeat('ab', 400), 'hex'), decode(repeat('cd', 32), 'hex')"
    " FROM generate_series(0, least($1::int, 200) - 1) s, generate_series(-39, 0) r WHERE $2::int > 0";

static PGconn *connect_to(const char *conninfo)
{
    PGconn *c = PQconnectdb(conninfo);
    must_be(PQstatus(c) == CONNECTION_OK && PQsslInUse(c), "no TLS connection to PostgreSQL");
    return c;
}

static void run(PGconn *c, const char *text)
{
    PGresult *result = PQexec(c, text);
    must_be(PQresultStatus(result) == PGRES_COMMAND_OK, PQerrorMessage(c));
    PQclear(result);
}

static void run_with(PGconn *c, const char *text, size_t a, size_t b)
{
    char first[24], second[24];
    const char *values[] = {first, second};
    snprintf(first, sizeof first, "%zu", a);
    snprintf(second, sizeof second, "%zu", b);
    PGresult *result = PQexecParams(c, text, strstr(text, "$2") ? 2 : 1, NULL, values, NULL, NULL, 0);
    must_be(PQresultStatus(result) == PGRES_COMMAND_OK, PQerrorMessage(c));
    PQclear(result);
}

static void prepare(PGconn *c, const char *name, const char *text)
{
    PGresult *result = PQprepare(c, name, text, 0, NULL);
    must_be(PQresultStatus(result) == PGRES_COMMAND_OK, PQerrorMessage(c));
    PQclear(result);
}

static void prepare_all(PGconn *c)
{
    run(c, "SET synchronous_commit = on");
    prepare(c, "revise", "UPDATE head SET rev = rev + 1 WHERE stream = $1::int");
    prepare(c, "change",
            "UPDATE activity SET person = $4::text, rev = $5::bigint WHERE stream = $1::int AND id = md5($1 || '/' || $2)::uuid"
            " AND person IS NOT DISTINCT FROM $3::text");
    prepare(c, "note",
            "INSERT INTO journal SELECT $1::int, rev, $2::uuid, rev, $3::bytea, $4::bytea FROM head WHERE stream = $1::int");
    prepare(c, "pull",
            "SELECT rev, instance, body, hmac FROM journal WHERE stream = $1::int AND rev > $2::bigint AND rev <= 0 ORDER BY rev");
    must_be(PQenterPipelineMode(c) == 1 && PQsetnonblocking(c, 1) == 0, "no pipeline to PostgreSQL");
}

struct postgres *postgres_open(struct pushes *pushes)
{
    const char *conninfo = getenv("BENCH_POSTGRES");
    if (!conninfo || !*conninfo)
        return NULL;
    struct postgres *pg = calloc(1, sizeof *pg);
    must_be(pg && (pg->latencies = malloc(LATENCIES_MAX * sizeof pg->latencies[0])), "no memory for PostgreSQL");
    pg->pushes = pushes;
    PGconn *c = connect_to(conninfo);
    snprintf(pg->version, sizeof pg->version, "PostgreSQL %s", PQparameterStatus(c, "server_version"));
    run(c, "SET client_min_messages = warning");
    run(c, tables);
    run_with(c, fill_heads, pushes->schools, 0);
    run_with(c, fill_activities, pushes->schools, pushes->activities);
    run_with(c, fill_journal, pushes->schools, pushes->activities);
    run(c, "VACUUM ANALYZE");
    run(c, "CHECKPOINT");
    PQfinish(c);
    for (pg->n = 0; pg->n < 64; pg->n++)
        prepare_all(pg->wires[pg->n].connection = connect_to(conninfo));
    return pg;
}

void postgres_close(struct postgres *pg)
{
    for (unsigned i = 0; pg && i < pg->n; i++)
        PQfinish(pg->wires[i].connection);
    if (pg)
        free(pg->latencies);
    free(pg);
}

const char *postgres_version(const struct postgres *pg)
{
    return pg->version;
}

double postgres_cpu_s(const struct postgres *pg)
{
    const char *pid = getenv("BENCH_POSTGRES_PID");
    return pg && pid ? process_cpu_s((pid_t)strtol(pid, NULL, 10)) : 0;
}

/* ---- the loop ---- */

static void begin_one(struct postgres *pg, unsigned i, unsigned *waiting, postgres_ask *ask)
{
    struct postgres_wire *wire = &pg->wires[i];
    ask(pg, i);
    must_be(PQpipelineSync(wire->connection) == 1, PQerrorMessage(wire->connection));
    wire->asked_s = now_s();
    wire->waits = true;
    ++*waiting;
    while (PQflush(wire->connection) > 0)
        must_be(PQconsumeInput(wire->connection) == 1, PQerrorMessage(wire->connection));
}

/* True when the pipeline's Sync came back. */
static bool read_results(struct postgres *pg, unsigned i, postgres_look *look)
{
    PGconn *c = pg->wires[i].connection;
    must_be(PQconsumeInput(c) == 1, PQerrorMessage(c));
    while (!PQisBusy(c)) {
        PGresult *result = PQgetResult(c);
        if (!result)
            continue; /* between two statements */
        bool last = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
        if (!last)
            look(pg, i, result);
        PQclear(result);
        if (last)
            return true;
    }
    return false;
}

static int watch(struct postgres *pg, unsigned clients)
{
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    must_be(epoll >= 0 && clients <= pg->n, "no epoll");
    for (unsigned i = 0; i < clients; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
        must_be(epoll_ctl(epoll, EPOLL_CTL_ADD, PQsocket(pg->wires[i].connection), &event) == 0, "no epoll");
    }
    return epoll;
}

struct load_figures postgres_loop(struct postgres *pg, unsigned clients, int64_t run_ms, postgres_ask *ask, postgres_look *look,
                                  void (*done)(struct pushes *pushes, unsigned client))
{
    struct epoll_event events[64];
    int epoll = watch(pg, clients);
    double began = now_s(), until = began + (double)run_ms / 1000;
    unsigned waiting = 0;
    pg->n_latencies = 0;
    for (unsigned i = 0; i < clients; i++)
        begin_one(pg, i, &waiting, ask);
    while (waiting) {
        int n = epoll_wait(epoll, events, 64, 10000);
        must_be(n > 0, "PostgreSQL has not answered for ten seconds");
        for (int k = 0; k < n; k++) {
            unsigned i = events[k].data.u32;
            if (!read_results(pg, i, look) || !pg->wires[i].waits)
                continue;
            pg->wires[i].waits = false;
            waiting--;
            if (pg->n_latencies < LATENCIES_MAX)
                pg->latencies[pg->n_latencies++] = now_s() - pg->wires[i].asked_s;
            if (done)
                done(pg->pushes, i);
            if (now_s() < until)
                begin_one(pg, i, &waiting, ask);
        }
    }
    close(epoll);
    return load_figures_of(pg->latencies, pg->n_latencies, now_s() - began);
}

#else /* no libpq when this was built */

struct postgres *postgres_open(struct pushes *pushes)
{
    (void)pushes;
    return NULL;
}

void postgres_close(struct postgres *pg)
{
    (void)pg;
}

const char *postgres_version(const struct postgres *pg)
{
    (void)pg;
    return "";
}

double postgres_cpu_s(const struct postgres *pg)
{
    (void)pg;
    return 0;
}

#endif
