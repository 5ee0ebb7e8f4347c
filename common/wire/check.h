/* SPDX-License-Identifier: Apache-2.0
 *
 * What is looked at before protobuf-c may unpack a peer's bytes: an iterative walk along the descriptor. protobuf-c 1.4.1 itself
 * has no depth limit, lets 64 KiB of empty sub-messages grow to 4.4 MB, and takes invalid UTF-8 and NUL in strings. */
#ifndef COMMON_WIRE_CHECK_H
#define COMMON_WIRE_CHECK_H

#include <protobuf-c/protobuf-c.h>

#include "common/base/arena.h"
#include "common/base/err.h"

#define CHECK_DEPTH_MAX 8u
#define CHECK_FIELDS_MAX 2000000u                  /* tags and packed numbers in one message, nested ones included */
#define CHECK_MEMORY_BYTES_MAX ((size_t)256 << 20) /* what unpacking may take, whatever the arena's budget */

/* OK when the bytes are a well-formed message of the descriptor: tags and lengths inside, wire types that fit, UTF-8 without NUL,
 * singular fields once, depth, counts and memory within the limits. Unknown fields are checked for form only. PROTOCOL with reason
 * MALFORMED otherwise. */
enum status wire_check(const ProtobufCMessageDescriptor *descriptor, const void *data, size_t bytes, struct err *err) MUST_CHECK;
/* After a check: unpacks with every allocation zeroed and from arena, within its budget. NO_MEMORY when it is spent. */
enum status wire_unpack(struct arena *arena, const ProtobufCMessageDescriptor *descriptor, const void *data, size_t bytes,
                        ProtobufCMessage **out, struct err *err) MUST_CHECK;

#endif
