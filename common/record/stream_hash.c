/* SPDX-License-Identifier: Apache-2.0 */
#include "common/record/stream_hash.h"

#include <string.h>

#include "common/base/sha256.h"

static uint64_t load_be64(const uint8_t *data)
{
    uint64_t word = 0;
    for (int i = 0; i < 8; i++)
        word = word << 8 | data[i];
    return word;
}

static void store_be64(uint8_t *out, uint64_t word)
{
    for (int i = 8; i-- > 0; word >>= 8)
        out[i] = (uint8_t)word;
}

static void put_be32(struct buf *out, uint32_t number)
{
    uint8_t bytes[4] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number};
    buf_put(out, bytes, sizeof bytes);
}

void stream_hash_add(struct stream_hash *to, const struct stream_hash *h)
{
    uint64_t carry = 0;
    for (int i = 0; i < 4; i++) {
        uint64_t sum = to->word[i] + carry;
        carry = sum < carry;
        to->word[i] = sum + h->word[i];
        carry += to->word[i] < sum;
    }
}

static void subtract(struct stream_hash *from, const struct stream_hash *h)
{
    uint64_t borrow = 0;
    for (int i = 0; i < 4; i++) {
        uint64_t minus = h->word[i] + borrow;
        uint64_t next = minus < borrow || from->word[i] < minus;
        from->word[i] -= minus;
        borrow = next;
    }
}

bool stream_hash_equal(const struct stream_hash *a, const struct stream_hash *b)
{
    return memcmp(a->word, b->word, sizeof a->word) == 0;
}

void stream_hash_encode(const struct stream_hash *h, uint8_t out[STREAM_HASH_BYTES])
{
    for (size_t i = 0; i < 4; i++)
        store_be64(out + 8 * i, h->word[3 - i]);
}

bool stream_hash_decode(const void *data, size_t bytes, struct stream_hash *out)
{
    if (bytes != STREAM_HASH_BYTES)
        return false;
    for (size_t i = 0; i < 4; i++)
        out->word[3 - i] = load_be64((const uint8_t *)data + 8 * i);
    return true;
}

/* Sums the fields of one record; scratch holds kind and id, then what one field adds. */
struct summer {
    struct stream_hash *sum;
    struct buf scratch;
    size_t key_bytes;
    bool subtract;
};

static void summer_init(struct summer *s, struct stream_hash *sum, const struct record *record)
{
    *s = (struct summer){.sum = sum};
    buf_init(&s->scratch, 0);
    put_be32(&s->scratch, record->kind->number);
    buf_put(&s->scratch, record->id.bytes, UUID_BYTES);
    s->key_bytes = s->scratch.len_bytes;
}

static void summer_done(struct summer *s)
{
    buf_done(&s->scratch);
}

/* Counts what was put into scratch behind the key, and takes it off again. */
static void summer_count(struct summer *s)
{
    struct sha256 digest = sha256_of(s->scratch.data, s->scratch.len_bytes);
    struct stream_hash term;
    stream_hash_decode(digest.bytes, sizeof digest.bytes, &term);
    if (s->subtract)
        subtract(s->sum, &term);
    else
        stream_hash_add(s->sum, &term);
    s->scratch.len_bytes = s->key_bytes;
}

static void count_field(struct summer *s, const ProtobufCMessage *message, const struct field *field)
{
    if (!record_has(message, field))
        return;
    put_be32(&s->scratch, field->number);
    record_encode_field(&s->scratch, message, field);
    summer_count(s);
}

static void count_encoded(void *context, uint32_t number, const void *data, size_t bytes)
{
    struct summer *s = context;
    put_be32(&s->scratch, number);
    buf_put(&s->scratch, data, bytes);
    summer_count(s);
}

static void count_unknown(struct summer *s, const ProtobufCMessage *message)
{
    struct arena arena;
    arena_init(&arena, 0);
    record_visit_unknown(&arena, message, count_encoded, s);
    arena_done(&arena);
}

static void count_record(struct summer *s, const struct record *record)
{
    if (record->dead)
        count_encoded(s, 0, "dead", 4);
    for (size_t i = 0; i < record->kind->n_fields; i++)
        count_field(s, record->message, &record->kind->fields[i]);
    count_unknown(s, record->message);
}

struct stream_hash stream_hash_of_record(const struct record *record)
{
    struct stream_hash sum = {{0}};
    stream_hash_change(&sum, NULL, record);
    return sum;
}

static void count_difference(struct summer *s, const struct record *before, const struct record *after)
{
    const ProtobufCMessage *old = before->message, *new = after->message;
    bool unknown = !record_unknown_equal(old, new);
    field_set changed = record_diff(after->kind, old, new);
    for (int add = 0; add < 2; add++) {
        s->subtract = !add;
        for (size_t i = 0; i < after->kind->n_fields; i++)
            if (changed & field_bit(&after->kind->fields[i]))
                count_field(s, add ? new : old, &after->kind->fields[i]);
        if (unknown)
            count_unknown(s, add ? new : old);
    }
}

void stream_hash_change(struct stream_hash *h, const struct record *before, const struct record *after)
{
    if (!before && !after)
        return;
    struct summer s;
    summer_init(&s, h, after ? after : before);
    if (before && after && before->dead == after->dead) {
        count_difference(&s, before, after);
    } else {
        s.subtract = true;
        if (before)
            count_record(&s, before);
        s.subtract = false;
        if (after)
            count_record(&s, after);
    }
    summer_done(&s);
}
