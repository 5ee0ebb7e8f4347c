/* SPDX-License-Identifier: Apache-2.0
 *
 * A newer client with an older server, and back. */
#include "tests/harness/test_author.h"
#include "tests/harness/test_school.h"
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
    test_school_open(&world->server, 1, 1, (struct test_client *[]){&world->client, NULL});
    *state = world;
    return 0;
}

static int stop(void **state)
{
    struct world *world = *state;
    test_school_close(&world->server, (struct test_client *[]){&world->client, NULL});
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

/* The server has been upgraded, and a second client comes with it. */
static void upgrade_district(struct world *world, struct test_client *newer)
{
    world->server.schema = world->server.config.schema = schema_next_new(&world->arena);
    test_server_restart(&world->server);
    test_client_join(newer, &world->server, "SY01", "李老师", 12);
    test_client_must_sync(newer);
}

static void remove_activity(struct test_client *client)
{
    const struct kind *kind = schema_find_kind_by_name(client->schema, "activity");
    struct uuid id = test_id(kind->number, 1);
    struct record *record;
    struct edit edit;
    assert_int_equal(store_find(cache_store(client->cache), &client->arena, kind, client->stream, &id, &record, &client->err),
                     STATUS_OK);
    edit_delete(&client->arena, record, &edit);
    assert_int_equal(cache_change(client->cache, client->stream, &edit, 1, "test", client->server->now_ms, NULL, &client->err),
                     STATUS_OK);
}

static void an_edit_by_an_older_client_leaves_the_newer_field_as_it_is(void **state)
{
    struct world *world = *state;
    struct test_client *older = &world->client, newer;
    upgrade_district(world, &newer);
    assert_int_equal(test_client_edit(&newer, "activity", 1, "places=操场、礼堂", NULL), STATUS_OK);
    test_client_must_sync(&newer);
    test_client_must_sync(older);
    assert_int_equal(test_client_edit(older, "activity", 1, "person=王老师", NULL), STATUS_OK);
    test_client_must_sync(older);
    test_client_must_sync(&newer);
    assert_string_equal(test_client_field(&newer, "activity", 1, "person"), "王老师");
    assert_string_equal(test_client_field(&newer, "activity", 1, "places"), "操场、礼堂");
    struct cache_stream line = test_client_stream(older);
    assert_true(cache_stream_verified(&line));
    test_client_upgrade(older, world->server.schema);
    assert_string_equal(test_client_field(older, "activity", 1, "places"), "操场、礼堂");
    test_client_close(&newer);
}

/* It has not seen all of what it deletes: somebody who has decides. */
static void a_delete_by_an_older_client_waits_for_one_that_knows_the_newer_field(void **state)
{
    struct world *world = *state;
    struct test_client *older = &world->client, newer;
    upgrade_district(world, &newer);
    assert_int_equal(test_client_edit(&newer, "activity", 1, "places=操场、礼堂", NULL), STATUS_OK);
    test_client_must_sync(&newer);
    test_client_must_sync(older);
    remove_activity(older);
    test_client_must_sync(older);
    assert_int_equal(test_client_open_conflicts(older), 1);
    test_client_must_sync(&newer);
    assert_int_equal(test_client_open_conflicts(&newer), 1);
    assert_string_equal(test_client_field(&newer, "activity", 1, "places"), "操场、礼堂");
    remove_activity(&newer);
    test_client_must_sync(&newer);
    test_client_must_sync(older);
    assert_null(test_client_field(older, "activity", 1, "text"));
    struct cache_stream line = test_client_stream(older);
    assert_true(cache_stream_verified(&line));
    test_client_close(&newer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_field_the_server_does_not_know_waits_here_and_is_not_refused, start, stop),
        cmocka_unit_test_setup_teardown(a_newer_client_works_with_an_older_server, start, stop),
        cmocka_unit_test_setup_teardown(an_edit_by_an_older_client_leaves_the_newer_field_as_it_is, start, stop),
        cmocka_unit_test_setup_teardown(a_delete_by_an_older_client_waits_for_one_that_knows_the_newer_field, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
