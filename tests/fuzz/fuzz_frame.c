/* SPDX-License-Identifier: Apache-2.0
 *
 * What a peer may send to a session, frame by frame, with lanes that answer at once, later or not at all. Every request taken is
 * answered exactly once and in order, with a whole frame that a client can read; nothing leaks when the peer goes. The first byte
 * says who the peer is and how the lanes behave. */
#include <stdlib.h>
#include <string.h>

#include "client/transport/exchange.h"
#include "server/session/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum first_byte { CERTIFIED = 1, OPERATOR = 2, ANSWER_LATE = 4, LANES_FULL = 8, REFUSE = 16, LEAVE = 32 };

struct world {
    unsigned how;
    struct request *late;
    struct request *completed;
    unsigned n_answers;
    struct arena arena;
};

static void expect(bool holds)
{
    if (!holds)
        abort();
}

static void answer(struct world *w, struct request *request)
{
    struct err err;
    if (w->how & REFUSE) {
        (void)err_reason(&err, REASON_REVOKED, NULL);
        request_fail(request, &err);
    } else {
        ProtobufCMessage *reply = arena_alloc(&request->arena, request->message->reply->sizeof_message);
        request->message->reply->message_init(reply);
        request_reply(request, reply);
    }
    request->done(request);
}

static bool submit(void *context, struct request *request)
{
    struct world *w = context;
    if (w->how & LANES_FULL)
        return false;
    if (w->how & ANSWER_LATE) {
        request->next = w->late;
        w->late = request;
    } else {
        answer(w, request);
    }
    return true;
}

static void completed(void *context, struct request *request)
{
    struct world *w = context;
    request->next = w->completed;
    w->completed = request;
}

static void complete_all(struct world *w)
{
    while (w->late) {
        struct request *request = w->late;
        w->late = request->next;
        answer(w, request);
    }
    while (w->completed) {
        struct request *request = w->completed;
        w->completed = request->next;
        session_complete(request);
    }
}

/* Every frame that goes out is read as a client would. */
static void send_frame(void *connection, const void *data, size_t bytes)
{
    struct world *w = connection;
    struct err err;
    ProtobufCMessage *reply;
    expect(bytes >= FRAME_HEADER_BYTES);
    struct frame header = frame_decode(data);
    expect(header.body_bytes == bytes - FRAME_HEADER_BYTES);
    expect(header.request == w->n_answers++);
    const void *body = (const uint8_t *)data + FRAME_HEADER_BYTES;
    const struct message *message = message_find(header.type);
    if (message) {
        enum status s = exchange_read_reply(message, header.request, &header, body, &w->arena, &reply, &err);
        expect(header.flags & FRAME_FAILURE ? s != STATUS_OK && err.reason : s == STATUS_OK);
    }
}

static void progress(void *connection)
{
    (void)connection;
}

/* Reads as a connection does; returns the number of requests that want an answer. The request ids are made to count up. */
static uint32_t feed(struct world *w, struct session *session, const uint8_t *data, size_t size)
{
    uint32_t n = 0;
    while (size >= FRAME_HEADER_BYTES && session_state(session) != SESSION_CLOSING) {
        struct frame header = frame_decode(data);
        header.request = n;
        data += FRAME_HEADER_BYTES;
        size -= FRAME_HEADER_BYTES;
        if (session_is_full(session))
            complete_all(w);
        expect(!session_is_full(session));
        enum session_verdict verdict = session_admit(session, &header);
        n++;
        if (verdict == SESSION_CLOSE)
            break;
        if (verdict == SESSION_TAKE && size < header.body_bytes) {
            n--;
            break;
        }
        if (verdict == SESSION_TAKE)
            (void)session_take(session, &header, data);
        size_t taken = size < header.body_bytes ? size : header.body_bytes;
        data += taken;
        size -= taken;
        if (!(w->how & ANSWER_LATE))
            complete_all(w);
    }
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct world w = {.how = size ? data[0] : 0};
    const struct session_shared shared = {.lanes = {.submit = submit, .context = &w}, .completed = completed, .context = &w};
    const struct session_edge edge = {.send = send_frame, .progress = progress, .connection = &w};
    const struct peer peer = {.certified = w.how & CERTIFIED, .operator_socket = w.how & OPERATOR, .name = "fuzz"};
    arena_init(&w.arena, 0);
    struct session *session = session_new(&shared, &edge, &peer);
    uint32_t n = size ? feed(&w, session, data + 1, size - 1) : 0;
    if (w.how & LEAVE) {
        session_free(session);
        complete_all(&w);
    } else {
        complete_all(&w);
        expect(w.n_answers == n && session_is_idle(session));
        session_free(session);
    }
    arena_done(&w.arena);
    return 0;
}
