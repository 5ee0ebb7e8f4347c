/* SPDX-License-Identifier: Apache-2.0
 *
 * What connections may cost: time, memory, descriptors; and how a server stops. The deadlines are short here, nothing is timed. */
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "tests/harness/test.h"
#include "tests/harness/test_net.h"

static struct test_net server;
static struct test_peer peer;

static void who_does_not_introduce_himself_is_dropped(void **state)
{
    (void)state;
    const struct net_limits limits = {.greeting_ms = 2000};
    struct test_peer mute;
    test_net_start(&server, TEST_LANES_ANSWER, &limits);
    assert_true(test_peer_connect(&peer, &server, TEST_PEER_NOBODY));
    assert_true(test_peer_connect(&mute, &server, TEST_PEER_RAW));
    test_peer_expect_end(&peer);
    test_peer_expect_end(&mute);
    test_net_wait_log(&server, "reason=\"the peer did not introduce itself in time\"");
    test_peer_close(&peer, false);
    test_peer_close(&mute, false);
    test_net_assert_serving(&server);
    test_net_stop(&server);
}

static void a_frame_that_dribbles_in_is_given_up(void **state)
{
    (void)state;
    const struct net_limits limits = {.stall_ms = 1500, .bytes_per_s = 1u << 30};
    test_net_start(&server, TEST_LANES_ANSWER, &limits);
    test_peer_join(&peer, &server);
    assert_true(test_peer_ask_header(&peer, 60000, MESSAGE_push, 0, 3));
    for (int i = 0; i < 2000 && test_peer_write(&peer, "x", 1); i++)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    test_peer_expect_end(&peer);
    test_net_wait_log(&server, "a frame was not whole in time");
    test_peer_close(&peer, true);
    test_net_assert_serving(&server);
    test_net_stop(&server);
}

static void who_does_not_read_his_answers_is_dropped(void **state)
{
    (void)state;
    const struct net_limits limits = {.stall_ms = 1500, .bytes_per_s = 1u << 30, .output_bytes = 1u << 20};
    test_net_start(&server, TEST_LANES_ANSWER, &limits);
    server.reply_bytes = (size_t)12 << 20;
    test_peer_join(&peer, &server);
    for (uint32_t i = 1; i <= 8; i++)
        test_peer_ask_query(&peer, i);
    test_net_wait_log(&server, "the peer does not read its answers");
    test_peer_close(&peer, true);
    server.reply_bytes = 0;
    test_net_assert_serving(&server);
    test_net_stop(&server);
}

static void long_answers_arrive_whole_and_hold_up_reading(void **state)
{
    (void)state;
    const struct net_limits limits = {.output_bytes = 1u << 20};
    struct frame header;
    struct buf body;
    buf_init(&body, 0);
    test_net_start(&server, TEST_LANES_ANSWER, &limits);
    server.reply_bytes = (size_t)3 << 20;
    test_peer_join(&peer, &server);
    for (uint32_t i = 1; i <= 12; i++)
        assert_true(test_peer_ask_query(&peer, i));
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
    const struct net_limits limits = {.idle_ms = 2000};
    test_net_start(&server, TEST_LANES_ANSWER, &limits);
    test_peer_join(&peer, &server);
    test_peer_expect_end(&peer);
    assert_null(strstr(buf_text(&server.log), "conn.dropped"));
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
    test_net_start(&server, TEST_LANES_ANSWER, NULL);
    getrlimit(RLIMIT_NOFILE, &before);
    few = before;
    few.rlim_cur = 64;
    test_peer_join(&peer, &server); /* everything OpenSSL opens is open */
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
    test_net_assert_serving(&server);
    test_peer_close(&peer, false);
    test_net_stop(&server);
}

static void more_connections_than_allowed_wait_for_their_turn(void **state)
{
    (void)state;
    const struct net_limits limits = {.connections = 2};
    struct test_peer first, second, third;
    struct err err;
    test_net_start(&server, TEST_LANES_ANSWER, &limits);
    test_peer_join(&first, &server);
    test_peer_join(&second, &server);
    test_net_wait_log(&server, "listen.paused");
    assert_true(test_peer_connect(&third, &server, TEST_PEER_RAW)); /* in the kernel's queue */
    assert_true(test_peer_ask_pull(&first, 1));
    assert_int_equal(test_peer_expect(&first, 1, &err), STATUS_OK);
    test_peer_close(&third, false);
    test_peer_close(&first, false);
    test_net_assert_serving(&server);
    test_peer_close(&second, false);
    test_net_stop(&server);
}

static void one_address_may_not_take_all_connections(void **state)
{
    (void)state;
    const struct net_limits limits = {.connections = 10, .per_address = 2};
    struct test_peer second, third;
    test_net_start(&server, TEST_LANES_ANSWER, &limits);
    test_peer_join(&peer, &server);
    test_peer_join(&second, &server);
    assert_true(test_peer_connect(&third, &server, TEST_PEER_RAW)); /* accepted by the kernel, then closed */
    test_peer_expect_end(&third);
    test_net_wait_log(&server, "as many connections from this address as allowed");
    test_peer_close(&third, false);
    test_peer_close(&second, true);
    test_peer_close(&peer, true);
    bool served = false; /* the server sees them go in its own time */
    for (int i = 0; i < 2000 && !(served = test_peer_connect(&third, &server, TEST_PEER_DEVICE)); i++) {
        test_peer_close(&third, false);
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    assert_true(served);
    test_peer_close(&third, false);
    test_net_stop(&server);
}

static void stopping_answers_what_is_in_flight(void **state)
{
    (void)state;
    struct err err;
    test_net_start(&server, TEST_LANES_ANSWER, NULL);
    test_peer_join(&peer, &server);
    test_net_set_lanes(&server, TEST_LANES_HOLD);
    assert_true(test_peer_ask_pull(&peer, 1));
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
    test_net_start(&server, TEST_LANES_ANSWER, &limits);
    test_peer_join(&peer, &server);
    test_net_set_lanes(&server, TEST_LANES_HOLD);
    assert_true(test_peer_ask_pull(&peer, 1));
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
        cmocka_unit_test(who_does_not_introduce_himself_is_dropped),
        cmocka_unit_test(a_frame_that_dribbles_in_is_given_up),
        cmocka_unit_test(who_does_not_read_his_answers_is_dropped),
        cmocka_unit_test(long_answers_arrive_whole_and_hold_up_reading),
        cmocka_unit_test(an_idle_connection_is_closed_quietly),
        cmocka_unit_test(without_descriptors_the_listener_waits_and_goes_on),
        cmocka_unit_test(more_connections_than_allowed_wait_for_their_turn),
        cmocka_unit_test(one_address_may_not_take_all_connections),
        cmocka_unit_test(stopping_answers_what_is_in_flight),
        cmocka_unit_test(stopping_does_not_wait_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
