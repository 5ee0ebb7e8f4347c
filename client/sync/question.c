/* SPDX-License-Identifier: Apache-2.0 */
#include "client/sync/question.h"

#include <string.h>

#include "client/sync/sync_internal.h"

/* ---- keys ---- */

enum status question_answer_key(struct cache *cache, const struct random *random, struct box_key *out, struct err *err)
{
    struct arena arena;
    const void *seed;
    size_t bytes;
    uint8_t made[BOX_SEED_BYTES];
    arena_init(&arena, 0);
    enum status s = cache_find_bytes(cache, &arena, CACHE_META_bundle_seed, &seed, &bytes, err);
    if (s == STATUS_OK && (!seed || bytes != BOX_SEED_BYTES)) {
        random_fill(random, made, sizeof made);
        seed = made;
        s = cache_put_meta(cache, CACHE_META_bundle_seed, made, sizeof made, err);
    }
    if (s == STATUS_OK)
        *out = box_key_of(seed);
    arena_done(&arena);
    return s;
}

enum status question_district_key(struct cache *cache, struct box_public *out, struct err *err)
{
    struct arena arena;
    const Lianxin__HelloReply *hello;
    const void *data;
    size_t bytes;
    arena_init(&arena, 0);
    enum status s = sync_find_hello(cache, &arena, &hello, err);
    if (s == STATUS_OK)
        s = cache_find_bytes(cache, &arena, CACHE_META_bundle_key, &data, &bytes, err);
    bool known = s == STATUS_OK && ((hello && box_public_read(hello->bundle_key.data, hello->bundle_key.len, out)) ||
                                    box_public_read(data, bytes, out));
    if (s == STATUS_OK && !known)
        s = err_reason(err, REASON_BUNDLE_UNKNOWN, NULL);
    arena_done(&arena);
    return s;
}

/* ---- the exchanges ---- */

struct asking {
    struct sync *sync;
    struct arena arena;
    struct cache_identity identity;
    const Lianxin__HelloReply *hello; /* NULL: none yet */
    struct cache_stream_list known;
    uint32_t *dirty;
    size_t n_dirty, room, bytes;
    Lianxin__BundleQuestion question;
    struct question *made;
};

static void add(struct asking *a, enum message_number number, const ProtobufCMessage *request)
{
    Lianxin__BundleQuestion *q = &a->question;
    ARENA_MORE(&a->arena, q->exchanges, q->n_exchanges, &a->room);
    Lianxin__BundleExchange *exchange = ARENA_NEW(&a->arena, Lianxin__BundleExchange);
    lianxin__bundle_exchange__init(exchange);
    exchange->has_number = exchange->has_request = true;
    exchange->number = (uint32_t)number;
    exchange->request.len = protobuf_c_message_get_packed_size(request);
    exchange->request.data = arena_alloc(&a->arena, exchange->request.len + 1);
    protobuf_c_message_pack(request, exchange->request.data);
    q->exchanges[q->n_exchanges++] = exchange;
    a->bytes += exchange->request.len + BUNDLE_EXCHANGE_BYTES;
}

static void ask_hello(struct asking *a)
{
    Lianxin__HelloRequest request;
    sync_fill_hello(a->sync, &a->identity, &a->arena, &request);
    add(a, MESSAGE_hello, &request.base);
}

/* As sync_recover() does when the hello says that the server has begun another life. */
static enum status offer_stream(struct asking *a, const struct cache_stream *line, struct err *err)
{
    struct offer_page page = {0};
    enum status s;
    do {
        Lianxin__OfferRequest request;
        s = cache_list_offer(a->sync->cache, &a->arena, line->stream, a->hello->epoch, &page, SYNC_PAGE_BYTES, err);
        if (s != STATUS_OK)
            break;
        sync_fill_offer(line, &page, &a->arena, &request);
        add(a, MESSAGE_offer, &request.base);
        a->made->offered += page.n;
        if (a->bytes > BUNDLE_QUESTION_BYTES)
            s = err_reason(err, REASON_BUNDLE_LARGE, NULL);
    } while (s == STATUS_OK && page.n);
    return s;
}

static enum status offer(struct asking *a, struct err *err)
{
    enum status s = STATUS_OK;
    for (size_t i = 0; a->hello && i < a->known.n && s == STATUS_OK; i++)
        if (a->known.items[i].epoch != a->hello->epoch && a->known.items[i].rev)
            s = offer_stream(a, &a->known.items[i], err);
    return s;
}

/* In order, as many as fit. */
static enum status push_stream(struct asking *a, uint32_t stream, bool *full, struct err *err)
{
    struct outbox_row row = {.sequence = 0};
    struct cache_stream line;
    bool found = true, held = false;
    enum status s = cache_stream_find(a->sync->cache, stream, &line, err);
    while (s == STATUS_OK && found) {
        struct payload payload;
        Lianxin__PushRequest request;
        s = outbox_find_next(a->sync->cache, &a->arena, stream, row.sequence, &found, &row, err);
        if (s != STATUS_OK || !found)
            break;
        s = payload_decode(&a->arena, cache_schema(a->sync->cache), row.payload, row.payload_bytes, &payload, err);
        if (s != STATUS_OK)
            break;
        held |= a->hello && !sync_server_knows(a->hello, &payload);
        *full |= a->made->changes == BUNDLE_PUSHES_MAX || a->bytes + row.payload_bytes + 128 > BUNDLE_QUESTION_BYTES;
        a->made->left += *full || held;
        if (*full || held)
            continue;
        sync_fill_push(&a->identity, &row, line.rev, NULL, &a->arena, &request);
        add(a, MESSAGE_push, &request.base);
        a->made->changes++;
    }
    a->made->held += held;
    return s;
}

static bool is_own(const struct asking *a, uint32_t stream)
{
    return stream == a->identity.stream || stream == STREAM_PUBLIC;
}

static bool is_dirty(const struct asking *a, uint32_t stream)
{
    for (size_t i = 0; i < a->n_dirty; i++)
        if (a->dirty[i] == stream)
            return true;
    return false;
}

/* The cursor; and where the records differ from the server's, all of them, to compare. */
static enum status pull_stream(struct asking *a, uint32_t stream, struct err *err)
{
    struct cache_stream line;
    Lianxin__PullRequest request;
    Lianxin__SnapshotRequest snapshot = LIANXIN__SNAPSHOT_REQUEST__INIT;
    enum status s = cache_stream_find(a->sync->cache, stream, &line, err);
    bool quiet;
    if (s == STATUS_OK)
        s = outbox_is_empty(a->sync->cache, stream, &quiet, err);
    if (s != STATUS_OK)
        return s;
    sync_fill_pull(&line, 0, !quiet, &a->arena, &request);
    add(a, MESSAGE_pull, &request.base);
    snapshot.has_stream = true;
    snapshot.stream = stream;
    if (!cache_stream_verified(&line) && !line.unreadable)
        add(a, MESSAGE_snapshot, &snapshot.base);
    return STATUS_OK;
}

static enum status pull(struct asking *a, struct err *err)
{
    const uint32_t own[] = {a->identity.stream, STREAM_PUBLIC};
    enum status s = STATUS_OK;
    for (size_t i = 0; i < 2 && s == STATUS_OK; i++)
        s = pull_stream(a, own[i], err);
    for (size_t i = 0; i < a->n_dirty && s == STATUS_OK; i++)
        if (!is_own(a, a->dirty[i]))
            s = pull_stream(a, a->dirty[i], err);
    for (size_t i = 0; a->hello && i < a->known.n && s == STATUS_OK; i++) {
        const struct cache_stream *line = &a->known.items[i];
        if (line->epoch != a->hello->epoch && line->rev && !is_own(a, line->stream) && !is_dirty(a, line->stream))
            s = pull_stream(a, line->stream, err);
    }
    return s;
}

static enum status ask_all(struct asking *a, struct err *err)
{
    bool full = false;
    ask_hello(a);
    enum status s = offer(a, err);
    for (size_t i = 0; i < a->n_dirty && s == STATUS_OK; i++)
        s = push_stream(a, a->dirty[i], &full, err);
    return s == STATUS_OK ? pull(a, err) : s;
}

/* ---- the file ---- */

static enum status sign(struct asking *a, const struct signer *signer, Lianxin__BundleSigned *out, struct buf *key,
                        struct buf *signature, struct err *err)
{
    size_t bytes = lianxin__bundle_question__get_packed_size(&a->question), before = strlen(BUNDLE_SIGNED_FOR);
    uint8_t *whole = arena_alloc(&a->arena, before + bytes);
    memcpy(whole, BUNDLE_SIGNED_FOR, before);
    lianxin__bundle_question__pack(&a->question, whole + before);
    enum status s = signer->sign(signer->context, whole, before + bytes, key, signature, err);
    out->has_body = out->has_key = out->has_signature = true;
    out->body = (ProtobufCBinaryData){.len = bytes, .data = whole + before};
    out->key = (ProtobufCBinaryData){.len = key->len_bytes, .data = (uint8_t *)key->data};
    out->signature = (ProtobufCBinaryData){.len = signature->len_bytes, .data = (uint8_t *)signature->data};
    return s;
}

static enum status seal(struct asking *a, const Lianxin__BundleSigned *message, struct buf *out, struct err *err)
{
    size_t bytes = lianxin__bundle_signed__get_packed_size(message);
    uint8_t *plain = arena_alloc(&a->arena, bytes);
    struct bundle bundle = {.kind = BUNDLE_QUESTION, .n_parts = 1};
    struct box_key once = box_key_new(a->sync->random);
    struct buf sealed;
    buf_init(&sealed, 0);
    lianxin__bundle_signed__pack(message, plain);
    enum status s = question_district_key(a->sync->cache, &bundle.district, err);
    if (s == STATUS_OK)
        s = box_seal(&once, &bundle.district, a->sync->random, plain, bytes, &sealed, err);
    bundle.parts[0] = (struct bundle_part){sealed.data, sealed.len_bytes};
    if (s == STATUS_OK)
        s = bundle_write(&bundle, out, err);
    buf_done(&sealed);
    return s;
}

static enum status write_file(struct asking *a, const struct signer *signer, struct buf *out, struct err *err)
{
    Lianxin__BundleQuestion *q = &a->question;
    Lianxin__BundleSigned message = LIANXIN__BUNDLE_SIGNED__INIT;
    struct box_key answer;
    struct buf key, signature;
    enum status s = question_answer_key(a->sync->cache, a->sync->random, &answer, err);
    if (s != STATUS_OK)
        return s;
    q->has_answer_key = q->has_time_ms = q->has_instance = true;
    q->answer_key = (ProtobufCBinaryData){.len = BOX_KEY_BYTES, .data = answer.open.bytes};
    q->time_ms = clock_now_ms(a->sync->clock);
    q->has_epoch = a->hello != NULL;
    q->epoch = a->hello ? a->hello->epoch : 0;
    q->instance = (ProtobufCBinaryData){.len = UUID_BYTES, .data = a->identity.instance.bytes};
    buf_init(&key, 0);
    buf_init(&signature, 0);
    s = sign(a, signer, &message, &key, &signature, err);
    if (s == STATUS_OK)
        s = seal(a, &message, out, err);
    buf_done(&key);
    buf_done(&signature);
    return s;
}

/* What a copy of this folder is known to have sent is left out, and the rest goes under a new name: a repair that a sync began, and
 * that needs no network to be ended. */
static enum status end_repair(struct sync *sync, struct err *err)
{
    struct uuid instance;
    uint64_t copied = 0;
    enum status s = outbox_count(sync->cache, OUTBOX_COPIED, &copied, err);
    if (s != STATUS_OK || !copied)
        return s;
    instance = uuid_new(sync->clock, sync->random);
    return outbox_renumber(sync->cache, &instance, err);
}

enum status question_write(struct sync *sync, const struct signer *signer, struct question *made, struct buf *out, struct err *err)
{
    struct question done = {0};
    struct asking a = {.sync = sync, .made = &done};
    struct box_public known;
    arena_init(&a.arena, 0);
    lianxin__bundle_question__init(&a.question);
    enum status s = end_repair(sync, err);
    if (s == STATUS_OK)
        s = cache_identity_get(sync->cache, &a.arena, &a.identity, err);
    if (s == STATUS_OK)
        s = question_district_key(sync->cache, &known, err);
    if (s == STATUS_OK)
        s = sync_find_hello(sync->cache, &a.arena, &a.hello, err);
    if (s == STATUS_OK)
        s = cache_stream_list(sync->cache, &a.arena, &a.known, err);
    if (s == STATUS_OK)
        s = outbox_list_streams(sync->cache, &a.arena, &a.dirty, &a.n_dirty, err);
    if (s == STATUS_OK)
        s = ask_all(&a, err);
    if (s == STATUS_OK)
        s = write_file(&a, signer, out, err);
    if (s == STATUS_OK)
        *made = done;
    arena_done(&a.arena);
    return s;
}
