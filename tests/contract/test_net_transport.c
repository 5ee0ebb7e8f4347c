/* SPDX-License-Identifier: Apache-2.0
 *
 * The client's side of a connection: whom it believes, what it says when the network fails, and that it goes on afterwards. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "client/transport/transport_tls.h"
#include "client/transport/transport_unix.h"
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

/* An enrolled client with a connection of its own. */
struct caller {
    struct transport transport;
    struct arena arena;
    struct err err;
};

static void caller_open(struct caller *c, int call_timeout_ms)
{
    const char *const addresses[] = {server.address};
    const struct transport_tls_config config = {.addresses = addresses,
                                                .n_addresses = 1,
                                                .ca_pin = server.pin,
                                                .key_path = server.device.key_path,
                                                .certificate_path = server.device.certificate_path,
                                                .call_timeout_ms = call_timeout_ms};
    *c = (struct caller){0};
    arena_init(&c->arena, 0);
    assert_int_equal(transport_tls_open(&config, &c->transport, &c->err), STATUS_OK);
}

static void caller_close(struct caller *c)
{
    transport_free(&c->transport);
    arena_done(&c->arena);
}

static enum status call_pull(struct caller *c)
{
    ProtobufCMessage *reply;
    Lianxin__PullRequest pull = LIANXIN__PULL_REQUEST__INIT;
    return transport_call(&c->transport, MESSAGE_pull, &pull.base, &c->arena, &reply, &c->err);
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
    struct caller c;
    ProtobufCMessage *reply;
    Lianxin__StatusRequest status = LIANXIN__STATUS_REQUEST__INIT;
    Lianxin__HelloRequest none = LIANXIN__HELLO_REQUEST__INIT; /* no version in common: answered, then closed by the server */
    caller_open(&c, 0);
    assert_int_equal(call_pull(&c), STATUS_OK);
    assert_int_equal(transport_call(&c.transport, MESSAGE_status, &status.base, &c.arena, &reply, &c.err), STATUS_DENIED);
    assert_int_equal(transport_call(&c.transport, MESSAGE_hello, &none.base, &c.arena, &reply, &c.err), STATUS_PROTOCOL);
    assert_int_equal(c.err.reason, REASON_VERSION);
    assert_int_equal(call_pull(&c), STATUS_OK);
    caller_close(&c);
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

static void no_answer_in_time_is_said_and_the_next_call_goes_on(void **state)
{
    (void)state;
    struct caller c;
    caller_open(&c, 2000);
    assert_int_equal(call_pull(&c), STATUS_OK);
    test_net_set_lanes(&server, TEST_LANES_HOLD);
    assert_int_equal(call_pull(&c), STATUS_UNAVAILABLE);
    assert_int_equal(c.err.reason, REASON_CONNECTION_LOST);
    assert_non_null(strstr(c.err.text, "no answer in time"));
    test_net_set_lanes(&server, TEST_LANES_ANSWER);
    test_net_release(&server, false);
    assert_int_equal(call_pull(&c), STATUS_OK);
    caller_close(&c);
}

static void a_server_that_stops_is_unavailable_not_wrong(void **state)
{
    (void)state;
    struct caller c;
    caller_open(&c, 0);
    assert_int_equal(call_pull(&c), STATUS_OK);
    net_stop(server.net);
    test_net_wait_log(&server, "net.stopped");
    assert_int_equal(call_pull(&c), STATUS_UNAVAILABLE);
    assert_int_equal(c.err.reason, REASON_UNREACHABLE);
    caller_close(&c);
}

static void a_request_that_is_too_large_is_refused_before_it_is_sent(void **state)
{
    (void)state;
    struct caller c;
    ProtobufCMessage *reply;
    Lianxin__PushRequest push = LIANXIN__PUSH_REQUEST__INIT;
    caller_open(&c, 0);
    push.has_payload = true;
    push.payload.len = (size_t)9 << 20;
    push.payload.data = arena_alloc(&c.arena, push.payload.len);
    assert_int_equal(transport_call(&c.transport, MESSAGE_push, &push.base, &c.arena, &reply, &c.err), STATUS_TOO_LARGE);
    assert_int_equal(call_pull(&c), STATUS_OK);
    caller_close(&c);
}

static void large_requests_and_replies_arrive_whole(void **state)
{
    (void)state;
    struct caller c;
    ProtobufCMessage *reply;
    Lianxin__PushRequest push = LIANXIN__PUSH_REQUEST__INIT;
    Lianxin__QueryRequest query = LIANXIN__QUERY_REQUEST__INIT;
    caller_open(&c, 0);
    push.has_payload = true;
    push.payload.len = ((size_t)8 << 20) - 100;
    push.payload.data = arena_alloc(&c.arena, push.payload.len);
    assert_int_equal(transport_call(&c.transport, MESSAGE_push, &push.base, &c.arena, &reply, &c.err), STATUS_OK);
    server.reply_bytes = (size_t)15 << 20;
    assert_int_equal(transport_call(&c.transport, MESSAGE_query, &query.base, &c.arena, &reply, &c.err), STATUS_OK);
    assert_int_equal(strlen(((Lianxin__QueryReply *)reply)->table->title), server.reply_bytes);
    caller_close(&c);
}

static void the_control_socket_says_when_its_server_has_gone(void **state)
{
    (void)state;
    struct caller c = {0};
    ProtobufCMessage *reply;
    Lianxin__StatusRequest status = LIANXIN__STATUS_REQUEST__INIT;
    arena_init(&c.arena, 0);
    assert_int_equal(transport_unix_open(server.control_path, 0, &c.transport, &c.err), STATUS_OK);
    assert_int_equal(transport_call(&c.transport, MESSAGE_status, &status.base, &c.arena, &reply, &c.err), STATUS_OK);
    net_stop(server.net);
    test_net_wait_log(&server, "net.stopped");
    for (int i = 0; i < 2; i++) {
        assert_int_equal(transport_call(&c.transport, MESSAGE_status, &status.base, &c.arena, &reply, &c.err), STATUS_UNAVAILABLE);
        assert_int_equal(c.err.reason, REASON_CONNECTION_LOST);
        assert_null(strstr(c.err.text, "timed out")); /* the socket is closed by now, not when the server is freed */
    }
    caller_close(&c);
    assert_int_equal(transport_unix_open(server.control_path, 0, &c.transport, &c.err), STATUS_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_client_believes_only_the_pinned_authority, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_client_tells_that_its_certificate_was_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_client_tries_the_next_address_and_says_which_failed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_connection_that_ended_is_made_again_without_notice, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_control_socket_is_for_its_owner_and_the_operator_messages, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_answer_in_time_is_said_and_the_next_call_goes_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_server_that_stops_is_unavailable_not_wrong, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_request_that_is_too_large_is_refused_before_it_is_sent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(large_requests_and_replies_arrive_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_control_socket_says_when_its_server_has_gone, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
