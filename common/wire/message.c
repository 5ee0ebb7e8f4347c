/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire/message.h"

#include <string.h>

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

static const char *const role_names[] = {
    [ROLE_ANYONE] = "anyone", [ROLE_DEVICE] = "device", [ROLE_DISTRICT] = "district", [ROLE_LEAD] = "lead", [ROLE_OPERATOR] = "operator",
};

const char *role_name(enum role role)
{
    return (size_t)role < sizeof role_names / sizeof role_names[0] ? role_names[role] : "unknown";
}

int role_parse(const char *name)
{
    for (int role = ROLE_DEVICE; role <= ROLE_LEAD; role++)
        if (strcmp(role_names[role], name) == 0)
            return role;
    return -1;
}

enum status message_decode(struct arena *arena, const ProtobufCMessageDescriptor *descriptor, const void *data, size_t bytes,
                           ProtobufCMessage **out, struct err *err)
{
    enum status s = wire_check(descriptor, data, bytes, err);
    return s ? s : wire_unpack(arena, descriptor, data, bytes, out, err);
}
