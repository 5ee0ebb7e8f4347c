/* SPDX-License-Identifier: Apache-2.0
 *
 * The files by which a school without a network syncs: a question, which the client exports, and its answer. A file is
 *   "LXBUNDLE" | version u8 | 'Q' or 'A' | parts u16 | the district's key 32 | device 16 (zero in a question) |
 *   each part: length u32, sealed bytes (box.h)
 * in big-endian. What is before the parts only serves to say at once what a file is: inside it is said again. */
#ifndef COMMON_WIRE_BUNDLE_H
#define COMMON_WIRE_BUNDLE_H

#include "common/base/sha256.h"
#include "common/base/uuid.h"
#include "common/wire/box.h"
#include "common/wire/message.h"

#define BUNDLE_VERSION 1u
#define BUNDLE_PARTS_MAX 64u
#define BUNDLE_QUESTION_BYTES ((size_t)15 << 20)      /* what is sealed in a question; the file fits into one message */
#define BUNDLE_QUESTION_FILE_BYTES ((size_t)16 << 20) /* less a message's few bytes */
#define BUNDLE_PART_BYTES ((size_t)2 << 20)           /* a part of an answer is ended once it is as long */
#define BUNDLE_ANSWER_BYTES ((size_t)64 << 20)        /* an answer is ended once it is as long; the rest comes with the next one */
#define BUNDLE_FILE_BYTES ((size_t)96 << 20)          /* what is read as an answer */
#define BUNDLE_EXCHANGE_BYTES 64u                     /* of an exchange beside its request and reply, about */
#define BUNDLE_PUSHES_MAX 1000u                       /* in one question */
#define BUNDLE_SIGNED_FOR "lianxin bundle 1"          /* what comes before the signed bytes */

enum bundle_kind { BUNDLE_QUESTION = 'Q', BUNDLE_ANSWER = 'A' };

struct bundle {
    enum bundle_kind kind;
    struct box_public district; /* what its bundles are sealed for */
    struct uuid device;
    size_t n_parts;
    struct bundle_part {
        const void *data; /* borrowed from the file */
        size_t bytes;
    } parts[BUNDLE_PARTS_MAX];
};

/* Appends the whole file. */
enum status bundle_write(const struct bundle *bundle, struct buf *out, struct err *err) MUST_CHECK;
/* BUNDLE_UNREADABLE when it is no whole file of this version; BUNDLE_QUESTION or BUNDLE_ANSWER when it is the other kind;
 * BUNDLE_DISTRICT when it is of another district. */
enum status bundle_read(const void *data, size_t bytes, enum bundle_kind kind, const struct box_public *district,
                        struct bundle *out, struct err *err) MUST_CHECK;
/* What a request is known by in an answer: SHA-256 of it encoded, of a push without held_rev, which grows while the question is on
 * its way. */
struct sha256 bundle_digest(struct arena *arena, const ProtobufCMessage *request);
/* The district in the header of a file; false when it is too short. */
bool bundle_find_district(const void *data, size_t bytes, struct box_public *out);

#endif
