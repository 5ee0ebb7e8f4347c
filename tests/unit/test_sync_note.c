/* SPDX-License-Identifier: Apache-2.0
 *
 * What a sync leaves behind about itself when not all of it can be written. */
#include <string.h>

#include "client/sync/sync_internal.h"
#include "tests/harness/test.h"
#include "tests/harness/test_school.h"

struct world {
    struct test_server server;
    struct test_client client;
    struct transport honest;
    const char *district; /* as the server names it from now on */
};

static int start(void **state)
{
    struct world *world = test_calloc(1, sizeof *world);
    test_school_open(&world->server, 1, 0, (struct test_client *[]){&world->client, NULL});
    world->server.now_ms += 60000;
    world->honest = world->client.transport;
    *state = world;
    return 0;
}

static int stop(void **state)
{
    struct world *world = *state;
    test_school_close(&world->server, (struct test_client *[]){&world->client, NULL});
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

static enum status rename_district(void *context, enum message_number number, const ProtobufCMessage *request, struct arena *arena,
                                   ProtobufCMessage **reply, struct err *err)
{
    struct world *world = context;
    enum status s = transport_call(&world->honest, number, request, arena, reply, err);
    if (s == STATUS_OK && number == MESSAGE_hello)
        ((Lianxin__HelloReply *)*reply)->district = arena_strdup(arena, world->district);
    return s;
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

/* It would be as if cut off before its end. */
static void a_hello_is_kept_with_what_was_taken_from_it(void **state)
{
    struct world *world = *state;
    struct test_client *client = &world->client;
    const Lianxin__HelloReply *hello = NULL;
    struct cache_identity id;
    world->district = "另一个区";
    client->transport = (struct transport){.call = rename_district, .context = world};
    refuse(world, "CREATE TRIGGER refuse BEFORE UPDATE ON meta WHEN NEW.name = 'tried_ms'"
                  " BEGIN SELECT RAISE(ABORT, 'the end cannot be noted'); END");
    assert_int_not_equal(test_client_sync(client), STATUS_OK);
    assert_int_equal(cache_identity_get(client->cache, &client->arena, &id, &client->err), STATUS_OK);
    assert_string_equal(id.district, world->district);
    assert_int_equal(sync_find_hello(client->cache, &client->arena, &hello, &client->err), STATUS_OK);
    assert_int_equal(hello->time_ms, world->server.now_ms);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_tried_is_noted_and_told_though_the_rest_cannot_be, start, stop),
        cmocka_unit_test_setup_teardown(a_hello_is_kept_with_what_was_taken_from_it, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
