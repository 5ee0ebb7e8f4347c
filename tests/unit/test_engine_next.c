/* SPDX-License-Identifier: Apache-2.0
 *
 * A newer client with an older server, and back. */
#include "tests/harness/test_author.h"
#include "tests/harness/test_client.h"
#include "tests/unit/schema_next.h"

struct world {
    struct arena arena;
    struct test_server server;
    struct test_client client;
};

static int start(void **state)
{
    struct world *world = test_calloc(1, sizeof *world);
    arena_init(&world->arena, 0);
    test_server_open(&world->server, 1);
    test_server_add_school(&world->server, "SY01", "实验小学");
    struct peer wang = test_server_enrol(&world->server, "SY01", "王老师");
    test_client_open(&world->client, &world->server, &wang, 11);
    test_client_new_plan(&world->client, 1);
    test_client_new_activity(&world->client, 1, 1);
    test_client_must_sync(&world->client);
    *state = world;
    return 0;
}

static int stop(void **state)
{
    struct world *world = *state;
    test_client_close(&world->client);
    test_server_close(&world->server);
    arena_done(&world->arena);
    test_free(world);
    return 0;
}

static void a_field_the_server_does_not_know_waits_here_and_is_not_refused(void **state)
{
    struct world *world = *state;
    struct test_client *client = &world->client;
    test_client_upgrade(client, schema_next_new(&world->arena));
    assert_int_equal(test_client_edit(client, "activity", 1, "places=操场、礼堂", NULL), STATUS_OK);
    assert_int_equal(test_client_edit(client, "activity", 1, "person=王老师", NULL), STATUS_OK);
    client->line.pushes = 0;
    test_client_must_sync(client);
    assert_int_equal(client->line.pushes, 0);
    assert_int_equal(client->report.held, 1);
    assert_int_equal(test_client_outbox(client, OUTBOX_WAITING), 2);
    assert_string_equal(test_client_field(client, "activity", 1, "person"), "王老师");
    assert_true(strlen(test_client_field(client, "activity", 1, "places")) > 0);
}

static void a_newer_client_works_with_an_older_server(void **state)
{
    struct world *world = *state;
    struct test_client *client = &world->client;
    test_client_upgrade(client, schema_next_new(&world->arena));
    assert_int_equal(test_client_edit(client, "activity", 1, "person=王老师", NULL), STATUS_OK);
    test_client_must_sync(client);
    assert_int_equal(client->report.pushed, 1);
    assert_int_equal(client->report.held, 0);
    struct cache_stream line = test_client_stream(client);
    assert_true(cache_stream_verified(&line));
    assert_false(client->report.compared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_field_the_server_does_not_know_waits_here_and_is_not_refused, start, stop),
        cmocka_unit_test_setup_teardown(a_newer_client_works_with_an_older_server, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
