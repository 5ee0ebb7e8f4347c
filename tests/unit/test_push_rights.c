/* SPDX-License-Identifier: Apache-2.0
 *
 * Who may push what, and where. */
#include "tests/unit/push_fixture.h"

static void a_school_may_not_write_what_is_the_districts(void **state)
{
    struct fixture *f = *state;
    assert_applied(push_plan(&f->wang, 0));
    struct edit submit = test_author_change(&f->wang, "plan", 1, "state", "draft", "submitted");
    struct edit file = test_author_change(&f->wang, "plan", 1, "state", "submitted", "filed");
    assert_applied(test_author_push(&f->wang, &submit, 1));
    assert_refused(&f->wang, test_author_push(&f->wang, &file, 1), "from");
    struct peer chen = test_server_enrol(&f->server, NULL, "区工会陈");
    struct test_author district;
    test_author_open(&district, &f->server, &chen, f->wang.stream);
    assert_applied(test_author_push(&district, &file, 1));
    test_author_close(&district);
}

static void a_filed_plan_cannot_be_deleted_by_its_school(void **state)
{
    struct fixture *f = *state;
    struct edit gone;
    struct test_author district;
    struct peer chen = test_server_enrol(&f->server, NULL, "区工会陈");
    assert_applied(push_plan(&f->wang, 0));
    struct edit submit = test_author_change(&f->wang, "plan", 1, "state", "draft", "submitted");
    struct edit file = test_author_change(&f->wang, "plan", 1, "state", "submitted", "filed");
    assert_applied(test_author_push(&f->wang, &submit, 1));
    test_author_open(&district, &f->server, &chen, f->wang.stream);
    assert_applied(test_author_push(&district, &file, 1));
    edit_delete(&f->wang.arena, test_author_find(&f->wang, "plan", 1), &gone);
    assert_refused(&f->wang, test_author_push(&f->wang, &gone, 1), "deleted");
    assert_false(test_author_find(&f->wang, "plan", 1)->dead);
    test_author_close(&district);
}

static void a_school_sees_and_touches_only_its_own(void **state)
{
    struct fixture *f = *state;
    struct peer zhao = test_server_enrol(&f->server, "SY02", "赵老师");
    struct test_author other;
    assert_applied(push_plan(&f->wang, 1));
    test_author_open(&other, &f->server, &zhao, f->wang.stream);
    struct edit plan = test_author_new_plan(&other, 5);
    assert_null(test_author_push(&other, &plan, 1));
    assert_int_equal(other.err.reason, REASON_STREAM);
    assert_null(test_author_pull(&other, 0, NULL));
    assert_int_equal(other.err.reason, REASON_STREAM);
    other.stream = STREAM_PUBLIC;
    other.sequence = 0;
    assert_null(test_author_push(&other, &plan, 1));
    assert_int_equal(other.err.reason, REASON_STREAM);
    assert_non_null(test_author_pull(&other, 0, NULL));
    other.stream = STREAM_DISTRICT;
    assert_null(test_author_pull(&other, 0, NULL));
    other.stream = 4711; /* no such school */
    assert_null(test_author_pull(&other, 0, NULL));
    test_author_close(&other);
}

static void kinds_stay_in_their_streams(void **state)
{
    struct fixture *f = *state;
    struct peer chen = test_server_enrol(&f->server, NULL, "区工会陈");
    struct test_author district;
    test_author_open(&district, &f->server, &chen, STREAM_PUBLIC);
    struct edit plan = test_author_new_plan(&district, 1);
    assert_refused(&district, test_author_push(&district, &plan, 1), "plan");
    test_author_close(&district);
}

static void a_plan_dies_only_with_its_children(void **state)
{
    struct fixture *f = *state;
    struct edit edits[2];
    assert_applied(push_plan(&f->wang, 1));
    edit_delete(&f->wang.arena, test_author_find(&f->wang, "plan", 1), &edits[0]);
    edit_delete(&f->wang.arena, test_author_find(&f->wang, "activity", 1), &edits[1]);
    assert_refused(&f->wang, test_author_push(&f->wang, edits, 1), "does not exist");
    assert_applied(test_author_push(&f->wang, edits, 2));
    assert_true(test_author_find(&f->wang, "plan", 1)->dead);
    const Lianxin__PushReply *late = push_change(&f->li, "person", NULL, "李");
    assert_int_equal(late->results[0]->outcome, LIANXIN__EDIT_RESULT__OUTCOME__CONFLICT);
    assert_true(test_author_find(&f->wang, "activity", 1)->dead);
}

static void a_revoked_device_is_refused_at_its_next_request(void **state)
{
    struct fixture *f = *state;
    Lianxin__DeviceRevokeRequest revoke = LIANXIN__DEVICE_REVOKE_REQUEST__INIT;
    struct peer operator= test_server_operator();
    ProtobufCMessage *reply;
    struct caller caller;
    struct err err;
    char text[UUID_TEXT_BYTES];
    assert_applied(push_plan(&f->wang, 1));
    struct proof proof = {.certified = true, .key_hash = f->wang.peer.key_hash, .peer = ""};
    assert_int_equal(caller_find(&f->server.core->writer, &f->wang.arena, &proof, &caller, &err), STATUS_OK);
    uuid_format(&caller.device, text);
    revoke.device = text;
    assert_int_equal(test_server_ask(&f->server, &operator, MESSAGE_device_revoke, &revoke.base, &f->wang.arena, &reply, &err),
                     STATUS_OK);
    assert_null(push_change(&f->wang, "person", NULL, "王"));
    assert_int_equal(f->wang.err.reason, REASON_REVOKED);
    assert_null(test_author_pull(&f->wang, 0, NULL));
    assert_int_equal(f->wang.err.reason, REASON_REVOKED);
    assert_applied(push_change(&f->li, "person", NULL, "李"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_school_may_not_write_what_is_the_districts), TEST(a_filed_plan_cannot_be_deleted_by_its_school),
        TEST(a_school_sees_and_touches_only_its_own),       TEST(kinds_stay_in_their_streams),
        TEST(a_plan_dies_only_with_its_children),           TEST(a_revoked_device_is_refused_at_its_next_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
