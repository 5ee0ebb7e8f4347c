/* SPDX-License-Identifier: Apache-2.0
 *
 * A real server/net on loopback with its I/O thread, a district authority of its own, and lanes that a test commands; and a peer
 * that can misbehave below the level of messages. Failing calls fail the running cmocka test. */
#ifndef TESTS_HARNESS_TEST_NET_H
#define TESTS_HARNESS_TEST_NET_H

#include <pthread.h>

#include "common/wire/x509.h"
#include "server/net/net.h"

#define TEST_PATH_BYTES 128
#define TEST_WAIT_S 20 /* how long anything is waited for before a test gives up */

enum test_lanes {
    TEST_LANES_ANSWER, /* at once, on the I/O thread */
    TEST_LANES_HOLD,   /* when test_net_release() is called, on the caller's thread */
    TEST_LANES_FULL,   /* take nothing */
};

/* The files of one identity. */
struct test_identity {
    char key_path[TEST_PATH_BYTES], certificate_path[TEST_PATH_BYTES];
    struct sha256 key_hash;
};

struct test_net {
    char folder[TEST_PATH_BYTES], control_path[TEST_PATH_BYTES];
    struct test_identity authority, server, device, other_authority, stranger; /* stranger: of other_authority */
    struct test_identity server_as_client;                                     /* of our authority, but for servers */
    struct sha256 pin;
    struct log *logger;
    struct tls *tls;
    struct net *net;
    unsigned port;
    char address[32];
    pthread_t thread;
    enum status result;
    /* under mutex */
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    enum test_lanes lanes;
    size_t reply_bytes; /* how much text a query is answered with */
    struct request *held, **held_end;
    unsigned n_held, n_answered;
    bool last_was_certified;
    struct buf log;
};

void test_net_start(struct test_net *server, enum test_lanes lanes, const struct net_limits *limits);
void test_net_stop(struct test_net *server);
/* The second half of it, for a test that has stopped net and lanes and joined the thread by itself. */
void test_net_finish(struct test_net *server);
/* Waits until the log holds text. */
void test_net_wait_log(struct test_net *server, const char *text);
/* Waits until n requests are held. */
void test_net_wait_held(struct test_net *server, unsigned n);
/* Answers the held ones, newest first when asked so. */
void test_net_release(struct test_net *server, bool newest_first);
void test_net_set_lanes(struct test_net *server, enum test_lanes lanes);

struct ssl_ctx_st;
enum test_peer_as {
    TEST_PEER_NOBODY,
    TEST_PEER_DEVICE,
    TEST_PEER_STRANGER,
    TEST_PEER_SERVER,
    TEST_PEER_TLS12,
    TEST_PEER_RAW,
    TEST_PEER_CONTROL
};

struct test_peer {
    int fd;
    struct ssl_ctx_st *context;
    struct ssl_st *tls; /* NULL: raw or control */
};

/* False when the TLS handshake fails on our side. */
bool test_peer_connect(struct test_peer *peer, const struct test_net *server, enum test_peer_as as);
/* False when the connection is gone. */
bool test_peer_write(struct test_peer *peer, const void *data, size_t bytes);
bool test_peer_ask(struct test_peer *peer, enum message_number number, uint32_t request, const ProtobufCMessage *message);
bool test_peer_ask_hello(struct test_peer *peer, uint32_t request);
bool test_peer_ask_header(struct test_peer *peer, uint32_t body_bytes, uint16_t type, uint16_t flags, uint32_t request);
bool test_peer_ask_pull(struct test_peer *peer, uint32_t request);
bool test_peer_ask_query(struct test_peer *peer, uint32_t request);
/* Connects as the device and says hello; the lanes must answer. */
void test_peer_join(struct test_peer *peer, const struct test_net *server);
/* The next one is served as if nothing had happened. */
void test_net_assert_serving(const struct test_net *server);
/* Exactly so many; false at the end of the stream. */
bool test_peer_read_bytes(struct test_peer *peer, void *data, size_t bytes);
/* Reads a whole frame; false at the end of the stream. */
bool test_peer_read(struct test_peer *peer, struct frame *header, struct buf *body);
/* Reads a reply to request and gives the status of the failure in it, or OK; fails at the end of the stream. */
enum status test_peer_expect(struct test_peer *peer, uint32_t request, struct err *err);
/* Waits for the end of the stream, passing over whatever still comes. */
void test_peer_expect_end(struct test_peer *peer);
void test_peer_finish_writing(struct test_peer *peer); /* close_notify and FIN */
/* abruptly: a reset, without a word. */
void test_peer_close(struct test_peer *peer, bool abruptly);

#endif
