/* SPDX-License-Identifier: Apache-2.0 */
#include "client/transport/exchange.h"

#include <stdbool.h>
#include <stdio.h>

static enum status unreadable(struct err *err, const char *what)
{
    return err_reason(err, REASON_ANSWER_UNREADABLE, what, NULL);
}

static enum status check_header(const struct message *message, uint32_t request, const struct frame *header, struct err *err)
{
    if (header->type != message->number || header->request != request || !(header->flags & FRAME_REPLY) ||
        header->flags & ~(FRAME_REPLY | FRAME_FAILURE | FRAME_LAST))
        return unreadable(err, "it does not belong to the question");
    if (header->body_bytes > MESSAGE_REPLY_BYTES)
        return unreadable(err, "it is too large");
    return STATUS_OK;
}

enum status exchange_read_reply(const struct message *message, uint32_t request, const struct frame *header, const void *body,
                                struct arena *arena, ProtobufCMessage **reply, struct err *err)
{
    enum status s = check_header(message, request, header, err);
    if (s)
        return s;
    if (header->flags & FRAME_FAILURE)
        return message_read_failure(body, header->body_bytes, err);
    s = message_decode(arena, message->reply, body, header->body_bytes, reply, err);
    return s == STATUS_PROTOCOL ? unreadable(err, err ? err->arguments[0] : NULL) : s;
}

static enum status read_answer(const struct channel *channel, const struct message *message, uint32_t request_id, int64_t until_ms,
                               struct arena *arena, ProtobufCMessage **reply, bool *broken, struct err *err)
{
    uint8_t bytes[FRAME_HEADER_BYTES];
    struct buf body;
    buf_init(&body, MESSAGE_REPLY_BYTES);
    enum status s = channel->read(channel->context, bytes, sizeof bytes, until_ms, err);
    if (s)
        goto out;
    struct frame header = frame_decode(bytes);
    s = check_header(message, request_id, &header, err);
    if (s)
        goto out;
    if (!buf_reserve(&body, header.body_bytes)) {
        s = err_set(err, STATUS_NO_MEMORY, "no memory for an answer of %u bytes", (unsigned)header.body_bytes);
        goto out;
    }
    s = channel->read(channel->context, body.data, header.body_bytes, until_ms, err);
    if (s)
        goto out;
    *broken = header.flags & FRAME_LAST;
    s = exchange_read_reply(message, request_id, &header, body.data, arena, reply, err);
out:
    buf_done(&body);
    return s;
}

enum status exchange_call(const struct channel *channel, enum message_number number, uint32_t request_id,
                          const ProtobufCMessage *request, int64_t until_ms, struct arena *arena, ProtobufCMessage **reply,
                          bool *broken, struct err *err)
{
    const struct message *message = message_find((uint16_t)number);
    struct buf frame;
    buf_init(&frame, 0);
    *broken = true;
    frame_put(&frame, message->number, 0, request_id, request);
    enum status s = frame.failed ? err_set(err, STATUS_NO_MEMORY, "no memory for a %s request", message->name) : STATUS_OK;
    if (!s && frame.len_bytes - FRAME_HEADER_BYTES > message->request_bytes) {
        char is[24], most[24];
        snprintf(is, sizeof is, "%zu", frame.len_bytes - FRAME_HEADER_BYTES);
        snprintf(most, sizeof most, "%u", (unsigned)message->request_bytes);
        *broken = false;
        s = err_reason(err, REASON_TOO_LARGE, message->name, is, most, NULL);
    }
    s = s ? s : channel->write(channel->context, frame.data, frame.len_bytes, until_ms, err);
    s = s ? s : read_answer(channel, message, request_id, until_ms, arena, reply, broken, err);
    buf_done(&frame);
    return s;
}
