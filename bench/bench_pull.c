/* SPDX-License-Identifier: Apache-2.0
 *
 * Schools that ask what is new: nothing, beside an echo of the same sizes; or forty commits, beside the raw statement and beside
 * PostgreSQL. */
#include <stdio.h>
#include <stdlib.h>

#include "bench/kit/echo.h"
#include "bench/kit/pushes.h"
#include "bench/kit/served.h"
#include "common/wire/frame.h"
#include "common/wire/message.h"
#include "server/service/core_open.h"
#include "server/service/journal.h"

#define CLIENTS 64u
#define BEHIND 200u /* schools with commits that nobody has pulled */
#define COMMITS 40u
#define CURRENT 1000u /* schools asked for nothing new */

enum series { NOTHING, ECHO, NOTHING_CPU, ECHO_CPU, ROWS_64, ROWS_8, RAW, PG_64, PG_8, SERIES };

struct cursor {
    uint64_t rev;
    struct sha256 digest;
};

struct bench {
    struct district district;
    struct cursor cursors[BEHIND + CURRENT]; /* of the import: the newest row of the current ones */
    struct dice dice;
    bool behind; /* what is asked for */
    size_t ask_bytes, answer_bytes;
    struct samples series[SERIES];
};

/* ---- the data ---- */

static void push_unpulled(struct bench *b, struct core *core)
{
    struct arena arena;
    struct err err;
    arena_init(&arena, 0);
    struct work work = {.desk = &core->writer, .arena = &arena, .caller = &district_caller, .now_ms = 1};
    for (size_t i = 0; i < BEHIND; i++) {
        must(sql_begin(core->writer.sql, &err), &err);
        for (uint64_t k = 0; k < COMMITS; k++) {
            district_push(&b->district, &work, i, 2 + k);
            arena_reset(&arena);
        }
        must(sql_commit(core->writer.sql, &err), &err);
        desk_committed(&core->writer);
    }
    arena_done(&arena);
}

static void read_cursors(struct bench *b, struct core *core)
{
    struct arena arena;
    struct err err;
    arena_init(&arena, 0);
    for (size_t i = 0; i < BEHIND + CURRENT && i < b->district.plan.schools; i++) {
        struct journal_row row;
        bool found;
        must(journal_find(core->writer.sql, &arena, district_stream(i), 1, &row, &found, &err), &err);
        must_be(found, "an import has no row");
        b->cursors[i] = (struct cursor){.rev = 1, .digest = row.row.digest};
        arena_reset(&arena);
    }
    arena_done(&arena);
}

static void fill(struct bench *b)
{
    struct core *core;
    struct err err;
    must(core_open(&b->district.config, &core, &err), &err);
    push_unpulled(b, core);
    read_cursors(b, core);
    core_close(core);
}

/* ---- ours ---- */

static void put_pull(void *context, unsigned client, struct buf *out)
{
    struct bench *b = context;
    size_t current = b->district.plan.schools - BEHIND < CURRENT ? b->district.plan.schools - BEHIND : CURRENT;
    size_t school = b->behind ? dice_roll(&b->dice, BEHIND) : BEHIND + dice_roll(&b->dice, (uint32_t)current);
    struct cursor *cursor = &b->cursors[school];
    Lianxin__PullRequest pull = LIANXIN__PULL_REQUEST__INIT;
    (void)client;
    pull.has_stream = pull.has_rev = pull.has_digest = true;
    pull.stream = district_stream(school);
    pull.rev = cursor->rev;
    pull.digest = (ProtobufCBinaryData){.len = SHA256_BYTES, .data = cursor->digest.bytes};
    frame_put(out, MESSAGE_pull, 0, 2, &pull.base);
    b->ask_bytes = out->len_bytes;
}

static size_t take_reply(void *context, unsigned client, const char *data, size_t bytes)
{
    struct bench *b = context;
    (void)client;
    if (bytes < FRAME_HEADER_BYTES)
        return 0;
    struct frame frame = frame_decode(data);
    size_t whole = FRAME_HEADER_BYTES + frame.body_bytes;
    if (bytes < whole)
        return 0;
    must_be(!(frame.flags & FRAME_FAILURE), "the server refused a request");
    must_be(frame.type != MESSAGE_pull || (frame.body_bytes > 8000) == b->behind, "a pull gave other rows than asked for");
    b->answer_bytes = whole;
    return whole;
}

static struct load_figures run(struct bench *b, unsigned port, const struct load_language *language, unsigned clients, pid_t pid,
                               double *cpu_us)
{
    struct load *load = load_open(&b->district, port, clients, language);
    double began = process_cpu_s(pid);
    struct load_figures figures = load_run(load, b->district.plan.run_ms);
    *cpu_us = (process_cpu_s(pid) - began) * 1e6 / (double)figures.n;
    load_close(load);
    return figures;
}

static void measure_ours(struct bench *b, const struct served *served)
{
    struct load_language language = {.greet = served_greet, .ask = put_pull, .take = take_reply, .context = b};
    double cpu_us, unused;
    b->behind = true;
    samples_add(&b->series[ROWS_8], run(b, served->port, &language, 8, served->pid, &unused).per_s);
    samples_add(&b->series[ROWS_64], run(b, served->port, &language, CLIENTS, served->pid, &unused).per_s);
    b->behind = false;
    samples_add(&b->series[NOTHING], run(b, served->port, &language, CLIENTS, served->pid, &cpu_us).per_s);
    samples_add(&b->series[NOTHING_CPU], cpu_us);
}

/* ---- beside it ---- */

static void measure_echo(struct bench *b)
{
    struct echo echo = {&b->district, b->ask_bytes, b->answer_bytes};
    struct load_language language = echo_language(&echo);
    struct served served;
    double cpu_us;
    echo_start(&served, &echo);
    samples_add(&b->series[ECHO], run(b, served.port, &language, CLIENTS, served.pid, &cpu_us).per_s);
    samples_add(&b->series[ECHO_CPU], cpu_us);
    served_stop(&served);
}

/* One lane's statement over and over, on a reader of its own. */
static void measure_raw(struct bench *b)
{
    struct sql_statement *s;
    struct sql *db;
    struct err err;
    size_t n = 0, bytes;
    must(sql_open(b->district.database, SQL_READER, NULL, &db, &err), &err);
    must(sql_prepare(db,
                     "SELECT place, instance, sequence, hmac, body FROM journal WHERE place > $after AND place <= $last"
                     " ORDER BY place",
                     &s, &err),
         &err);
    double began = now_s(), until = began + (double)b->district.plan.run_ms / 1000;
    for (; now_s() < until; n++) {
        bool row = true;
        size_t rows = 0;
        int64_t stream = district_stream(dice_roll(&b->dice, BEHIND));
        sql_bind_int_at(s, 1, stream << 40 | 1);
        sql_bind_int_at(s, 2, stream << 40 | ((INT64_C(1) << 40) - 1));
        for (; row; rows++) {
            must(sql_step(s, &row, &err), &err);
            if (row)
                (void)sql_blob(s, 4, &bytes);
        }
        must_be(rows == COMMITS + 1, "the raw statement found other rows");
    }
    samples_add(&b->series[RAW], (double)n / (now_s() - began));
    sql_close(db);
}

static void measure_pg(struct bench *b, struct postgres *pg)
{
    if (!pg)
        return;
    samples_add(&b->series[PG_8], postgres_pull(pg, 8, b->district.plan.run_ms).per_s);
    samples_add(&b->series[PG_64], postgres_pull(pg, CLIENTS, b->district.plan.run_ms).per_s);
}

static void print(const struct bench *b)
{
    const struct samples *s = b->series;
    const struct result results[] = {
        {"pull, nothing new, 64 clients", "/s", "TLS echo", &s[NOTHING], &s[ECHO], AGAINST_LIMIT, AIM_AT_LEAST, 0.6},
        {"pull, nothing new, server CPU", "us", "TLS echo", &s[NOTHING_CPU], &s[ECHO_CPU], AGAINST_LIMIT, AIM_NONE, 0},
        {"pull 40 records, 64 clients", "/s", "raw SQL, a lane", &s[ROWS_64], &s[RAW], AGAINST_LIMIT, AIM_AT_LEAST, 0.5},
        {"pull 40 records, 64 clients", "/s", "PostgreSQL", &s[ROWS_64], &s[PG_64], AGAINST_PEER, AIM_AT_LEAST, 1.5},
        {"pull 40 records, 8 clients", "/s", "PostgreSQL", &s[ROWS_8], &s[PG_8], AGAINST_PEER, AIM_AT_LEAST, 1},
    };
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++)
        result_print(&results[i]);
}

int main(void)
{
    struct bench *b = calloc(1, sizeof *b);
    struct plan plan = plan_read();
    struct pushes pushes;
    struct served served;
    must_be(b != NULL && plan.schools > BEHIND, "too few schools");
    district_open(&b->district, &plan);
    fill(b);
    pushes_init(&pushes, &b->district);
    struct postgres *pg = postgres_open(&pushes);
    served_start_district(&served, &b->district);
    for (unsigned round = 0; round < plan.rounds; round++) {
        measure_ours(b, &served);
        measure_echo(b);
        measure_raw(b);
        measure_pg(b, pg);
    }
    printf("a pull of nothing new: %zu bytes asked, %zu answered\n", b->ask_bytes, b->answer_bytes);
    print(b);
    postgres_close(pg);
    served_stop(&served);
    pushes_done(&pushes);
    district_close(&b->district);
    free(b);
    return 0;
}
