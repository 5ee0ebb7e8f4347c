/* SPDX-License-Identifier: Apache-2.0 */
#include "client/sync/answer.h"

#include <string.h>

#include "client/sync/question.h"
#include "common/wire/message.h"

/* More than any sync asks: every answer a few times, and what was made since. */
#define CALLS_EACH 4u
#define CALLS_MORE 1024u

/* ---- opening ---- */

static enum status keep_exchanges(struct answer *answer, const Lianxin__BundleAnswer *part, struct err *err)
{
    const Lianxin__BundleExchange **all =
        ARENA_ARRAY(&answer->arena, answer->n + part->n_exchanges, const Lianxin__BundleExchange *);
    if (answer->n)
        memcpy(all, answer->exchanges, answer->n * sizeof *all);
    for (size_t i = 0; i < part->n_exchanges; i++) {
        const struct message *message = message_find((uint16_t)part->exchanges[i]->number);
        if (!message || part->exchanges[i]->number > UINT16_MAX)
            return err_reason(err, REASON_BUNDLE_UNREADABLE, "it holds an unknown exchange", NULL);
        all[answer->n++] = part->exchanges[i];
    }
    answer->exchanges = all;
    return STATUS_OK;
}

struct keys {
    struct box_key own;
    struct box_public district;
};

static enum status open_part(struct answer *answer, const struct keys *keys, const struct bundle *bundle, size_t i, struct err *err)
{
    ProtobufCMessage *message;
    const void *plain;
    size_t bytes;
    enum status s =
        box_open(&keys->own, &keys->district, bundle->parts[i].data, bundle->parts[i].bytes, &answer->arena, &plain, &bytes, err);
    if (s == STATUS_OK)
        s = message_decode(&answer->arena, &lianxin__bundle_answer__descriptor, plain, bytes, &message, err);
    if (s != STATUS_OK)
        return s;
    const Lianxin__BundleAnswer *part = (const Lianxin__BundleAnswer *)message;
    bool last = i + 1 == bundle->n_parts;
    if (part->part != i || (!part->more && !last) || (i && part->asked_ms != answer->asked_ms))
        return err_reason(err, REASON_BUNDLE_UNREADABLE, "its parts do not belong together", NULL);
    answer->asked_ms = part->asked_ms;
    answer->cut = part->more;
    return keep_exchanges(answer, part, err);
}

enum status answer_open(struct cache *cache, const struct random *random, const void *data, size_t bytes, struct answer *out,
                        struct err *err)
{
    struct cache_identity identity;
    struct bundle bundle;
    struct keys keys;
    *out = (struct answer){0};
    arena_init(&out->arena, 0);
    enum status s = cache_identity_get(cache, &out->arena, &identity, err);
    if (s == STATUS_OK)
        s = question_district_key(cache, &keys.district, err);
    if (s == STATUS_OK)
        s = bundle_read(data, bytes, BUNDLE_ANSWER, &keys.district, &bundle, err);
    if (s == STATUS_OK && !uuid_equal(&bundle.device, &identity.device))
        s = err_reason(err, REASON_BUNDLE_OTHERS, NULL);
    if (s == STATUS_OK)
        s = question_answer_key(cache, random, &keys.own, err);
    for (size_t i = 0; s == STATUS_OK && i < bundle.n_parts; i++)
        s = open_part(out, &keys, &bundle, i, err);
    return s;
}

void answer_close(struct answer *answer)
{
    arena_done(&answer->arena);
}

/* ---- answering ---- */

static enum status read_reply(const Lianxin__BundleExchange *exchange, struct arena *arena, ProtobufCMessage **reply,
                              struct err *err)
{
    const struct message *message = message_find((uint16_t)exchange->number);
    if (!exchange->failure)
        return message_decode(arena, message->reply, exchange->reply.data, exchange->reply.len, reply, err);
    size_t bytes = lianxin__failure__get_packed_size(exchange->failure);
    uint8_t *packed = arena_alloc(arena, bytes + 1);
    lianxin__failure__pack(exchange->failure, packed);
    return message_read_failure(packed, bytes, err);
}

static bool same_bytes(const ProtobufCBinaryData *a, const ProtobufCBinaryData *b)
{
    return a->len == b->len && (!a->len || memcmp(a->data, b->data, a->len) == 0);
}

/* Rows after the one that is held by now, when the page holds that one: the client has moved on since it asked. */
static bool skip_held(const Lianxin__PullRequest *held, const Lianxin__PullRequest *asked, Lianxin__PullReply *reply)
{
    if (held->rev <= asked->rev || held->rev - asked->rev > reply->n_rows)
        return false;
    size_t n = (size_t)(held->rev - asked->rev);
    const Lianxin__Row *row = reply->rows[n - 1];
    struct sha256 digest = sha256_of(row->body.data, row->body.len);
    if (held->digest.len != SHA256_BYTES || memcmp(held->digest.data, digest.bytes, SHA256_BYTES) != 0)
        return false;
    reply->rows += n;
    reply->n_rows -= n;
    return reply->n_rows || reply->head <= held->rev; /* else another page may begin there */
}

static enum status answer_pull(const struct answer *answer, const Lianxin__PullRequest *held, struct arena *arena,
                               ProtobufCMessage **reply, struct err *err)
{
    for (size_t i = answer->n;
         i-- > 0;) { /* the latest that fits: of a long answer, one page is decoded for each that is asked for */
        const Lianxin__BundleExchange *exchange = answer->exchanges[i];
        ProtobufCMessage *message, *found = NULL;
        if (exchange->number != MESSAGE_pull)
            continue;
        enum status s =
            message_decode(arena, &lianxin__pull_request__descriptor, exchange->request.data, exchange->request.len, &message, err);
        if (s != STATUS_OK)
            return s;
        const Lianxin__PullRequest *asked = (const Lianxin__PullRequest *)message;
        if (asked->stream != held->stream || asked->rev > held->rev)
            continue;
        s = read_reply(exchange, arena, &found, err);
        bool same = asked->rev == held->rev && same_bytes(&asked->digest, &held->digest);
        if (s != STATUS_OK && same)
            return s;
        const Lianxin__PullReply *page = (const Lianxin__PullReply *)found;
        if (s == STATUS_OK && held->every_row && page->outcome == LIANXIN__PULL_REPLY__OUTCOME__SNAPSHOT)
            continue; /* something waits here since */
        if (s == STATUS_OK && (same || skip_held(held, asked, (Lianxin__PullReply *)found))) {
            *reply = found;
            return STATUS_OK;
        }
    }
    return err_reason(err, REASON_BUNDLE_ENDS, NULL);
}

static enum status answer_snapshot(const struct answer *answer, const Lianxin__SnapshotRequest *wanted, struct arena *arena,
                                   ProtobufCMessage **reply, struct err *err)
{
    for (size_t i = 0; i < answer->n; i++) {
        const Lianxin__BundleExchange *exchange = answer->exchanges[i];
        ProtobufCMessage *message;
        if (exchange->number != MESSAGE_snapshot)
            continue;
        enum status s = message_decode(arena, &lianxin__snapshot_request__descriptor, exchange->request.data, exchange->request.len,
                                       &message, err);
        if (s != STATUS_OK)
            return s;
        const Lianxin__SnapshotRequest *asked = (const Lianxin__SnapshotRequest *)message;
        if (asked->stream == wanted->stream && asked->after_kind == wanted->after_kind &&
            same_bytes(&asked->after_id, &wanted->after_id))
            return read_reply(exchange, arena, reply, err);
    }
    return err_reason(err, REASON_BUNDLE_ENDS, NULL);
}

/* The very same was asked. */
static enum status answer_same(const struct answer *answer, enum message_number number, const ProtobufCMessage *request,
                               struct arena *arena, ProtobufCMessage **reply, struct err *err)
{
    struct sha256 digest = bundle_digest(arena, request);
    for (size_t i = 0; i < answer->n; i++) {
        const Lianxin__BundleExchange *exchange = answer->exchanges[i];
        if (exchange->number == number &&
            (number == MESSAGE_hello ||
             (exchange->digest.len == SHA256_BYTES && memcmp(exchange->digest.data, digest.bytes, SHA256_BYTES) == 0)))
            return read_reply(exchange, arena, reply, err);
    }
    return err_reason(err, REASON_BUNDLE_ENDS, NULL);
}

static enum status call(void *context, enum message_number number, const ProtobufCMessage *request, struct arena *arena,
                        ProtobufCMessage **reply, struct err *err)
{
    struct answer *answer = context;
    if (answer->calls++ > CALLS_MORE + answer->n * CALLS_EACH)
        return err_reason(err, REASON_BUNDLE_ENDS, NULL);
    if (number == MESSAGE_pull)
        return answer_pull(answer, (const Lianxin__PullRequest *)request, arena, reply, err);
    if (number == MESSAGE_snapshot)
        return answer_snapshot(answer, (const Lianxin__SnapshotRequest *)request, arena, reply, err);
    return answer_same(answer, number, request, arena, reply, err);
}

enum status answer_take(struct answer *answer, const struct sync *sync, struct sync_report *report, struct err *err)
{
    struct transport transport = {.call = call, .context = answer};
    struct sync offline = *sync;
    struct cache_stream_list streams;
    enum status s = cache_stream_list(sync->cache, &answer->arena, &streams, err);
    for (size_t i = 0; i < streams.n && s == STATUS_OK; i++)
        s = snapshot_drop(sync->cache, streams.items[i].stream, err);
    if (s != STATUS_OK)
        return s;
    offline.transport = &transport;
    offline.partial = true;
    return sync_run(&offline, report, err);
}
