/* SPDX-License-Identifier: Apache-2.0
 *
 * One request and its reply over any stream of bytes. */
#ifndef CLIENT_TRANSPORT_EXCHANGE_H
#define CLIENT_TRANSPORT_EXCHANGE_H

#include "common/wire/frame.h"
#include "common/wire/message.h"

/* A blocking stream. Both move all the bytes or fail with UNAVAILABLE (cut, or until_ms of the monotonic clock passed) or DENIED.
 */
struct channel {
    enum status (*write)(void *context, const void *data, size_t bytes, int64_t until_ms, struct err *err);
    enum status (*read)(void *context, void *data, size_t bytes, int64_t until_ms, struct err *err);
    void *context;
};

/* A frame from the server that ought to answer request: *reply in arena, or the status of the Failure it is. PROTOCOL for anything
 * else. body is header->body_bytes long. */
enum status exchange_read_reply(const struct message *message, uint32_t request, const struct frame *header, const void *body,
                                struct arena *arena, ProtobufCMessage **reply, struct err *err) MUST_CHECK;

/* As transport_call(). *broken: the stream can carry nothing more. */
enum status exchange_call(const struct channel *channel, enum message_number number, uint32_t request_id,
                          const ProtobufCMessage *request, int64_t until_ms, struct arena *arena, ProtobufCMessage **reply,
                          bool *broken, struct err *err) MUST_CHECK;

#endif
