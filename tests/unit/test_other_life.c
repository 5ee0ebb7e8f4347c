/* SPDX-License-Identifier: Apache-2.0
 *
 * The server is restored from a backup while a sync is under way. */
#include "tests/harness/test.h"
#include "tests/harness/test_school.h"

struct world {
    struct test_server server;
    struct test_client first, second;
    unsigned night;
    enum message_number at; /* restored before this call, once; 0: not */
};

static int start(void **state)
{
    struct world *world = test_calloc(1, sizeof *world);
    test_school_open(&world->server, 1, 4, (struct test_client *[]){&world->first, &world->second, NULL});
    world->night = test_server_backup(&world->server);
    *state = world;
    return 0;
}

static int stop(void **state)
{
    struct world *world = *state;
    test_school_close(&world->server, (struct test_client *[]){&world->first, &world->second, NULL});
    test_free(world);
    return 0;
}

static void edit(struct test_client *client, unsigned n, const char *text)
{
    if (test_client_edit(client, "activity", n, text, NULL) != STATUS_OK)
        fail_msg("%s", client->err.text);
}

static void restore_at(void *context, enum message_number number)
{
    struct world *world = context;
    if (number != world->at)
        return;
    world->at = 0;
    test_server_restore(&world->server, world->night);
}

/* Its revision there would be one that the author already holds a row for, of the life before. */
static void a_push_of_a_sync_that_began_before_a_restore_is_not_taken(void **state)
{
    struct world *world = *state;
    for (unsigned n = 1; n <= 4; n++)
        edit(&world->second, n, "person=李老师");
    test_client_must_sync(&world->second);
    edit(&world->first, 1, "lead=德育处");
    world->first.line.before = restore_at;
    world->first.line.before_context = world;
    world->at = MESSAGE_push;
    assert_int_equal(test_client_sync(&world->first), STATUS_UNAVAILABLE);
    assert_int_equal(world->first.err.reason, REASON_LIFE_ENDED);
    test_server_restore(&world->server, world->night);
    test_client_must_sync(&world->first);
    test_client_must_sync(&world->second);
    assert_string_equal(test_client_field(&world->second, "activity", 1, "lead"), "德育处");
    assert_string_equal(test_client_field(&world->second, "activity", 4, "person"), "李老师");
}

/* The rows of the new life wait until what the old one lost was offered to it. */
static void a_pull_of_a_sync_that_began_before_a_restore_takes_nothing_and_says_why(void **state)
{
    struct world *world = *state;
    edit(&world->second, 1, "person=李老师");
    test_client_must_sync(&world->second);
    uint64_t rev = test_client_stream(&world->first).rev;
    world->first.line.before = restore_at;
    world->first.line.before_context = world;
    world->at = MESSAGE_pull;
    assert_int_equal(test_client_sync(&world->first), STATUS_UNAVAILABLE);
    assert_int_equal(world->first.err.reason, REASON_LIFE_ENDED);
    assert_int_equal(test_client_stream(&world->first).rev, rev);
    test_client_must_sync(&world->second);
    test_client_must_sync(&world->first);
    assert_string_equal(test_client_field(&world->first, "activity", 1, "person"), "李老师");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_push_of_a_sync_that_began_before_a_restore_is_not_taken, start, stop),
        cmocka_unit_test_setup_teardown(a_pull_of_a_sync_that_began_before_a_restore_takes_nothing_and_says_why, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
