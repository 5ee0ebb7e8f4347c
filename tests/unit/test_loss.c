/* SPDX-License-Identifier: Apache-2.0
 *
 * The loss report names what is lost and nothing else, also when an older backup is restored after a newer one. */
#include <stdio.h>
#include <string.h>

#include "server/service/loss.h"
#include "tests/harness/test.h"
#include "tests/harness/test_author.h"
#include "tests/harness/test_school.h"

#define CLIENTS 2

struct world {
    struct test_server server;
    struct test_client clients[CLIENTS];
    unsigned older, newer; /* backups */
    uint64_t older_rev, newer_rev, last_rev;
};

static int start(void **state)
{
    struct world *world = test_calloc(1, sizeof *world);
    test_school_open(&world->server, 1, 1, (struct test_client *[]){&world->clients[0], &world->clients[1], NULL});
    *state = world;
    return 0;
}

static int stop(void **state)
{
    struct world *world = *state;
    test_school_close(&world->server, (struct test_client *[]){&world->clients[0], &world->clients[1], NULL});
    test_free(world);
    return 0;
}

static void edit(struct world *world, unsigned client, const char *text)
{
    assert_int_equal(test_client_edit(&world->clients[client], "activity", 1, text, NULL), STATUS_OK);
    test_client_must_sync(&world->clients[client]);
}

struct said {
    uint64_t epoch, missing;
    char text[200];
};

static void say(void *context, uint32_t stream, uint64_t epoch, uint64_t missing, const char *ranges)
{
    struct said *said = context;
    size_t at = strlen(said->text);
    (void)stream;
    snprintf(said->text + at, sizeof said->text - at, "%s%s", at ? " + " : "", ranges);
    said->missing += missing;
    said->epoch = epoch;
}

static struct said report(struct world *world)
{
    struct said said = {0};
    struct work work = {.desk = &world->server.core->writer, .arena = &world->clients[0].arena};
    struct err err;
    assert_int_equal(loss_list(&work, say, &said, &err), STATUS_OK);
    return said;
}

static const char *range(char text[32], uint64_t first, uint64_t last)
{
    snprintf(text, 32, first == last ? "%u" : "%u-%u", (unsigned)first, (unsigned)last);
    return text;
}

/* A backup, two changes, another backup, two changes; the newer one is restored, two changes more. */
static void live_twice(struct world *world)
{
    world->older = test_server_backup(&world->server);
    world->older_rev = test_client_stream(&world->clients[0]).rev;
    edit(world, 0, "person=一");
    edit(world, 0, "person=二");
    world->newer = test_server_backup(&world->server);
    world->newer_rev = test_client_stream(&world->clients[0]).rev;
    edit(world, 0, "person=三");
    test_server_restore(&world->server, world->newer);
    edit(world, 0, "person=四"); /* the third comes back before it */
    edit(world, 0, "person=五");
    world->last_rev = test_client_stream(&world->clients[0]).rev;
}

static void an_older_backup_after_a_newer_one_misses_nothing_that_came_back(void **state)
{
    struct world *world = *state;
    live_twice(world);
    test_server_restore(&world->server, world->older);
    test_client_must_sync(&world->clients[0]);
    struct said said = report(world);
    assert_string_equal(said.text, "");
    test_client_must_sync(&world->clients[1]);
    assert_string_equal(test_client_field(&world->clients[1], "activity", 1, "person"), "五");
}

/* One who has read of the changes as a snapshot knows how far they went; then somebody comes who holds a part of the rows. */
static void what_is_missing_is_named_in_the_life_that_made_it(void **state)
{
    struct world *world = *state;
    char text[32];
    live_twice(world);
    world->server.config.settings.snapshot_rows = 1;
    test_server_restart(&world->server);
    test_client_must_sync(&world->clients[1]);
    edit(world, 1, "person=六"); /* holds this row only */
    test_server_restore(&world->server, world->older);
    test_client_must_sync(&world->clients[1]);
    struct said said = report(world);
    assert_string_equal(said.text, range(text, world->older_rev + 1, world->last_rev));
    test_client_must_sync(&world->clients[0]);
    said = report(world);
    assert_string_equal(said.text, "");
    test_client_must_sync(&world->clients[1]);
    assert_string_equal(test_client_field(&world->clients[1], "activity", 1, "person"), "六");
}

static void a_row_of_the_newer_life_that_nobody_has_is_the_only_one_named(void **state)
{
    struct world *world = *state;
    char text[32];
    live_twice(world);
    test_client_must_sync(&world->clients[1]);
    edit(world, 0, "person=六"); /* nobody else will hold it */
    uint64_t lost = test_client_stream(&world->clients[0]).rev;
    world->server.config.settings.snapshot_rows = 0; /* from now on nothing but snapshots */
    test_server_restart(&world->server);
    test_client_must_sync(&world->clients[1]);
    test_server_restore(&world->server, world->older);
    test_client_must_sync(&world->clients[1]);
    struct said said = report(world);
    assert_string_equal(said.text, range(text, lost, lost));
    assert_int_equal(said.missing, 1);
}

/* Its answer was lost, so nothing of the school's was held when the newer backup was restored: the row came by a pull after that.
 */
static void a_row_pulled_from_a_restored_server_is_kept_for_the_older_backup(void **state)
{
    struct world *world = *state;
    struct test_client author;
    test_server_add_school(&world->server, "SY02", "城关小学");
    test_client_join(&author, &world->server, "SY02", "赵老师", 20);
    test_client_must_sync(&author);
    unsigned older = test_server_backup(&world->server);
    test_server_note_backup(&world->server, older, 0);
    test_client_new_plan(&author, 1);
    (void)test_client_cut_sync(&author, TEST_LINE_LOSE_REPLY, 2); /* hello, push; the pull is cut */
    unsigned newer = test_server_backup(&world->server);
    test_server_restore(&world->server, newer);
    test_client_must_sync(&author);
    assert_int_equal(test_client_outbox(&author, OUTBOX_TAKEN), 0);
    test_server_restore(&world->server, older);
    test_client_must_sync(&author);
    assert_int_equal(author.report.recovered, 1);
    test_client_close(&author);
}

/* Far more than what a snapshot would stand for: its own rows come one by one all the same, so that it can give them back. */
static void who_pushes_a_lot_at_once_keeps_every_row_of_its_own(void **state)
{
    struct world *world = *state;
    struct test_client *author = &world->clients[0];
    unsigned night = test_server_backup(&world->server);
    world->server.config.settings.snapshot_rows = 2;
    test_server_restart(&world->server);
    for (unsigned n = 2; n < 12; n++)
        test_client_new_activity(author, 1, n);
    test_client_must_sync(author);
    test_server_restore(&world->server, night);
    test_client_must_sync(author);
    assert_int_equal(author->report.recovered, 10);
    assert_string_equal(report(world).text, "");
}

/* The same when others have pushed as much in between, and the answers to half of it were lost. */
static void whose_answers_were_lost_keeps_every_row_of_its_own_too(void **state)
{
    struct world *world = *state;
    struct test_client *author = &world->clients[0];
    unsigned night = test_server_backup(&world->server);
    world->server.config.settings.snapshot_rows = 2;
    test_server_restart(&world->server);
    for (unsigned n = 2; n < 12; n++)
        test_client_new_activity(author, 1, n);
    (void)test_client_cut_sync(author, TEST_LINE_LOSE_REPLY, 5);
    test_client_must_sync(&world->clients[1]);
    for (unsigned n = 20; n < 30; n++)
        test_client_new_activity(&world->clients[1], 1, n);
    test_client_must_sync(&world->clients[1]);
    test_client_must_sync(author);
    test_server_restore(&world->server, night);
    test_client_must_sync(author);
    assert_in_range(author->report.recovered, 10, 20);
    test_client_must_sync(&world->clients[1]);
    assert_string_equal(report(world).text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_older_backup_after_a_newer_one_misses_nothing_that_came_back, start, stop),
        cmocka_unit_test_setup_teardown(what_is_missing_is_named_in_the_life_that_made_it, start, stop),
        cmocka_unit_test_setup_teardown(a_row_pulled_from_a_restored_server_is_kept_for_the_older_backup, start, stop),
        cmocka_unit_test_setup_teardown(who_pushes_a_lot_at_once_keeps_every_row_of_its_own, start, stop),
        cmocka_unit_test_setup_teardown(whose_answers_were_lost_keeps_every_row_of_its_own_too, start, stop),
        cmocka_unit_test_setup_teardown(a_row_of_the_newer_life_that_nobody_has_is_the_only_one_named, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
