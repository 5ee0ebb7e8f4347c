/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "client/sync/sync_internal.h"

static const Lianxin__KnownFields *find_known(const Lianxin__HelloReply *hello, uint32_t kind)
{
    for (size_t i = 0; i < hello->n_known; i++)
        if (hello->known[i]->kind == kind)
            return hello->known[i];
    return NULL;
}

static bool knows_field(const Lianxin__KnownFields *known, uint32_t number)
{
    for (size_t i = 0; i < known->n_fields; i++)
        if (known->fields[i] == number)
            return true;
    return false;
}

bool sync_server_knows(const Lianxin__HelloReply *hello, const struct payload *payload)
{
    if (!hello->n_known)
        return true;
    for (size_t i = 0; i < payload->n_edits; i++) {
        const struct edit *edit = &payload->edits[i];
        const Lianxin__KnownFields *known = find_known(hello, edit->kind->number);
        if (!known)
            return false;
        for (size_t f = 0; f < edit->kind->n_fields; f++)
            if ((edit->fields >> f & 1) && !knows_field(known, edit->kind->fields[f].number))
                return false;
    }
    return true;
}

static const char *join_reasons(struct arena *arena, const Lianxin__PushReply *reply)
{
    const char *text = "";
    for (size_t i = 0; i < reply->n_reasons; i++)
        text = arena_printf(arena, "%s%s%s", text, i ? "\n" : "", reply->reasons[i]);
    return text;
}

static enum status say_gap(const struct outbox_row *row, const Lianxin__PushReply *reply, struct err *err)
{
    char last[24], next[24];
    snprintf(last, sizeof last, "%" PRIu64, reply->last_sequence);
    snprintf(next, sizeof next, "%" PRIu64, row->sequence);
    return err_reason(err, REASON_SEQUENCES_LOST, last, next, NULL);
}

enum status sync_write_taken(const struct sync_session *session, struct err *err)
{
    enum status s = STATUS_OK;
    for (size_t i = 0; i < session->n_taken && s == STATUS_OK; i++)
        s = outbox_take(session->sync->cache, session->taken[i].stream, session->taken[i].sequence, session->taken[i].rev, err);
    return s;
}

enum status sync_note_taken(struct sync_session *session, struct err *err)
{
    struct cache *cache = session->sync->cache;
    if (!session->n_taken)
        return STATUS_OK;
    enum status s = cache_begin(cache, err);
    if (s != STATUS_OK)
        return s;
    s = cache_end(cache, sync_write_taken(session, err), err);
    if (s == STATUS_OK)
        session->n_taken = 0;
    return s;
}

static enum status add_taken(struct sync_session *session, const struct outbox_row *row, uint64_t rev, struct err *err)
{
    enum status s = session->n_taken == SYNC_TAKEN_MAX ? sync_note_taken(session, err) : STATUS_OK;
    if (s == STATUS_OK)
        session->taken[session->n_taken++] = (struct sync_taken){row->stream, row->sequence, rev};
    return s;
}

static enum status take_answer(struct sync_session *session, struct arena *arena, const struct outbox_row *row,
                               const Lianxin__PushReply *reply, uint64_t *min_rev, struct err *err)
{
    struct sync_report *report = session->report;
    enum status answer = (enum status)reply->status;
    enum status s;
    if (answer == STATUS_GAP)
        return say_gap(row, reply, err);
    if (answer == STATUS_BEHIND)
        return err_set(err, STATUS_BEHIND, "a copy of this data folder has written meanwhile");
    if (answer == STATUS_CLONED)
        return err_reason(err, REASON_SEQUENCE_CLONED, arena_printf(arena, "%" PRIu64, row->sequence), NULL);
    if (answer != STATUS_OK && answer != STATUS_REFUSED)
        return err_set(err, STATUS_PROTOCOL, "the server answered a push with the unknown status %u", reply->status);
    if (answer == STATUS_OK) {
        s = add_taken(session, row, reply->rev, err);
        report->pushed += s == STATUS_OK;
    } else {
        s = outbox_park(session->sync->cache, row->stream, row->sequence, reply->rev, join_reasons(arena, reply), err);
        report->parked += s == STATUS_OK;
    }
    if (s == STATUS_OK && reply->rev > *min_rev)
        *min_rev = reply->rev;
    return s;
}

void sync_fill_push(const struct cache_identity *identity, const struct outbox_row *row, uint64_t held_rev,
                    const Lianxin__HelloReply *hello, struct arena *arena, Lianxin__PushRequest *out)
{
    lianxin__push_request__init(out);
    out->has_stream = out->has_instance = out->has_sequence = out->has_payload = out->has_held_rev = 1;
    out->stream = row->stream;
    out->instance.data = arena_copy(arena, identity->instance.bytes, UUID_BYTES);
    out->instance.len = UUID_BYTES;
    out->sequence = row->sequence;
    out->held_rev = held_rev;
    out->has_epoch = hello != NULL;
    out->epoch = hello ? hello->epoch : 0;
    out->payload.data = arena_copy(arena, row->payload, row->payload_bytes);
    out->payload.len = row->payload_bytes;
}

static enum status send(struct sync_session *session, struct arena *arena, const struct outbox_row *row, uint64_t held_rev,
                        uint64_t *min_rev, struct err *err)
{
    Lianxin__PushRequest request;
    ProtobufCMessage *reply;
    sync_fill_push(&session->identity, row, held_rev, session->sync->partial ? NULL : session->hello, arena, &request);
    enum status s = transport_call(session->sync->transport, MESSAGE_push, &request.base, arena, &reply, err);
    return s == STATUS_OK ? take_answer(session, arena, row, (const Lianxin__PushReply *)reply, min_rev, err) : s;
}

enum status sync_push_stream(struct sync_session *session, uint32_t stream, uint64_t *min_rev, struct err *err)
{
    struct cache *cache = session->sync->cache;
    struct arena arena;
    struct cache_stream line;
    uint64_t after = 0, total = 0, done = 0;
    enum status s = sync_note_taken(session, err);
    if (s == STATUS_OK)
        s = outbox_count(cache, OUTBOX_WAITING, &total, err);
    if (s == STATUS_OK)
        s = cache_stream_find(cache, stream, &line, err);
    arena_init(&arena, SYNC_ARENA_BYTES);
    while (s == STATUS_OK) {
        struct outbox_row row;
        struct payload payload;
        bool found;
        arena_reset(&arena);
        if ((s = outbox_find_next(cache, &arena, stream, after, &found, &row, err)) != STATUS_OK || !found)
            break;
        if ((s = payload_decode(&arena, cache_schema(cache), row.payload, row.payload_bytes, &payload, err)) != STATUS_OK)
            break;
        if (!sync_server_knows(session->hello, &payload)) {
            session->report->held++; /* and what comes after it: order is kept */
            break;
        }
        s = send(session, &arena, &row, line.rev, min_rev, err);
        if (sync_answer_ends(session, s, err)) {
            s = STATUS_OK; /* made since */
            break;
        }
        if (s != STATUS_OK)
            break;
        after = row.sequence;
        sync_say(session, SYNC_PUSH, ++done, total);
    }
    arena_done(&arena);
    return s;
}
