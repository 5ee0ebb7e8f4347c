/* SPDX-License-Identifier: Apache-2.0 */
#include "common/sync/commit.h"

#define DEVICE 7u /* field numbers of Commit in proto/wire.proto */
#define PERSON 8u
#define TIME_MS 9u

struct scan {
    const uint8_t *at, *end;
};

static bool take_varint(struct scan *s, uint64_t *out)
{
    *out = 0;
    for (unsigned shift = 0; shift < 64 && s->at < s->end; shift += 7) {
        uint8_t byte = *s->at++;
        *out |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80))
            return true;
    }
    return false;
}

/* One field: its number, and its value or the bytes it holds. */
static bool take_field(struct scan *s, uint64_t *number, uint64_t *value, const uint8_t **data)
{
    uint64_t tag;
    if (!take_varint(s, &tag) || !take_varint(s, value))
        return false;
    *number = tag >> 3;
    if ((tag & 7) == PROTOBUF_C_WIRE_TYPE_VARINT)
        return true;
    if ((tag & 7) != PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED || *value > (uint64_t)(s->end - s->at))
        return false;
    *data = s->at;
    s->at += *value;
    return true;
}

bool commit_read_author(const void *body, size_t bytes, const char **person, size_t *person_bytes, int64_t *time_ms)
{
    struct scan s = {.at = body, .end = (const uint8_t *)body + bytes};
    *person = "";
    *person_bytes = 0;
    for (uint64_t number, value; s.at < s.end;) {
        const uint8_t *data = NULL;
        if (!take_field(&s, &number, &value, &data))
            return false;
        if (number == PERSON && data) {
            *person = (const char *)data;
            *person_bytes = (size_t)value;
        } else if (number == TIME_MS) { /* numbers rise: the author is known now */
            *time_ms = (int64_t)value;
            return true;
        }
    }
    return false;
}

bool commit_read_device(const void *body, size_t bytes, struct uuid *device)
{
    struct scan s = {.at = body, .end = (const uint8_t *)body + bytes};
    for (uint64_t number, value; s.at < s.end;) {
        const uint8_t *data = NULL;
        if (!take_field(&s, &number, &value, &data) || number > DEVICE)
            return false;
        if (number == DEVICE)
            return data && uuid_from_bytes(data, (size_t)value, device);
    }
    return false;
}
