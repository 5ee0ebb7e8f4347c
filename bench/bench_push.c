/* SPDX-License-Identifier: Apache-2.0
 *
 * What accepting a push costs on this disk: small pushes of many schools through the write lane, one at a time and in groups,
 * against the least a durable server has to do: insert a row of the same size and commit. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/harness/test_author.h"

#define SCHOOLS 64u
#define MIN_RUN_MS 1500

static int64_t now_ms(void)
{
    struct clock clock = clock_system(0);
    return clock_mono_ms(&clock);
}

static void must(bool holds)
{
    if (!holds)
        abort();
}

struct world {
    struct test_server server;
    struct test_author authors[SCHOOLS];
    unsigned round;
};

static void open_world(struct world *w, const char *path)
{
    test_server_open_file(&w->server, 1, path);
    for (unsigned i = 0; i < SCHOOLS; i++) {
        char code[8];
        snprintf(code, sizeof code, "SY%02u", i);
        test_server_add_school(&w->server, code, code);
        struct peer peer = test_server_enrol(&w->server, code, "某老师");
        test_author_open(&w->authors[i], &w->server, &peer, 0);
        struct edit edits[] = {test_author_new_plan(&w->authors[i], 1), test_author_new_activity(&w->authors[i], 1, 1)};
        must(test_author_push(&w->authors[i], edits, 2) != NULL);
    }
}

/* One small edit of every school: who is in charge of an activity. */
static void push_round(struct world *w, unsigned group)
{
    struct test_request requests[SCHOOLS];
    char before[16], after[16];
    snprintf(before, sizeof before, "p%u", w->round);
    snprintf(after, sizeof after, "p%u", w->round + 1);
    for (unsigned i = 0; i < SCHOOLS; i++) {
        struct test_author *author = &w->authors[i];
        struct edit edit = test_author_change(author, "activity", 1, "person", w->round ? before : NULL, after);
        Lianxin__PushRequest push = test_author_push_request(author, ++author->sequence, &edit, 1);
        test_request_open(&requests[i], &author->peer, MESSAGE_push, &push.base);
        arena_reset(&author->arena);
    }
    w->round++;
    for (unsigned i = 0; i < SCHOOLS; i++) {
        must(lanes_submit(w->server.lanes, requests[i].request));
        if ((i + 1) % group == 0)
            (void)lanes_step(w->server.lanes);
    }
    for (unsigned i = 0; i < SCHOOLS; i++) {
        must(requests[i].answered);
        request_free(requests[i].request);
    }
}

static double push_rate(struct world *w, unsigned group)
{
    int64_t start = now_ms(), n = 0;
    for (; now_ms() - start < MIN_RUN_MS; n += SCHOOLS)
        push_round(w, group);
    return (double)n * 1000 / (double)(now_ms() - start);
}

static double raw_rate(struct sql *db, unsigned group)
{
    static const uint8_t body[420]; /* about a row of such a push */
    struct sql_statement *s;
    struct err err;
    int64_t start = now_ms(), n = 0, key = (int64_t)group << 32; /* other rows than another group size */
    for (; now_ms() - start < MIN_RUN_MS; n += group) {
        must(sql_begin(db, &err) == STATUS_OK);
        for (unsigned i = 0; i < group; i++) {
            must(sql_prepare(db, "INSERT INTO raw (stream, rev, body) VALUES ($stream, $rev, $body)", &s, &err) == STATUS_OK);
            sql_bind_int(s, "$stream", key % SCHOOLS);
            sql_bind_int(s, "$rev", key++ / SCHOOLS);
            sql_bind_blob(s, "$body", body, sizeof body);
            must(sql_execute(s, &err) == STATUS_OK);
        }
        must(sql_commit(db, &err) == STATUS_OK);
        if (sql_log_frames(db) > 4000)
            must(sql_checkpoint(db, &err) == STATUS_OK);
    }
    return (double)n * 1000 / (double)(now_ms() - start);
}

int main(void)
{
    char folder[] = "bench-push-XXXXXX", path[64], raw_path[64];
    struct world *world = calloc(1, sizeof *world);
    struct sql *raw;
    struct err err;
    must(world && mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/server.db", folder);
    snprintf(raw_path, sizeof raw_path, "%s/raw.db", folder);
    open_world(world, path);
    must(sql_open(raw_path, SQL_WRITER, NULL, &raw, &err) == STATUS_OK);
    must(sql_run(raw, "CREATE TABLE raw (stream INTEGER, rev INTEGER, body BLOB, PRIMARY KEY (stream, rev)) STRICT, WITHOUT ROWID",
                 &err) == STATUS_OK);
    double raw_alone = raw_rate(raw, 1), raw_group = raw_rate(raw, SCHOOLS);
    double alone = push_rate(world, 1), group = push_rate(world, SCHOOLS);
    printf("rows inserted, one a commit       %8.0f /s\n", raw_alone);
    printf("rows inserted, %u a commit        %8.0f /s\n", SCHOOLS, raw_group);
    printf("pushes, one a commit              %8.0f /s  %.2f of the bare row\n", alone, alone / raw_alone);
    printf("pushes, %u a commit               %8.0f /s  %.2f of the bare row, %.1f times one a commit\n", SCHOOLS, group,
           group / raw_group, group / alone);
    sql_close(raw);
    for (unsigned i = 0; i < SCHOOLS; i++)
        test_author_close(&world->authors[i]);
    test_server_close(&world->server);
    (void)unlink(path);
    (void)unlink(raw_path);
    (void)rmdir(folder);
    free(world);
    return 0;
}
