/* SPDX-License-Identifier: Apache-2.0
 *
 * What a sync leaves behind about itself when not all of it can be written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "tests/harness/test_client.h"

struct world {
    struct test_server server;
    struct test_client client;
};

static int start(void **state)
{
    struct world *world = test_calloc(1, sizeof *world);
    test_server_open(&world->server, 1);
    test_server_add_school(&world->server, "SY01", "实验小学");
    struct peer wang = test_server_enrol(&world->server, "SY01", "王老师");
    test_client_open(&world->client, &world->server, &wang, 11);
    test_client_new_plan(&world->client, 1);
    test_client_must_sync(&world->client);
    world->server.now_ms += 60000;
    *state = world;
    return 0;
}

static int stop(void **state)
{
    struct world *world = *state;
    test_client_close(&world->client);
    test_server_close(&world->server);
    test_free(world);
    return 0;
}

/* From now on every write of one value fails: what is in one commit with it is lost. */
static void refuse(struct world *world, const char *trigger)
{
    struct err err;
    if (sql_run(store_sql(cache_store(world->client.cache)), trigger, &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

static int64_t tried_ms(struct test_client *client)
{
    int64_t ms = 0;
    assert_int_equal(cache_find_int(client->cache, CACHE_META_tried_ms, &ms, &client->err), STATUS_OK);
    return ms;
}

static void what_was_tried_is_noted_and_told_though_the_rest_cannot_be(void **state)
{
    struct world *world = *state;
    struct test_client *client = &world->client;
    struct err failure;
    refuse(world, "CREATE TRIGGER refuse BEFORE UPDATE ON meta WHEN NEW.name = 'hello'"
                  " BEGIN SELECT RAISE(ABORT, 'hello cannot be kept'); END");
    test_client_new_activity(client, 1, 1);
    client->line.fault = TEST_LINE_LOSE_REQUEST;
    client->line.after = client->line.calls + 1; /* hello goes well */
    assert_int_not_equal(test_client_sync(client), STATUS_OK);
    assert_non_null(strstr(client->err.text, "hello cannot be kept"));
    struct err told = client->err;
    assert_int_equal(tried_ms(client), world->server.now_ms);
    assert_int_equal(cache_find_failure(client->cache, &failure, &client->err), STATUS_OK);
    assert_int_equal(failure.status, told.status);
    assert_string_equal(failure.text, told.text);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_tried_is_noted_and_told_though_the_rest_cannot_be, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
