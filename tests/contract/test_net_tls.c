/* SPDX-License-Identifier: Apache-2.0
 *
 * Who may connect, and as whom: each refusal is a line in the log, and the server serves the next one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "client/transport/transport_tls.h"
#include "client/transport/transport_unix.h"
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

static void assert_still_serving(void)
{
    struct test_peer peer;
    struct err err;
    assert_true(test_peer_connect(&peer, &server, TEST_PEER_DEVICE));
    assert_true(test_peer_ask_hello(&peer, 1));
    assert_int_equal(test_peer_expect(&peer, 1, &err), STATUS_OK);
    test_peer_close(&peer, false);
}

static void tls_1_2_is_refused(void **state)
{
    (void)state;
    struct test_peer peer;
    assert_false(test_peer_connect(&peer, &server, TEST_PEER_TLS12));
    test_net_wait_log(&server, "conn.refused peer=127.0.0.1:");
    test_net_wait_log(&server, "unsupported protocol");
    test_peer_close(&peer, false);
    assert_still_serving();
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
    assert_still_serving();
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
    assert_still_serving();
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
    assert_still_serving();
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
    assert_still_serving();
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

static void the_control_socket_is_for_its_owner_and_the_operator_messages(void **state)
{
    (void)state;
    struct stat st;
    struct transport transport;
    struct arena arena;
    struct err err = {0};
    ProtobufCMessage *reply = NULL;
    Lianxin__StatusRequest status = LIANXIN__STATUS_REQUEST__INIT;
    assert_int_equal(stat(server.control_path, &st), 0);
    assert_true(S_ISSOCK(st.st_mode));
    assert_int_equal(st.st_mode & 0777, 0600);
    arena_init(&arena, 0);
    assert_int_equal(transport_unix_open(server.control_path, 0, &transport, &err), STATUS_OK);
    assert_int_equal(transport_call(&transport, MESSAGE_status, &status.base, &arena, &reply, &err), STATUS_OK);
    assert_ptr_equal(reply->descriptor, &lianxin__status_reply__descriptor);
    transport_free(&transport);
    assert_int_equal(transport_unix_open("/tmp/no-such-folder/control.sock", 0, &transport, &err), STATUS_NOT_FOUND);
    assert_int_equal(err.reason, REASON_NO_SERVER);
    arena_done(&arena);
}

static enum status call_hello(const struct transport_tls_config *config, struct err *err)
{
    struct transport transport;
    struct arena arena;
    ProtobufCMessage *reply;
    Lianxin__HelloRequest hello = LIANXIN__HELLO_REQUEST__INIT;
    hello.has_version_min = hello.has_version_max = true;
    hello.version_min = hello.version_max = PROTOCOL_VERSION;
    arena_init(&arena, 0);
    assert_int_equal(transport_tls_open(config, &transport, err), STATUS_OK);
    enum status s = transport_call(&transport, MESSAGE_hello, &hello.base, &arena, &reply, err);
    transport_free(&transport);
    arena_done(&arena);
    return s;
}

static void a_client_believes_only_the_pinned_authority(void **state)
{
    (void)state;
    struct err err = {0};
    const char *const addresses[] = {server.address};
    struct transport_tls_config config = {.addresses = addresses, .n_addresses = 1, .ca_pin = server.pin};
    assert_int_equal(call_hello(&config, &err), STATUS_OK);
    config.ca_pin.bytes[31] ^= 1;
    assert_int_equal(call_hello(&config, &err), STATUS_DENIED);
    assert_int_equal(err.reason, REASON_WRONG_SERVER);
    test_net_wait_log(&server, "conn.refused");
}

static void a_client_tells_that_its_certificate_was_refused(void **state)
{
    (void)state;
    struct err err = {0};
    const char *const addresses[] = {server.address};
    struct transport_tls_config config = {.addresses = addresses,
                                          .n_addresses = 1,
                                          .ca_pin = server.pin,
                                          .key_path = server.stranger.key_path,
                                          .certificate_path = server.stranger.certificate_path};
    if (call_hello(&config, &err) != STATUS_DENIED)
        fail_msg("%s", err.text);
    assert_int_equal(err.reason, REASON_CERTIFICATE_REFUSED);
    config.key_path = server.device.key_path;
    config.certificate_path = server.device.certificate_path;
    assert_int_equal(call_hello(&config, &err), STATUS_OK);
}

static void a_client_tries_the_next_address_and_says_which_failed(void **state)
{
    (void)state;
    struct err err = {0};
    const char *addresses[] = {"127.0.0.1:1", server.address};
    struct transport_tls_config config = {.addresses = addresses, .n_addresses = 2, .ca_pin = server.pin};
    assert_int_equal(call_hello(&config, &err), STATUS_OK);
    config.n_addresses = 1;
    assert_int_equal(call_hello(&config, &err), STATUS_UNAVAILABLE);
    assert_int_equal(err.reason, REASON_UNREACHABLE);
    assert_non_null(strstr(err.text, "127.0.0.1:1: Connection refused"));
    struct transport transport;
    addresses[0] = "no port here";
    assert_int_equal(transport_tls_open(&config, &transport, &err), STATUS_USAGE);
}

static void a_connection_that_ended_is_made_again_without_notice(void **state)
{
    (void)state;
    struct err err = {0};
    const char *const addresses[] = {server.address};
    struct transport transport;
    struct arena arena;
    ProtobufCMessage *reply;
    Lianxin__PullRequest pull = LIANXIN__PULL_REQUEST__INIT;
    struct transport_tls_config config = {.addresses = addresses,
                                          .n_addresses = 1,
                                          .ca_pin = server.pin,
                                          .key_path = server.device.key_path,
                                          .certificate_path = server.device.certificate_path};
    Lianxin__StatusRequest status = LIANXIN__STATUS_REQUEST__INIT;
    arena_init(&arena, 0);
    assert_int_equal(transport_tls_open(&config, &transport, &err), STATUS_OK);
    assert_int_equal(transport_call(&transport, MESSAGE_pull, &pull.base, &arena, &reply, &err), STATUS_OK);
    assert_int_equal(transport_call(&transport, MESSAGE_status, &status.base, &arena, &reply, &err), STATUS_DENIED);
    Lianxin__HelloRequest none = LIANXIN__HELLO_REQUEST__INIT; /* no version in common: answered, then closed by the server */
    assert_int_equal(transport_call(&transport, MESSAGE_hello, &none.base, &arena, &reply, &err), STATUS_PROTOCOL);
    assert_int_equal(err.reason, REASON_VERSION);
    assert_int_equal(transport_call(&transport, MESSAGE_pull, &pull.base, &arena, &reply, &err), STATUS_OK);
    transport_free(&transport);
    arena_done(&arena);
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
        cmocka_unit_test_setup_teardown(the_control_socket_is_for_its_owner_and_the_operator_messages, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_client_believes_only_the_pinned_authority, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_client_tells_that_its_certificate_was_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_client_tries_the_next_address_and_says_which_failed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_connection_that_ended_is_made_again_without_notice, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
