/* SPDX-License-Identifier: Apache-2.0
 *
 * Syncing by files: what a school exports, the district takes in and answers, and the school imports. The same push and pull as
 * over the network, with the same exactly-once rule, whatever is done with the files. */
#include <string.h>

#include "tests/harness/test.h"
#include "tests/harness/test_bundle_world.h"

/* ---- the way there and back ---- */

static void a_bundle_carries_changes_both_ways(void **state)
{
    struct bundle_world *world = *state;
    bundle_world_edit(&world->school, 1, "text=校运动会");
    bundle_world_edit(&world->school, 2, "text=登山");
    bundle_world_edit(&world->other, 3, "text=教师节慰问");
    test_client_must_sync(&world->other);
    bundle_world_export(world);
    assert_int_equal(world->made.changes, 2);
    bundle_world_assert_waiting(world, 2);
    bundle_world_must_take(world);
    bundle_world_assert_taken(world, 2, 0, 0);
    bundle_world_must_import(world);
    assert_int_equal(world->school.report.pushed, 2);
    bundle_world_assert_waiting(world, 0);
    bundle_world_assert_field(&world->school, 3, "text", "教师节慰问");
    test_client_must_sync(&world->other);
    bundle_world_assert_field(&world->other, 1, "text", "校运动会");
    bundle_world_assert_converged(world);
}

static void the_same_bundle_twice_is_taken_once(void **state)
{
    struct bundle_world *world = *state;
    bundle_world_edit(&world->school, 1, "text=校运动会");
    bundle_world_export(world);
    bundle_world_must_take(world);
    uint64_t rev = bundle_world_head(world);
    bundle_world_must_take(world);
    bundle_world_assert_taken(world, 0, 1, 0);
    assert_int_equal(bundle_world_head(world), rev);
    bundle_world_must_import(world);
    bundle_world_must_import(world);
    assert_int_equal(world->school.report.pushed, 0);
    bundle_world_assert_waiting(world, 0);
    bundle_world_assert_converged(world);
}

static void a_second_export_before_the_answer_holds_the_first_ones_changes_too(void **state)
{
    struct bundle_world *world = *state;
    struct buf second, answer;
    buf_init(&second, 0);
    buf_init(&answer, 0);
    bundle_world_edit(&world->school, 1, "text=校运动会");
    bundle_world_export(world);
    bundle_world_edit(&world->school, 2, "text=登山");
    bundle_world_must(world, bundle_world_export_as(world, &world->school, &second));
    assert_int_equal(world->made.changes, 2);
    bundle_world_must(world, bundle_world_take(world, &second, false, &answer)); /* the later one comes first */
    bundle_world_assert_taken(world, 2, 0, 0);
    bundle_world_must_take(world);
    bundle_world_assert_taken(world, 0, 1, 0);
    bundle_world_must_import(world); /* … and the earlier one's answer */
    bundle_world_must(world, bundle_world_import(world, &world->school, &answer));
    bundle_world_assert_waiting(world, 0);
    buf_done(&second);
    buf_done(&answer);
    bundle_world_assert_converged(world);
}

static void what_was_changed_after_the_export_waits_for_the_next_one(void **state)
{
    struct bundle_world *world = *state;
    bundle_world_edit(&world->school, 1, "text=校运动会");
    bundle_world_export(world);
    bundle_world_must_take(world);
    bundle_world_edit(&world->school, 1, "text=校运动会（改期）");
    bundle_world_must_import(world);
    bundle_world_assert_waiting(world, 1);
    bundle_world_assert_field(&world->school, 1, "text", "校运动会（改期）");
    bundle_world_export(world);
    assert_int_equal(world->made.changes, 1);
    bundle_world_must_take(world);
    bundle_world_assert_taken(world, 1, 0, 0);
    bundle_world_must_import(world);
    bundle_world_assert_waiting(world, 0);
    bundle_world_assert_converged(world);
    bundle_world_assert_field(&world->other, 1, "text", "校运动会（改期）");
}

/* As after a join whose first sync found no network: only enrolling has told the district's key. */
static void a_device_that_never_synced_can_export(void **state)
{
    struct bundle_world *world = *state;
    struct cache *cache = world->school.cache;
    struct box_public key;
    bundle_world_must(world, question_district_key(cache, &key, &world->err));
    bundle_world_must(world, cache_put_meta(cache, CACHE_META_hello, NULL, 0, &world->err));
    bundle_world_edit(&world->school, 1, "text=校运动会");
    struct sync sync = test_client_engine(&world->school);
    assert_int_equal(test_bundle_export(&sync, &world->school.line.peer, &world->made, &world->question, &world->err),
                     STATUS_NOT_FOUND);
    assert_int_equal(world->err.reason, REASON_BUNDLE_UNKNOWN);
    bundle_world_must(world, cache_put_meta(cache, CACHE_META_bundle_key, key.bytes, BOX_KEY_BYTES, &world->err));
    bundle_world_export(world);
    bundle_world_must_take(world);
    bundle_world_must_import(world);
    bundle_world_assert_waiting(world, 0);
    bundle_world_assert_converged(world);
}

static void a_bundle_that_never_arrives_costs_nothing(void **state)
{
    struct bundle_world *world = *state;
    bundle_world_edit(&world->school, 1, "text=校运动会");
    bundle_world_export(world);
    bundle_world_assert_converged(world);
    bundle_world_assert_field(&world->other, 1, "text", "校运动会");
}

static void a_sync_over_the_network_meanwhile_doubles_nothing(void **state)
{
    struct bundle_world *world = *state;
    bundle_world_edit(&world->school, 1, "text=校运动会");
    bundle_world_export(world);
    world->school.line.fault = TEST_LINE_WHOLE;
    test_client_must_sync(&world->school);
    uint64_t rev = bundle_world_head(world);
    bundle_world_must_take(world); /* the stick was carried all the same */
    bundle_world_assert_taken(world, 0, 1, 0);
    assert_int_equal(bundle_world_head(world), rev);
    bundle_world_edit(&world->other, 2, "text=登山");
    test_client_must_sync(&world->other);
    test_client_must_sync(&world->school);
    bundle_world_must_import(world); /* older than what is known */
    bundle_world_assert_field(&world->school, 2, "text", "登山");
    bundle_world_assert_converged(world);
}

static void an_old_answer_does_not_undo_what_was_learned_since(void **state)
{
    struct bundle_world *world = *state;
    struct cache_identity id;
    bundle_world_edit(&world->school, 1, "text=校运动会");
    bundle_world_export(world);
    bundle_world_must_take(world);
    world->server.now_ms += 60000;
    world->school.line.fault = TEST_LINE_WHOLE;
    bundle_world_edit(&world->school, 2, "text=登山");
    test_client_must_sync(&world->school);
    struct cache_stream before = test_client_stream(&world->school);
    bundle_world_must_import(world);
    struct cache_stream after = test_client_stream(&world->school);
    assert_int_equal(before.rev, after.rev);
    assert_int_equal(before.synced_ms, after.synced_ms);
    bundle_world_must(world, cache_identity_get(world->school.cache, &world->school.arena, &id, &world->err));
    bundle_world_assert_converged(world);
}

static void conflicts_and_refusals_come_back_with_the_answer(void **state)
{
    struct bundle_world *world = *state;
    bundle_world_edit(&world->other, 1, "text=他人先改");
    test_client_must_sync(&world->other);
    bundle_world_edit(&world->school, 1, "text=校运动会");
    bundle_world_export(world);
    bundle_world_must_take(world);
    assert_int_equal(world->taken.conflicts, 1);
    bundle_world_must_import(world);
    assert_int_equal(world->school.report.conflicts, 1);
    assert_int_equal(test_client_open_conflicts(&world->school), 1);
    bundle_world_assert_waiting(world, 0);
}

/* ---- a full disk ---- */

static void an_answer_that_finds_no_room_is_not_taken_for_one_that_ended(void **state)
{
    struct bundle_world *world = *state;
    bundle_world_edit(&world->school, 1, "text=校运动会");
    bundle_world_edit(&world->other, 3, "text=教师节慰问");
    test_client_must_sync(&world->other);
    bundle_world_export(world);
    bundle_world_must_take(world);
    unsigned refused = 0;
    for (int64_t room = 0;; room += 4096) { /* until it fits */
        test_disk_set_free(world->school.disk, room);
        enum status s = bundle_world_import(world, &world->school, &world->answer);
        if (s == STATUS_OK)
            break;
        assert_int_equal(world->err.reason, REASON_DISK_FULL_HERE);
        refused++;
    }
    test_disk_set_free(world->school.disk, -1);
    assert_true(refused > 1);
    bundle_world_assert_waiting(world, 0);
    bundle_world_assert_field(&world->school, 3, "text", "教师节慰问");
    bundle_world_assert_converged(world);
}

/* ---- limits ---- */

static void fill_much(struct test_client *client, unsigned n)
{
    char change[5 + 8000 + 1];
    memcpy(change, "text=", 5);
    memset(change + 5, 'x', 8000);
    change[5 + 8000] = 0;
    for (unsigned i = 10; i < 10 + n; i++) {
        test_client_new_activity(client, 1, i);
        bundle_world_edit(client, i, change);
    }
}

static void a_long_answer_comes_in_parts(void **state)
{
    struct bundle_world *world = *state;
    fill_much(&world->other, 300);
    test_client_must_sync(&world->other);
    bundle_world_edit(&world->school, 1, "text=校运动会");
    bundle_world_export(world);
    bundle_world_must_take(world);
    assert_in_range(world->taken.parts, 2, 10);
    bundle_world_assert_taken(world, 1, 0, 0);
    bundle_world_must_import(world);
    bundle_world_assert_waiting(world, 0);
    assert_int_equal(test_client_stream(&world->school).rev, bundle_world_head(world));
    bundle_world_assert_converged(world);
}

static void one_far_behind_gets_a_snapshot(void **state)
{
    struct bundle_world *world = *state;
    struct settings settings = *core_settings(world->server.core);
    settings.snapshot_rows = 3;
    settings.page_bytes = 2000;
    core_change_settings(world->server.core, &settings);
    for (unsigned n = 20; n < 60; n++)
        test_client_new_activity(&world->other, 1, n);
    test_client_must_sync(&world->other);
    bundle_world_edit(&world->school, 1, "text=校运动会");
    bundle_world_export(world);
    bundle_world_must_take(world);
    bundle_world_must_import(world);
    bundle_world_assert_waiting(world, 0);
    assert_int_equal(test_client_stream(&world->school).rev, bundle_world_head(world));
    assert_non_null(test_client_field(&world->school, "activity", 59, "text"));
    bundle_world_assert_converged(world);
}

static void more_changes_than_fit_go_in_two_bundles(void **state)
{
    struct bundle_world *world = *state;
    for (unsigned i = 0; i < BUNDLE_PUSHES_MAX + 5; i++)
        bundle_world_edit(&world->school, 1, i % 2 ? "text=校运动会" : "text=登山");
    bundle_world_export(world);
    assert_int_equal(world->made.changes, BUNDLE_PUSHES_MAX);
    assert_int_equal(world->made.left, 5);
    bundle_world_must_take(world);
    bundle_world_must_import(world);
    bundle_world_assert_waiting(world, 5);
    bundle_world_export(world);
    bundle_world_must_take(world);
    bundle_world_assert_taken(world, 5, 0, 0);
    bundle_world_must_import(world);
    bundle_world_assert_waiting(world, 0);
    bundle_world_assert_converged(world);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bundle_world_start, bundle_world_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_bundle_carries_changes_both_ways),
        TEST(the_same_bundle_twice_is_taken_once),
        TEST(a_second_export_before_the_answer_holds_the_first_ones_changes_too),
        TEST(what_was_changed_after_the_export_waits_for_the_next_one),
        TEST(a_device_that_never_synced_can_export),
        TEST(a_bundle_that_never_arrives_costs_nothing),
        TEST(a_sync_over_the_network_meanwhile_doubles_nothing),
        TEST(an_old_answer_does_not_undo_what_was_learned_since),
        TEST(conflicts_and_refusals_come_back_with_the_answer),
        TEST(an_answer_that_finds_no_room_is_not_taken_for_one_that_ended),
        TEST(a_long_answer_comes_in_parts),
        TEST(one_far_behind_gets_a_snapshot),
        TEST(more_changes_than_fit_go_in_two_bundles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
