/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of exchanges, expanded from proto/message.def. */
#ifndef COMMON_WIRE_MESSAGE_H
#define COMMON_WIRE_MESSAGE_H

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/err.h"
#include "common/base/role.h"
#include "proto/wire.pb-c.h"

enum message_lane { MESSAGE_LANE_READ, MESSAGE_LANE_WRITE, MESSAGE_LANE_MEMORY };

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

#define PROTOCOL_VERSION 1u
#define PROTOCOL_VERSION_MIN 1u /* the oldest still spoken: one before, once there is one */

/* The highest version both ends speak, given the range the other one offers in Hello; 0 when there is none. */
uint32_t message_agree_version(uint32_t version_min, uint32_t version_max);

/* Walks (common/wire/check.h) and unpacks a body within arena's budget. PROTOCOL with reason MALFORMED; NO_MEMORY. */
enum status message_decode(struct arena *arena, const ProtobufCMessageDescriptor *descriptor, const void *data, size_t bytes,
                           ProtobufCMessage **out, struct err *err) MUST_CHECK;

/* Appends a whole frame that answers request with a Failure made from err. */
void message_put_failure(struct buf *out, uint16_t number, uint32_t request, const struct err *err);
/* Reads the body of such a frame into *err and returns its status, never OK; PROTOCOL when the body is no Failure. A reason this
 * build does not know becomes REASON_NONE with the sender's text. */
enum status message_read_failure(const void *data, size_t bytes, struct err *err) MUST_CHECK;

/* protobuf-c's, as linked. */
const char *message_library_version(void);

#endif
