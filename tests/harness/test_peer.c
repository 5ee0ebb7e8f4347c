/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/harness/test.h"
#include "tests/harness/test_net.h"

static int connect_socket(const struct test_net *server, bool control)
{
    struct sockaddr_in in = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)server->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    snprintf(un.sun_path, sizeof un.sun_path, "%.100s", server->control_path);
    int fd = socket(control ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(control ? connect(fd, (struct sockaddr *)&un, sizeof un) : connect(fd, (struct sockaddr *)&in, sizeof in), 0);
    if (!control)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    const struct timeval wait = {.tv_sec = TEST_WAIT_S};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    return fd;
}

bool test_peer_connect(struct test_peer *peer, const struct test_net *server, enum test_peer_as as)
{
    const struct test_identity *identity = as == TEST_PEER_DEVICE     ? &server->device
                                           : as == TEST_PEER_STRANGER ? &server->stranger
                                           : as == TEST_PEER_SERVER   ? &server->server_as_client
                                                                      : NULL;
    signal(SIGPIPE, SIG_IGN);
    *peer = (struct test_peer){.fd = connect_socket(server, as == TEST_PEER_CONTROL)};
    if (as == TEST_PEER_CONTROL || as == TEST_PEER_RAW)
        return true;
    peer->context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_max_proto_version(peer->context, as == TEST_PEER_TLS12 ? TLS1_2_VERSION : TLS1_3_VERSION);
    if (identity) {
        assert_int_equal(SSL_CTX_use_certificate_file(peer->context, identity->certificate_path, SSL_FILETYPE_PEM), 1);
        assert_int_equal(SSL_CTX_use_PrivateKey_file(peer->context, identity->key_path, SSL_FILETYPE_PEM), 1);
    }
    peer->tls = SSL_new(peer->context);
    SSL_set_fd(peer->tls, peer->fd);
    bool ok = SSL_connect(peer->tls) == 1;
    ERR_clear_error();
    return ok;
}

bool test_peer_write(struct test_peer *peer, const void *data, size_t bytes)
{
    const char *at = data;
    while (bytes) {
        ssize_t n =
            peer->tls ? SSL_write(peer->tls, at, bytes > 65536 ? 65536 : (int)bytes) : send(peer->fd, at, bytes, MSG_NOSIGNAL);
        ERR_clear_error();
        if (n <= 0)
            return false;
        at += n;
        bytes -= (size_t)n;
    }
    return true;
}

bool test_peer_ask(struct test_peer *peer, enum message_number number, uint32_t request, const ProtobufCMessage *message)
{
    struct buf frame;
    buf_init(&frame, 0);
    frame_put(&frame, (uint16_t)number, 0, request, message);
    bool ok = test_peer_write(peer, frame.data, frame.len_bytes);
    buf_done(&frame);
    return ok;
}

bool test_peer_ask_hello(struct test_peer *peer, uint32_t request)
{
    Lianxin__HelloRequest hello = LIANXIN__HELLO_REQUEST__INIT;
    hello.has_version_min = hello.has_version_max = true;
    hello.version_min = PROTOCOL_VERSION_MIN;
    hello.version_max = PROTOCOL_VERSION;
    return test_peer_ask(peer, MESSAGE_hello, request, &hello.base);
}

bool test_peer_read_bytes(struct test_peer *peer, void *data, size_t bytes)
{
    char *at = data;
    while (bytes) {
        ssize_t n = peer->tls ? SSL_read(peer->tls, at, (int)bytes) : recv(peer->fd, at, bytes, 0);
        ERR_clear_error();
        if (n <= 0)
            return false;
        at += n;
        bytes -= (size_t)n;
    }
    return true;
}

bool test_peer_read(struct test_peer *peer, struct frame *header, struct buf *body)
{
    uint8_t bytes[FRAME_HEADER_BYTES];
    if (!test_peer_read_bytes(peer, bytes, sizeof bytes))
        return false;
    *header = frame_decode(bytes);
    buf_reset(body);
    assert_true(buf_reserve(body, header->body_bytes));
    body->len_bytes = header->body_bytes;
    return test_peer_read_bytes(peer, body->data, header->body_bytes);
}

enum status test_peer_expect(struct test_peer *peer, uint32_t request, struct err *err)
{
    struct frame header;
    struct buf body;
    buf_init(&body, 0);
    if (!test_peer_read(peer, &header, &body))
        fail_msg("the stream ended before the reply to request %u: %s", request, strerror(errno));
    assert_int_equal(header.request, request);
    assert_true(header.flags & FRAME_REPLY);
    enum status s = header.flags & FRAME_FAILURE ? message_read_failure(body.data, body.len_bytes, err) : STATUS_OK;
    buf_done(&body);
    return s;
}

void test_peer_expect_end(struct test_peer *peer)
{
    char byte;
    while (test_peer_read_bytes(peer, &byte, 1))
        ;
}

void test_peer_finish_writing(struct test_peer *peer)
{
    if (peer->tls)
        (void)SSL_shutdown(peer->tls);
    shutdown(peer->fd, SHUT_WR);
}

void test_peer_close(struct test_peer *peer, bool abruptly)
{
    if (abruptly)
        setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
    else if (peer->tls)
        (void)SSL_shutdown(peer->tls);
    ERR_clear_error();
    SSL_free(peer->tls);
    SSL_CTX_free(peer->context);
    close(peer->fd);
}

bool test_peer_ask_header(struct test_peer *peer, uint32_t body_bytes, uint16_t type, uint16_t flags, uint32_t request)
{
    uint8_t bytes[FRAME_HEADER_BYTES];
    frame_encode(&(struct frame){.body_bytes = body_bytes, .type = type, .flags = flags, .request = request}, bytes);
    return test_peer_write(peer, bytes, sizeof bytes);
}

bool test_peer_ask_pull(struct test_peer *peer, uint32_t request)
{
    Lianxin__PullRequest pull = LIANXIN__PULL_REQUEST__INIT;
    return test_peer_ask(peer, MESSAGE_pull, request, &pull.base);
}

bool test_peer_ask_query(struct test_peer *peer, uint32_t request)
{
    Lianxin__QueryRequest query = LIANXIN__QUERY_REQUEST__INIT;
    return test_peer_ask(peer, MESSAGE_query, request, &query.base);
}

void test_peer_join(struct test_peer *peer, const struct test_net *server)
{
    struct err err;
    assert_true(test_peer_connect(peer, server, TEST_PEER_DEVICE));
    assert_true(test_peer_ask_hello(peer, 1000));
    assert_int_equal(test_peer_expect(peer, 1000, &err), STATUS_OK);
}

void test_net_assert_serving(const struct test_net *server)
{
    struct test_peer next;
    test_peer_join(&next, server);
    test_peer_close(&next, false);
}
