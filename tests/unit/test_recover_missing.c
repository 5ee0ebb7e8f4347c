/* SPDX-License-Identifier: Apache-2.0
 *
 * What is named as missing after a restore, and what is not. */
#include "tests/unit/recover_fixture.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(two_restores_of_one_backup_lose_nothing_either, start, stop),
        cmocka_unit_test_setup_teardown(what_its_author_sent_again_is_not_missing, start, stop),
        cmocka_unit_test_setup_teardown(what_nobody_has_brought_back_is_named, start, stop),
        cmocka_unit_test_setup_teardown(what_its_author_sent_again_under_another_name_is_not_done_twice, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
