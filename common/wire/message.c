/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire/message.h"

#include "common/wire/check.h"
#include "common/wire/frame.h"

#define FAILURE_ARENA_BYTES ((size_t)64 << 10)

static const struct message messages[] = {
#define MSG(number_, name_, Name_, role_, request_bytes_, lane_)                                                                   \
    {.number = (number_),                                                                                                          \
     .name = #name_,                                                                                                               \
     .role = ROLE_##role_,                                                                                                         \
     .request_bytes = (request_bytes_),                                                                                            \
     .lane = MESSAGE_LANE_##lane_,                                                                                                 \
     .request = &lianxin__##name_##_request__descriptor,                                                                           \
     .reply = &lianxin__##name_##_reply__descriptor},
#include "proto/message.def"
#undef MSG
};

const struct message *message_find(uint16_t number)
{
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++)
        if (messages[i].number == number)
            return &messages[i];
    return NULL;
}

enum status message_decode(struct arena *arena, const ProtobufCMessageDescriptor *descriptor, const void *data, size_t bytes,
                           ProtobufCMessage **out, struct err *err)
{
    enum status s = wire_check(descriptor, data, bytes, err);
    return s ? s : wire_unpack(arena, descriptor, data, bytes, out, err);
}

uint32_t message_agree_version(uint32_t version_min, uint32_t version_max)
{
    uint32_t highest = version_max < PROTOCOL_VERSION ? version_max : PROTOCOL_VERSION;
    return version_min <= highest && highest >= PROTOCOL_VERSION_MIN ? highest : 0;
}

void message_put_failure(struct buf *out, uint16_t number, uint32_t request, const struct err *err)
{
    Lianxin__Failure failure = LIANXIN__FAILURE__INIT;
    struct err copy = *err;
    char *arguments[ERR_ARGUMENTS];
    failure.has_status = failure.has_reason = true;
    failure.status = (uint32_t)copy.status;
    failure.reason = (uint32_t)copy.reason;
    failure.text = copy.text;
    for (size_t i = 0; i < ERR_ARGUMENTS; i++)
        arguments[i] = copy.arguments[i];
    failure.arguments = arguments;
    failure.n_arguments = copy.reason ? ERR_ARGUMENTS : 0;
    while (failure.n_arguments && !arguments[failure.n_arguments - 1][0])
        failure.n_arguments--;
    frame_put(out, number, FRAME_REPLY | FRAME_FAILURE, request, &failure.base);
}

enum status message_read_failure(const void *data, size_t bytes, struct err *err)
{
    struct arena arena;
    ProtobufCMessage *message;
    arena_init(&arena, FAILURE_ARENA_BYTES);
    enum status s = message_decode(&arena, &lianxin__failure__descriptor, data, bytes, &message, err);
    if (s)
        goto out;
    const Lianxin__Failure *failure = (const Lianxin__Failure *)message;
    const char *arguments[ERR_ARGUMENTS] = {0};
    for (size_t i = 0; i < failure->n_arguments && i < ERR_ARGUMENTS; i++)
        arguments[i] = failure->arguments[i];
    s = failure->status ? (enum status)failure->status : STATUS_PROTOCOL;
    if (err_format((enum reason)failure->reason, NULL, 0, false, (char[1]){0}, 1))
        (void)err_reason(err, (enum reason)failure->reason, arguments[0], arguments[1], arguments[2], NULL);
    else
        (void)err_set(err, s, "%s", failure->text && *failure->text ? failure->text : status_text(s, false));
    if (err)
        err->status = s;
out:
    arena_done(&arena);
    return s;
}

const char *message_library_version(void)
{
    return protobuf_c_version();
}
