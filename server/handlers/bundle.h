/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside the handler of bundles: carrying out what a question holds. */
#ifndef SERVER_HANDLERS_BUNDLE_H
#define SERVER_HANDLERS_BUNDLE_H

#include "server/handlers/handler.h"

struct taking {
    struct work *work;
    struct proof proof;
    struct caller caller; /* the device */
    const Lianxin__BundleQuestion *question;
    Lianxin__BundleReply *reply;
    Lianxin__BundleCursor *next; /* where the part before ended; then, where this one does */
    Lianxin__BundleAnswer answer;
    size_t room, bytes;
    uint32_t met; /* the stream that was looked at last, and whether it may be pushed to */
    bool may;
};

/* Carries out the exchanges from *next on, until the part is long enough; fills the answer and moves *next. */
enum status bundle_run(struct taking *taking, struct err *err) MUST_CHECK;
/* Encoded, in arena. */
ProtobufCBinaryData bundle_pack(struct arena *arena, const ProtobufCMessage *message);

#endif
