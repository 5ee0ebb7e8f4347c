/* SPDX-License-Identifier: Apache-2.0
 *
 * Lanes with their threads. */
#include "tests/unit/lane_fixture.h"

struct client {
    struct fixture *f;
    unsigned i;
    atomic_bool answered;
    bool ok;
    unsigned pushes; /* begun */
    struct err err;
};

static void wake(struct request *request)
{
    atomic_store(&((struct client *)request->owner)->answered, true);
}

/* Sends and waits, as a session would; cmocka's assertions are the main thread's. */
static bool exchange(struct client *c, enum message_number number, const ProtobufCMessage *message, struct arena *arena,
                     ProtobufCMessage **reply)
{
    struct test_request request;
    test_request_open(&request, &c->f->authors[c->i].peer, number, message);
    atomic_store(&c->answered, false);
    request.request->done = wake;
    request.request->owner = c;
    while (!lanes_submit(c->f->server.lanes, request.request))
        continue;
    while (!atomic_load(&c->answered))
        nanosleep(&(struct timespec){.tv_nsec = 50000}, NULL);
    request.answered = true;
    return test_request_read(&request, arena, reply, &c->err) == STATUS_OK;
}

#define PUSHES 20u

/* Pushes, and pulls what it pushed: a client reads its own writes. */
static void *run_client(void *context)
{
    struct client *c = context;
    struct test_author *author = &c->f->authors[c->i];
    c->ok = true;
    for (unsigned n = 1; n <= PUSHES && c->ok; n++) {
        Lianxin__PushRequest push = next_push(author, n);
        Lianxin__PullRequest pull = LIANXIN__PULL_REQUEST__INIT;
        ProtobufCMessage *reply = NULL;
        c->pushes = n;
        c->ok = exchange(c, MESSAGE_push, &push.base, &author->arena, &reply) && ((const Lianxin__PushReply *)reply)->rev == n;
        pull.has_stream = pull.has_min_rev = true;
        pull.stream = author->stream;
        pull.min_rev = n;
        c->ok = c->ok && exchange(c, MESSAGE_pull, &pull.base, &author->arena, &reply) &&
                ((const Lianxin__PullReply *)reply)->n_rows == n;
    }
    return NULL;
}

static void clients_of_several_threads_read_their_own_writes(void **state)
{
    struct fixture *f = *state;
    struct client clients[SCHOOLS];
    pthread_t threads[SCHOOLS];
    struct err err;
    assert_int_equal(lanes_start(f->server.lanes, &err), STATUS_OK);
    for (unsigned i = 0; i < SCHOOLS; i++) {
        clients[i] = (struct client){.f = f, .i = i, .err.text = "another answer than its own"};
        assert_int_equal(pthread_create(&threads[i], NULL, run_client, &clients[i]), 0);
    }
    for (unsigned i = 0; i < SCHOOLS; i++)
        pthread_join(threads[i], NULL);
    for (unsigned i = 0; i < SCHOOLS; i++)
        if (!clients[i].ok)
            fail_msg("client %u, push %u: %s", i, clients[i].pushes, clients[i].err.text);
    test_server_restart(&f->server);
    assert_checks(f);
}

/* Nobody asks for anything: the lane wakes by itself for what is due. */
static void an_idle_lane_runs_the_jobs_that_are_due(void **state)
{
    struct fixture *f = *state;
    struct settings settings = f->server.config.settings;
    struct peer staff = test_server_enrol(&f->server, NULL, "区级");
    Lianxin__BriefRequest ask = LIANXIN__BRIEF_REQUEST__INIT;
    struct client client = {.f = f};
    ProtobufCMessage *reply = NULL;
    struct arena arena;
    struct err err;
    settings.nightly_minutes = 0;
    f->server.now_ms += 60000; /* it has looked before, when nothing was due */
    core_change_settings(f->server.core, &settings);
    arena_init(&arena, 0);
    f->authors[0].peer = staff;
    assert_int_equal(lanes_start(f->server.lanes, &err), STATUS_OK);
    while (!exchange(&client, MESSAGE_brief, &ask.base, &arena, &reply))
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    assert_int_equal(((const Lianxin__BriefReply *)reply)->made_ms, f->server.now_ms);
    lanes_stop(f->server.lanes);
    arena_done(&arena);
}

static void stopping_answers_what_was_taken(void **state)
{
    struct fixture *f = *state;
    struct test_request requests[SCHOOLS];
    for (unsigned i = 0; i < SCHOOLS; i++) {
        Lianxin__PushRequest push = next_push(&f->authors[i], 1);
        submit(f, &requests[i], &f->authors[i].peer, MESSAGE_push, &push.base);
    }
    lanes_stop(f->server.lanes);
    assert_all_accepted(f, requests, 1);
    Lianxin__PushRequest late = next_push(&f->authors[0], 2);
    test_request_open(&requests[0], &f->authors[0].peer, MESSAGE_push, &late.base);
    assert_false(lanes_submit(f->server.lanes, requests[0].request));
    request_free(requests[0].request);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(clients_of_several_threads_read_their_own_writes),
        TEST(an_idle_lane_runs_the_jobs_that_are_due),
        TEST(stopping_answers_what_was_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
