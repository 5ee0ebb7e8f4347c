/* SPDX-License-Identifier: Apache-2.0
 *
 * A server restored from a backup gets back what its clients still hold, in whatever order they return. */
#include "tests/unit/recover_fixture.h"

static unsigned draw(struct world *world, unsigned n)
{
    return test_random_below(&world->random, n);
}

/* ---- by hand ---- */

static void last_nights_backup_loses_nothing_after_a_day_of_edits(void **state)
{
    struct world *world = *state;
    unsigned night = test_server_backup(&world->server);
    edit(world, 0, 1, "person=王老师");
    edit(world, 1, 2, "lead=德育处");
    edit(world, 2, 3, "person=周老师");
    test_client_new_activity(&world->clients[1], 1, 9);
    settle(world);
    edit(world, 1, 1, "person=李老师");
    struct stream_hash before = settle(world);
    test_server_restore(&world->server, night);
    struct stream_hash after = settle(world);
    assert_true(stream_hash_equal(&before, &after));
    assert_int_equal(test_client_open_conflicts(&world->clients[0]), 0);
    assert_string_equal(test_client_field(&world->clients[2], "activity", 1, "person"), "李老师");
}

static void what_came_back_is_told_once(void **state)
{
    struct world *world = *state;
    unsigned night = test_server_backup(&world->server);
    edit(world, 0, 1, "person=王老师");
    edit(world, 0, 2, "person=王老师");
    settle(world);
    test_server_restore(&world->server, night);
    test_client_must_sync(&world->clients[1]);
    assert_int_equal(world->clients[1].report.recovered, 2);
    test_client_must_sync(&world->clients[0]);
    assert_int_equal(world->clients[0].report.recovered, 0);
    test_client_must_sync(&world->clients[1]);
    assert_int_equal(world->clients[1].report.recovered, 0);
    settle(world);
}

static void a_change_that_was_taken_but_never_pulled_is_sent_again_once(void **state)
{
    struct world *world = *state;
    struct test_client *client = &world->clients[0];
    unsigned night = test_server_backup(&world->server);
    edit(world, 0, 1, "person=王老师");
    (void)test_client_cut_sync(client, TEST_LINE_LOSE_REPLY, 2); /* hello, push; the pull is cut */
    test_server_restore(&world->server, night);
    settle(world);
    assert_string_equal(test_client_field(&world->clients[2], "activity", 1, "person"), "王老师");
}

static void an_edit_since_the_restore_is_not_overwritten(void **state)
{
    struct world *world = *state;
    unsigned night = test_server_backup(&world->server);
    edit(world, 0, 1, "person=王老师");
    test_client_must_sync(&world->clients[0]);
    test_server_restore(&world->server, night);
    edit(world, 1, 1, "person=李老师"); /* never saw the first one */
    test_client_must_sync(&world->clients[1]);
    settle(world);
    assert_string_equal(test_client_field(&world->clients[0], "activity", 1, "person"), "李老师");
    assert_int_equal(test_client_open_conflicts(&world->clients[0]), 1);
}

static void a_later_lost_change_wins_whoever_returns_first(void **state)
{
    (void)state;
    for (unsigned order = 0; order < 2; order++) {
        struct world world;
        open_world(&world, 5 + order);
        unsigned night = test_server_backup(&world.server);
        edit(&world, 0, 1, "person=甲");
        test_client_must_sync(&world.clients[0]);
        test_client_must_sync(&world.clients[1]);
        edit(&world, 1, 1, "person=乙");
        test_client_must_sync(&world.clients[1]);
        test_server_restore(&world.server, night);
        test_client_must_sync(&world.clients[order]);
        test_client_must_sync(&world.clients[!order]);
        settle(&world);
        assert_string_equal(test_client_field(&world.clients[2], "activity", 1, "person"), "乙");
        assert_int_equal(test_client_open_conflicts(&world.clients[2]), 0);
        close_world(&world);
    }
}

static enum status readmit(struct world *world, const char *key, const char *school, const char *person, struct err *err)
{
    Lianxin__DeviceReadmitRequest request = LIANXIN__DEVICE_READMIT_REQUEST__INIT;
    struct peer operator= test_server_operator();
    struct arena *arena = &world->clients[0].arena;
    ProtobufCMessage *reply;
    request.key = arena_strdup(arena, key);
    request.school = school ? arena_strdup(arena, school) : NULL;
    request.person = person ? arena_strdup(arena, person) : NULL;
    return test_server_ask(&world->server, &operator, MESSAGE_device_readmit, &request.base, arena, &reply, err);
}

static void a_device_that_joined_after_the_backup_is_readmitted_with_its_work(void **state)
{
    struct world *world = *state;
    struct test_client late;
    char key[SHA256_TEXT_BYTES];
    unsigned night = test_server_backup(&world->server);
    struct peer peer = test_server_enrol(&world->server, "SY01", "赵老师");
    test_client_open(&late, &world->server, &peer, 77);
    test_client_must_sync(&late);
    assert_int_equal(test_client_edit(&late, "activity", 1, "person=赵老师", NULL), STATUS_OK);
    test_client_must_sync(&late);
    assert_int_equal(test_client_edit(&late, "activity", 2, "person=赵老师", NULL), STATUS_OK);
    test_server_restore(&world->server, night);
    if (test_client_sync(&late) != STATUS_DENIED)
        fail_msg("%s", late.err.text);
    assert_int_equal(late.err.reason, REASON_READMIT);
    sha256_format(&peer.key_hash, key);
    assert_string_equal(late.err.arguments[0], key);
    assert_int_equal(readmit(world, "5f0c", "SY01", "赵老师", &late.err), STATUS_USAGE);
    assert_int_equal(readmit(world, key, "SY01", NULL, &late.err), STATUS_USAGE);
    assert_int_equal(readmit(world, key, "XX99", "赵老师", &late.err), STATUS_NOT_FOUND);
    assert_int_equal(readmit(world, key, "SY01", "赵老师", &late.err), STATUS_OK);
    assert_int_equal(readmit(world, key, "SY01", "赵老师", &late.err), STATUS_USAGE); /* it is known by now */
    struct cache_identity before, after;
    assert_int_equal(cache_identity_get(late.cache, &late.arena, &before, &late.err), STATUS_OK);
    test_client_must_sync(&late);
    assert_int_equal(cache_identity_get(late.cache, &late.arena, &after, &late.err), STATUS_OK);
    assert_true(uuid_equal(&before.device, &after.device)); /* as its rows have it */
    assert_int_equal(late.report.recovered, 1);
    assert_int_equal(late.report.pushed, 1);
    settle(world);
    assert_string_equal(test_client_field(&world->clients[1], "activity", 1, "person"), "赵老师");
    assert_string_equal(test_client_field(&world->clients[1], "activity", 2, "person"), "赵老师");
    test_client_close(&late);
}

static void a_forged_row_is_refused_and_an_unconfirmed_device_waits(void **state)
{
    struct world *world = *state;
    Lianxin__OfferRequest request = LIANXIN__OFFER_REQUEST__INIT;
    Lianxin__Row row = LIANXIN__ROW__INIT, *rows[] = {&row};
    uint8_t body[] = "no commit", hmac[SHA256_BYTES] = {1};
    ProtobufCMessage *reply;
    struct arena arena;
    struct err err;
    arena_init(&arena, 0);
    row.has_body = row.has_hmac = request.has_stream = 1;
    row.body = (ProtobufCBinaryData){.data = body, .len = sizeof body};
    row.hmac = (ProtobufCBinaryData){.data = hmac, .len = sizeof hmac};
    request.stream = world->clients[0].stream;
    request.rows = rows;
    request.n_rows = 1;
    const struct peer *peer = &world->clients[0].line.peer;
    assert_int_equal(test_server_ask(&world->server, peer, MESSAGE_offer, &request.base, &arena, &reply, &err), STATUS_OK);
    assert_int_equal(((const Lianxin__OfferReply *)reply)->refused, 1);
    request.stream = 4711;
    assert_int_equal(test_server_ask(&world->server, peer, MESSAGE_offer, &request.base, &arena, &reply, &err), STATUS_DENIED);
    assert_int_equal(sql_run(world->server.core->writer.sql, "UPDATE device SET unconfirmed_ms = 1", &err), STATUS_OK);
    assert_int_equal(test_client_sync(&world->clients[0]), STATUS_DENIED);
    assert_int_equal(world->clients[0].err.reason, REASON_UNCONFIRMED);
    Lianxin__DeviceConfirmRequest confirm = LIANXIN__DEVICE_CONFIRM_REQUEST__INIT;
    struct peer operator= test_server_operator();
    confirm.has_all = confirm.all = 1;
    assert_int_equal(test_server_ask(&world->server, &operator, MESSAGE_device_confirm, &confirm.base, &arena, &reply, &err),
                     STATUS_OK);
    assert_int_equal(((const Lianxin__DeviceConfirmReply *)reply)->confirmed, CLIENTS);
    settle(world);
    arena_done(&arena);
}

/* ---- at random ---- */

static void edit_at_random(struct world *world, unsigned i)
{
    static const char *const fields[] = {"person", "lead", "text"};
    char text[64];
    snprintf(text, sizeof text, "%s=值%u", fields[draw(world, 3)], draw(world, 100000));
    edit(world, i, 1 + draw(world, ACTIVITIES), text);
}

static void sync_at_random(struct world *world, unsigned i)
{
    struct test_client *client = &world->clients[i];
    if (draw(world, 3) == 0) {
        client->line.fault = draw(world, 2) ? TEST_LINE_LOSE_REPLY : TEST_LINE_LOSE_REQUEST;
        client->line.calls = 0;
        client->line.after = draw(world, 6);
    }
    (void)test_client_sync(client);
    client->line.fault = TEST_LINE_WHOLE;
}

static void live(struct world *world, unsigned steps, bool edits)
{
    while (steps--) {
        unsigned i = draw(world, CLIENTS);
        if (edits && draw(world, 2))
            edit_at_random(world, i);
        else
            sync_at_random(world, i);
    }
}

static void restored_districts_converge_in_any_order(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct world world;
        open_world(&world, seed);
        if (seed % 3 == 0) { /* rows are skipped now and then, and nobody may have them */
            world.server.config.settings.snapshot_rows = 2;
            test_server_restart(&world.server);
        }
        live(&world, draw(&world, 12), true);
        unsigned copy = test_server_backup(&world.server);
        live(&world, draw(&world, 20), true);
        test_server_restore(&world.server, copy);
        live(&world, draw(&world, 20), true);
        if (draw(&world, 2))
            test_server_restore(&world.server, copy);
        live(&world, draw(&world, 8), true);
        settle(&world);
        close_world(&world);
    }
}

static void without_new_edits_the_records_are_as_before(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct world world;
        open_world(&world, seed + 1000);
        live(&world, draw(&world, 12), true);
        unsigned copy = test_server_backup(&world.server);
        live(&world, 4 + draw(&world, 20), true);
        struct stream_hash before = settle(&world);
        test_server_restore(&world.server, copy);
        live(&world, draw(&world, 8), false);
        struct stream_hash after = settle(&world);
        assert_true(stream_hash_equal(&before, &after));
        close_world(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(last_nights_backup_loses_nothing_after_a_day_of_edits, start, stop),
        cmocka_unit_test_setup_teardown(what_came_back_is_told_once, start, stop),
        cmocka_unit_test_setup_teardown(a_change_that_was_taken_but_never_pulled_is_sent_again_once, start, stop),
        cmocka_unit_test_setup_teardown(an_edit_since_the_restore_is_not_overwritten, start, stop),
        cmocka_unit_test(a_later_lost_change_wins_whoever_returns_first),
        cmocka_unit_test_setup_teardown(a_device_that_joined_after_the_backup_is_readmitted_with_its_work, start, stop),
        cmocka_unit_test_setup_teardown(a_forged_row_is_refused_and_an_unconfirmed_device_waits, start, stop),
        cmocka_unit_test(restored_districts_converge_in_any_order),
        cmocka_unit_test(without_new_edits_the_records_are_as_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
