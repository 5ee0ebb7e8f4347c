/* SPDX-License-Identifier: Apache-2.0 */
#include "server/handlers/fill.h"

#include <string.h>

#include "common/base/arena.h"

ProtobufCBinaryData fill_bytes(struct arena *arena, const void *data, size_t bytes)
{
    return (ProtobufCBinaryData){.len = bytes, .data = arena_copy(arena, data, bytes)};
}

ProtobufCBinaryData fill_uuid(struct arena *arena, const struct uuid *id)
{
    return fill_bytes(arena, id->bytes, UUID_BYTES);
}

char *fill_text(struct arena *arena, const char *text)
{
    return text ? arena_strdup(arena, text) : NULL;
}

enum status fill_read_uuid(const ProtobufCBinaryData *bytes, const char *field, struct uuid *out, struct err *err)
{
    if (uuid_from_bytes(bytes->data, bytes->len, out))
        return STATUS_OK;
    return err_reason(err, REASON_MALFORMED, field, NULL);
}

enum status fill_read_digest(const ProtobufCBinaryData *bytes, const char *field, struct sha256 *out, struct err *err)
{
    if (bytes->len && bytes->len != SHA256_BYTES)
        return err_reason(err, REASON_MALFORMED, field, NULL);
    *out = (struct sha256){0};
    if (bytes->len)
        memcpy(out->bytes, bytes->data, SHA256_BYTES);
    return STATUS_OK;
}

struct box_key fill_bundle_key(const struct core *core)
{
    struct sha256 seed = hmac_sha256(core->config.journal_key, "bundle", 6);
    return box_key_of(seed.bytes);
}

ProtobufCBinaryData fill_bundle_public(struct arena *arena, const struct core *core)
{
    struct box_key key = fill_bundle_key(core);
    return fill_bytes(arena, key.open.bytes, BOX_KEY_BYTES);
}
