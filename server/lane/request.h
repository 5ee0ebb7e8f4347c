/* SPDX-License-Identifier: Apache-2.0
 *
 * What travels between the I/O thread and a lane. The session makes a request from a frame and gives it to a lane; the lane fills
 * the reply frame and hands it back through done(). Between the two the request belongs to the lane alone. */
#ifndef SERVER_LANE_REQUEST_H
#define SERVER_LANE_REQUEST_H

#include <stdbool.h>

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/sha256.h"
#include "common/wire/message.h"

#define REQUEST_ARENA_BYTES ((size_t)64 << 20)

/* Who is asking, as the connection proved it. The device behind key_hash is looked up by the lane, at every request. */
struct peer {
    bool operator_socket;   /* the control socket, with the owner's credentials */
    bool certified;         /* a client certificate of our CA was shown */
    struct sha256 key_hash; /* SHA-256 of the certificate's SubjectPublicKeyInfo */
    char name[64];          /* address for the log */
};

struct request {
    struct request *next; /* for queues */
    const struct message *message;
    uint32_t id; /* of the frame */
    struct peer peer;
    struct arena arena; /* holds body and everything the handler makes */
    ProtobufCMessage *body;
    struct buf frame;                      /* the whole reply frame, set by the lane */
    void (*done)(struct request *request); /* called once, from the lane's thread, after the outcome is durable */
    void *owner;                           /* the session's */
};

/* NULL without memory. The body must be decoded into request->arena by the caller. */
struct request *request_new(const struct message *message, uint32_t id, const struct peer *peer);
void request_free(struct request *request);
/* Sets the frame to a Failure made from err. */
void request_fail(struct request *request, const struct err *err);
/* Sets the frame to a reply, or to a Failure when it would pass MESSAGE_REPLY_BYTES. */
void request_reply(struct request *request, const ProtobufCMessage *reply);

#endif
