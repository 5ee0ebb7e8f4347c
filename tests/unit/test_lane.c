/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include "server/lane/queue.h"
#include "server/service/presence.h"
#include "tests/harness/test_author.h"
#include "tests/harness/test_sql.h"

#define SCHOOLS 4

struct fixture {
    struct test_server server;
    struct test_author authors[SCHOOLS];
};

static void open_fixture(struct fixture *f, uint64_t seed)
{
    test_server_open(&f->server, seed);
    for (unsigned i = 0; i < SCHOOLS; i++) {
        char code[8];
        snprintf(code, sizeof code, "SY%02u", i + 1);
        test_server_add_school(&f->server, code, code);
        test_author_join(&f->authors[i], &f->server, code, "某老师");
    }
}

static void close_fixture(struct fixture *f)
{
    for (unsigned i = 0; i < SCHOOLS; i++)
        test_author_close(&f->authors[i]);
    test_server_close(&f->server);
}

static int setup(void **state)
{
    static struct fixture fixture;
    open_fixture(&fixture, 5);
    *state = &fixture;
    return 0;
}

static int teardown(void **state)
{
    close_fixture(*state);
    return 0;
}

/* The next push of an author: a new plan by that number. */
static Lianxin__PushRequest next_push(struct test_author *author, unsigned n)
{
    struct edit plan = test_author_new_plan(author, n);
    return test_author_push_request(author, n, &plan, 1);
}

static void submit(struct fixture *f, struct test_request *request, const struct peer *peer, enum message_number number,
                   const ProtobufCMessage *message)
{
    test_request_open(request, peer, number, message);
    assert_true(lanes_submit(f->server.lanes, request->request));
}

/* Queues push n of every author and takes them as one group. */
static void push_group(struct fixture *f, struct test_request requests[SCHOOLS], unsigned n)
{
    for (unsigned i = 0; i < SCHOOLS; i++) {
        Lianxin__PushRequest push = next_push(&f->authors[i], n);
        submit(f, &requests[i], &f->authors[i].peer, MESSAGE_push, &push.base);
    }
    assert_true(lanes_step(f->server.lanes));
    for (unsigned i = 0; i < SCHOOLS; i++)
        assert_true(requests[i].answered);
}

static enum status read_push(struct fixture *f, struct test_request *request, unsigned i, const Lianxin__PushReply **out)
{
    ProtobufCMessage *reply = NULL;
    enum status st = test_request_read(request, &f->authors[i].arena, &reply, &f->authors[i].err);
    *out = (const Lianxin__PushReply *)reply;
    return st;
}

static void assert_all_accepted(struct fixture *f, struct test_request requests[SCHOOLS], uint64_t rev)
{
    for (unsigned i = 0; i < SCHOOLS; i++) {
        const Lianxin__PushReply *reply;
        if (read_push(f, &requests[i], i, &reply))
            fail_msg("%s", f->authors[i].err.text);
        assert_int_equal(reply->status, STATUS_OK);
        assert_int_equal(reply->rev, rev);
    }
}

static void assert_checks(struct fixture *f)
{
    Lianxin__CheckRequest check = LIANXIN__CHECK_REQUEST__INIT;
    struct peer operator= test_server_operator();
    struct test_author *author = &f->authors[0];
    ProtobufCMessage *reply;
    assert_int_equal(test_server_ask(&f->server, &operator, MESSAGE_check, &check.base, &author->arena, &reply, &author->err),
                     STATUS_OK);
    const Lianxin__CheckReply *answer = (const Lianxin__CheckReply *)reply;
    for (size_t i = 0; i < answer->table->n_lines; i++)
        if (!answer->table->lines[i]->cells[2]->number)
            fail_msg("%s: %s", answer->table->lines[i]->cells[0]->text, answer->table->lines[i]->cells[3]->text);
    assert_true(answer->ok);
}

static void a_group_is_one_commit(void **state)
{
    struct fixture *f = *state;
    struct test_request requests[SCHOOLS];
    uint64_t syncs = test_disk_syncs(f->server.disk);
    push_group(f, requests, 1);
    assert_int_equal(test_disk_syncs(f->server.disk) - syncs, 1);
    assert_all_accepted(f, requests, 1);
}

static void a_full_disk_inside_a_group_refuses_all_of_it_and_consumes_nothing(void **state)
{
    struct fixture *f = *state;
    struct test_request requests[SCHOOLS];
    push_group(f, requests, 1);
    assert_all_accepted(f, requests, 1);
    test_disk_set_free(f->server.disk, 0);
    push_group(f, requests, 2);
    for (unsigned i = 0; i < SCHOOLS; i++) {
        const Lianxin__PushReply *reply;
        assert_int_equal(read_push(f, &requests[i], i, &reply), STATUS_UNAVAILABLE);
        assert_int_equal(f->authors[i].err.reason, REASON_DISK_FULL);
        assert_null(test_author_find(&f->authors[i], "plan", 2));
        assert_int_equal(test_author_pull(&f->authors[i], 0, NULL)->n_rows, 1);
    }
    test_disk_set_free(f->server.disk, -1);
    push_group(f, requests, 2);
    assert_all_accepted(f, requests, 2);
    assert_checks(f);
}

/* Whatever write of a group fails, all of it hears so, and the same group sent again is taken once. */
static void a_failing_write_anywhere_leaves_nothing_behind(void **state)
{
    struct fixture *f = *state;
    struct test_request requests[SCHOOLS];
    unsigned n = 1, failed = 0;
    for (unsigned after = 1; after < 12; after++, n++) {
        test_disk_fail(f->server.disk, TEST_DISK_WRITE, after);
        push_group(f, requests, n);
        bool lost = false;
        for (unsigned i = 0; i < SCHOOLS; i++) {
            const Lianxin__PushReply *reply;
            enum status st = read_push(f, &requests[i], i, &reply);
            assert_true(i == 0 || lost == (st != STATUS_OK));
            assert_true(st == STATUS_OK || st == STATUS_UNAVAILABLE);
            lost = st != STATUS_OK;
            assert_int_equal(test_author_find(&f->authors[i], "plan", n) != NULL, !lost);
        }
        test_disk_fail(f->server.disk, TEST_DISK_WRITE, 0);
        failed += lost;
        push_group(f, requests, n);
        assert_all_accepted(f, requests, n);
    }
    assert_true(failed > 0);
    assert_checks(f);
}

/* The machine stops at every write and sync in turn; what was acknowledged is there, and sending everything again makes it whole.
 */
static void a_power_cut_anywhere_loses_nothing_acknowledged_and_doubles_nothing(void **state)
{
    (void)state;
    for (unsigned after = 1; after < 24; after++) {
        struct fixture f;
        struct test_request requests[SCHOOLS];
        bool acknowledged[SCHOOLS];
        open_fixture(&f, after);
        test_disk_fail(f.server.disk, TEST_DISK_DIE, after);
        for (unsigned n = 1; n < 4 && !test_disk_is_dead(f.server.disk); n++) {
            push_group(&f, requests, n);
            for (unsigned i = 0; i < SCHOOLS; i++) {
                const Lianxin__PushReply *reply;
                acknowledged[i] = read_push(&f, &requests[i], i, &reply) == STATUS_OK;
                f.authors[i].sequence = acknowledged[i] ? n : n - 1;
            }
        }
        test_disk_power_cut(f.server.disk);
        test_server_restart(&f.server);
        for (unsigned i = 0; i < SCHOOLS; i++)
            for (unsigned n = 1; n <= f.authors[i].sequence; n++)
                assert_non_null(test_author_find(&f.authors[i], "plan", n));
        for (unsigned n = 1; n < 4; n++) {
            push_group(&f, requests, n);
            assert_all_accepted(&f, requests, n);
        }
        for (unsigned i = 0; i < SCHOOLS; i++)
            assert_int_equal(test_author_pull(&f.authors[i], 0, NULL)->n_rows, 3);
        assert_checks(&f);
        close_fixture(&f);
    }
}

/* An invitation without an address cannot be worded, which is noticed only after it was written. */
static void one_poisoned_request_fails_alone(void **state)
{
    struct fixture *f = *state;
    struct test_request pushes[2], poisoned;
    struct peer operator= test_server_operator();
    struct settings settings = *core_settings(f->server.core);
    Lianxin__InviteRequest invite = LIANXIN__INVITE_REQUEST__INIT;
    Lianxin__PushRequest first = next_push(&f->authors[0], 1), second = next_push(&f->authors[1], 1);
    const Lianxin__PushReply *reply;
    ProtobufCMessage *unused;
    settings.n_addresses = 0;
    core_change_settings(f->server.core, &settings);
    invite.person = arena_strdup(&f->authors[0].arena, "陈静");
    submit(f, &pushes[0], &f->authors[0].peer, MESSAGE_push, &first.base);
    submit(f, &poisoned, &operator, MESSAGE_invite, &invite.base);
    submit(f, &pushes[1], &f->authors[1].peer, MESSAGE_push, &second.base);
    assert_true(lanes_step(f->server.lanes));
    assert_int_equal(read_push(f, &pushes[0], 0, &reply), STATUS_OK);
    assert_int_equal(reply->rev, 1);
    assert_int_equal(read_push(f, &pushes[1], 1, &reply), STATUS_OK);
    assert_int_equal(reply->rev, 1);
    assert_int_equal(test_request_read(&poisoned, &f->authors[0].arena, &unused, &f->authors[0].err), STATUS_INVALID);
    struct sql_statement *s;
    bool row;
    struct err err;
    assert_int_equal(sql_prepare(f->server.core->writer.sql, "SELECT count(*) FROM invitation WHERE device IS NULL", &s, &err),
                     STATUS_OK);
    assert_int_equal(sql_step(s, &row, &err), STATUS_OK);
    assert_int_equal(sql_int(s, 0), 0);
    sql_reset(s);
    assert_checks(f);
}

static void a_full_queue_takes_no_more_and_answers_what_it_took(void **state)
{
    struct fixture *f = *state;
    static struct test_request requests[QUEUE_REQUESTS_MAX + 1];
    Lianxin__StatusRequest status = LIANXIN__STATUS_REQUEST__INIT;
    struct peer operator= test_server_operator();
    for (size_t i = 0; i <= QUEUE_REQUESTS_MAX; i++) {
        test_request_open(&requests[i], &operator, MESSAGE_status, &status.base);
        assert_int_equal(lanes_submit(f->server.lanes, requests[i].request), i < QUEUE_REQUESTS_MAX);
    }
    assert_int_equal(lanes_waiting(f->server.lanes), QUEUE_REQUESTS_MAX);
    assert_true(lanes_step(f->server.lanes));
    for (size_t i = 0; i < QUEUE_REQUESTS_MAX; i++) {
        assert_true(requests[i].answered);
        request_free(requests[i].request);
    }
    assert_false(requests[QUEUE_REQUESTS_MAX].answered);
    request_free(requests[QUEUE_REQUESTS_MAX].request);
}

/* ---- what is written lazily ---- */

#define TICK_MS 5000
#define LAZY_MS 60000 /* nothing known for longer than that is lost by a power cut */

static void note_presence(struct fixture *f)
{
    for (unsigned i = 0; i < SCHOOLS; i++)
        presence_note(f->server.core->presence, &f->authors[i].instance, f->authors[i].stream, f->server.now_ms, true);
}

static void assert_presence_since(struct fixture *f, int64_t since_ms)
{
    for (unsigned i = 0; i < SCHOOLS; i++) {
        struct presence_times times = presence_of_stream(f->server.core->presence, f->authors[i].stream);
        assert_true(times.seen_ms >= since_ms);
        assert_true(times.synced_ms >= since_ms);
    }
}

static void cut_power(struct fixture *f)
{
    test_disk_power_cut(f->server.disk);
    test_server_restart(&f->server);
}

static void steady_work_does_not_keep_presence_from_being_written(void **state)
{
    struct fixture *f = *state;
    struct test_request requests[SCHOOLS];
    for (unsigned n = 1; n <= LAZY_MS / TICK_MS + 1; n++) {
        f->server.now_ms += TICK_MS;
        note_presence(f);
        push_group(f, requests, n);
        assert_all_accepted(f, requests, n);
    }
    assert_int_equal(test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM instance"), SCHOOLS + 1); /* and its own */
    cut_power(f);
    assert_presence_since(f, f->server.now_ms - LAZY_MS);
}

/* The log is too short to be worth a checkpoint, and nobody writes any more. */
static void an_idle_lane_writes_presence_although_the_log_is_short(void **state)
{
    struct fixture *f = *state;
    struct test_request requests[SCHOOLS];
    push_group(f, requests, 1);
    assert_all_accepted(f, requests, 1);
    (void)lanes_step(f->server.lanes);
    note_presence(f);
    f->server.now_ms += LAZY_MS;
    (void)lanes_step(f->server.lanes);
    assert_int_equal(test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM instance"), SCHOOLS + 1); /* and its own */
    cut_power(f);
    assert_presence_since(f, f->server.now_ms - LAZY_MS);
}

static void presence_that_could_not_be_written_is_written_later(void **state)
{
    struct fixture *f = *state;
    note_presence(f);
    int64_t noted_ms = f->server.now_ms;
    f->server.now_ms += LAZY_MS;
    test_disk_fail(f->server.disk, TEST_DISK_WRITE, 1);
    (void)lanes_step(f->server.lanes);
    test_disk_fail(f->server.disk, TEST_DISK_WRITE, 0);
    assert_int_equal(test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM presence"), 0);
    f->server.now_ms += LAZY_MS;
    (void)lanes_step(f->server.lanes);
    cut_power(f);
    assert_presence_since(f, noted_ms);
}

/* ---- threads ---- */

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
        TEST(a_group_is_one_commit),
        TEST(a_full_disk_inside_a_group_refuses_all_of_it_and_consumes_nothing),
        TEST(a_failing_write_anywhere_leaves_nothing_behind),
        cmocka_unit_test(a_power_cut_anywhere_loses_nothing_acknowledged_and_doubles_nothing),
        TEST(one_poisoned_request_fails_alone),
        TEST(a_full_queue_takes_no_more_and_answers_what_it_took),
        TEST(steady_work_does_not_keep_presence_from_being_written),
        TEST(an_idle_lane_writes_presence_although_the_log_is_short),
        TEST(presence_that_could_not_be_written_is_written_later),
        TEST(clients_of_several_threads_read_their_own_writes),
        TEST(an_idle_lane_runs_the_jobs_that_are_due),
        TEST(stopping_answers_what_was_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
