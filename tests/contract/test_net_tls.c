/* SPDX-License-Identifier: Apache-2.0
 *
 * Who may connect, and as whom: each refusal is a line in the log, and the server serves the next one. */
#include <string.h>

#include "tests/harness/test.h"
#include "tests/harness/test_net.h"

static struct test_net server;

static int set_up(void **state)
{
    (void)state;
    test_net_start(&server, TEST_LANES_ANSWER, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    test_net_stop(&server);
    return 0;
}

static void tls_1_2_is_refused(void **state)
{
    (void)state;
    struct test_peer peer;
    assert_false(test_peer_connect(&peer, &server, TEST_PEER_TLS12));
    test_net_wait_log(&server, "conn.refused peer=127.0.0.1:");
    test_net_wait_log(&server, "unsupported protocol");
    test_peer_close(&peer, false);
    test_net_assert_serving(&server);
}

static void bytes_that_are_no_tls_are_refused(void **state)
{
    (void)state;
    struct test_peer peer;
    char bytes[600];
    struct random random = random_system();
    random_fill(&random, bytes, sizeof bytes);
    bytes[0] = 'G'; /* never the start of a handshake */
    assert_true(test_peer_connect(&peer, &server, TEST_PEER_RAW));
    test_peer_write(&peer, bytes, sizeof bytes);
    test_peer_expect_end(&peer);
    test_net_wait_log(&server, "warn conn.refused peer=127.0.0.1:");
    test_net_wait_log(&server, "reason=\"TLS: ");
    test_peer_close(&peer, false);
    test_net_assert_serving(&server);
}

static void a_certificate_of_another_authority_is_refused(void **state)
{
    (void)state;
    struct test_peer peer;
    test_peer_connect(&peer, &server, TEST_PEER_STRANGER);
    test_peer_expect_end(&peer);
    test_net_wait_log(&server, "conn.refused");
    test_net_wait_log(&server, "unable to get local issuer certificate");
    test_peer_close(&peer, false);
    test_net_assert_serving(&server);
}

static void a_certificate_for_servers_does_not_do_for_a_client(void **state)
{
    (void)state;
    struct test_peer peer;
    test_peer_connect(&peer, &server, TEST_PEER_SERVER);
    test_peer_expect_end(&peer);
    test_net_wait_log(&server, "conn.refused");
    test_net_wait_log(&server, "certificate purpose");
    test_peer_close(&peer, false);
    test_net_assert_serving(&server);
}

static void nobody_may_say_hello_and_enrol_but_nothing_else(void **state)
{
    (void)state;
    struct test_peer peer;
    struct err err;
    Lianxin__EnrolRequest enrol = LIANXIN__ENROL_REQUEST__INIT;
    Lianxin__PullRequest pull = LIANXIN__PULL_REQUEST__INIT;
    assert_true(test_peer_connect(&peer, &server, TEST_PEER_NOBODY));
    assert_true(test_peer_ask_hello(&peer, 1));
    assert_int_equal(test_peer_expect(&peer, 1, &err), STATUS_OK);
    assert_true(test_peer_ask(&peer, MESSAGE_enrol, 2, &enrol.base));
    assert_int_equal(test_peer_expect(&peer, 2, &err), STATUS_OK);
    assert_false(server.last_was_certified);
    assert_true(test_peer_ask(&peer, MESSAGE_pull, 3, &pull.base));
    assert_int_equal(test_peer_expect(&peer, 3, &err), STATUS_DENIED);
    assert_int_equal(err.reason, REASON_NOT_ENROLLED);
    test_net_wait_log(&server, "request.refused");
    test_net_wait_log(&server, "message=pull status=DENIED reason=\"this client is not enrolled");
    test_peer_close(&peer, false);
    test_net_assert_serving(&server);
}

static void a_device_must_say_hello_first_and_is_no_operator(void **state)
{
    (void)state;
    struct test_peer peer;
    struct err err;
    Lianxin__PullRequest pull = LIANXIN__PULL_REQUEST__INIT;
    Lianxin__StatusRequest status = LIANXIN__STATUS_REQUEST__INIT;
    assert_true(test_peer_connect(&peer, &server, TEST_PEER_DEVICE));
    assert_true(test_peer_ask_hello(&peer, 1));
    assert_int_equal(test_peer_expect(&peer, 1, &err), STATUS_OK);
    assert_true(test_peer_ask(&peer, MESSAGE_status, 2, &status.base));
    assert_int_equal(test_peer_expect(&peer, 2, &err), STATUS_DENIED);
    assert_int_equal(err.reason, REASON_ROLE);
    assert_true(test_peer_ask(&peer, MESSAGE_pull, 3, &pull.base)); /* the refusal did not end the conversation */
    assert_int_equal(test_peer_expect(&peer, 3, &err), STATUS_OK);
    assert_true(server.last_was_certified);
    test_peer_close(&peer, false);
    assert_true(test_peer_connect(&peer, &server, TEST_PEER_DEVICE));
    assert_true(test_peer_ask(&peer, MESSAGE_pull, 1, &pull.base));
    assert_int_equal(test_peer_expect(&peer, 1, &err), STATUS_PROTOCOL);
    test_peer_close(&peer, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tls_1_2_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bytes_that_are_no_tls_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_certificate_of_another_authority_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_certificate_for_servers_does_not_do_for_a_client, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_may_say_hello_and_enrol_but_nothing_else, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_device_must_say_hello_first_and_is_no_operator, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
