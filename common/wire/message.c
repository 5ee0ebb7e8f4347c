/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire/message.h"

#include "common/wire/check.h"

static const struct message messages[] = {
#define MSG(number_, name_, Name_, role_, request_bytes_, lane_)                                                                         \
    {.number = (number_),                                                                                                                \
     .name = #name_,                                                                                                                     \
     .role = ROLE_##role_,                                                                                                               \
     .request_bytes = (request_bytes_),                                                                                                  \
     .lane = MESSAGE_LANE_##lane_,                                                                                                       \
     .request = &lianxin__##name_##_request__descriptor,                                                                                 \
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
