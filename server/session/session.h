/* SPDX-License-Identifier: Apache-2.0
 *
 * One connection's conversation, without its socket: which message may come in which state and how large, who is asking, what is in
 * flight, and which frames go back, in the order of the requests. Everything here runs on the I/O thread; only request->done is
 * called from a lane's. */
#ifndef SERVER_SESSION_SESSION_H
#define SERVER_SESSION_SESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/log.h"
#include "common/wire/frame.h"
#include "server/lane/request.h"

#define SESSION_IN_FLIGHT_MAX 16u                  /* requests taken and not yet answered */
#define SESSION_IN_FLIGHT_BYTES ((size_t)16 << 20) /* and their bodies together; one may always be in flight */
#define SESSION_GREETING_BYTES ((size_t)32 << 10)  /* what a connection may send before it is authenticated */

enum session_state {
    SESSION_NEW,      /* Hello and Enrol */
    SESSION_GREETED,  /* a version is agreed, but nobody is known: Hello and Enrol */
    SESSION_ENROLLED, /* a certificate of ours and a Hello that was answered, or the control socket: what the role allows */
    SESSION_CLOSING,  /* what was taken is answered, nothing more is taken */
};

/* What to do with a frame whose header is there. */
enum session_verdict {
    SESSION_TAKE,  /* collect the body, then session_take() */
    SESSION_SKIP,  /* refused and answered: throw the body away as it comes */
    SESSION_CLOSE, /* refused and answered; the connection is closed once the output is flushed */
};

/* Where requests go. submit() takes the request over and has request->done called once, from any thread, before it returns or
 * later; false: the lane is full, the request stays the caller's. */
struct session_lanes {
    bool (*submit)(void *context, struct request *request);
    void *context;
};

/* What all sessions of a server share; outlives them and every request. */
struct session_shared {
    struct session_lanes lanes;
    const struct log *log;
    struct log_limit *refusals; /* for lines about refusals; NULL: no limit */
    /* From a lane's thread: passes an answered request to the I/O thread, which calls session_complete(). */
    void (*completed)(void *context, struct request *request);
    void *context;
};

/* The connection's side. */
struct session_edge {
    void (*send)(void *connection, const void *frame, size_t bytes);
    /* Answers went out: look again whether to read on or to close. The last thing a session does, so it may be freed in here. */
    void (*progress)(void *connection);
    void *connection;
};

struct session;

/* Copies peer. NULL without memory. */
struct session *session_new(const struct session_shared *shared, const struct session_edge *edge, const struct peer *peer);
/* The connection is gone. Requests in flight are carried out, their answers dropped; the memory goes with the last of them. */
void session_free(struct session *session);

/* Looks at a header before anything of its body is kept; only while the session is not full. Refusals are answered and logged here.
 */
enum session_verdict session_admit(struct session *session, const struct frame *header);
/* A body that session_admit() told to take, header->body_bytes long. */
enum session_verdict session_take(struct session *session, const struct frame *header, const void *body);
/* An answered request comes back to the I/O thread. */
void session_complete(struct request *request);
/* Takes nothing more. */
void session_close(struct session *session);

enum session_state session_state(const struct session *session);
bool session_is_full(const struct session *session); /* read nothing more until session_edge.progress */
bool session_is_idle(const struct session *session); /* nothing in flight */

#endif
