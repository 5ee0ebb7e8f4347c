/* SPDX-License-Identifier: Apache-2.0
 *
 * Frames: u32 length of the body | u16 type | u16 flags | u32 request id, big-endian, then the body. Used by both ends; the decoder
 * is incremental and buffers nothing itself. */
#ifndef COMMON_WIRE_FRAME_H
#define COMMON_WIRE_FRAME_H

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/buf.h"

#define FRAME_HEADER_BYTES 12u

enum frame_flag {
    FRAME_REPLY = 1,   /* from the server; type is the request's */
    FRAME_FAILURE = 2, /* the body is a Failure */
    FRAME_LAST = 4,    /* the sender of this reply closes the connection after it */
};

struct frame {
    uint32_t body_bytes;
    uint16_t type, flags;
    uint32_t request;
};

/* data holds at least FRAME_HEADER_BYTES. */
struct frame frame_decode(const void *data);
void frame_encode(const struct frame *frame, uint8_t out[FRAME_HEADER_BYTES]);
/* Appends header and packed message. */
void frame_put(struct buf *out, uint16_t type, uint16_t flags, uint32_t request, const ProtobufCMessage *message);

#endif
