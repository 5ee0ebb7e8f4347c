/* SPDX-License-Identifier: Apache-2.0 */
#include "server/session/session.h"

#include <stdio.h>
#include <stdlib.h>

#define SKIPPED_BYTES_MAX                                                                                                          \
    ((uint32_t)64 << 10) /* a refused body is read past up to this size; beyond it the connection is closed                        \
                          */
#define NUMBER_TEXT_BYTES 24

/* One request's place in the order of the answers. */
struct slot {
    const struct request *request; /* at a lane; NULL once answered */
    struct buf frame;              /* the answer, once there is one */
    size_t body_bytes;
};

struct session {
    const struct session_shared *shared;
    struct session_edge edge;
    struct peer peer;
    enum session_state state;
    struct slot slots[SESSION_IN_FLIGHT_MAX]; /* a ring, oldest at first */
    unsigned first, n_slots;
    unsigned n_at_lanes;
    size_t body_bytes; /* of the slots */
    size_t greeting_bytes;
    bool orphan; /* the connection is gone */
};

struct session *session_new(const struct session_shared *shared, const struct session_edge *edge, const struct peer *peer)
{
    struct session *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->shared = shared;
    s->edge = *edge;
    s->peer = *peer;
    s->state = peer->operator_socket ? SESSION_ENROLLED : SESSION_NEW;
    return s;
}

static struct slot *slot_at(struct session *s, unsigned i)
{
    return &s->slots[(s->first + i) % SESSION_IN_FLIGHT_MAX];
}

static struct slot *slot_add(struct session *s, size_t body_bytes)
{
    struct slot *slot = slot_at(s, s->n_slots++);
    *slot = (struct slot){.body_bytes = body_bytes};
    s->body_bytes += body_bytes;
    return slot;
}

void session_free(struct session *session)
{
    if (!session)
        return;
    while (session->n_slots)
        buf_done(&slot_at(session, --session->n_slots)->frame);
    session->orphan = true;
    if (!session->n_at_lanes)
        free(session);
}

enum session_state session_state(const struct session *session)
{
    return session->state;
}

bool session_is_full(const struct session *session)
{
    return session->n_slots == SESSION_IN_FLIGHT_MAX || session->body_bytes > SESSION_IN_FLIGHT_BYTES;
}

bool session_is_idle(const struct session *session)
{
    return session->n_slots == 0;
}

void session_close(struct session *session)
{
    session->state = SESSION_CLOSING;
}

/* Sends every answer whose turn has come; true when there was one. */
static bool flush(struct session *s)
{
    bool sent = false;
    while (s->n_slots && !slot_at(s, 0)->request) {
        struct slot *slot = slot_at(s, 0);
        s->edge.send(s->edge.connection, slot->frame.data, slot->frame.len_bytes);
        buf_done(&slot->frame);
        s->body_bytes -= slot->body_bytes;
        s->first = (s->first + 1) % SESSION_IN_FLIGHT_MAX;
        s->n_slots--;
        sent = true;
    }
    return sent;
}

static void log_refusal(const struct session *s, const char *event, uint16_t type, const struct err *err)
{
    const struct message *message = message_find(type);
    char number[NUMBER_TEXT_BYTES];
    if (s->shared->refusals && !log_limit_admit(s->shared->refusals, s->shared->log))
        return;
    snprintf(number, sizeof number, "%u", (unsigned)type);
    log_event(s->shared->log, LOG_WARN, event, "peer", s->peer.name, "message", message ? message->name : number, "status",
              status_name(err->status), "reason", err->text, NULL);
}

/* Answers header with a failure and logs it. */
static enum session_verdict refuse(struct session *s, const struct frame *header, const struct err *err,
                                   enum session_verdict verdict)
{
    struct slot *slot = slot_add(s, 0);
    message_put_failure(&slot->frame, header->type, header->request, err);
    log_refusal(s, "request.refused", header->type, err);
    if (verdict == SESSION_CLOSE && !slot->frame.failed) {
        struct frame last = frame_decode(slot->frame.data);
        last.flags |= FRAME_LAST;
        frame_encode(&last, (uint8_t *)slot->frame.data);
    }
    flush(s);
    if (verdict == SESSION_CLOSE)
        session_close(s);
    return verdict;
}

/* Past a short body the conversation can go on; a peer that is not enrolled has nothing to go on with. */
static enum session_verdict refuse_body(struct session *s, const struct frame *header, const struct err *err)
{
    bool go_on = s->state == SESSION_ENROLLED && header->body_bytes <= SKIPPED_BYTES_MAX;
    return refuse(s, header, err, go_on ? SESSION_SKIP : SESSION_CLOSE);
}

static void fill_too_large(struct err *err, const char *what, uint32_t bytes, size_t limit_bytes)
{
    char is[NUMBER_TEXT_BYTES], most[NUMBER_TEXT_BYTES];
    snprintf(is, sizeof is, "%u", (unsigned)bytes);
    snprintf(most, sizeof most, "%zu", limit_bytes);
    (void)err_reason(err, REASON_TOO_LARGE, what, is, most, NULL);
}

/* The state table: OK when message may be asked now by this peer. */
static enum status check_state(const struct session *s, const struct message *message, struct err *err)
{
    if (message->role == ROLE_ANYONE)
        return STATUS_OK;
    if (!s->peer.operator_socket && !s->peer.certified)
        return err_reason(err, REASON_NOT_ENROLLED, NULL);
    if (message->role == ROLE_OPERATOR && !s->peer.operator_socket)
        return err_reason(err, REASON_ROLE, message->name, role_name(ROLE_OPERATOR), NULL);
    if (s->state != SESSION_ENROLLED)
        return err_reason(err, REASON_MALFORMED, "a hello must be answered before anything else is asked", NULL);
    return STATUS_OK;
}

enum session_verdict session_admit(struct session *session, const struct frame *header)
{
    struct err err;
    const struct message *message = message_find(header->type);
    if (session->state == SESSION_CLOSING)
        return SESSION_CLOSE;
    if (header->flags) {
        (void)err_reason(&err, REASON_MALFORMED, "a request frame has no flags", NULL);
        return refuse(session, header, &err, SESSION_CLOSE);
    }
    if (!message) {
        (void)err_reason(&err, REASON_MALFORMED, "there is no such message", NULL);
        return refuse_body(session, header, &err);
    }
    if (check_state(session, message, &err) != STATUS_OK)
        return refuse_body(session, header, &err);
    if (header->body_bytes > message->request_bytes) {
        fill_too_large(&err, message->name, header->body_bytes, message->request_bytes);
        return refuse_body(session, header, &err);
    }
    session->greeting_bytes += session->state == SESSION_ENROLLED ? 0 : FRAME_HEADER_BYTES + header->body_bytes;
    if (session->greeting_bytes > SESSION_GREETING_BYTES) {
        fill_too_large(&err, "what was sent before joining", (uint32_t)session->greeting_bytes, SESSION_GREETING_BYTES);
        return refuse(session, header, &err, SESSION_CLOSE);
    }
    return SESSION_TAKE;
}

static enum status check_version(const struct request *request, struct err *err)
{
    if (request->message->number != MESSAGE_hello)
        return STATUS_OK;
    const Lianxin__HelloRequest *hello = (const Lianxin__HelloRequest *)request->body;
    if (message_agree_version(hello->version_min, hello->version_max))
        return STATUS_OK;
    char ours[2 * NUMBER_TEXT_BYTES], theirs[2 * NUMBER_TEXT_BYTES];
    snprintf(ours, sizeof ours, "%u-%u", PROTOCOL_VERSION_MIN, PROTOCOL_VERSION);
    snprintf(theirs, sizeof theirs, "%u-%u", (unsigned)hello->version_min, (unsigned)hello->version_max);
    return err_reason(err, REASON_VERSION, ours, theirs, NULL);
}

/* Called by a lane, in its thread: touches nothing that changes after session_new(). */
static void request_is_done(struct request *request)
{
    const struct session *s = request->owner;
    s->shared->completed(s->shared->context, request);
}

enum session_verdict session_take(struct session *session, const struct frame *header, const void *body)
{
    struct err err;
    struct request *request = request_new(message_find(header->type), header->request, &session->peer);
    if (!request) {
        (void)err_reason(&err, REASON_BUSY, NULL);
        return refuse(session, header, &err, SESSION_TAKE);
    }
    enum status s = message_decode(&request->arena, request->message->request, body, header->body_bytes, &request->body, &err);
    s = s ? s : check_version(request, &err);
    if (s) {
        request_free(request);
        return refuse(session, header, &err, s == STATUS_PROTOCOL ? SESSION_CLOSE : SESSION_TAKE);
    }
    request->owner = session;
    request->done = request_is_done;
    /* Everything is in place before the request is let go: it may come back from another thread at once. */
    struct slot *slot = slot_add(session, header->body_bytes);
    slot->request = request;
    session->n_at_lanes++;
    if (session->shared->lanes.submit(session->shared->lanes.context, request))
        return SESSION_TAKE;
    session->n_at_lanes--;
    slot->request = NULL;
    (void)err_reason(&err, REASON_BUSY, NULL);
    message_put_failure(&slot->frame, header->type, header->request, &err);
    log_refusal(session, "request.refused", header->type, &err);
    request_free(request);
    flush(session);
    return SESSION_TAKE;
}

/* What the answer means for the state, and for the log. */
static void note_answer(struct session *s, const struct request *request, const struct buf *answer)
{
    struct frame header = frame_decode(answer->data);
    struct err err;
    if (header.flags & FRAME_FAILURE) {
        if (message_read_failure(answer->data + FRAME_HEADER_BYTES, answer->len_bytes - FRAME_HEADER_BYTES, &err) != STATUS_OK)
            log_refusal(s, "request.failed", header.type, &err);
    } else if (request->message->number == MESSAGE_hello && s->state < SESSION_CLOSING) {
        s->state = s->peer.certified || s->peer.operator_socket ? SESSION_ENROLLED : SESSION_GREETED;
        log_event(s->shared->log, LOG_DEBUG, "conn.greeted", "peer", s->peer.name, NULL);
    }
}

void session_complete(struct request *request)
{
    struct session *s = request->owner;
    s->n_at_lanes--;
    if (s->orphan) {
        request_free(request);
        if (!s->n_at_lanes)
            free(s);
        return;
    }
    unsigned i = 0;
    while (slot_at(s, i)->request != request)
        i++;
    struct slot *slot = slot_at(s, i);
    if (request->frame.failed || request->frame.len_bytes < FRAME_HEADER_BYTES ||
        request->frame.len_bytes > FRAME_HEADER_BYTES + MESSAGE_REPLY_BYTES) {
        struct err err;
        (void)err_reason(&err, REASON_INTERNAL, "the answer is larger than an answer may be", NULL);
        message_put_failure(&slot->frame, request->message->number, request->id, &err);
    } else {
        slot->frame = request->frame;
        buf_init(&request->frame, 0);
    }
    slot->request = NULL;
    if (slot->frame.len_bytes)
        note_answer(s, request, &slot->frame);
    request_free(request);
    if (flush(s))
        s->edge.progress(s->edge.connection);
}
