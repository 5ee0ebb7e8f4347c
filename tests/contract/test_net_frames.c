/* SPDX-License-Identifier: Apache-2.0
 *
 * What a peer may do to a connection: every bad turn ends in an answer or in a line of the log, and the server serves the next one.
 */
#include <string.h>

#include "tests/harness/test.h"
#include "tests/harness/test_net.h"

static struct test_net server;
static struct test_peer peer;

static void a_length_of_100_mb_is_refused_before_any_of_it_is_kept(void **state)
{
    (void)state;
    struct err err;
    test_net_start(&server, TEST_LANES_ANSWER, NULL);
    test_peer_join(&peer, &server);
    assert_true(test_peer_ask_header(&peer, 100u << 20, MESSAGE_push, 0, 7));
    assert_int_equal(test_peer_expect(&peer, 7, &err), STATUS_TOO_LARGE);
    assert_string_equal(err.arguments[1], "104857600");
    test_net_wait_log(&server, "message=push status=TOO_LARGE reason=\"push is 104857600 bytes; at most 8388608 are taken\"");
    test_peer_close(&peer, false);
    test_net_assert_serving(&server);
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
    test_net_start(&server, TEST_LANES_ANSWER, NULL);
    assert_true(test_peer_connect(&peer, &server, TEST_PEER_NOBODY));
    enum status s = STATUS_OK;
    for (uint32_t i = 1; i < 20 && !s; i++) {
        assert_true(test_peer_ask(&peer, MESSAGE_hello, i, &hello.base));
        s = test_peer_expect(&peer, i, &err);
    }
    assert_int_equal(s, STATUS_TOO_LARGE);
    test_net_wait_log(&server, "what was sent before joining");
    test_peer_close(&peer, false);
    test_net_assert_serving(&server);
    test_net_stop(&server);
}

static void an_unknown_message_is_answered_and_passed_over(void **state)
{
    (void)state;
    struct err err;
    char body[500] = "whatever a newer client may say";
    test_net_start(&server, TEST_LANES_ANSWER, NULL);
    test_peer_join(&peer, &server);
    assert_true(test_peer_ask_header(&peer, sizeof body, 999, 0, 5));
    assert_true(test_peer_write(&peer, body, sizeof body));
    assert_true(test_peer_ask_pull(&peer, 6));
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
    test_net_start(&server, TEST_LANES_ANSWER, NULL);
    test_peer_join(&peer, &server);
    assert_true(test_peer_ask_header(&peer, 4, MESSAGE_pull, 0, 9));
    assert_true(test_peer_write(&peer, "\xff\xff\xff\xff", 4));
    assert_true(test_peer_ask_pull(&peer, 10));
    assert_int_equal(test_peer_expect(&peer, 9, &err), STATUS_PROTOCOL);
    assert_int_equal(err.reason, REASON_MALFORMED);
    test_peer_finish_writing(&peer);
    test_peer_expect_end(&peer); /* request 10 was not taken */
    test_net_wait_log(&server, "message=pull status=PROTOCOL");
    test_peer_close(&peer, false);
    test_net_assert_serving(&server);
    test_net_stop(&server);
}

static void random_bytes_inside_tls_are_refused(void **state)
{
    (void)state;
    test_net_start(&server, TEST_LANES_ANSWER, NULL);
    struct random random = random_system();
    for (int i = 0; i < 20; i++) {
        uint8_t bytes[256];
        random_fill(&random, bytes, sizeof bytes);
        bytes[6] |= 0x80; /* flags no request has */
        test_peer_join(&peer, &server);
        test_peer_write(&peer, bytes, sizeof bytes);
        test_peer_finish_writing(&peer);
        test_peer_expect_end(&peer);
        test_peer_close(&peer, false);
    }
    test_net_wait_log(&server, "a request frame has no flags");
    test_net_assert_serving(&server);
    test_net_stop(&server);
}

static void pipelined_requests_are_answered_in_their_order(void **state)
{
    (void)state;
    struct err err;
    test_net_start(&server, TEST_LANES_ANSWER, NULL);
    test_peer_join(&peer, &server);
    test_net_set_lanes(&server, TEST_LANES_HOLD);
    for (uint32_t i = 1; i <= 10; i++)
        assert_true(test_peer_ask_pull(&peer, i));
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
    test_net_start(&server, TEST_LANES_ANSWER, NULL);
    test_peer_join(&peer, &server);
    test_net_set_lanes(&server, TEST_LANES_HOLD);
    for (uint32_t i = 1; i <= 3 * SESSION_IN_FLIGHT_MAX; i++)
        assert_true(test_peer_ask_pull(&peer, i));
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
    test_net_start(&server, TEST_LANES_ANSWER, NULL);
    test_peer_join(&peer, &server);
    test_net_set_lanes(&server, TEST_LANES_HOLD);
    for (uint32_t i = 1; i <= 2 * SESSION_IN_FLIGHT_MAX; i++)
        assert_true(test_peer_ask_pull(&peer, i));
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
    test_net_start(&server, TEST_LANES_ANSWER, NULL);
    test_peer_join(&peer, &server);
    assert_true(test_peer_ask_header(&peer, 1000, MESSAGE_push, 0, 3));
    assert_true(test_peer_write(&peer, "half", 4));
    test_peer_finish_writing(&peer);
    test_peer_expect_end(&peer);
    test_net_wait_log(&server, "conn.dropped");
    test_net_wait_log(&server, "the peer closed in the middle of a frame");
    test_peer_close(&peer, false);
    test_net_assert_serving(&server);
    test_net_stop(&server);
}

static void a_peer_killed_before_its_answer_hurts_nobody(void **state)
{
    (void)state;
    test_net_start(&server, TEST_LANES_ANSWER, NULL);
    test_peer_join(&peer, &server);
    test_net_set_lanes(&server, TEST_LANES_HOLD);
    for (uint32_t i = 1; i <= 5; i++)
        assert_true(test_peer_ask_pull(&peer, i));
    test_net_wait_held(&server, 5);
    test_peer_close(&peer, true);
    test_net_wait_log(&server, "conn.closed");
    test_net_set_lanes(&server, TEST_LANES_ANSWER);
    test_net_release(&server, true);
    test_net_assert_serving(&server);
    test_net_wait_log(&server, "the connection broke before everything was answered");
    test_net_stop(&server);
}

static void a_peer_killed_in_the_middle_of_its_answer_hurts_nobody(void **state)
{
    (void)state;
    char some[1000];
    test_net_start(&server, TEST_LANES_ANSWER, NULL);
    server.reply_bytes = (size_t)12 << 20;
    test_peer_join(&peer, &server);
    assert_true(test_peer_ask_query(&peer, 1));
    assert_true(test_peer_read_bytes(&peer, some, sizeof some));
    test_peer_close(&peer, true);
    test_net_wait_log(&server, "the connection broke before everything was answered");
    server.reply_bytes = 0;
    test_net_assert_serving(&server);
    test_net_stop(&server);
}

static void a_full_lane_says_busy_and_the_conversation_goes_on(void **state)
{
    (void)state;
    struct err err;
    test_net_start(&server, TEST_LANES_ANSWER, NULL);
    test_peer_join(&peer, &server);
    test_net_set_lanes(&server, TEST_LANES_FULL);
    assert_true(test_peer_ask_pull(&peer, 1));
    assert_int_equal(test_peer_expect(&peer, 1, &err), STATUS_UNAVAILABLE);
    assert_int_equal(err.reason, REASON_BUSY);
    test_net_set_lanes(&server, TEST_LANES_ANSWER);
    assert_true(test_peer_ask_pull(&peer, 2));
    assert_int_equal(test_peer_expect(&peer, 2, &err), STATUS_OK);
    test_peer_close(&peer, false);
    test_net_stop(&server);
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
        cmocka_unit_test(a_peer_killed_before_its_answer_hurts_nobody),
        cmocka_unit_test(a_peer_killed_in_the_middle_of_its_answer_hurts_nobody),
        cmocka_unit_test(a_full_lane_says_busy_and_the_conversation_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
