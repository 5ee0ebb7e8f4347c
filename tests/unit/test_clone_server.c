/* SPDX-License-Identifier: Apache-2.0
 *
 * Copies and old states of the server's folder: recognised by the clients, which give them nothing. */
#include "tests/unit/clone_fixture.h"

#define COPY "copy.db"

static void run_on(struct world *world, const char *database)
{
    world->server.config.path = database;
    test_server_restart(&world->server);
}

/* A copy is made, the first device syncs an edit with the own database, then the copy takes its place. Returns the own one. */
static const char *go_on_with_copy(struct world *world)
{
    const char *real = world->server.config.path;
    test_disk_copy(world->server.disk, real, world->server.disk, COPY);
    edit(&world->first, 1, "person=王老师");
    test_client_must_sync(&world->first);
    run_on(world, COPY);
    return real;
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
    const char *real = go_on_with_copy(world);
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
    const char *real = go_on_with_copy(world);
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
    const char *real = go_on_with_copy(world);
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
        cmocka_unit_test_setup_teardown(an_older_copy_of_the_server_is_recognised_and_gets_nothing, start, stop),
        cmocka_unit_test_setup_teardown(a_server_copy_that_went_another_way_is_recognised_at_the_same_revision, start, stop),
        cmocka_unit_test_setup_teardown(a_server_copy_that_is_further_on_is_recognised, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
