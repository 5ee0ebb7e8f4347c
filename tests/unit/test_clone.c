/* SPDX-License-Identifier: Apache-2.0
 *
 * Copies and old states of a client's folder, and of the server's: recognised, repaired, and nothing lost on either side. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "tests/harness/test_school.h"

struct world {
    struct test_server server;
    struct test_client first, other; /* two devices of one school */
    struct test_client copy;         /* of the first one's folder; opened by the tests */
};

static int start(void **state)
{
    struct world *world = test_calloc(1, sizeof *world);
    test_school_open(&world->server, 1, 4, (struct test_client *[]){&world->first, &world->other, NULL});
    *state = world;
    return 0;
}

static int stop(void **state)
{
    struct world *world = *state;
    if (world->copy.cache)
        test_client_close(&world->copy);
    test_school_close(&world->server, (struct test_client *[]){&world->first, &world->other, NULL});
    test_free(world);
    return 0;
}

static void edit(struct test_client *client, unsigned activity, const char *change)
{
    assert_int_equal(test_client_edit(client, "activity", activity, change, NULL), STATUS_OK);
}

static void assert_field(struct test_client *client, unsigned activity, const char *field, const char *value)
{
    assert_string_equal(test_client_field(client, "activity", activity, field), value);
}

/* Everybody syncs until all is there, and all hold the same with nothing waiting and no conflict. */
static void assert_converged(struct world *world)
{
    struct test_client *clients[] = {&world->first, &world->copy, &world->other, &world->first, &world->copy};
    for (size_t i = 0; i < 5; i++)
        test_client_must_sync(clients[i]);
    struct cache_stream want = test_client_stream(&world->first);
    for (size_t i = 0; i < 3; i++) {
        struct cache_stream line = test_client_stream(clients[i]);
        assert_int_equal(line.rev, want.rev);
        assert_true(cache_stream_verified(&line));
        assert_true(stream_hash_equal(&line.base, &want.base));
        assert_int_equal(test_client_open_conflicts(clients[i]), 0);
        for (enum outbox_state state = OUTBOX_WAITING; state <= OUTBOX_PARKED; state++)
            assert_int_equal(test_client_outbox(clients[i], state), 0);
    }
}

static uint64_t commits(struct world *world)
{
    test_client_must_sync(&world->other);
    return test_client_stream(&world->other).rev;
}

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

#define COPY "copy.db"

static void run_on(struct world *world, const char *database)
{
    world->server.config.path = database;
    test_server_restart(&world->server);
}

static void assert_recognised(struct test_client *client, uint64_t waiting)
{
    assert_int_equal(test_client_sync(client), STATUS_CORRUPT);
    assert_int_equal(client->err.reason, REASON_SERVER_COPIED);
    assert_int_equal(test_client_outbox(client, OUTBOX_WAITING), waiting);
    assert_int_equal(test_client_outbox(client, OUTBOX_TAKEN), 0);
}

static void an_older_copy_of_the_server_is_recognised_and_gets_nothing(void **state)
{
    struct world *world = *state;
    const char *real = world->server.config.path;
    test_disk_copy(world->server.disk, real, world->server.disk, COPY);
    edit(&world->first, 1, "person=王老师");
    test_client_must_sync(&world->first);
    run_on(world, COPY);
    assert_recognised(&world->first, 0);
    edit(&world->first, 2, "person=甲");
    assert_recognised(&world->first, 1);
    assert_field(&world->first, 1, "person", "王老师");
    assert_field(&world->first, 2, "person", "甲");
    run_on(world, real);
    test_client_must_sync(&world->first);
    test_client_must_sync(&world->other);
    assert_field(&world->other, 2, "person", "甲");
}

static void a_server_copy_that_went_another_way_is_recognised_at_the_same_revision(void **state)
{
    struct world *world = *state;
    const char *real = world->server.config.path;
    test_disk_copy(world->server.disk, real, world->server.disk, COPY);
    edit(&world->first, 1, "person=王老师");
    test_client_must_sync(&world->first);
    run_on(world, COPY);
    edit(&world->other, 1, "person=李老师"); /* this one only knows the copy */
    test_client_must_sync(&world->other);
    assert_int_equal(test_client_stream(&world->other).rev, test_client_stream(&world->first).rev);
    assert_recognised(&world->first, 0);
    edit(&world->first, 2, "person=甲");
    assert_recognised(&world->first, 1);
    run_on(world, real);
    test_client_must_sync(&world->first);
    assert_recognised(&world->other, 0); /* what it wrote is in its own journal still */
    assert_field(&world->other, 1, "person", "李老师");
}

static void a_server_copy_that_is_further_on_is_recognised(void **state)
{
    struct world *world = *state;
    const char *real = world->server.config.path;
    test_disk_copy(world->server.disk, real, world->server.disk, COPY);
    edit(&world->first, 1, "person=王老师");
    test_client_must_sync(&world->first);
    run_on(world, COPY);
    for (unsigned n = 1; n <= 3; n++)
        edit(&world->other, n, "person=李老师");
    test_client_must_sync(&world->other);
    edit(&world->first, 4, "person=甲");
    assert_recognised(&world->first, 1);
    run_on(world, real);
    test_client_must_sync(&world->first);
    assert_int_equal(test_client_outbox(&world->first, OUTBOX_WAITING), 0);
}

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
        cmocka_unit_test_setup_teardown(an_older_copy_of_the_server_is_recognised_and_gets_nothing, start, stop),
        cmocka_unit_test_setup_teardown(a_server_copy_that_went_another_way_is_recognised_at_the_same_revision, start, stop),
        cmocka_unit_test_setup_teardown(a_server_copy_that_is_further_on_is_recognised, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
