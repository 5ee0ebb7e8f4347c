/* SPDX-License-Identifier: Apache-2.0
 *
 * Copies and old states of a client's folder, and of the server's: recognised, repaired, and nothing lost on either side. */
#include "tests/unit/clone_fixture.h"

static void a_clone_made_before_a_sync_sends_only_what_it_alone_holds(void **state)
{
    struct world *world = *state;
    uint64_t before = commits(world);
    edit(&world->first, 1, "person=王老师"); /* in both outboxes */
    test_client_copy(&world->copy, &world->first, 13);
    edit(&world->first, 2, "person=甲");
    edit(&world->copy, 3, "person=乙");
    edit(&world->copy, 4, "person=丙");
    test_client_must_sync(&world->first);
    test_client_must_sync(&world->copy);
    assert_false(world->first.report.renewed);
    assert_true(world->copy.report.renewed);
    assert_converged(world);
    assert_int_equal(commits(world), before + 4); /* the shared one once */
    assert_field(&world->first, 3, "person", "乙");
    assert_field(&world->first, 4, "person", "丙");
    assert_field(&world->copy, 2, "person", "甲");
}

/* The copy has used the next sequence, so what waits in the original goes under a new name; another copy holds it, too. */
static void what_a_copy_sent_under_its_new_name_is_not_sent_by_another_copy(void **state)
{
    struct world *world = *state;
    struct test_client third;
    uint64_t before = commits(world);
    test_client_copy(&world->copy, &world->first, 13);
    edit(&world->copy, 1, "person=乙");
    edit(&world->first, 2, "person=甲");
    test_client_copy(&third, &world->first, 14);
    test_client_must_sync(&world->copy);
    test_client_must_sync(&world->first);
    assert_true(world->first.report.renewed);
    edit(&world->first, 2, "person=");
    test_client_must_sync(&world->first);
    test_client_must_sync(&third);
    assert_true(third.report.renewed);
    assert_field(&third, 2, "person", "");
    assert_int_equal(test_client_outbox(&third, OUTBOX_WAITING), 0);
    assert_int_equal(commits(world), before + 3);
    test_client_close(&third);
    assert_converged(world);
}

static void a_copy_far_behind_with_work_waiting_gets_every_row(void **state)
{
    struct world *world = *state;
    struct settings settings = *core_settings(world->server.core);
    settings.snapshot_rows = 2;
    core_change_settings(world->server.core, &settings);
    edit(&world->first, 1, "person=王老师");
    test_client_copy(&world->copy, &world->first, 13);
    test_client_must_sync(&world->first);
    for (unsigned n = 2; n <= 4; n++)
        edit(&world->other, n, "person=李老师");
    test_client_must_sync(&world->other);
    test_client_must_sync(&world->copy);
    assert_int_equal(world->copy.report.rows, 4);
    assert_int_equal(test_client_outbox(&world->copy, OUTBOX_TAKEN), 0);
    assert_converged(world);
    for (unsigned n = 1; n <= 4; n++)
        edit(&world->other, n, "lead=总务处");
    test_client_must_sync(&world->other);
    test_client_must_sync(&world->copy);
    assert_int_equal(world->copy.report.rows, 0); /* nothing waits: a snapshot will do */
    assert_converged(world);
}

/* The twin syncs as a whole just before the copy's next push: what one sends stands between the other's pull and its push. */
static void sync_twin(void *context, enum message_number number)
{
    struct test_client **twin = context;
    struct test_client *now = *twin;
    if (!now || number != MESSAGE_push)
        return;
    *twin = NULL;
    test_client_must_sync(now);
}

static void two_copies_that_sync_at_once_send_their_common_work_once(void **state)
{
    struct world *world = *state;
    struct test_client twin, *waiting = &twin;
    test_client_copy(&world->copy, &world->first, 13);
    edit(&world->first, 1, "person=王老师");
    test_client_must_sync(&world->first);
    edit(&world->copy, 2, "person=甲");
    test_client_copy(&twin, &world->copy, 14);
    uint64_t before = commits(world);
    world->copy.line.before = sync_twin;
    world->copy.line.before_context = &waiting;
    test_client_must_sync(&world->copy);
    assert_null(waiting);
    assert_true(twin.report.renewed);
    assert_true(world->copy.report.renewed);
    assert_int_equal(commits(world), before + 1);
    test_client_close(&twin);
    assert_converged(world);
}

static void the_original_is_repaired_when_its_copy_was_faster(void **state)
{
    struct world *world = *state;
    edit(&world->first, 1, "person=王老师");
    test_client_copy(&world->copy, &world->first, 13);
    edit(&world->first, 2, "person=甲");
    edit(&world->copy, 3, "person=乙");
    test_client_must_sync(&world->copy);
    assert_false(world->copy.report.renewed);
    test_client_must_sync(&world->first);
    assert_true(world->first.report.renewed);
    assert_converged(world);
    assert_field(&world->copy, 2, "person", "甲");
    assert_field(&world->first, 3, "person", "乙");
}

static void what_the_copy_sent_is_not_sent_again_over_a_later_change(void **state)
{
    struct world *world = *state;
    edit(&world->first, 1, "person=王老师"); /* in both outboxes */
    edit(&world->first, 1, "person=张老师");
    test_client_copy(&world->copy, &world->first, 13);
    edit(&world->copy, 3, "lead=德育处");
    test_client_must_sync(&world->copy);
    test_client_must_sync(&world->other);
    edit(&world->other, 1, "person=李老师");
    test_client_must_sync(&world->other);
    uint64_t before = commits(world);
    edit(&world->first, 2, "lead=总务处");
    test_client_must_sync(&world->first);
    assert_converged(world);
    assert_int_equal(commits(world), before + 1);
    assert_field(&world->first, 1, "person", "李老师");
}

static void a_clone_made_after_a_sync_is_recognised_when_it_looks(void **state)
{
    struct world *world = *state;
    test_client_copy(&world->copy, &world->first, 13);
    edit(&world->first, 1, "person=王老师");
    test_client_must_sync(&world->first);
    test_client_must_sync(&world->copy); /* holds nothing to send, but meets a push in its name */
    assert_true(world->copy.report.renewed);
    edit(&world->copy, 2, "person=乙");
    test_client_must_sync(&world->copy);
    assert_false(world->copy.report.renewed);
    edit(&world->first, 3, "person=甲");
    test_client_must_sync(&world->first);
    assert_false(world->first.report.renewed);
    assert_converged(world);
}

static void an_old_copy_put_back_with_new_work_goes_on(void **state)
{
    struct world *world = *state;
    test_client_copy(&world->copy, &world->first, 13);
    for (unsigned n = 1; n <= 3; n++)
        edit(&world->first, n, "person=王老师");
    test_client_must_sync(&world->first);
    test_client_close(&world->first); /* its disk broke */
    test_client_copy(&world->first, &world->copy, 14);
    edit(&world->first, 4, "person=赵老师");
    edit(&world->first, 1, "lead=总务处");
    test_client_must_sync(&world->first);
    assert_true(world->first.report.renewed);
    assert_field(&world->first, 2, "person", "王老师");
    assert_converged(world);
    assert_field(&world->other, 4, "person", "赵老师");
    assert_field(&world->other, 1, "lead", "总务处");
    assert_field(&world->other, 1, "person", "王老师");
}

static void an_old_copy_far_behind_meets_a_snapshot_and_goes_on(void **state)
{
    struct world *world = *state;
    struct settings settings = *core_settings(world->server.core);
    settings.snapshot_rows = 2;
    core_change_settings(world->server.core, &settings);
    test_client_copy(&world->copy, &world->first, 13);
    for (unsigned n = 1; n <= 4; n++)
        edit(&world->first, n, "person=王老师");
    test_client_must_sync(&world->first);
    edit(&world->copy, 4, "lead=总务处");
    test_client_must_sync(&world->copy);
    assert_true(world->copy.report.renewed);
    assert_converged(world);
    assert_field(&world->other, 4, "lead", "总务处");
    assert_field(&world->other, 4, "person", "王老师");
}

static void both_copies_go_on_in_turns(void **state)
{
    struct world *world = *state;
    uint64_t before = commits(world);
    test_client_copy(&world->copy, &world->first, 13);
    unsigned renewed = 0;
    for (unsigned i = 0; i < 12; i++) {
        struct test_client *client = i % 2 ? &world->copy : &world->first;
        edit(client, i % 4 + 1, arena_printf(&client->arena, "person=老师%u", i));
        test_client_must_sync(client);
        renewed += client->report.renewed;
    }
    assert_int_equal(renewed, 1);
    assert_converged(world);
    assert_int_equal(commits(world), before + 12);
}

static void a_repair_cut_off_anywhere_goes_on_at_the_next_sync(void **state)
{
    struct world *world = *state;
    test_client_copy(&world->copy, &world->first, 13);
    for (unsigned after = 0; after < 10; after++) {
        struct test_client twin;
        uint64_t before = commits(world);
        edit(&world->first, 1, arena_printf(&world->first.arena, "person=甲%u", after));
        test_client_must_sync(&world->first);
        test_client_copy(&twin, &world->copy, 100 + after);
        edit(&twin, 2, arena_printf(&twin.arena, "person=乙%u", after));
        edit(&twin, 3, arena_printf(&twin.arena, "lead=乙%u", after));
        (void)test_client_cut_sync(&twin, after % 2 ? TEST_LINE_LOSE_REPLY : TEST_LINE_LOSE_REQUEST, after / 2);
        test_client_kill(&twin);
        test_client_must_sync(&twin);
        assert_int_equal(test_client_outbox(&twin, OUTBOX_WAITING) + test_client_outbox(&twin, OUTBOX_PARKED), 0);
        assert_int_equal(commits(world), before + 3);
        test_client_close(&world->copy);
        test_client_copy(&world->copy, &world->first, 200 + after);
        test_client_close(&twin);
    }
}

/* A copy of a copy: both were renamed, so only what they sent tells that it is the same. */
static void what_two_renamed_copies_hold_both_is_sent_once(void **state)
{
    struct world *world = *state;
    struct test_client twin;
    test_client_copy(&world->copy, &world->first, 13);
    edit(&world->first, 1, "person=王老师");
    test_client_must_sync(&world->first);
    edit(&world->copy, 2, "person=甲");
    edit(&world->copy, 3, "person=乙");
    test_client_copy(&twin, &world->copy, 14);
    edit(&twin, 4, "person=丙");
    uint64_t before = commits(world);
    test_client_must_sync(&world->copy);
    test_client_must_sync(&world->other);
    edit(&world->other, 2, "person=丁");
    test_client_must_sync(&world->other);
    test_client_must_sync(&twin);
    assert_true(world->copy.report.renewed);
    assert_true(twin.report.renewed);
    assert_converged(world);
    assert_int_equal(commits(world), before + 4);
    assert_field(&world->other, 2, "person", "丁");
    assert_field(&world->other, 4, "person", "丙");
    test_client_close(&twin);
}

static void refused_changes_of_a_copy_stay_to_be_read(void **state)
{
    struct world *world = *state;
    test_client_new_activity(&world->first, 99, 9); /* of a plan that does not exist */
    test_client_must_sync(&world->first);
    assert_int_equal(test_client_outbox(&world->first, OUTBOX_PARKED), 1);
    test_client_copy(&world->copy, &world->first, 13);
    edit(&world->first, 1, "person=王老师");
    test_client_must_sync(&world->first);
    edit(&world->copy, 2, "person=乙");
    test_client_must_sync(&world->copy);
    assert_true(world->copy.report.renewed);
    assert_int_equal(test_client_outbox(&world->copy, OUTBOX_PARKED), 1);
    struct outbox_list parked;
    assert_int_equal(outbox_list(world->copy.cache, &world->copy.arena, OUTBOX_PARKED, &parked, &world->copy.err), STATUS_OK);
    assert_int_equal(outbox_drop(world->copy.cache, parked.items[0].stream, parked.items[0].sequence, &world->copy.err), STATUS_OK);
    assert_int_equal(test_client_outbox(&world->copy, OUTBOX_PARKED), 0);
}

/* --- the server's folder --- */

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_clone_made_before_a_sync_sends_only_what_it_alone_holds, start, stop),
        cmocka_unit_test_setup_teardown(what_a_copy_sent_under_its_new_name_is_not_sent_by_another_copy, start, stop),
        cmocka_unit_test_setup_teardown(a_copy_far_behind_with_work_waiting_gets_every_row, start, stop),
        cmocka_unit_test_setup_teardown(two_copies_that_sync_at_once_send_their_common_work_once, start, stop),
        cmocka_unit_test_setup_teardown(the_original_is_repaired_when_its_copy_was_faster, start, stop),
        cmocka_unit_test_setup_teardown(what_the_copy_sent_is_not_sent_again_over_a_later_change, start, stop),
        cmocka_unit_test_setup_teardown(a_clone_made_after_a_sync_is_recognised_when_it_looks, start, stop),
        cmocka_unit_test_setup_teardown(an_old_copy_put_back_with_new_work_goes_on, start, stop),
        cmocka_unit_test_setup_teardown(an_old_copy_far_behind_meets_a_snapshot_and_goes_on, start, stop),
        cmocka_unit_test_setup_teardown(both_copies_go_on_in_turns, start, stop),
        cmocka_unit_test_setup_teardown(a_repair_cut_off_anywhere_goes_on_at_the_next_sync, start, stop),
        cmocka_unit_test_setup_teardown(what_two_renamed_copies_hold_both_is_sent_once, start, stop),
        cmocka_unit_test_setup_teardown(refused_changes_of_a_copy_stay_to_be_read, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
