/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/lane_fixture.h"

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

/* ---- threads ---- */

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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
