/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "bench/kit/pushes.h"
#include "common/db/sql.h"

#define COMMIT_MAX 256u /* pushes */

struct bare {
    struct pushes *pushes;
    struct sql *db;
    struct sql_statement *change, *journal;
    int64_t checkpoint_frames;
    uint8_t body[16384]; /* of a journal row */
    double *latencies;
    size_t n_latencies, room;
};

struct bare *bare_open(struct pushes *pushes, const char *path)
{
    struct bare *bare = calloc(1, sizeof *bare);
    struct err err;
    must_be(bare != NULL, "no memory for the limit");
    bare->pushes = pushes;
    bare->checkpoint_frames = pushes->district->config.settings.checkpoint_frames;
    bare->room = (size_t)1 << 20;
    bare->latencies = malloc(bare->room * sizeof bare->latencies[0]);
    must_be(bare->latencies != NULL, "no memory for the limit");
    must(sql_open(path, SQL_WRITER, NULL, &bare->db, &err), &err);
    must(sql_prepare(bare->db, "UPDATE activity SET rev = $rev, person = $person WHERE stream = $stream AND id = $id",
                     &bare->change, &err),
         &err);
    must(sql_prepare(
             bare->db,
             "INSERT INTO journal (place, instance, sequence, hmac, body) VALUES ($place, $instance, $sequence, $hmac, $body)",
             &bare->journal, &err),
         &err);
    return bare;
}

void bare_close(struct bare *bare)
{
    sql_close(bare->db);
    free(bare->latencies);
    free(bare);
}

static void change(struct bare *bare, struct sql_statement *s, unsigned client, unsigned i)
{
    struct pushes *p = bare->pushes;
    size_t school = p->at[client].school;
    struct err err;
    char person[16];
    int n = snprintf(person, sizeof person, "p%u", *pushes_value(p, client, i) + 1);
    sql_bind_int_at(s, 1, (int64_t)p->sequences[school] + 1);
    sql_bind_text_at(s, 2, person, (size_t)n);
    sql_bind_int_at(s, 3, district_stream(school));
    sql_bind_blob_at(s, 4, pushes_id(p, client, i)->bytes, UUID_BYTES);
    must(sql_execute(s, &err), &err);
}

/* The size of our row: 400 bytes about one edit, 86 for each further one. */
static void push(struct bare *bare, unsigned client)
{
    struct pushes *p = bare->pushes;
    struct sql_statement *s = bare->journal;
    struct err err;
    pushes_pick(p, client);
    size_t school = p->at[client].school;
    struct uuid instance = district_instance(school);
    for (unsigned i = 0; i < p->n_edits; i++)
        change(bare, bare->change, client, i);
    sql_bind_int_at(s, 1, (int64_t)district_stream(school) << 40 | ((int64_t)p->sequences[school] + 1));
    sql_bind_blob_at(s, 2, instance.bytes, UUID_BYTES);
    sql_bind_int_at(s, 3, (int64_t)p->sequences[school] + 1);
    sql_bind_blob_at(s, 4, bare->body, SHA256_BYTES);
    sql_bind_blob_at(s, 5, bare->body, 400 + 86 * (size_t)(p->n_edits - 1));
    must(sql_execute(s, &err), &err);
    pushes_accepted(p, client);
}

struct load_figures bare_run(struct bare *bare, unsigned pushes_a_commit, int64_t run_ms)
{
    double began = now_s(), until = began + (double)run_ms / 1000, last = began;
    struct err err;
    bare->n_latencies = 0;
    must_be(pushes_a_commit <= COMMIT_MAX, "too many pushes a transaction");
    while (last < until) {
        must(sql_begin(bare->db, &err), &err);
        for (unsigned i = 0; i < pushes_a_commit; i++)
            push(bare, 0);
        must(sql_commit(bare->db, &err), &err);
        if (sql_log_frames(bare->db) >= bare->checkpoint_frames)
            must(sql_checkpoint(bare->db, &err), &err);
        double now = now_s();
        for (unsigned i = 0; i < pushes_a_commit && bare->n_latencies < bare->room; i++)
            bare->latencies[bare->n_latencies++] = now - last;
        last = now;
    }
    return load_figures_of(bare->latencies, bare->n_latencies, last - began);
}
