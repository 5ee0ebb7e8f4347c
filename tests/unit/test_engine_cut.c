/* SPDX-License-Identifier: Apache-2.0
 *
 * Client engines whose line or server is cut off: nothing is lost and nothing happens twice. */
#include "tests/unit/engine_fixture.h"

static void a_change_survives_a_crash_before_it_was_sent(void **state)
{
    struct world *world = *state;
    assert_int_equal(test_client_edit(&world->first, "activity", 1, "person=王老师", NULL), STATUS_OK);
    test_client_kill(&world->first);
    assert_string_equal(test_client_field(&world->first, "activity", 1, "person"), "王老师");
    assert_int_equal(test_client_outbox(&world->first, OUTBOX_WAITING), 1);
    test_client_must_sync(&world->first);
    test_client_must_sync(&world->second);
    assert_string_equal(test_client_field(&world->second, "activity", 1, "person"), "王老师");
    assert_same(world);
}

static void a_push_whose_answer_was_lost_is_not_carried_out_twice(void **state)
{
    struct world *world = *state;
    uint64_t rev = test_client_stream(&world->first).rev;
    assert_int_equal(test_client_edit(&world->first, "activity", 1, "person=王老师", NULL), STATUS_OK);
    assert_int_equal(test_client_cut_sync(&world->first, TEST_LINE_LOSE_REPLY, 1),
                     STATUS_UNAVAILABLE); /* hello goes well, the push's answer is lost */
    assert_int_equal(test_client_outbox(&world->first, OUTBOX_WAITING), 1);
    test_client_must_sync(&world->first);
    assert_int_equal(test_client_stream(&world->first).rev, rev + 1);
    test_client_must_sync(&world->second);
    assert_same(world);
}

static void a_sync_cut_anywhere_goes_on_at_the_next(void **state)
{
    struct world *world = *state;
    for (unsigned after = 0; after < 6; after++) {
        const char *person = arena_printf(&world->first.arena, "person=老师%u", after);
        assert_int_equal(test_client_edit(&world->first, "activity", 1, person, NULL), STATUS_OK);
        (void)!test_client_cut_sync(&world->first, after % 2 ? TEST_LINE_LOSE_REPLY : TEST_LINE_LOSE_REQUEST, after / 2);
        test_client_kill(&world->first);
        test_client_must_sync(&world->first);
    }
    test_client_must_sync(&world->second);
    assert_string_equal(test_client_field(&world->second, "activity", 1, "person"), "老师5");
    assert_int_equal(test_client_open_conflicts(&world->second), 0);
    assert_same(world);
}

static void duplicated_requests_do_no_harm(void **state)
{
    struct world *world = *state;
    world->first.line.fault = TEST_LINE_TWICE;
    uint64_t rev = test_client_stream(&world->first).rev;
    assert_int_equal(test_client_edit(&world->first, "activity", 1, "person=王老师", NULL), STATUS_OK);
    test_client_new_activity(&world->first, 1, 2);
    test_client_must_sync(&world->first);
    assert_int_equal(test_client_stream(&world->first).rev, rev + 2);
    test_client_must_sync(&world->second);
    assert_same(world);
}

static void without_a_network_everything_is_kept(void **state)
{
    struct world *world = *state;
    world->first.line.fault = TEST_LINE_DOWN;
    for (unsigned n = 2; n < 12; n++)
        test_client_new_activity(&world->first, 1, n);
    assert_int_equal(test_client_sync(&world->first), STATUS_UNAVAILABLE);
    assert_int_equal(test_client_outbox(&world->first, OUTBOX_WAITING), 10);
    assert_string_equal(test_client_field(&world->first, "activity", 11, "number"), "9.11");
    world->first.line.fault = TEST_LINE_WHOLE;
    test_client_must_sync(&world->first);
    assert_int_equal(world->first.report.pushed, 10);
    test_client_must_sync(&world->second);
    assert_string_equal(test_client_field(&world->second, "activity", 11, "number"), "9.11");
    assert_same(world);
}

static void a_client_far_behind_takes_a_snapshot(void **state)
{
    struct world *world = *state;
    struct settings settings = *core_settings(world->server.core);
    settings.snapshot_rows = 3;
    settings.page_bytes = 400;
    core_change_settings(world->server.core, &settings);
    for (unsigned n = 2; n < 30; n++)
        test_client_new_activity(&world->first, 1, n);
    test_client_must_sync(&world->first);
    assert_int_equal(test_client_edit(&world->second, "activity", 1, "lead=德育处", NULL), STATUS_OK);
    assert_int_equal(test_client_cut_sync(&world->second, TEST_LINE_LOSE_REPLY, 5),
                     STATUS_UNAVAILABLE); /* somewhere inside the pages */
    test_client_kill(&world->second);
    test_client_must_sync(&world->second);
    assert_string_equal(test_client_field(&world->second, "activity", 29, "number"), "9.29");
    assert_string_equal(test_client_field(&world->second, "activity", 1, "lead"), "德育处");
    test_client_must_sync(&world->first);
    assert_false(world->second.report.compared);
    assert_same(world);
}

static void a_server_killed_between_syncs_loses_nothing(void **state)
{
    struct world *world = *state;
    for (unsigned n = 2; n < 8; n++) {
        test_client_new_activity(&world->first, 1, n);
        test_client_must_sync(&world->first);
        test_server_kill(&world->server);
    }
    test_client_must_sync(&world->first);
    test_client_must_sync(&world->second);
    assert_string_equal(test_client_field(&world->second, "activity", 7, "number"), "9.7");
    assert_same(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_change_survives_a_crash_before_it_was_sent, start, stop),
        cmocka_unit_test_setup_teardown(a_push_whose_answer_was_lost_is_not_carried_out_twice, start, stop),
        cmocka_unit_test_setup_teardown(a_sync_cut_anywhere_goes_on_at_the_next, start, stop),
        cmocka_unit_test_setup_teardown(duplicated_requests_do_no_harm, start, stop),
        cmocka_unit_test_setup_teardown(without_a_network_everything_is_kept, start, stop),
        cmocka_unit_test_setup_teardown(a_client_far_behind_takes_a_snapshot, start, stop),
        cmocka_unit_test_setup_teardown(a_server_killed_between_syncs_loses_nothing, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
