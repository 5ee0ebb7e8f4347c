/* SPDX-License-Identifier: Apache-2.0
 *
 * A server restored from a backup gets back what its clients still hold, in whatever order they return. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/harness/test_author.h"
#include "tests/harness/test_school.h"
#include "tests/harness/test_random.h"

#define CLIENTS 3
#define ACTIVITIES 4

struct world {
    struct test_server server;
    struct test_client clients[CLIENTS];
    uint64_t random;
};

static unsigned draw(struct world *world, unsigned n)
{
    return test_random_below(&world->random, n);
}

static void open_world(struct world *world, uint64_t seed)
{
    *world = (struct world){.random = seed * 77 + 1};
    test_school_open(&world->server, seed, ACTIVITIES,
                     (struct test_client *[]){&world->clients[0], &world->clients[1], &world->clients[2], NULL});
}

static void close_world(struct world *world)
{
    test_school_close(&world->server, (struct test_client *[]){&world->clients[0], &world->clients[1], &world->clients[2], NULL});
}

static int start(void **state)
{
    *state = test_calloc(1, sizeof(struct world));
    open_world(*state, 1);
    return 0;
}

static int stop(void **state)
{
    close_world(*state);
    test_free(*state);
    return 0;
}

static void check_server(struct world *world)
{
    Lianxin__CheckRequest request = LIANXIN__CHECK_REQUEST__INIT;
    struct peer operator= test_server_operator();
    ProtobufCMessage *reply;
    struct arena arena;
    struct err err;
    arena_init(&arena, 0);
    if (test_server_ask(&world->server, &operator, MESSAGE_check, &request.base, &arena, &reply, &err))
        fail_msg("check: %s", err.text);
    const Lianxin__CheckReply *check = (const Lianxin__CheckReply *)reply;
    for (size_t i = 0; !check->ok && i < check->table->n_lines; i++)
        if (check->table->lines[i]->cells[3]->text)
            print_error("%s: %s\n", check->table->lines[i]->cells[0]->text, check->table->lines[i]->cells[3]->text);
    assert_true(check->ok);
    arena_done(&arena);
}

/* All sync until nobody has news; then every cache holds what the server holds. */
static struct stream_hash settle(struct world *world)
{
    for (unsigned round = 0; round < 2; round++)
        for (unsigned i = 0; i < CLIENTS; i++)
            test_client_must_sync(&world->clients[i]);
    struct cache_stream first = test_client_stream(&world->clients[0]);
    for (unsigned i = 0; i < CLIENTS; i++) {
        struct cache_stream line = test_client_stream(&world->clients[i]);
        assert_int_equal(line.rev, first.rev);
        assert_true(cache_stream_verified(&line));
        assert_true(stream_hash_equal(&line.base, &first.base));
        assert_int_equal(test_client_outbox(&world->clients[i], OUTBOX_WAITING), 0);
        assert_int_equal(test_client_outbox(&world->clients[i], OUTBOX_TAKEN), 0);
        assert_int_equal(test_client_outbox(&world->clients[i], OUTBOX_PARKED), 0);
    }
    check_server(world);
    return first.base;
}

static void edit(struct world *world, unsigned client, unsigned n, const char *text)
{
    assert_int_equal(test_client_edit(&world->clients[client], "activity", n, text, NULL), STATUS_OK);
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

/* The line about what is missing in the status; NULL: there is none. */
static const char *missing_line(struct world *world, struct arena *arena)
{
    Lianxin__StatusRequest request = LIANXIN__STATUS_REQUEST__INIT;
    struct peer operator= test_server_operator();
    ProtobufCMessage *reply;
    struct err err;
    assert_int_equal(test_server_ask(&world->server, &operator, MESSAGE_status, &request.base, arena, &reply, &err), STATUS_OK);
    const Lianxin__Table *table = ((const Lianxin__StatusReply *)reply)->table;
    for (size_t i = 0; i < table->n_lines; i++)
        if (strcmp(table->lines[i]->cells[0]->text, "lost") == 0)
            return table->lines[i]->cells[1]->text;
    return NULL;
}

static void two_restores_of_one_backup_lose_nothing_either(void **state)
{
    struct world *world = *state;
    unsigned night = test_server_backup(&world->server);
    edit(world, 0, 1, "person=王老师");
    settle(world);
    test_server_restore(&world->server, night);
    test_client_must_sync(&world->clients[0]);
    edit(world, 1, 2, "lead=德育处");
    struct stream_hash before = settle(world);
    test_server_restore(&world->server, night);
    struct stream_hash after = settle(world);
    assert_true(stream_hash_equal(&before, &after));
    assert_null(missing_line(world, &world->clients[2].arena));
}

/* Its row never came back to its author, who sends it again; then somebody offers it who holds it. */
static void what_its_author_sent_again_is_not_missing(void **state)
{
    struct world *world = *state;
    struct test_client *author = &world->clients[0];
    unsigned night = test_server_backup(&world->server);
    edit(world, 0, 1, "person=王老师");
    (void)test_client_cut_sync(author, TEST_LINE_LOSE_REPLY, 2); /* hello, push; the pull is cut */
    test_client_must_sync(&world->clients[1]);
    test_server_restore(&world->server, night);
    test_client_must_sync(author);
    test_client_must_sync(&world->clients[1]);
    assert_int_equal(world->clients[1].report.recovered, 0);
    assert_null(missing_line(world, &author->arena));
    settle(world);
    assert_string_equal(test_client_field(&world->clients[2], "activity", 1, "person"), "王老师");
}

/* The same in the server's check of its data, which is well all the same. */
static bool check_names_losses(struct world *world, struct arena *arena)
{
    Lianxin__CheckRequest request = LIANXIN__CHECK_REQUEST__INIT;
    struct peer operator= test_server_operator();
    ProtobufCMessage *reply;
    struct err err;
    bool named = false;
    assert_int_equal(test_server_ask(&world->server, &operator, MESSAGE_check, &request.base, arena, &reply, &err), STATUS_OK);
    const Lianxin__CheckReply *check = (const Lianxin__CheckReply *)reply;
    assert_true(check->ok);
    for (size_t i = 0; i < check->table->n_lines; i++)
        named |= strcmp(check->table->lines[i]->cells[0]->text, "losses") == 0;
    return named;
}

static void what_nobody_has_brought_back_is_named(void **state)
{
    struct world *world = *state;
    struct arena arena;
    arena_init(&arena, 0);
    unsigned night = test_server_backup(&world->server);
    uint64_t head = test_client_stream(&world->clients[0]).rev;
    for (unsigned n = 1; n <= ACTIVITIES; n++)
        edit(world, 0, n, "person=王老师");
    test_client_must_sync(&world->clients[0]);
    world->server.config.settings.snapshot_rows = 1; /* so the second one has the records, but not the rows */
    test_server_restart(&world->server);
    test_client_must_sync(&world->clients[1]);
    test_server_restore(&world->server, night);
    assert_null(missing_line(world, &arena));
    test_client_must_sync(&world->clients[1]);
    char expected[32];
    snprintf(expected, sizeof expected, "(%u-%u;", (unsigned)head + 1, (unsigned)head + ACTIVITIES);
    assert_non_null(missing_line(world, &arena));
    assert_non_null(strstr(missing_line(world, &arena), expected));
    assert_true(check_names_losses(world, &arena));
    test_client_must_sync(&world->clients[0]);
    assert_null(missing_line(world, &arena));
    assert_false(check_names_losses(world, &arena));
    settle(world);
    assert_string_equal(test_client_field(&world->clients[1], "activity", 2, "person"), "王老师");
    arena_done(&arena);
}

/* A refused push before it is lost for good, so its author goes on under another name; then its first row comes back. */
static void what_its_author_sent_again_under_another_name_is_not_done_twice(void **state)
{
    struct world *world = *state;
    struct test_client *author = &world->clients[0];
    unsigned night = test_server_backup(&world->server);
    test_client_new_activity(author, 99, 9); /* of a plan that is not there */
    edit(world, 0, 1, "person=王老师");
    assert_int_equal(test_client_cut_sync(author, TEST_LINE_LOSE_REPLY, 2), STATUS_UNAVAILABLE); /* hello, the refused one */
    assert_int_equal(test_client_outbox(author, OUTBOX_PARKED), 1);
    test_client_must_sync(&world->clients[1]);
    test_server_restore(&world->server, night);
    test_client_must_sync(author);
    uint64_t rev = test_client_stream(author).rev;
    test_client_must_sync(&world->clients[1]);
    assert_int_equal(world->clients[1].report.recovered, 1); /* the refusal; the change is there */
    assert_int_equal(test_client_stream(&world->clients[1]).rev, rev + 1);
    test_client_must_sync(&world->clients[2]);
    assert_string_equal(test_client_field(&world->clients[2], "activity", 1, "person"), "王老师");
    assert_null(missing_line(world, &author->arena));
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
        cmocka_unit_test_setup_teardown(two_restores_of_one_backup_lose_nothing_either, start, stop),
        cmocka_unit_test_setup_teardown(what_its_author_sent_again_is_not_missing, start, stop),
        cmocka_unit_test_setup_teardown(what_nobody_has_brought_back_is_named, start, stop),
        cmocka_unit_test_setup_teardown(what_its_author_sent_again_under_another_name_is_not_done_twice, start, stop),
        cmocka_unit_test_setup_teardown(a_device_that_joined_after_the_backup_is_readmitted_with_its_work, start, stop),
        cmocka_unit_test_setup_teardown(a_forged_row_is_refused_and_an_unconfirmed_device_waits, start, stop),
        cmocka_unit_test(restored_districts_converge_in_any_order),
        cmocka_unit_test(without_new_edits_the_records_are_as_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
