/* SPDX-License-Identifier: Apache-2.0
 *
 * The I/O thread, lanes in threads of their own and many peers at once: every request is answered once, in order, also while peers
 * leave without waiting and the server stops. Run under the thread sanitizer. */
#include <stdatomic.h>
#include <string.h>

#include "tests/harness/test.h"
#include "tests/harness/test_net.h"

#define PEERS 4
#define LANES 3
#define REQUESTS 150u

struct crowd {
    struct test_net server;
    atomic_bool over;
    pthread_t lanes[LANES];
};

static void *answer_held(void *context)
{
    struct crowd *crowd = context;
    while (!atomic_load(&crowd->over))
        test_net_release(&crowd->server, true);
    return NULL;
}

static void start(struct crowd *crowd)
{
    atomic_init(&crowd->over, false);
    test_net_start(&crowd->server, TEST_LANES_HOLD, NULL);
    for (int i = 0; i < LANES; i++)
        assert_int_equal(pthread_create(&crowd->lanes[i], NULL, answer_held, crowd), 0);
}

/* Lanes end before the net is freed, as in a server. */
static void stop(struct crowd *crowd)
{
    net_stop(crowd->server.net);
    pthread_join(crowd->server.thread, NULL);
    atomic_store(&crowd->over, true);
    for (int i = 0; i < LANES; i++)
        pthread_join(crowd->lanes[i], NULL);
    test_net_finish(&crowd->server);
}

static bool ask(struct test_peer *peer, uint32_t request)
{
    Lianxin__PullRequest pull = LIANXIN__PULL_REQUEST__INIT;
    return test_peer_ask(peer, MESSAGE_pull, request, &pull.base);
}

/* Returns how many answers came in order before the end. */
static uint32_t read_answers(struct test_peer *peer, uint32_t from, uint32_t n)
{
    struct frame header;
    struct buf body;
    uint32_t i = 0;
    buf_init(&body, 0);
    while (i < n && test_peer_read(peer, &header, &body) && header.request == from + i)
        i++;
    buf_done(&body);
    return i;
}

static void join_in(struct test_peer *peer, const struct test_net *server)
{
    assert_true(test_peer_connect(peer, server, TEST_PEER_DEVICE));
    assert_true(test_peer_ask_hello(peer, 0));
    assert_int_equal(read_answers(peer, 0, 1), 1);
}

/* cmocka's asserts are for the test's own thread: a peer's thread returns what it saw. */
static void *be_patient(void *context)
{
    struct test_peer *peer = context;
    uintptr_t answers = 0;
    for (uint32_t i = 1; i <= REQUESTS; i += 10) {
        for (uint32_t j = i; j < i + 10; j++)
            ask(peer, j);
        answers += read_answers(peer, i, 10);
    }
    test_peer_close(peer, false);
    return (void *)answers;
}

static void *be_rude(void *context)
{
    for (uint32_t turn = 0; turn < 10; turn++) {
        struct test_peer peer;
        if (test_peer_connect(&peer, context, TEST_PEER_DEVICE) && test_peer_ask_hello(&peer, 0) && read_answers(&peer, 0, 1) == 1)
            for (uint32_t i = 1; i <= 12; i++)
                ask(&peer, i);
        test_peer_close(&peer, turn % 2);
    }
    return NULL;
}

static void every_request_of_a_crowd_is_answered_in_order(void **state)
{
    (void)state;
    struct crowd crowd;
    struct test_peer peers[PEERS];
    pthread_t patient[PEERS], rude;
    start(&crowd);
    assert_int_equal(pthread_create(&rude, NULL, be_rude, &crowd.server), 0);
    for (int i = 0; i < PEERS; i++) {
        join_in(&peers[i], &crowd.server);
        assert_int_equal(pthread_create(&patient[i], NULL, be_patient, &peers[i]), 0);
    }
    for (int i = 0; i < PEERS; i++) {
        void *answers;
        pthread_join(patient[i], &answers);
        assert_int_equal((uintptr_t)answers, REQUESTS);
    }
    pthread_join(rude, NULL);
    stop(&crowd);
}

static void the_server_stops_while_everybody_is_asking(void **state)
{
    (void)state;
    struct crowd crowd;
    struct test_peer peers[PEERS];
    pthread_t patient[PEERS];
    start(&crowd);
    for (int i = 0; i < PEERS; i++)
        join_in(&peers[i], &crowd.server);
    for (int i = 0; i < PEERS; i++)
        assert_int_equal(pthread_create(&patient[i], NULL, be_patient, &peers[i]), 0);
    stop(&crowd);
    for (int i = 0; i < PEERS; i++)
        pthread_join(patient[i], NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_request_of_a_crowd_is_answered_in_order),
        cmocka_unit_test(the_server_stops_while_everybody_is_asking),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
