/* SPDX-License-Identifier: Apache-2.0 */
#include "common/sync/payload.h"

#include <stdio.h>

#include "common/wire/message.h"

static enum status too_large(struct err *err, size_t is, size_t most)
{
    char is_text[24], most_text[24];
    snprintf(is_text, sizeof is_text, "%zu", is);
    snprintf(most_text, sizeof most_text, "%zu", most);
    return err_reason(err, REASON_TOO_LARGE, "a push", is_text, most_text, NULL);
}

enum status payload_encode(struct arena *arena, const struct payload *payload, const uint8_t **data, size_t *bytes, struct err *err)
{
    if (payload->n_edits > LIMIT_PUSH_EDITS)
        return err_set(err, STATUS_TOO_LARGE, "%zu changes at once; at most %u go into one push", payload->n_edits,
                       LIMIT_PUSH_EDITS);
    Lianxin__PushBody *body = ARENA_NEW(arena, Lianxin__PushBody);
    lianxin__push_body__init(body);
    body->n_edits = payload->n_edits;
    body->edits = ARENA_ARRAY(arena, payload->n_edits, Lianxin__Edit *);
    for (size_t i = 0; i < payload->n_edits; i++)
        body->edits[i] = edit_encode(arena, &payload->edits[i]);
    body->note = arena_strdup(arena, payload->note);
    size_t size = lianxin__push_body__get_packed_size(body);
    if (size > LIMIT_PUSH_BYTES)
        return too_large(err, size, LIMIT_PUSH_BYTES);
    uint8_t *out = arena_alloc(arena, size);
    lianxin__push_body__pack(body, out);
    *data = out;
    *bytes = size;
    return STATUS_OK;
}

enum status payload_decode(struct arena *arena, const struct schema *schema, const void *data, size_t bytes, struct payload *out,
                           struct err *err)
{
    if (bytes > LIMIT_PUSH_BYTES)
        return too_large(err, bytes, LIMIT_PUSH_BYTES);
    ProtobufCMessage *message;
    enum status s = message_decode(arena, &lianxin__push_body__descriptor, data, bytes, &message, err);
    if (s != STATUS_OK)
        return s;
    const Lianxin__PushBody *body = (const Lianxin__PushBody *)message;
    if (body->n_edits > LIMIT_PUSH_EDITS)
        return err_set(err, STATUS_TOO_LARGE, "a push of %zu changes; at most %u are taken", body->n_edits, LIMIT_PUSH_EDITS);
    struct edit *edits = ARENA_ARRAY(arena, body->n_edits, struct edit);
    for (size_t i = 0; i < body->n_edits; i++)
        if ((s = edit_decode(arena, schema, body->edits[i], &edits[i], err)) != STATUS_OK)
            return s;
    *out = (struct payload){edits, body->n_edits, body->note ? body->note : ""};
    return STATUS_OK;
}
