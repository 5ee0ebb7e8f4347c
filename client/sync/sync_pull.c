/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/sync/sync_internal.h"

/* NULL body when the message is no whole row. */
static struct row row_from_wire(const Lianxin__Row *wire)
{
    struct sha256 hmac = {{0}};
    if (!wire || !wire->has_body || !wire->has_hmac || wire->hmac.len != SHA256_BYTES)
        return (struct row){0};
    memcpy(hmac.bytes, wire->hmac.data, SHA256_BYTES);
    return row_of(wire->body.data, wire->body.len, &hmac);
}

static enum status rows_from_wire(struct arena *arena, const Lianxin__PullReply *reply, struct row **out, struct err *err)
{
    struct row *rows = ARENA_ARRAY(arena, reply->n_rows, struct row);
    for (size_t i = 0; i < reply->n_rows; i++) {
        rows[i] = row_from_wire(reply->rows[i]);
        if (!rows[i].body)
            return err_set(err, STATUS_PROTOCOL, "the server sent a journal row without body or seal");
    }
    *out = rows;
    return STATUS_OK;
}

static void count_applied(struct sync_session *session, const struct cache_applied *applied)
{
    session->report->rows += applied->rows;
    session->report->records += applied->records;
    session->report->conflicts += applied->conflicts;
    session->report->parked += applied->parked;
    session->report->pushed += applied->confirmed;
    session->copied |= applied->foreign != 0;
    session->quarantined |= applied->unreadable != 0;
}

/* --- snapshot --- */

static enum status page_from_wire(struct arena *arena, const Lianxin__SnapshotReply *reply, struct snapshot_page *out,
                                  struct err *err)
{
    struct snapshot_record *records = ARENA_ARRAY(arena, reply->n_records, struct snapshot_record);
    for (size_t i = 0; i < reply->n_records; i++) {
        const Lianxin__Record *in = reply->records[i];
        if (!uuid_from_bytes(in->id.data, in->id.len, &records[i].id))
            return err_set(err, STATUS_PROTOCOL, "the server sent a record without an id");
        records[i].kind = in->kind;
        records[i].rev = in->rev;
        records[i].dead = in->dead;
        records[i].body = in->body.data;
        records[i].body_bytes = in->body.len;
    }
    *out = (struct snapshot_page){records, reply->n_records, reply->rev, reply->epoch, row_from_wire(reply->row)};
    if (out->rev && !out->row.body)
        return err_set(err, STATUS_PROTOCOL, "the server sent a snapshot without the journal row it stands on");
    return STATUS_OK;
}

static enum status ask_page(struct sync_session *session, struct arena *arena, uint32_t stream, struct snapshot_mark *mark,
                            bool compare, const Lianxin__SnapshotReply **reply, struct err *err)
{
    Lianxin__SnapshotRequest request = LIANXIN__SNAPSHOT_REQUEST__INIT;
    request.has_stream = 1;
    request.stream = stream;
    if (mark->after_kind) {
        request.has_after_kind = request.has_after_id = 1;
        request.after_kind = mark->after_kind;
        request.after_id.data = mark->after_id.bytes;
        request.after_id.len = UUID_BYTES;
    }
    request.has_compare = request.compare = compare;
    ProtobufCMessage *message;
    enum status s = transport_call(session->sync->transport, MESSAGE_snapshot, &request.base, arena, &message, err);
    if (s == STATUS_OK)
        *reply = (const Lianxin__SnapshotReply *)message;
    return s;
}

/* Restored while we were talking to it: what has to be offered to its new life comes first, in another sync. */
static enum status check_life(const struct sync_session *session, uint64_t epoch, struct err *err)
{
    return epoch == session->hello->epoch ? STATUS_OK : err_reason(err, REASON_LIFE_ENDED, NULL);
}

/* A server that never gets to rows would keep a client here for ever. */
static enum status count_snapshot(struct sync_session *session, uint32_t stream, struct err *err)
{
    if (session->snapshots++ < SYNC_SNAPSHOTS_MAX)
        return STATUS_OK;
    return err_set(err, STATUS_PROTOCOL, "the server wants stream %" PRIu32 " to be read as a whole again and again", stream);
}

/* One page; *done after the last. A snapshot begun in another life of the server starts again. */
static enum status take_page(struct sync_session *session, uint32_t stream, bool compare, uint64_t *records, bool *done,
                             struct err *err)
{
    struct cache *cache = session->sync->cache;
    struct arena arena;
    struct snapshot_mark mark;
    struct snapshot_page page;
    const Lianxin__SnapshotReply *reply;
    arena_init(&arena, SYNC_ARENA_BYTES);
    enum status s = snapshot_find(cache, stream, &mark, err);
    if (s == STATUS_OK)
        s = ask_page(session, &arena, stream, &mark, compare, &reply, err);
    if (s == STATUS_OK)
        s = check_life(session, reply->epoch, err);
    if (s != STATUS_OK)
        goto out;
    if (mark.begun && reply->epoch != mark.epoch) {
        s = snapshot_drop(cache, stream, err);
        if (s == STATUS_OK)
            s = count_snapshot(session, stream, err);
        goto out;
    }
    if ((s = page_from_wire(&arena, reply, &page, err)) != STATUS_OK)
        goto out;
    if (!page.n && !reply->done) {
        s = err_set(err, STATUS_PROTOCOL, "the server sent an empty page in the middle of a snapshot");
        goto out;
    }
    if ((s = snapshot_add(cache, stream, &page, err)) == STATUS_OK) {
        *records += page.n;
        *done = reply->done;
    }
out:
    arena_done(&arena);
    return s;
}

static enum status take_snapshot(struct sync_session *session, uint32_t stream, bool compare, uint64_t *differing, struct err *err)
{
    bool done = false;
    uint64_t records = 0;
    enum status s = sync_note_taken(session, err);
    if (s == STATUS_OK)
        s = count_snapshot(session, stream, err);
    while (s == STATUS_OK && !done) {
        s = take_page(session, stream, compare, &records, &done, err);
        sync_say(session, SYNC_SNAPSHOT, records, 0);
    }
    return s == STATUS_OK ? snapshot_finish(session->sync->cache, stream, differing, err) : s;
}

/* --- rows --- */

void sync_fill_pull(const struct cache_stream *line, uint64_t min_rev, bool every_row, struct arena *arena,
                    Lianxin__PullRequest *out)
{
    lianxin__pull_request__init(out);
    out->has_stream = out->has_epoch = out->has_rev = out->has_max_bytes = 1;
    out->stream = line->stream;
    out->epoch = line->epoch;
    out->rev = line->rev;
    out->max_bytes = SYNC_PAGE_BYTES;
    if (line->rev) {
        out->has_digest = 1;
        out->digest.data = arena_copy(arena, line->digest.bytes, SHA256_BYTES);
        out->digest.len = SHA256_BYTES;
    }
    out->has_min_rev = min_rev != 0;
    out->min_rev = min_rev;
    out->has_every_row = out->every_row = every_row;
}

static enum status ask_rows(struct sync_session *session, struct arena *arena, const struct cache_stream *line, uint64_t min_rev,
                            bool every_row, const Lianxin__PullReply **reply, struct err *err)
{
    Lianxin__PullRequest request;
    ProtobufCMessage *message;
    sync_fill_pull(line, min_rev, every_row, arena, &request);
    enum status s = transport_call(session->sync->transport, MESSAGE_pull, &request.base, arena, &message, err);
    if (s == STATUS_OK)
        *reply = (const Lianxin__PullReply *)message;
    return s;
}

static enum status take_rows(struct sync_session *session, struct arena *arena, const struct cache_stream *before,
                             const Lianxin__PullReply *reply, bool *done, struct err *err)
{
    struct cache *cache = session->sync->cache;
    struct cache_applied applied = {0};
    struct row *rows;
    uint64_t rev = before->rev + reply->n_rows;
    if (!reply->n_rows && rev < reply->head)
        return err_set(err, STATUS_PROTOCOL, "the server's journal ends at %llu, but it sent no rows after %llu",
                       (unsigned long long)reply->head, (unsigned long long)rev);
    enum status s = rows_from_wire(arena, reply, &rows, err);
    if (s != STATUS_OK || (s = cache_begin(cache, err)) != STATUS_OK)
        return s;
    s = sync_write_taken(session, err);
    if (s == STATUS_OK)
        s = cache_apply_rows(cache, before->stream, rows, reply->n_rows, &applied, err);
    if (s == STATUS_OK)
        s = cache_stream_settle(cache, before->stream, reply->epoch, reply->safe_rev, session->report->server_ms, err);
    if ((s = cache_end(cache, s, err)) != STATUS_OK)
        return s;
    session->n_taken = 0;
    count_applied(session, &applied);
    *done = rev >= reply->head;
    sync_say(session, SYNC_PULL, rev, reply->head);
    return STATUS_OK;
}

/* In another life of the server its restore explains it; in the same one only a folder copied or put back by hand does. */
static enum status say_unknown(struct arena *arena, const struct cache_stream *line, const Lianxin__PullReply *reply,
                               struct err *err)
{
    enum reason reason = reply->epoch == line->epoch ? REASON_SERVER_COPIED : REASON_HISTORY_UNKNOWN;
    return err_reason(err, reason, arena_printf(arena, "%" PRIu64, line->rev), NULL);
}

/* One page of rows that are kept and looked at, not applied. */
static enum status look_page(struct sync_session *session, uint32_t stream, struct cache_place *at, bool *done, struct err *err)
{
    struct arena arena;
    const Lianxin__PullReply *reply;
    struct row *rows;
    uint64_t foreign = 0;
    arena_init(&arena, SYNC_ARENA_BYTES);
    const struct cache_stream from = {.stream = stream, .epoch = session->hello->epoch, .rev = at->rev, .digest = at->digest};
    enum status s = ask_rows(session, &arena, &from, 0, true, &reply, err);
    if (s == STATUS_OK)
        s = check_life(session, reply->epoch, err);
    if (s == STATUS_OK && reply->outcome != LIANXIN__PULL_REPLY__OUTCOME__ROWS)
        s = err_set(err, STATUS_PROTOCOL, "the server does not know the row it named itself");
    if (s == STATUS_OK)
        s = rows_from_wire(&arena, reply, &rows, err);
    if (s == STATUS_OK)
        s = cache_keep_rows(session->sync->cache, stream, rows, reply->n_rows, at, &foreign, err);
    if (s == STATUS_OK) {
        session->copied |= foreign != 0;
        *done = !reply->n_rows || at->rev >= reply->head;
    }
    arena_done(&arena);
    return s;
}

/* The snapshot will stand for every row since the restore; as rows they are kept here too, should the server be lost again, and
 * tell what it has of ours. */
static enum status look_since_fork(struct sync_session *session, uint32_t stream, const Lianxin__PullReply *reply, struct err *err)
{
    struct cache_place at = {.rev = reply->fork_rev};
    bool done = !reply->has_fork_rev; /* an older server */
    enum status s = STATUS_OK;
    if (at.rev && reply->fork_digest.len == SHA256_BYTES)
        memcpy(at.digest.bytes, reply->fork_digest.data, SHA256_BYTES);
    while (s == STATUS_OK && !done)
        s = look_page(session, stream, &at, &done, err);
    return s;
}

static enum status pull_page(struct sync_session *session, uint32_t stream, uint64_t min_rev, bool *done, struct err *err)
{
    struct cache *cache = session->sync->cache;
    struct arena arena;
    struct cache_stream line;
    const Lianxin__PullReply *reply;
    uint64_t differing;
    bool quiet;
    arena_init(&arena, SYNC_ARENA_BYTES);
    enum status s = cache_stream_find(cache, stream, &line, err);
    if (s == STATUS_OK)
        s = outbox_is_empty(cache, stream, &quiet, err);
    if (s == STATUS_OK) /* a copy of this folder may have sent what waits here: only rows tell */
        s = ask_rows(session, &arena, &line, min_rev, !quiet, &reply, err);
    if (s == STATUS_OK)
        s = check_life(session, reply->epoch, err);
    if (s != STATUS_OK)
        goto out;
    if (reply->outcome == LIANXIN__PULL_REPLY__OUTCOME__ROWS) {
        s = take_rows(session, &arena, &line, reply, done, err);
    } else if ((s = sync_note_taken(session, err)) != STATUS_OK) {
        goto out;
    } else if (reply->outcome == LIANXIN__PULL_REPLY__OUTCOME__SNAPSHOT) {
        s = take_snapshot(session, stream, false, &differing, err);
        if (s == STATUS_OK)
            session->report->records += differing;
    } else if (session->recovering && line.epoch != reply->epoch) {
        s = look_since_fork(session, stream, reply, err);
        if (s == STATUS_OK)
            s = take_snapshot(session, stream, false, &differing, err); /* what was not in the backup was offered before */
        if (s == STATUS_OK)
            session->report->records += differing;
    } else {
        s = say_unknown(&arena, &line, reply, err);
    }
out:
    arena_done(&arena);
    return s;
}

/* A snapshot that was cut off goes on; unless something waits here since, for then every row is wanted. */
static enum status end_snapshot(struct sync_session *session, uint32_t stream, struct err *err)
{
    struct cache *cache = session->sync->cache;
    struct snapshot_mark mark;
    struct cache_stream line;
    bool quiet = true;
    uint64_t differing;
    enum status s = snapshot_find(cache, stream, &mark, err);
    if (s != STATUS_OK || !mark.begun)
        return s;
    if ((s = cache_stream_find(cache, stream, &line, err)) == STATUS_OK)
        s = outbox_is_empty(cache, stream, &quiet, err);
    if (s != STATUS_OK)
        return s;
    return quiet || line.epoch != mark.epoch ? take_snapshot(session, stream, false, &differing, err)
                                             : snapshot_drop(cache, stream, err);
}

static enum status pull_to_head(struct sync_session *session, uint32_t stream, uint64_t min_rev, struct err *err)
{
    bool done = false;
    session->snapshots = 0;
    enum status s = end_snapshot(session, stream, err);
    while (s == STATUS_OK && !done)
        s = pull_page(session, stream, min_rev, &done, err);
    return s;
}

static enum status compare(struct sync_session *session, uint32_t stream, struct err *err)
{
    uint64_t differing = 0;
    session->report->compared = true;
    enum status s = take_snapshot(session, stream, true, &differing, err);
    session->report->repaired += differing;
    return s == STATUS_OK ? pull_to_head(session, stream, 0, err) : s;
}

/* Equal hashes, or everything is compared, repaired and said. What this version cannot read is no damage: once compared, it waits
 * for an update. */
static enum status verify(struct sync_session *session, uint32_t stream, struct err *err)
{
    struct cache_stream line;
    sync_say(session, SYNC_VERIFY, 0, 0);
    enum status s = cache_stream_find(session->sync->cache, stream, &line, err);
    bool news = session->quarantined || session->upgraded;
    if (s == STATUS_OK && (line.unreadable ? news : !cache_stream_verified(&line))) {
        s = compare(session, stream, err);
        if (s == STATUS_OK)
            s = cache_stream_find(session->sync->cache, stream, &line, err);
    }
    session->quarantined = false;
    if (s != STATUS_OK)
        return s;
    session->report->unreadable += line.unreadable;
    if (cache_stream_verified(&line) || line.unreadable)
        return STATUS_OK;
    char number[24];
    snprintf(number, sizeof number, "%" PRIu32, stream);
    return err_reason(err, REASON_STILL_DIFFERENT, number, NULL);
}

enum status sync_pull_stream(struct sync_session *session, uint32_t stream, uint64_t min_rev, struct err *err)
{
    enum status s = pull_to_head(session, stream, min_rev, err);
    return s == STATUS_OK ? verify(session, stream, err) : s;
}
