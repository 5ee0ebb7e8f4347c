/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of exchanges, expanded from proto/message.def. */
#ifndef COMMON_WIRE_MESSAGE_H
#define COMMON_WIRE_MESSAGE_H

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/role.h"
#include "proto/wire.pb-c.h"

enum message_lane { MESSAGE_LANE_NONE, MESSAGE_LANE_READ, MESSAGE_LANE_WRITE };

enum message_number {
#define MSG(number, name, Name, role, request_bytes, lane) MESSAGE_##name = number,
#include "proto/message.def"
#undef MSG
};

struct message {
    uint16_t number;
    const char *name;
    enum role role;
    uint32_t request_bytes; /* the largest request body */
    enum message_lane lane;
    const ProtobufCMessageDescriptor *request, *reply;
};

#define MESSAGE_REPLY_BYTES ((uint32_t)16 << 20) /* the largest reply body */

/* NULL for a number that is not in the list. */
const struct message *message_find(uint16_t number);

/* Walks (common/wire/check.h) and unpacks a body within arena's budget. PROTOCOL with reason MALFORMED; NO_MEMORY. */
enum status message_decode(struct arena *arena, const ProtobufCMessageDescriptor *descriptor, const void *data, size_t bytes,
                           ProtobufCMessage **out, struct err *err) MUST_CHECK;

#endif
