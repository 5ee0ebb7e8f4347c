/* SPDX-License-Identifier: Apache-2.0
 *
 * What a hostile server may answer: the first byte chooses the question, the rest is what comes back on the stream, cut anywhere.
 * The client gets a checked reply or an error with a text, and never reads past what came. */
#include <stdlib.h>
#include <string.h>

#include "client/transport/exchange.h"

#define REPLY_ARENA_BYTES ((size_t)8 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct stream {
    const uint8_t *data;
    size_t size;
};

static const enum message_number numbers[] = {
#define MSG(number, name, Name, role, request_bytes, lane) MESSAGE_##name,
#include "proto/message.def"
#undef MSG
};

static enum status take_all(void *context, const void *data, size_t bytes, int64_t until_ms, struct err *err)
{
    (void)context, (void)data, (void)bytes, (void)until_ms, (void)err;
    return STATUS_OK;
}

static enum status give(void *context, void *data, size_t bytes, int64_t until_ms, struct err *err)
{
    (void)until_ms;
    struct stream *stream = context;
    if (bytes > stream->size)
        return err_reason(err, REASON_CONNECTION_LOST, "cut", NULL);
    if (bytes)
        memcpy(data, stream->data, bytes);
    stream->data += bytes;
    stream->size -= bytes;
    return STATUS_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    enum message_number number = numbers[data[0] % (sizeof numbers / sizeof numbers[0])];
    struct stream stream = {.data = data + 1, .size = size - 1};
    const struct channel channel = {.write = take_all, .read = give, .context = &stream};
    const struct message *message = message_find((uint16_t)number);
    struct arena arena;
    struct err err = {0};
    ProtobufCMessage *reply = NULL;
    bool broken = false;
    arena_init(&arena, REPLY_ARENA_BYTES);
    ProtobufCMessage *request = arena_alloc(&arena, message->request->sizeof_message);
    message->request->message_init(request);
    enum status s = exchange_call(&channel, number, 1, request, 0, &arena, &reply, &broken, &err);
    if (s ? reply || err.status != s || !err.text[0] : !reply || reply->descriptor != message->reply)
        abort();
    arena_done(&arena);
    return 0;
}
