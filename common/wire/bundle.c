/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire/bundle.h"

#include <string.h>

#define MAGIC "LXBUNDLE"
#define MAGIC_BYTES 8u
#define HEADER_BYTES (MAGIC_BYTES + 4 + BOX_KEY_BYTES + UUID_BYTES)
#define LENGTH_BYTES 4u

static void put_number(struct buf *out, uint32_t value, unsigned bytes)
{
    while (bytes--)
        buf_putc(out, (char)(value >> (8 * bytes)));
}

static uint32_t read_number(const uint8_t *at, unsigned bytes)
{
    uint32_t value = 0;
    while (bytes--)
        value = value << 8 | *at++;
    return value;
}

enum status bundle_write(const struct bundle *bundle, struct buf *out, struct err *err)
{
    buf_put(out, MAGIC, MAGIC_BYTES);
    put_number(out, BUNDLE_VERSION, 1);
    put_number(out, bundle->kind, 1);
    put_number(out, (uint32_t)bundle->n_parts, 2);
    buf_put(out, bundle->district.bytes, BOX_KEY_BYTES);
    buf_put(out, bundle->device.bytes, UUID_BYTES);
    for (size_t i = 0; i < bundle->n_parts; i++) {
        put_number(out, (uint32_t)bundle->parts[i].bytes, LENGTH_BYTES);
        buf_put(out, bundle->parts[i].data, bundle->parts[i].bytes);
    }
    return out->failed ? err_set(err, STATUS_NO_MEMORY, "no memory for a bundle") : STATUS_OK;
}

static enum status unreadable(const char *why, struct err *err)
{
    return err_reason(err, REASON_BUNDLE_UNREADABLE, why, NULL);
}

bool bundle_find_district(const void *data, size_t bytes, struct box_public *out)
{
    if (bytes < HEADER_BYTES)
        return false;
    memcpy(out->bytes, (const uint8_t *)data + MAGIC_BYTES + 4, BOX_KEY_BYTES);
    return true;
}

static enum status read_parts(const uint8_t *at, size_t left, struct bundle *out, struct err *err)
{
    for (size_t i = 0; i < out->n_parts; i++) {
        size_t bytes = left < LENGTH_BYTES ? 0 : read_number(at, LENGTH_BYTES);
        if (left < LENGTH_BYTES || bytes > left - LENGTH_BYTES)
            return unreadable("it was cut short", err);
        out->parts[i] = (struct bundle_part){at + LENGTH_BYTES, bytes};
        at += LENGTH_BYTES + bytes;
        left -= LENGTH_BYTES + bytes;
    }
    return left ? unreadable("something follows its end", err) : STATUS_OK;
}

enum status bundle_read(const void *data, size_t bytes, enum bundle_kind kind, const struct box_public *district,
                        struct bundle *out, struct err *err)
{
    const uint8_t *at = data;
    struct bundle bundle;
    if (bytes < MAGIC_BYTES || memcmp(at, MAGIC, MAGIC_BYTES) != 0)
        return unreadable("it begins otherwise", err);
    if (bytes < HEADER_BYTES)
        return unreadable("it was cut short", err);
    if (at[MAGIC_BYTES] != BUNDLE_VERSION)
        return unreadable("it was written by another version", err);
    char letter = (char)at[MAGIC_BYTES + 1];
    if (letter != BUNDLE_QUESTION && letter != BUNDLE_ANSWER)
        return unreadable("it is of an unknown kind", err);
    if (letter != (char)kind)
        return err_reason(err, letter == BUNDLE_QUESTION ? REASON_BUNDLE_QUESTION : REASON_BUNDLE_ANSWER, NULL);
    bundle.kind = kind;
    bundle.n_parts = read_number(at + MAGIC_BYTES + 2, 2);
    memcpy(bundle.district.bytes, at + MAGIC_BYTES + 4, BOX_KEY_BYTES);
    memcpy(bundle.device.bytes, at + MAGIC_BYTES + 4 + BOX_KEY_BYTES, UUID_BYTES);
    if (!bundle.n_parts || bundle.n_parts > BUNDLE_PARTS_MAX || (kind == BUNDLE_QUESTION && bundle.n_parts != 1))
        return unreadable("it has a wrong number of parts", err);
    if (memcmp(bundle.district.bytes, district->bytes, BOX_KEY_BYTES) != 0)
        return err_reason(err, REASON_BUNDLE_DISTRICT, NULL);
    enum status s = read_parts(at + HEADER_BYTES, bytes - HEADER_BYTES, &bundle, err);
    if (s == STATUS_OK)
        *out = bundle;
    return s;
}

struct sha256 bundle_digest(struct arena *arena, const ProtobufCMessage *request)
{
    Lianxin__PushRequest push;
    if (request->descriptor == &lianxin__push_request__descriptor) {
        push = *(const Lianxin__PushRequest *)request;
        push.has_held_rev = false;
        request = &push.base;
    }
    size_t bytes = protobuf_c_message_get_packed_size(request);
    uint8_t *packed = arena_alloc(arena, bytes + 1);
    protobuf_c_message_pack(request, packed);
    return sha256_of(packed, bytes);
}
