/* SPDX-License-Identifier: Apache-2.0
 *
 * Two devices of one school, which push. */
#ifndef TESTS_UNIT_PUSH_FIXTURE_H
#define TESTS_UNIT_PUSH_FIXTURE_H

#include <string.h>

#include "common/sync/conflict.h"
#include "server/service/caller.h"
#include "tests/harness/test.h"
#include "tests/harness/test_author.h"

struct fixture {
    struct test_server server;
    struct test_author wang, li; /* two devices of SY01 */
};

static inline int setup(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;
    test_server_open(&f->server, 11);
    test_server_add_school(&f->server, "SY01", "实验小学");
    test_server_add_school(&f->server, "SY02", "育才小学");
    test_author_join(&f->wang, &f->server, "SY01", "王老师");
    test_author_join(&f->li, &f->server, "SY01", "李老师");
    *state = f;
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *f = *state;
    test_author_close(&f->wang);
    test_author_close(&f->li);
    test_server_close(&f->server);
    return 0;
}

static const Lianxin__PushReply *push_plan(struct test_author *author, unsigned n_activities)
{
    struct edit edits[9] = {test_author_new_plan(author, 1)};
    for (unsigned i = 0; i < n_activities; i++)
        edits[i + 1] = test_author_new_activity(author, 1, i + 1);
    return test_author_push(author, edits, n_activities + 1);
}

static const Lianxin__PushReply *push_change(struct test_author *author, const char *field, const char *before, const char *after)
{
    struct edit edit = test_author_change(author, "activity", 1, field, before, after);
    return test_author_push(author, &edit, 1);
}

static inline void assert_applied(const Lianxin__PushReply *reply)
{
    assert_non_null(reply);
    if (reply->n_reasons)
        fail_msg("%s", reply->reasons[0]);
    assert_int_equal(reply->status, STATUS_OK);
    for (size_t i = 0; i < reply->n_results; i++)
        assert_int_equal(reply->results[i]->outcome, LIANXIN__EDIT_RESULT__OUTCOME__APPLIED);
}

static inline void assert_refused(struct test_author *author, const Lianxin__PushReply *reply, const char *reason)
{
    if (!reply)
        fail_msg("%s", author->err.text);
    assert_int_equal(reply->status, STATUS_REFUSED);
    assert_int_equal(reply->n_results, 0);
    assert_true(reply->n_reasons > 0);
    if (!strstr(reply->reasons[0], reason))
        fail_msg("refused because: %s", reply->reasons[0]);
}

#endif
