/* SPDX-License-Identifier: Apache-2.0
 *
 * Every message × who asks × in which state, decided on the header alone; and the order of the answers. Without sockets. */
#include <stdlib.h>
#include <string.h>

#include "server/session/session.h"
#include "tests/harness/test.h"

#define REQUESTS_MAX 64u

struct world {
    struct session_shared shared;
    struct session *session;
    struct request *at_lane[REQUESTS_MAX];
    unsigned n_at_lane, n_progress;
    struct buf out;
    char log[16384];
    struct log log_to;
};

static bool submit(void *context, struct request *request)
{
    struct world *w = context;
    assert_true(w->n_at_lane < REQUESTS_MAX);
    w->at_lane[w->n_at_lane++] = request;
    return true;
}

static void complete(void *context, struct request *request)
{
    (void)context;
    session_complete(request); /* the lane is on this thread */
}

static void send_frame(void *connection, const void *frame, size_t bytes)
{
    struct world *w = connection;
    buf_put(&w->out, frame, bytes);
}

static void note_progress(void *connection)
{
    struct world *w = connection;
    w->n_progress++;
}

static void write_log(void *context, const char *line, size_t bytes)
{
    struct world *w = context;
    size_t used = strlen(w->log), room = sizeof w->log - used - 1;
    memcpy(w->log + used, line, bytes < room ? bytes : room);
}

static int64_t zero(void *context)
{
    (void)context;
    return 0;
}

enum who { NOBODY, DEVICE, OPERATOR };

static void begin(struct world *w, enum who who)
{
    *w =
        (struct world){.log_to = {.write = write_log, .context = w, .level = LOG_INFO, .clock = {.now_ms = zero, .mono_ms = zero}}};
    w->shared =
        (struct session_shared){.lanes = {.submit = submit, .context = w}, .log = &w->log_to, .completed = complete, .context = w};
    const struct session_edge edge = {.send = send_frame, .progress = note_progress, .connection = w};
    const struct peer peer = {.certified = who == DEVICE, .operator_socket = who == OPERATOR, .name = "test"};
    buf_init(&w->out, 0);
    w->session = session_new(&w->shared, &edge, &peer);
    assert_non_null(w->session);
}

static void end(struct world *w)
{
    session_free(w->session);
    buf_done(&w->out);
}

static enum session_verdict admit(struct world *w, uint16_t type, uint32_t body_bytes)
{
    const struct frame header = {.body_bytes = body_bytes, .type = type};
    return session_admit(w->session, &header);
}

static void take(struct world *w, enum message_number number, uint32_t request, const ProtobufCMessage *message)
{
    struct buf frame;
    buf_init(&frame, 0);
    frame_put(&frame, (uint16_t)number, 0, request, message);
    struct frame header = frame_decode(frame.data);
    assert_int_equal(session_admit(w->session, &header), SESSION_TAKE);
    (void)session_take(w->session, &header, frame.data + FRAME_HEADER_BYTES);
    buf_done(&frame);
}

/* The oldest (or any) request at the lane is answered. */
static void answer(struct world *w, unsigned i, const struct err *failure)
{
    struct request *request = w->at_lane[i];
    memmove(&w->at_lane[i], &w->at_lane[i + 1], (--w->n_at_lane - i) * sizeof w->at_lane[0]);
    if (failure) {
        request_fail(request, failure);
    } else {
        ProtobufCMessage *reply = arena_alloc(&request->arena, request->message->reply->sizeof_message);
        request->message->reply->message_init(reply);
        request_reply(request, reply);
    }
    request->done(request);
}

static void take_hello(struct world *w, uint32_t request)
{
    Lianxin__HelloRequest hello = LIANXIN__HELLO_REQUEST__INIT;
    hello.has_version_min = hello.has_version_max = true;
    hello.version_min = PROTOCOL_VERSION_MIN;
    hello.version_max = PROTOCOL_VERSION;
    take(w, MESSAGE_hello, request, &hello.base);
}

static void take_pull(struct world *w, uint32_t request)
{
    Lianxin__PullRequest pull = LIANXIN__PULL_REQUEST__INIT;
    take(w, MESSAGE_pull, request, &pull.base);
}

static void greet(struct world *w)
{
    take_hello(w, 0);
    answer(w, 0, NULL);
    buf_reset(&w->out);
    w->n_progress = 0;
}

/* What the specification says about a header whose size is allowed. */
static enum session_verdict expected(const struct message *message, enum who who, bool after_hello)
{
    if (message->role == ROLE_ANYONE || who == OPERATOR)
        return SESSION_TAKE;
    if (who == NOBODY || !after_hello)
        return SESSION_CLOSE;
    return message->role == ROLE_OPERATOR ? SESSION_SKIP : SESSION_TAKE;
}

static void every_message_by_everybody_in_every_state(void **state)
{
    (void)state;
    for (uint16_t number = 1; number < 200; number++) {
        const struct message *message = message_find(number);
        for (int who = NOBODY; message && who <= OPERATOR; who++)
            for (int after_hello = 0; after_hello <= 1; after_hello++) {
                struct world w;
                begin(&w, (enum who)who);
                if (after_hello)
                    greet(&w);
                enum session_verdict want = expected(message, (enum who)who, after_hello), got = admit(&w, number, 0);
                if (got != want)
                    fail_msg("%s by %d, after hello %d: %d instead of %d", message->name, who, after_hello, got, want);
                assert_int_equal(w.out.len_bytes > 0, want != SESSION_TAKE); /* refused is answered */
                assert_int_equal(strstr(w.log, "request.refused") != NULL, want != SESSION_TAKE);
                end(&w);
            }
    }
}

static void every_limit_is_kept_to_the_byte(void **state)
{
    (void)state;
    for (uint16_t number = 1; number < 200; number++) {
        const struct message *message = message_find(number);
        if (!message)
            continue;
        struct world w;
        begin(&w, OPERATOR);
        assert_int_equal(admit(&w, number, message->request_bytes), SESSION_TAKE);
        assert_int_equal(w.out.len_bytes, 0);
        assert_int_equal(admit(&w, number, message->request_bytes + 1),
                         message->request_bytes < 65536 ? SESSION_SKIP : SESSION_CLOSE);
        assert_non_null(strstr(w.log, "TOO_LARGE"));
        end(&w);
    }
}

static void a_hello_that_is_refused_enrols_nobody(void **state)
{
    (void)state;
    struct world w;
    struct err err;
    begin(&w, DEVICE);
    take_hello(&w, 1);
    (void)err_reason(&err, REASON_REVOKED, NULL);
    answer(&w, 0, &err);
    assert_int_equal(session_state(w.session), SESSION_NEW);
    assert_non_null(strstr(w.log, "request.failed peer=test message=hello status=DENIED"));
    assert_int_equal(admit(&w, MESSAGE_pull, 0), SESSION_CLOSE);
    assert_int_equal(session_state(w.session), SESSION_CLOSING);
    assert_int_equal(admit(&w, MESSAGE_hello, 0), SESSION_CLOSE); /* nothing more is looked at */
    end(&w);
}

static void versions_that_do_not_meet_are_refused_before_any_lane(void **state)
{
    (void)state;
    struct world w;
    struct err err;
    Lianxin__HelloRequest hello = LIANXIN__HELLO_REQUEST__INIT;
    hello.has_version_min = hello.has_version_max = true;
    hello.version_min = hello.version_max = PROTOCOL_VERSION + 1;
    begin(&w, DEVICE);
    take(&w, MESSAGE_hello, 4, &hello.base);
    assert_int_equal(w.n_at_lane, 0);
    struct frame header = frame_decode(w.out.data);
    assert_int_equal(header.request, 4);
    assert_int_equal(header.flags, FRAME_REPLY | FRAME_FAILURE | FRAME_LAST);
    assert_int_equal(message_read_failure(w.out.data + FRAME_HEADER_BYTES, header.body_bytes, &err), STATUS_PROTOCOL);
    assert_int_equal(err.reason, REASON_VERSION);
    end(&w);
}

static void answers_go_out_in_the_order_of_the_requests(void **state)
{
    (void)state;
    struct world w;
    begin(&w, DEVICE);
    greet(&w);
    for (uint32_t i = 1; i <= 3; i++)
        take_pull(&w, i);
    answer(&w, 2, NULL);
    answer(&w, 1, NULL);
    assert_int_equal(w.out.len_bytes, 0);
    assert_int_equal(w.n_progress, 0);
    answer(&w, 0, NULL);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(frame_decode(w.out.data + i * FRAME_HEADER_BYTES).request, i + 1);
    assert_int_equal(w.n_progress, 1);
    assert_true(session_is_idle(w.session));
    end(&w);
}

static void a_refusal_waits_for_the_answers_before_it(void **state)
{
    (void)state;
    struct world w;
    begin(&w, DEVICE);
    greet(&w);
    take_pull(&w, 1);
    assert_int_equal(admit(&w, 999, 10), SESSION_SKIP);
    assert_int_equal(w.out.len_bytes, 0);
    answer(&w, 0, NULL);
    assert_int_equal(frame_decode(w.out.data).type, MESSAGE_pull);
    assert_int_equal(frame_decode(w.out.data + FRAME_HEADER_BYTES).type, 999);
    end(&w);
}

static void a_session_is_full_by_number_and_by_size(void **state)
{
    (void)state;
    struct world w;
    begin(&w, DEVICE);
    greet(&w);
    for (unsigned i = 0; i < SESSION_IN_FLIGHT_MAX; i++) {
        assert_false(session_is_full(w.session));
        take_pull(&w, i);
    }
    assert_true(session_is_full(w.session));
    answer(&w, 0, NULL);
    assert_false(session_is_full(w.session));
    while (w.n_at_lane)
        answer(&w, 0, NULL);
    uint8_t *payload = calloc(1, (size_t)6 << 20);
    Lianxin__PushRequest push = LIANXIN__PUSH_REQUEST__INIT;
    push.has_payload = true;
    push.payload = (ProtobufCBinaryData){.len = (size_t)6 << 20, .data = payload};
    for (uint32_t i = 0; i < 3; i++) {
        assert_false(session_is_full(w.session));
        take(&w, MESSAGE_push, i, &push.base);
    }
    assert_true(session_is_full(w.session));
    while (w.n_at_lane)
        answer(&w, 0, NULL);
    free(payload);
    end(&w);
}

static void a_session_outlives_its_connection_until_its_requests_are_done(void **state)
{
    (void)state;
    struct world w;
    begin(&w, DEVICE);
    greet(&w);
    take_pull(&w, 1);
    take_pull(&w, 2);
    session_free(w.session);
    answer(&w, 1, NULL);
    answer(&w, 0, NULL); /* frees the session: the leak checker looks on */
    assert_int_equal(w.out.len_bytes, 0);
    buf_done(&w.out);
}

static void an_answer_larger_than_one_may_be_becomes_a_failure(void **state)
{
    (void)state;
    struct world w;
    struct err err;
    begin(&w, DEVICE);
    greet(&w);
    take_pull(&w, 1);
    struct request *request = w.at_lane[0];
    size_t bytes = (size_t)FRAME_HEADER_BYTES + MESSAGE_REPLY_BYTES + 1;
    if (buf_reserve(&request->frame, bytes)) /* otherwise the frame itself says that it failed */
        request->frame.len_bytes = bytes;
    request->done(request);
    struct frame header = frame_decode(w.out.data);
    assert_int_equal(header.request, 1);
    assert_int_equal(message_read_failure(w.out.data + FRAME_HEADER_BYTES, header.body_bytes, &err), STATUS_FAILED);
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_by_everybody_in_every_state),
        cmocka_unit_test(every_limit_is_kept_to_the_byte),
        cmocka_unit_test(a_hello_that_is_refused_enrols_nobody),
        cmocka_unit_test(versions_that_do_not_meet_are_refused_before_any_lane),
        cmocka_unit_test(answers_go_out_in_the_order_of_the_requests),
        cmocka_unit_test(a_refusal_waits_for_the_answers_before_it),
        cmocka_unit_test(a_session_is_full_by_number_and_by_size),
        cmocka_unit_test(a_session_outlives_its_connection_until_its_requests_are_done),
        cmocka_unit_test(an_answer_larger_than_one_may_be_becomes_a_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
