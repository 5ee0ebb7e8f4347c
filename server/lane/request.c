/* SPDX-License-Identifier: Apache-2.0 */
#include "server/lane/request.h"

#include <stdlib.h>

#include "common/wire/frame.h"

struct request *request_new(const struct message *message, uint32_t id, const struct peer *peer)
{
    struct request *request = calloc(1, sizeof *request);
    if (!request)
        return NULL;
    request->message = message;
    request->id = id;
    request->peer = *peer;
    arena_init(&request->arena, REQUEST_ARENA_BYTES);
    buf_init(&request->frame, FRAME_HEADER_BYTES + (size_t)MESSAGE_REPLY_BYTES);
    return request;
}

void request_free(struct request *request)
{
    if (!request)
        return;
    arena_done(&request->arena);
    buf_done(&request->frame);
    free(request);
}

void request_fail(struct request *request, const struct err *err)
{
    buf_reset(&request->frame);
    message_put_failure(&request->frame, request->message->number, request->id, err);
}

void request_reply(struct request *request, const ProtobufCMessage *reply)
{
    struct err err;
    buf_reset(&request->frame);
    frame_put(&request->frame, request->message->number, FRAME_REPLY, request->id, reply);
    if (!request->frame.failed)
        return;
    (void)err_reason(&err, REASON_INTERNAL, "the answer is too large", NULL);
    request_fail(request, &err);
}
