/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/push_fixture.h"

static void a_pushed_plan_is_there_and_survives_restart_and_kill(void **state)
{
    struct fixture *f = *state;
    const Lianxin__PushReply *reply = push_plan(&f->wang, 3);
    assert_applied(reply);
    assert_int_equal(reply->n_results, 4);
    assert_int_equal(reply->rev, 1);
    assert_int_equal(reply->time_ms, f->server.now_ms);
    test_server_restart(&f->server);
    assert_string_equal(test_author_field(&f->wang, "activity", 3, "number"), "9.3");
    assert_applied(push_change(&f->wang, "person", NULL, "王"));
    test_server_kill(&f->server);
    assert_string_equal(test_author_field(&f->wang, "activity", 1, "person"), "王");
    assert_applied(push_change(&f->wang, "person", "王", "李"));
}

static void the_same_push_again_gets_the_same_answer_once_committed(void **state)
{
    struct fixture *f = *state;
    struct edit edits[] = {test_author_new_plan(&f->wang, 1), test_author_new_activity(&f->wang, 1, 1)};
    Lianxin__PushRequest request = test_author_push_request(&f->wang, 1, edits, 2);
    const Lianxin__PushReply *first = test_author_send(&f->wang, &request);
    assert_applied(first);
    for (int i = 0; i < 2; i++) {
        const Lianxin__PushReply *again = test_author_send(&f->wang, &request);
        assert_applied(again);
        assert_int_equal(again->rev, first->rev);
        assert_int_equal(again->time_ms, first->time_ms);
        assert_int_equal(again->n_results, first->n_results);
        f->server.now_ms += 1000;
        test_server_kill(&f->server);
    }
    assert_int_equal(test_author_pull(&f->wang, 0, NULL)->n_rows, 1);
}

static void an_old_sequence_is_answered_from_its_row(void **state)
{
    struct fixture *f = *state;
    struct edit plan = test_author_new_plan(&f->wang, 1);
    Lianxin__PushRequest first = test_author_push_request(&f->wang, 1, &plan, 1);
    assert_applied(test_author_send(&f->wang, &first));
    f->wang.sequence = 1;
    for (unsigned i = 2; i < 6; i++) {
        struct edit activity = test_author_new_activity(&f->wang, 1, i);
        assert_applied(test_author_push(&f->wang, &activity, 1));
    }
    const Lianxin__PushReply *again = test_author_send(&f->wang, &first);
    assert_applied(again);
    assert_int_equal(again->rev, 1);
}

static void a_used_sequence_with_other_content_is_a_clone(void **state)
{
    struct fixture *f = *state;
    struct edit plan = test_author_new_plan(&f->wang, 1), other = test_author_new_plan(&f->wang, 2);
    assert_applied(test_author_push(&f->wang, &plan, 1));
    Lianxin__PushRequest request = test_author_push_request(&f->wang, 1, &other, 1);
    const Lianxin__PushReply *reply = test_author_send(&f->wang, &request);
    assert_int_equal(reply->status, STATUS_CLONED);
    assert_int_equal(reply->last_sequence, 1);
    assert_null(test_author_find(&f->wang, "plan", 2));
}

static void a_gap_is_refused_and_consumes_nothing(void **state)
{
    struct fixture *f = *state;
    struct edit plan = test_author_new_plan(&f->wang, 1);
    Lianxin__PushRequest request = test_author_push_request(&f->wang, 3, &plan, 1);
    const Lianxin__PushReply *reply = test_author_send(&f->wang, &request);
    assert_int_equal(reply->status, STATUS_GAP);
    assert_int_equal(reply->last_sequence, 0);
    assert_int_equal(test_author_pull(&f->wang, 0, NULL)->n_rows, 0);
    assert_applied(test_author_push(&f->wang, &plan, 1));
}

static void a_refused_push_has_a_row_with_reasons_and_no_effects(void **state)
{
    struct fixture *f = *state;
    struct edit orphan = test_author_new_activity(&f->wang, 7, 1);
    assert_refused(&f->wang, test_author_push(&f->wang, &orphan, 1), "does not exist");
    assert_null(test_author_find(&f->wang, "activity", 1));
    const Lianxin__PullReply *pull = test_author_pull(&f->wang, 0, NULL);
    struct commit commit;
    struct err err;
    assert_int_equal(pull->n_rows, 1);
    assert_int_equal(
        commit_decode(&f->wang.arena, f->server.schema, pull->rows[0]->body.data, pull->rows[0]->body.len, &commit, &err),
        STATUS_OK);
    assert_int_equal(commit.status, STATUS_INVALID);
    assert_int_equal(commit.n_effects, 0);
    assert_int_equal(commit.n_reasons, 1);
    assert_string_equal(commit.reasons[0], "activity belongs to a plan that does not exist\t活动 所属的 计划 不存在");
    assert_applied(push_plan(&f->wang, 1)); /* the next sequence */
}

static void one_bad_edit_refuses_the_whole_push(void **state)
{
    struct fixture *f = *state;
    struct edit edits[] = {test_author_new_plan(&f->wang, 1), test_author_new_activity(&f->wang, 1, 1)};
    ((Lianxin__Activity *)edits[1].after)->text = NULL;
    assert_refused(&f->wang, test_author_push(&f->wang, edits, 2), "text");
    assert_null(test_author_find(&f->wang, "plan", 1));
}

static void different_fields_of_one_activity_both_survive(void **state)
{
    struct fixture *f = *state;
    assert_applied(push_plan(&f->wang, 1));
    assert_applied(push_change(&f->wang, "person", NULL, "王"));
    assert_applied(push_change(&f->li, "lead", NULL, "办公室"));
    assert_string_equal(test_author_field(&f->wang, "activity", 1, "person"), "王");
    assert_string_equal(test_author_field(&f->wang, "activity", 1, "lead"), "办公室");
    assert_int_equal(test_author_conflicts(&f->wang).n, 0);
}

static void the_same_field_makes_one_conflict_with_both_values(void **state)
{
    struct fixture *f = *state;
    assert_applied(push_plan(&f->wang, 1));
    f->server.now_ms += 5000;
    assert_applied(push_change(&f->wang, "person", NULL, "王"));
    const Lianxin__PushReply *reply = push_change(&f->li, "person", NULL, "李");
    assert_int_equal(reply->status, STATUS_OK);
    assert_int_equal(reply->results[0]->outcome, LIANXIN__EDIT_RESULT__OUTCOME__CONFLICT);
    assert_int_equal(reply->results[0]->n_conflicts, 1);
    struct record_list list = test_author_conflicts(&f->li);
    struct conflict conflict;
    struct err err;
    assert_int_equal(list.n, 1);
    assert_int_equal(conflict_read(&f->li.arena, f->server.schema, list.items[0], &conflict, &err), STATUS_OK);
    assert_string_equal(((const Lianxin__Activity *)conflict.mine)->person, "李");
    assert_string_equal(((const Lianxin__Activity *)conflict.theirs)->person, "王");
    const Lianxin__Conflict *c = (const Lianxin__Conflict *)list.items[0]->message;
    assert_string_equal(c->author_person, "李老师");
    assert_string_equal(c->holder_person, "王老师");
    assert_int_equal(c->holder_at, f->server.now_ms);
    assert_string_equal(test_author_field(&f->wang, "activity", 1, "person"), "王");
}

static void an_author_may_go_on_editing_what_waits_in_a_conflict(void **state)
{
    struct fixture *f = *state;
    struct conflict conflict;
    struct err err;
    assert_applied(push_plan(&f->wang, 1));
    assert_applied(push_change(&f->wang, "person", NULL, "王"));
    (void)push_change(&f->li, "person", NULL, "李");
    (void)push_change(&f->li, "person", "李", "李四");
    struct record_list list = test_author_conflicts(&f->li);
    assert_int_equal(list.n, 1);
    assert_int_equal(conflict_read(&f->li.arena, f->server.schema, list.items[0], &conflict, &err), STATUS_OK);
    assert_string_equal(((const Lianxin__Activity *)conflict.mine)->person, "李四");
}

static const Lianxin__PushReply *resolve(struct test_author *author, const struct record *conflict, Lianxin__ConflictChoice choice)
{
    struct edit edits[2];
    size_t n;
    struct record *target = test_author_find(author, "activity", 1);
    assert_int_equal(
        conflict_resolve(&author->arena, author->server->schema, conflict, target, choice, NULL, "某人", edits, &n, &author->err),
        STATUS_OK);
    return test_author_push(author, edits, n);
}

static void the_first_to_resolve_wins_and_the_second_hears_it(void **state)
{
    struct fixture *f = *state;
    assert_applied(push_plan(&f->wang, 1));
    assert_applied(push_change(&f->wang, "person", NULL, "王"));
    (void)push_change(&f->li, "person", NULL, "李");
    struct record_list list = test_author_conflicts(&f->li);
    assert_applied(resolve(&f->li, list.items[0], LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_MINE));
    assert_string_equal(test_author_field(&f->wang, "activity", 1, "person"), "李");
    assert_int_equal(test_author_conflicts(&f->li).n, 0);
    assert_refused(&f->wang, resolve(&f->wang, list.items[0], LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_THEIRS),
                   "already resolved");
}

static void the_rows_link_are_sealed_and_end_in_the_hash_of_the_tables(void **state)
{
    struct fixture *f = *state;
    struct stream_hash stored;
    struct sha256 digest = {0};
    struct commit commit;
    struct err err;
    assert_applied(push_plan(&f->wang, 3));
    assert_applied(push_change(&f->wang, "person", NULL, "王"));
    (void)push_change(&f->li, "person", NULL, "李");
    const Lianxin__PullReply *pull = test_author_pull(&f->wang, 0, NULL);
    assert_int_equal(pull->outcome, LIANXIN__PULL_REPLY__OUTCOME__ROWS);
    assert_int_equal(pull->n_rows, 3);
    for (size_t i = 0; i < pull->n_rows; i++) {
        const Lianxin__Row *wire = pull->rows[i];
        struct sha256 hmac;
        memcpy(hmac.bytes, wire->hmac.data, SHA256_BYTES);
        struct row row = row_of(wire->body.data, wire->body.len, &hmac);
        assert_true(row_sealed_by(&row, f->server.config.journal_key));
        assert_int_equal(commit_decode(&f->wang.arena, f->server.schema, row.body, row.body_bytes, &commit, &err), STATUS_OK);
        assert_int_equal(commit.rev, i + 1);
        assert_true(sha256_equal(&commit.previous, &digest));
        digest = row.digest;
    }
    assert_int_equal(store_hash(f->server.core->writer.store, f->wang.stream, &stored, &err), STATUS_OK);
    assert_true(stream_hash_equal(&stored, &commit.hash));
}

static void garbage_in_a_payload_consumes_nothing(void **state)
{
    struct fixture *f = *state;
    struct edit plan = test_author_new_plan(&f->wang, 1);
    Lianxin__PushRequest request = test_author_push_request(&f->wang, 1, &plan, 1);
    uint8_t junk[] = "\xff\xff\xff\xff junk";
    request.payload = (ProtobufCBinaryData){.len = sizeof junk, .data = junk};
    assert_null(test_author_send(&f->wang, &request));
    assert_int_equal(f->wang.err.status, STATUS_PROTOCOL);
    assert_applied(test_author_push(&f->wang, &plan, 1));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_pushed_plan_is_there_and_survives_restart_and_kill),
        TEST(the_same_push_again_gets_the_same_answer_once_committed),
        TEST(an_old_sequence_is_answered_from_its_row),
        TEST(a_used_sequence_with_other_content_is_a_clone),
        TEST(a_gap_is_refused_and_consumes_nothing),
        TEST(a_refused_push_has_a_row_with_reasons_and_no_effects),
        TEST(one_bad_edit_refuses_the_whole_push),
        TEST(different_fields_of_one_activity_both_survive),
        TEST(the_same_field_makes_one_conflict_with_both_values),
        TEST(an_author_may_go_on_editing_what_waits_in_a_conflict),
        TEST(the_first_to_resolve_wins_and_the_second_hears_it),
        TEST(the_rows_link_are_sealed_and_end_in_the_hash_of_the_tables),
        TEST(garbage_in_a_payload_consumes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
