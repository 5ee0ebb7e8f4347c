/* SPDX-License-Identifier: Apache-2.0
 *
 * Lanes over a server of a few schools, each with an author. */
#ifndef TESTS_UNIT_LANE_FIXTURE_H
#define TESTS_UNIT_LANE_FIXTURE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include "server/lane/queue.h"
#include "server/service/presence.h"
#include "tests/harness/test.h"
#include "tests/harness/test_author.h"
#include "tests/harness/test_sql.h"

#define SCHOOLS 4

struct fixture {
    struct test_server server;
    struct test_author authors[SCHOOLS];
};

static inline void open_fixture(struct fixture *f, uint64_t seed)
{
    test_server_open(&f->server, seed);
    for (unsigned i = 0; i < SCHOOLS; i++) {
        char code[8];
        snprintf(code, sizeof code, "SY%02u", i + 1);
        test_server_add_school(&f->server, code, code);
        test_author_join(&f->authors[i], &f->server, code, "某老师");
    }
}

static inline void close_fixture(struct fixture *f)
{
    for (unsigned i = 0; i < SCHOOLS; i++)
        test_author_close(&f->authors[i]);
    test_server_close(&f->server);
}

static inline int setup(void **state)
{
    static struct fixture fixture;
    open_fixture(&fixture, 5);
    *state = &fixture;
    return 0;
}

static inline int teardown(void **state)
{
    close_fixture(*state);
    return 0;
}

/* The next push of an author: a new plan by that number. */
static inline Lianxin__PushRequest next_push(struct test_author *author, unsigned n)
{
    struct edit plan = test_author_new_plan(author, n);
    return test_author_push_request(author, n, &plan, 1);
}

static inline void submit(struct fixture *f, struct test_request *request, const struct peer *peer, enum message_number number,
                          const ProtobufCMessage *message)
{
    test_request_open(request, peer, number, message);
    assert_true(lanes_submit(f->server.lanes, request->request));
}

/* Queues push n of every author and takes them as one group. */
static inline void push_group(struct fixture *f, struct test_request requests[SCHOOLS], unsigned n)
{
    for (unsigned i = 0; i < SCHOOLS; i++) {
        Lianxin__PushRequest push = next_push(&f->authors[i], n);
        submit(f, &requests[i], &f->authors[i].peer, MESSAGE_push, &push.base);
    }
    assert_true(lanes_step(f->server.lanes));
    for (unsigned i = 0; i < SCHOOLS; i++)
        assert_true(requests[i].answered);
}

static inline enum status read_push(struct fixture *f, struct test_request *request, unsigned i, const Lianxin__PushReply **out)
{
    ProtobufCMessage *reply = NULL;
    enum status st = test_request_read(request, &f->authors[i].arena, &reply, &f->authors[i].err);
    *out = (const Lianxin__PushReply *)reply;
    return st;
}

static inline void assert_all_accepted(struct fixture *f, struct test_request requests[SCHOOLS], uint64_t rev)
{
    for (unsigned i = 0; i < SCHOOLS; i++) {
        const Lianxin__PushReply *reply;
        if (read_push(f, &requests[i], i, &reply))
            fail_msg("%s", f->authors[i].err.text);
        assert_int_equal(reply->status, STATUS_OK);
        assert_int_equal(reply->rev, rev);
    }
}

static inline void assert_checks(struct fixture *f)
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

#endif
