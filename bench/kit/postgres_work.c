/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "bench/kit/postgres.h"

#ifdef BENCH_LIBPQ

static const char body[400 + 86 * PUSHES_EDITS_MAX]; /* of a journal row like ours */

static void send_statement(PGconn *c, const char *name, int n, const char *const *values, const int *lengths, const int *binary)
{
    must_be(PQsendQueryPrepared(c, name, n, values, lengths, binary, 1) == 1, PQerrorMessage(c));
}

static void send_change(struct postgres *pg, unsigned client, unsigned i, const char *stream)
{
    struct pushes *p = pg->pushes;
    char n[16], before[16], after[16], rev[24];
    const char *const values[] = {stream, n, before, after, rev};
    uint32_t value = *pushes_value(p, client, i);
    snprintf(n, sizeof n, "%u", p->at[client].first + i);
    snprintf(before, sizeof before, "p%u", value);
    snprintf(after, sizeof after, "p%u", value + 1);
    snprintf(rev, sizeof rev, "%llu", (unsigned long long)p->sequences[p->at[client].school] + 1);
    send_statement(pg->wires[client].connection, "change", 5, values, NULL, NULL);
}

static void ask_push(struct postgres *pg, unsigned client)
{
    struct pushes *p = pg->pushes;
    PGconn *c = pg->wires[client].connection;
    char stream[16];
    pushes_pick(p, client);
    struct uuid instance = district_instance(p->at[client].school);
    snprintf(stream, sizeof stream, "%zu", p->at[client].school);
    const char *const values[] = {stream, (const char *)instance.bytes, body, body};
    const int lengths[] = {0, UUID_BYTES, 400 + 86 * (int)(p->n_edits - 1), SHA256_BYTES}, binary[] = {0, 1, 1, 1};
    send_statement(c, "revise", 1, values, NULL, NULL);
    for (unsigned i = 0; i < p->n_edits; i++)
        send_change(pg, client, i, stream);
    send_statement(c, "note", 4, values, lengths, binary);
}

static void look_at_change(struct postgres *pg, unsigned client, const PGresult *result)
{
    PGresult *of = (PGresult *)(uintptr_t)result; /* PQcmdTuples() takes no const */
    must_be(PQresultStatus(result) == PGRES_COMMAND_OK, PQerrorMessage(pg->wires[client].connection));
    must_be(PQcmdTuples(of)[0] == '1', "PostgreSQL did not accept a push");
}

struct load_figures postgres_run(struct postgres *pg, unsigned clients, int64_t run_ms)
{
    return postgres_loop(pg, clients, run_ms, ask_push, look_at_change, pushes_accepted);
}

static void ask_pull(struct postgres *pg, unsigned client)
{
    char stream[16];
    const char *const values[] = {stream, "-1000"};
    size_t schools = pg->pushes->schools < 200 ? pg->pushes->schools : 200;
    snprintf(stream, sizeof stream, "%u", dice_roll(&pg->pushes->dice, (uint32_t)schools));
    send_statement(pg->wires[client].connection, "pull", 2, values, NULL, NULL);
}

static void look_at_rows(struct postgres *pg, unsigned client, const PGresult *result)
{
    must_be(PQresultStatus(result) == PGRES_TUPLES_OK, PQerrorMessage(pg->wires[client].connection));
    must_be(PQntuples(result) == 40, "PostgreSQL gave other rows than asked for");
}

struct load_figures postgres_pull(struct postgres *pg, unsigned clients, int64_t run_ms)
{
    return postgres_loop(pg, clients, run_ms, ask_pull, look_at_rows, NULL);
}

#else

struct load_figures postgres_run(struct postgres *pg, unsigned clients, int64_t run_ms)
{
    (void)pg, (void)clients, (void)run_ms;
    return (struct load_figures){0};
}

struct load_figures postgres_pull(struct postgres *pg, unsigned clients, int64_t run_ms)
{
    (void)pg, (void)clients, (void)run_ms;
    return (struct load_figures){0};
}

#endif
