/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/pull.h"

#include "server/handlers/fill.h"
#include "server/handlers/handler.h"

static Lianxin__Row *fill_row(struct arena *arena, const struct row *row)
{
    Lianxin__Row *out = ARENA_NEW(arena, Lianxin__Row);
    lianxin__row__init(out);
    out->has_body = out->has_hmac = true;
    out->body = fill_bytes(arena, row->body, row->body_bytes);
    out->hmac = fill_bytes(arena, row->hmac.bytes, SHA256_BYTES);
    return out;
}

static Lianxin__PullReply__Outcome fill_outcome(enum pull_outcome outcome)
{
    switch (outcome) {
    case PULL_ROWS:
        return LIANXIN__PULL_REPLY__OUTCOME__ROWS;
    case PULL_SNAPSHOT:
        return LIANXIN__PULL_REPLY__OUTCOME__SNAPSHOT;
    case PULL_UNKNOWN:
        break;
    }
    return LIANXIN__PULL_REPLY__OUTCOME__UNKNOWN;
}

static enum status read_pull(const Lianxin__PullRequest *request, struct pull *out, struct err *err)
{
    *out = (struct pull){.stream = request->stream,
                         .epoch = request->epoch,
                         .rev = request->rev,
                         .min_rev = request->min_rev,
                         .max_bytes = request->max_bytes,
                         .every_row = request->every_row};
    return fill_read_digest(&request->digest, "digest", &out->digest, err);
}

static void fill_pull(struct arena *arena, const struct pull_done *done, Lianxin__PullReply *reply)
{
    reply->has_outcome = reply->has_head = reply->has_epoch = reply->has_safe_rev = true;
    reply->outcome = fill_outcome(done->outcome);
    reply->head = done->head;
    reply->epoch = done->epoch;
    reply->safe_rev = done->safe_rev;
    reply->has_fork_rev = done->forked;
    reply->fork_rev = done->fork_rev;
    reply->has_fork_digest = done->forked && done->fork_rev;
    if (reply->has_fork_digest)
        reply->fork_digest = fill_bytes(arena, done->fork_digest.bytes, SHA256_BYTES);
    reply->rows = ARENA_ARRAY(arena, done->page.n, Lianxin__Row *);
    for (; reply->n_rows < done->page.n; reply->n_rows++)
        reply->rows[reply->n_rows] = fill_row(arena, &done->page.rows[reply->n_rows].row);
}

enum status handle_pull(struct work *work, const Lianxin__PullRequest *request, Lianxin__PullReply *reply, struct err *err)
{
    struct pull pull;
    struct pull_done done;
    enum status st = read_pull(request, &pull, err);
    if (st == STATUS_OK)
        st = pull_rows(work, &pull, &done, err);
    if (st == STATUS_OK)
        fill_pull(work->arena, &done, reply);
    return st;
}

bool handle_pull_from_memory(struct core *core, const struct proof *proof, const Lianxin__PullRequest *request, struct arena *arena,
                             Lianxin__PullReply *reply)
{
    struct pull pull;
    struct pull_done done;
    struct err err;
    if (read_pull(request, &pull, &err) ||
        !pull_nothing_new(core, &proof->key_hash, &pull, clock_now_ms(&core->config.clock), &done))
        return false;
    fill_pull(arena, &done, reply);
    return true;
}

static Lianxin__Record *fill_record(struct arena *arena, const struct snapshot_record *record)
{
    Lianxin__Record *out = ARENA_NEW(arena, Lianxin__Record);
    lianxin__record__init(out);
    out->has_kind = out->has_id = out->has_rev = out->has_body = true;
    out->kind = record->kind;
    out->id = fill_uuid(arena, &record->id);
    out->rev = record->rev;
    out->has_dead = out->dead = record->dead;
    out->body = fill_bytes(arena, record->body, record->body_bytes);
    return out;
}

enum status handle_snapshot(struct work *work, const Lianxin__SnapshotRequest *request, Lianxin__SnapshotReply *reply,
                            struct err *err)
{
    struct snapshot snapshot = {.stream = request->stream, .after_kind = request->after_kind, .compare = request->compare};
    struct snapshot_done done;
    enum status st = STATUS_OK;
    if (snapshot.after_kind)
        st = fill_read_uuid(&request->after_id, "after_id", &snapshot.after_id, err);
    if (st == STATUS_OK)
        st = pull_snapshot(work, &snapshot, &done, err);
    if (st)
        return st;
    reply->has_done = reply->has_rev = reply->has_epoch = true;
    reply->done = done.done;
    reply->rev = done.head.rev;
    reply->epoch = done.epoch;
    reply->row = done.head.rev ? fill_row(work->arena, &done.head.row) : NULL;
    reply->records = ARENA_ARRAY(work->arena, done.n, Lianxin__Record *);
    for (; reply->n_records < done.n; reply->n_records++)
        reply->records[reply->n_records] = fill_record(work->arena, &done.records[reply->n_records]);
    return STATUS_OK;
}
