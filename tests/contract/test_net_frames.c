/* SPDX-License-Identifier: Apache-2.0
 *
 * What a peer may do to a connection: every bad turn ends in an answer or in a line of the log, and the server serves the next one. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/harness/test_net.h"

static struct test_net server;
static struct test_peer peer;

static void start(enum test_lanes lanes, const struct net_limits *limits)
{
    test_net_start(&server, lanes, limits);
}

/* A device that has said hello; the lanes must answer. */
static void join_in(struct test_peer *to)
{
    struct err err;
    assert_true(test_peer_connect(to, &server, TEST_PEER_DEVICE));
    assert_true(test_peer_ask_hello(to, 1000));
    assert_int_equal(test_peer_expect(to, 1000, &err), STATUS_OK);
}

static void assert_still_serving(void)
{
    struct test_peer other;
    join_in(&other);
    test_peer_close(&other, false);
}

static bool send_header(struct test_peer *to, uint32_t body_bytes, uint16_t type, uint16_t flags, uint32_t request)
{
    uint8_t bytes[FRAME_HEADER_BYTES];
    frame_encode(&(struct frame){.body_bytes = body_bytes, .type = type, .flags = flags, .request = request}, bytes);
    return test_peer_write(to, bytes, sizeof bytes);
}

static bool ask_pull(struct test_peer *to, uint32_t request)
{
    Lianxin__PullRequest pull = LIANXIN__PULL_REQUEST__INIT;
    return test_peer_ask(to, MESSAGE_pull, request, &pull.base);
}

static bool ask_query(struct test_peer *to, uint32_t request)
{
    Lianxin__QueryRequest query = LIANXIN__QUERY_REQUEST__INIT;
    return test_peer_ask(to, MESSAGE_query, request, &query.base);
}

static void a_length_of_100_mb_is_refused_before_any_of_it_is_kept(void **state)
{
    (void)state;
    struct err err;
    start(TEST_LANES_ANSWER, NULL);
    join_in(&peer);
    assert_true(send_header(&peer, 100u << 20, MESSAGE_push, 0, 7));
    assert_int_equal(test_peer_expect(&peer, 7, &err), STATUS_TOO_LARGE);
    assert_string_equal(err.arguments[1], "104857600");
    test_net_wait_log(&server, "message=push status=TOO_LARGE reason=\"push is 104857600 bytes; at most 8388608 are taken\"");
    test_peer_close(&peer, false);
    assert_still_serving();
    test_net_stop(&server);
}

static void nobody_may_send_more_than_a_greeting(void **state)
{
    (void)state;
    struct err err;
    char body[4000] = {0};
    Lianxin__HelloRequest hello = LIANXIN__HELLO_REQUEST__INIT;
    memset(body, 'a', sizeof body - 1);
    hello.software = body;
    hello.has_version_max = true;
    hello.version_max = PROTOCOL_VERSION;
    start(TEST_LANES_ANSWER, NULL);
    assert_true(test_peer_connect(&peer, &server, TEST_PEER_NOBODY));
    enum status s = STATUS_OK;
    for (uint32_t i = 1; i < 20 && !s; i++) {
        assert_true(test_peer_ask(&peer, MESSAGE_hello, i, &hello.base));
        s = test_peer_expect(&peer, i, &err);
    }
    assert_int_equal(s, STATUS_TOO_LARGE);
    test_net_wait_log(&server, "what was sent before joining");
    test_peer_close(&peer, false);
    assert_still_serving();
    test_net_stop(&server);
}

static void an_unknown_message_is_answered_and_passed_over(void **state)
{
    (void)state;
    struct err err;
    char body[500] = "whatever a newer client may say";
    start(TEST_LANES_ANSWER, NULL);
    join_in(&peer);
    assert_true(send_header(&peer, sizeof body, 999, 0, 5));
    assert_true(test_peer_write(&peer, body, sizeof body));
    assert_true(ask_pull(&peer, 6));
    assert_int_equal(test_peer_expect(&peer, 5, &err), STATUS_PROTOCOL);
    assert_int_equal(test_peer_expect(&peer, 6, &err), STATUS_OK);
    test_net_wait_log(&server, "message=999");
    test_peer_close(&peer, false);
    test_net_stop(&server);
}

static void a_body_that_is_no_message_ends_the_conversation_with_an_answer(void **state)
{
    (void)state;
    struct err err;
    start(TEST_LANES_ANSWER, NULL);
    join_in(&peer);
    assert_true(send_header(&peer, 4, MESSAGE_pull, 0, 9));
    assert_true(test_peer_write(&peer, "\xff\xff\xff\xff", 4));
    assert_true(ask_pull(&peer, 10));
    assert_int_equal(test_peer_expect(&peer, 9, &err), STATUS_PROTOCOL);
    assert_int_equal(err.reason, REASON_MALFORMED);
    test_peer_finish_writing(&peer);
    test_peer_expect_end(&peer); /* request 10 was not taken */
    test_net_wait_log(&server, "message=pull status=PROTOCOL");
    test_peer_close(&peer, false);
    assert_still_serving();
    test_net_stop(&server);
}

static void random_bytes_inside_tls_are_refused(void **state)
{
    (void)state;
    start(TEST_LANES_ANSWER, NULL);
    struct random random = random_system();
    for (int i = 0; i < 20; i++) {
        uint8_t bytes[256];
        random_fill(&random, bytes, sizeof bytes);
        bytes[6] |= 0x80; /* flags no request has */
        join_in(&peer);
        test_peer_write(&peer, bytes, sizeof bytes);
        test_peer_finish_writing(&peer);
        test_peer_expect_end(&peer);
        test_peer_close(&peer, false);
    }
    test_net_wait_log(&server, "a request frame has no flags");
    assert_still_serving();
    test_net_stop(&server);
}

static void pipelined_requests_are_answered_in_their_order(void **state)
{
    (void)state;
    struct err err;
    start(TEST_LANES_ANSWER, NULL);
    join_in(&peer);
    test_net_set_lanes(&server, TEST_LANES_HOLD);
    for (uint32_t i = 1; i <= 10; i++)
        assert_true(ask_pull(&peer, i));
    test_net_wait_held(&server, 10);
    test_net_release(&server, true);
    for (uint32_t i = 1; i <= 10; i++)
        assert_int_equal(test_peer_expect(&peer, i, &err), STATUS_OK);
    test_peer_close(&peer, false);
    test_net_stop(&server);
}

static void no_more_is_read_than_may_be_in_flight(void **state)
{
    (void)state;
    struct err err;
    start(TEST_LANES_ANSWER, NULL);
    join_in(&peer);
    test_net_set_lanes(&server, TEST_LANES_HOLD);
    for (uint32_t i = 1; i <= 3 * SESSION_IN_FLIGHT_MAX; i++)
        assert_true(ask_pull(&peer, i));
    test_net_wait_held(&server, SESSION_IN_FLIGHT_MAX);
    for (uint32_t i = 1; i <= 3 * SESSION_IN_FLIGHT_MAX; i++) {
        pthread_mutex_lock(&server.mutex);
        assert_true(server.n_held <= SESSION_IN_FLIGHT_MAX);
        pthread_mutex_unlock(&server.mutex);
        if (i % SESSION_IN_FLIGHT_MAX == 1) {
            test_net_wait_held(&server, SESSION_IN_FLIGHT_MAX);
            test_net_release(&server, false);
        }
        assert_int_equal(test_peer_expect(&peer, i, &err), STATUS_OK);
    }
    test_peer_close(&peer, false);
    test_net_stop(&server);
}

static void frames_that_came_before_the_end_are_answered(void **state)
{
    (void)state;
    struct err err;
    start(TEST_LANES_ANSWER, NULL);
    join_in(&peer);
    test_net_set_lanes(&server, TEST_LANES_HOLD);
    for (uint32_t i = 1; i <= 2 * SESSION_IN_FLIGHT_MAX; i++)
        assert_true(ask_pull(&peer, i));
    test_peer_finish_writing(&peer);
    for (uint32_t i = 1; i <= 2 * SESSION_IN_FLIGHT_MAX; i++) {
        if (i % SESSION_IN_FLIGHT_MAX == 1) {
            test_net_wait_held(&server, SESSION_IN_FLIGHT_MAX);
            test_net_release(&server, false);
        }
        assert_int_equal(test_peer_expect(&peer, i, &err), STATUS_OK);
    }
    test_peer_expect_end(&peer);
    test_peer_close(&peer, false);
    test_net_stop(&server);
}

static void half_a_frame_at_the_end_is_logged(void **state)
{
    (void)state;
    start(TEST_LANES_ANSWER, NULL);
    join_in(&peer);
    assert_true(send_header(&peer, 1000, MESSAGE_push, 0, 3));
    assert_true(test_peer_write(&peer, "half", 4));
    test_peer_finish_writing(&peer);
    test_peer_expect_end(&peer);
    test_net_wait_log(&server, "conn.dropped");
    test_net_wait_log(&server, "the peer closed in the middle of a frame");
    test_peer_close(&peer, false);
    assert_still_serving();
    test_net_stop(&server);
}

static void who_does_not_introduce_himself_is_dropped(void **state)
{
    (void)state;
    const struct net_limits limits = {.greeting_ms = 300};
    struct test_peer mute;
    start(TEST_LANES_ANSWER, &limits);
    assert_true(test_peer_connect(&peer, &server, TEST_PEER_NOBODY));
    assert_true(test_peer_connect(&mute, &server, TEST_PEER_RAW));
    test_peer_expect_end(&peer);
    test_peer_expect_end(&mute);
    test_net_wait_log(&server, "reason=\"the peer did not introduce itself in time\"");
    test_peer_close(&peer, false);
    test_peer_close(&mute, false);
    assert_still_serving();
    test_net_stop(&server);
}

static void a_frame_that_dribbles_in_is_given_up(void **state)
{
    (void)state;
    const struct net_limits limits = {.stall_ms = 400, .bytes_per_s = 1u << 30};
    start(TEST_LANES_ANSWER, &limits);
    join_in(&peer);
    assert_true(send_header(&peer, 60000, MESSAGE_push, 0, 3));
    for (int i = 0; i < 2000 && test_peer_write(&peer, "x", 1); i++)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    test_peer_expect_end(&peer);
    test_net_wait_log(&server, "a frame was not whole in time");
    test_peer_close(&peer, true);
    assert_still_serving();
    test_net_stop(&server);
}

static void who_does_not_read_his_answers_is_dropped(void **state)
{
    (void)state;
    const struct net_limits limits = {.stall_ms = 400, .bytes_per_s = 1u << 30, .output_bytes = 1u << 20};
    start(TEST_LANES_ANSWER, &limits);
    server.reply_bytes = (size_t)12 << 20;
    join_in(&peer);
    for (uint32_t i = 1; i <= 8; i++)
        ask_query(&peer, i);
    test_net_wait_log(&server, "the peer does not read its answers");
    test_peer_close(&peer, true);
    server.reply_bytes = 0;
    assert_still_serving();
    test_net_stop(&server);
}

static void long_answers_arrive_whole_and_hold_up_reading(void **state)
{
    (void)state;
    const struct net_limits limits = {.output_bytes = 1u << 20};
    struct frame header;
    struct buf body;
    buf_init(&body, 0);
    start(TEST_LANES_ANSWER, &limits);
    server.reply_bytes = (size_t)3 << 20;
    join_in(&peer);
    for (uint32_t i = 1; i <= 12; i++)
        assert_true(ask_query(&peer, i));
    for (uint32_t i = 1; i <= 12; i++) {
        assert_true(test_peer_read(&peer, &header, &body));
        assert_int_equal(header.request, i);
        assert_true(body.len_bytes > server.reply_bytes);
    }
    buf_done(&body);
    test_peer_close(&peer, false);
    test_net_stop(&server);
}

static void an_idle_connection_is_closed_quietly(void **state)
{
    (void)state;
    const struct net_limits limits = {.idle_ms = 300};
    start(TEST_LANES_ANSWER, &limits);
    join_in(&peer);
    test_peer_expect_end(&peer);
    assert_null(strstr(buf_text(&server.log), "conn.dropped"));
    test_peer_close(&peer, false);
    test_net_stop(&server);
}

static void a_peer_killed_before_its_answer_hurts_nobody(void **state)
{
    (void)state;
    start(TEST_LANES_ANSWER, NULL);
    join_in(&peer);
    test_net_set_lanes(&server, TEST_LANES_HOLD);
    for (uint32_t i = 1; i <= 5; i++)
        assert_true(ask_pull(&peer, i));
    test_net_wait_held(&server, 5);
    test_peer_close(&peer, true);
    test_net_wait_log(&server, "conn.closed");
    test_net_set_lanes(&server, TEST_LANES_ANSWER);
    test_net_release(&server, true);
    assert_still_serving();
    test_net_wait_log(&server, "the connection broke before everything was answered");
    test_net_stop(&server);
}

static void a_peer_killed_in_the_middle_of_its_answer_hurts_nobody(void **state)
{
    (void)state;
    char some[1000];
    start(TEST_LANES_ANSWER, NULL);
    server.reply_bytes = (size_t)12 << 20;
    join_in(&peer);
    assert_true(ask_query(&peer, 1));
    assert_true(test_peer_read_bytes(&peer, some, sizeof some));
    test_peer_close(&peer, true);
    test_net_wait_log(&server, "the connection broke before everything was answered");
    server.reply_bytes = 0;
    assert_still_serving();
    test_net_stop(&server);
}

static void a_full_lane_says_busy_and_the_conversation_goes_on(void **state)
{
    (void)state;
    struct err err;
    start(TEST_LANES_ANSWER, NULL);
    join_in(&peer);
    test_net_set_lanes(&server, TEST_LANES_FULL);
    assert_true(ask_pull(&peer, 1));
    assert_int_equal(test_peer_expect(&peer, 1, &err), STATUS_UNAVAILABLE);
    assert_int_equal(err.reason, REASON_BUSY);
    test_net_set_lanes(&server, TEST_LANES_ANSWER);
    assert_true(ask_pull(&peer, 2));
    assert_int_equal(test_peer_expect(&peer, 2, &err), STATUS_OK);
    test_peer_close(&peer, false);
    test_net_stop(&server);
}

static void without_descriptors_the_listener_waits_and_goes_on(void **state)
{
    (void)state;
    struct rlimit before, few;
    struct test_peer waiting;
    int held[64];
    unsigned n = 0;
    start(TEST_LANES_ANSWER, NULL);
    getrlimit(RLIMIT_NOFILE, &before);
    few = before;
    few.rlim_cur = 64;
    join_in(&peer); /* everything OpenSSL opens is open */
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    while (n < 64 && (held[n] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
        n++;
    close(held[--n]); /* one is left for our end; the server's end finds none */
    test_peer_connect(&waiting, &server, TEST_PEER_RAW);
    test_net_wait_log(&server, "listen.paused reason=\"Too many open files\"");
    while (n)
        close(held[--n]);
    setrlimit(RLIMIT_NOFILE, &before);
    test_peer_close(&waiting, false);
    assert_still_serving();
    test_peer_close(&peer, false);
    test_net_stop(&server);
}

static void more_connections_than_allowed_wait_for_their_turn(void **state)
{
    (void)state;
    const struct net_limits limits = {.connections = 2};
    struct test_peer first, second, third;
    struct err err;
    start(TEST_LANES_ANSWER, &limits);
    join_in(&first);
    join_in(&second);
    test_net_wait_log(&server, "listen.paused");
    assert_true(test_peer_connect(&third, &server, TEST_PEER_RAW)); /* in the kernel's queue */
    assert_true(ask_pull(&first, 1));
    assert_int_equal(test_peer_expect(&first, 1, &err), STATUS_OK);
    test_peer_close(&third, false);
    test_peer_close(&first, false);
    assert_still_serving();
    test_peer_close(&second, false);
    test_net_stop(&server);
}

static void stopping_answers_what_is_in_flight(void **state)
{
    (void)state;
    struct err err;
    start(TEST_LANES_ANSWER, NULL);
    join_in(&peer);
    test_net_set_lanes(&server, TEST_LANES_HOLD);
    assert_true(ask_pull(&peer, 1));
    test_net_wait_held(&server, 1);
    net_stop(server.net);
    test_net_wait_log(&server, "net.stopping");
    test_net_release(&server, false);
    assert_int_equal(test_peer_expect(&peer, 1, &err), STATUS_OK);
    test_peer_expect_end(&peer);
    test_peer_close(&peer, false);
    test_net_stop(&server);
}

static void stopping_does_not_wait_for_ever(void **state)
{
    (void)state;
    const struct net_limits limits = {.drain_ms = 200};
    start(TEST_LANES_ANSWER, &limits);
    join_in(&peer);
    test_net_set_lanes(&server, TEST_LANES_HOLD);
    assert_true(ask_pull(&peer, 1));
    test_net_wait_held(&server, 1);
    net_stop(server.net);
    test_net_wait_log(&server, "net.stopped");
    test_peer_expect_end(&peer);
    test_peer_close(&peer, false);
    test_net_stop(&server); /* the answer comes after the end */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_length_of_100_mb_is_refused_before_any_of_it_is_kept),
        cmocka_unit_test(nobody_may_send_more_than_a_greeting),
        cmocka_unit_test(an_unknown_message_is_answered_and_passed_over),
        cmocka_unit_test(a_body_that_is_no_message_ends_the_conversation_with_an_answer),
        cmocka_unit_test(random_bytes_inside_tls_are_refused),
        cmocka_unit_test(pipelined_requests_are_answered_in_their_order),
        cmocka_unit_test(no_more_is_read_than_may_be_in_flight),
        cmocka_unit_test(frames_that_came_before_the_end_are_answered),
        cmocka_unit_test(half_a_frame_at_the_end_is_logged),
        cmocka_unit_test(who_does_not_introduce_himself_is_dropped),
        cmocka_unit_test(a_frame_that_dribbles_in_is_given_up),
        cmocka_unit_test(who_does_not_read_his_answers_is_dropped),
        cmocka_unit_test(long_answers_arrive_whole_and_hold_up_reading),
        cmocka_unit_test(an_idle_connection_is_closed_quietly),
        cmocka_unit_test(a_peer_killed_before_its_answer_hurts_nobody),
        cmocka_unit_test(a_peer_killed_in_the_middle_of_its_answer_hurts_nobody),
        cmocka_unit_test(a_full_lane_says_busy_and_the_conversation_goes_on),
        cmocka_unit_test(without_descriptors_the_listener_waits_and_goes_on),
        cmocka_unit_test(more_connections_than_allowed_wait_for_their_turn),
        cmocka_unit_test(stopping_answers_what_is_in_flight),
        cmocka_unit_test(stopping_does_not_wait_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
