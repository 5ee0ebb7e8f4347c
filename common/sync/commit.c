/* SPDX-License-Identifier: Apache-2.0 */
#include "common/sync/commit.h"

#include <string.h>

#include "common/wire/message.h"

static ProtobufCBinaryData bytes_of(struct arena *arena, const void *data, size_t bytes)
{
    return (ProtobufCBinaryData){.len = bytes, .data = arena_copy(arena, data, bytes)};
}

static bool is_zero(const struct sha256 *h)
{
    static const struct sha256 zero;
    return memcmp(h->bytes, zero.bytes, SHA256_BYTES) == 0;
}

static void fill_who(struct arena *arena, const struct commit *commit, Lianxin__Commit *wire)
{
    wire->has_stream = wire->has_rev = wire->has_epoch = wire->has_sequence = wire->has_time_ms = 1;
    wire->stream = commit->stream;
    wire->rev = commit->rev;
    wire->epoch = commit->epoch;
    wire->sequence = commit->sequence;
    wire->time_ms = commit->time_ms;
    wire->has_instance = wire->has_device = wire->has_payload_digest = wire->has_status = 1;
    wire->instance = bytes_of(arena, commit->instance.bytes, UUID_BYTES);
    wire->device = bytes_of(arena, commit->device.bytes, UUID_BYTES);
    wire->payload_digest = bytes_of(arena, commit->payload_digest.bytes, SHA256_BYTES);
    wire->status = (uint32_t)commit->status;
    wire->person = arena_strdup(arena, commit->person);
    wire->note = arena_strdup(arena, commit->note);
}

static void fill_chain(struct arena *arena, const struct commit *commit, Lianxin__Commit *wire)
{
    uint8_t hash[STREAM_HASH_BYTES];
    stream_hash_encode(&commit->hash, hash);
    wire->has_hash = 1;
    wire->hash = bytes_of(arena, hash, sizeof hash);
    wire->has_previous = !is_zero(&commit->previous);
    wire->previous = bytes_of(arena, commit->previous.bytes, SHA256_BYTES);
    wire->has_recovered_epoch = wire->has_recovered_rev = commit->recovered_epoch != 0;
    wire->recovered_epoch = commit->recovered_epoch;
    wire->recovered_rev = commit->recovered_rev;
    wire->has_way = commit->way != COMMIT_NETWORK;
    wire->way = (uint32_t)commit->way;
}

static void fill_effects(struct arena *arena, const struct commit *commit, Lianxin__Commit *wire)
{
    wire->n_effects = commit->n_effects;
    wire->effects = ARENA_ARRAY(arena, commit->n_effects, Lianxin__Edit *);
    for (size_t i = 0; i < commit->n_effects; i++)
        wire->effects[i] = edit_encode(arena, &commit->effects[i]);
    wire->n_results = commit->n_results;
    wire->results = arena_copy(arena, commit->results, commit->n_results * sizeof commit->results[0]);
    wire->n_reasons = commit->n_reasons;
    wire->reasons = arena_copy(arena, commit->reasons, commit->n_reasons * sizeof commit->reasons[0]);
}

void commit_encode(struct arena *arena, const struct commit *commit, const uint8_t key[SHA256_BYTES], struct row *out)
{
    Lianxin__Commit wire = LIANXIN__COMMIT__INIT;
    fill_who(arena, commit, &wire);
    fill_effects(arena, commit, &wire);
    fill_chain(arena, commit, &wire);
    size_t bytes = lianxin__commit__get_packed_size(&wire);
    uint8_t *body = arena_alloc(arena, bytes);
    lianxin__commit__pack(&wire, body);
    struct sha256 hmac = hmac_sha256(key, body, bytes);
    *out = row_of(body, bytes, &hmac);
}

static bool read_digest(const ProtobufCBinaryData *data, struct sha256 *out)
{
    if (data->len != SHA256_BYTES)
        return false;
    memcpy(out->bytes, data->data, SHA256_BYTES);
    return true;
}

static bool read_keys(const Lianxin__Commit *wire, struct commit *out)
{
    return uuid_from_bytes(wire->instance.data, wire->instance.len, &out->instance) &&
           uuid_from_bytes(wire->device.data, wire->device.len, &out->device) &&
           read_digest(&wire->payload_digest, &out->payload_digest) &&
           stream_hash_decode(wire->hash.data, wire->hash.len, &out->hash) &&
           (!wire->has_previous || read_digest(&wire->previous, &out->previous));
}

static struct commit plain_fields(const Lianxin__Commit *wire)
{
    return (struct commit){
        .stream = wire->stream,
        .rev = wire->rev,
        .epoch = wire->epoch,
        .sequence = wire->sequence,
        .person = wire->person ? wire->person : "",
        .time_ms = wire->time_ms,
        .status = (enum status)wire->status,
        .reasons = (const char *const *)wire->reasons,
        .n_reasons = wire->n_reasons,
        .note = wire->note ? wire->note : "",
        .results = (const Lianxin__EditResult *const *)wire->results,
        .n_results = wire->n_results,
        .recovered_epoch = wire->recovered_epoch,
        .recovered_rev = wire->recovered_rev,
        .way = (enum commit_way)wire->way,
    };
}

enum status commit_decode(struct arena *arena, const struct schema *schema, const void *body, size_t bytes, struct commit *out,
                          struct err *err)
{
    ProtobufCMessage *message;
    enum status status = message_decode(arena, &lianxin__commit__descriptor, body, bytes, &message, err);
    if (status != STATUS_OK)
        return status;
    const Lianxin__Commit *wire = (const Lianxin__Commit *)message;
    struct commit commit = plain_fields(wire);
    if (!read_keys(wire, &commit))
        return err_reason(err, REASON_MALFORMED, "a commit with an id or digest of the wrong length", NULL);
    struct edit *effects = ARENA_ARRAY(arena, wire->n_effects, struct edit);
    for (size_t i = 0; i < wire->n_effects; i++) {
        if (edit_decode_effect(arena, schema, wire->effects[i], &effects[i], err) != STATUS_OK)
            return err_reason(err, REASON_MALFORMED, "a commit with an effect that cannot be read", NULL);
    }
    commit.effects = effects;
    commit.n_effects = wire->n_effects;
    *out = commit;
    return STATUS_OK;
}

void commit_hash_foreign(const struct commit *commit, struct stream_hash *h)
{
    for (size_t i = 0; i < commit->n_effects; i++) {
        const struct edit *effect = &commit->effects[i];
        if (effect->kind)
            continue;
        const struct record before = {.kind = effect->foreign, .id = effect->id, .message = effect->before};
        const struct record after = {.kind = effect->foreign, .id = effect->id, .message = effect->after, .dead = effect->remove};
        stream_hash_change(h, &before, &after);
    }
}

bool row_sealed_by(const struct row *row, const uint8_t key[SHA256_BYTES])
{
    struct sha256 hmac = hmac_sha256(key, row->body, row->body_bytes);
    return sha256_equal(&hmac, &row->hmac);
}

struct row row_of(const void *body, size_t bytes, const struct sha256 *hmac)
{
    return (struct row){.body = body, .body_bytes = bytes, .hmac = *hmac, .digest = sha256_of(body, bytes)};
}
