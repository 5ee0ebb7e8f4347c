/* SPDX-License-Identifier: Apache-2.0
 *
 * What comes back after a restore of the server below something that was deleted is shown to people, as a conflict. */
#include <string.h>

#include "common/record/text.h"
#include "common/sync/conflict.h"
#include "proto/records.pb-c.h"
#include "tests/harness/test.h"
#include "tests/harness/test_author.h"
#include "tests/harness/test_school.h"

#define CLIENTS 3
#define EDITS_MAX 8

struct world {
    struct test_server server;
    struct test_client clients[CLIENTS];
};

static int start(void **state)
{
    struct world *world = test_calloc(1, sizeof *world);
    test_school_open(&world->server, 1, 1,
                     (struct test_client *[]){&world->clients[0], &world->clients[1], &world->clients[2], NULL});
    *state = world;
    return 0;
}

static int stop(void **state)
{
    struct world *world = *state;
    test_school_close(&world->server, (struct test_client *[]){&world->clients[0], &world->clients[1], &world->clients[2], NULL});
    test_free(world);
    return 0;
}

static const struct kind *kind_named(const struct test_client *client, const char *name)
{
    return schema_find_kind_by_name(client->schema, name);
}

/* All sync until nobody has news; then every cache holds what the server holds. */
static void settle(struct world *world)
{
    for (unsigned i = 0; i < 2 * CLIENTS; i++)
        test_client_must_sync(&world->clients[i % CLIENTS]);
    for (unsigned i = 0; i < CLIENTS; i++) {
        struct cache_stream line = test_client_stream(&world->clients[i]);
        assert_int_equal(line.rev, test_client_stream(&world->clients[0]).rev);
        assert_true(cache_stream_verified(&line));
        assert_int_equal(test_client_outbox(&world->clients[i], OUTBOX_PARKED), 0);
    }
}

static void save(struct test_client *client, const struct edit *edits, size_t n)
{
    if (cache_change(client->cache, client->stream, edits, n, "test", client->server->now_ms, NULL, &client->err))
        fail_msg("%s", client->err.text);
}

static struct record_list list(struct test_client *client, const char *kind)
{
    struct record_list found = {NULL, 0};
    assert_int_equal(store_list(cache_store(client->cache), &client->arena, kind_named(client, kind), client->stream, NULL,
                                (struct value){0}, &found, &client->err),
                     STATUS_OK);
    return found;
}

/* Everything of these kinds that the client knows of, in one change; what belongs to others first. */
static void remove_all(struct test_client *client, const char *const *kinds)
{
    struct edit edits[EDITS_MAX];
    size_t n = 0;
    for (; *kinds; kinds++) {
        struct record_list found = list(client, *kinds);
        for (size_t i = 0; i < found.n && n < EDITS_MAX; i++)
            edit_delete(&client->arena, found.items[i], &edits[n++]);
    }
    save(client, edits, n);
}

static void remove_plan(struct test_client *client)
{
    remove_all(client, (const char *const[]){"occurrence", "activity", "plan", NULL});
}

static void new_occurrence(struct test_client *client, unsigned activity, unsigned n)
{
    const struct kind *kind = kind_named(client, "occurrence");
    struct uuid id = test_id(kind->number, n), parent = test_id(kind_named(client, "activity")->number, activity);
    struct value value = {.type = VALUE_BYTES, .data = parent.bytes, .bytes = UUID_BYTES};
    ProtobufCMessage *message = record_message_new(&client->arena, kind);
    struct edit edit;
    assert_int_equal(record_set(&client->arena, message, kind_find_field_by_name(kind, "activity"), value, &client->err),
                     STATUS_OK);
    assert_int_equal(record_parse_text(&client->arena, message, kind_find_field_by_name(kind, "day"), "2024-09-10", &client->err),
                     STATUS_OK);
    assert_true(edit_between(&client->arena, kind, &id, NULL, message, &edit));
    save(client, &edit, 1);
}

/* The open conflicts about what lost its home. */
static size_t homeless(struct test_client *client, const struct record **last)
{
    struct record_list found = list(client, "conflict");
    size_t n = 0;
    for (size_t i = 0; i < found.n; i++) {
        const Lianxin__Conflict *c = (const Lianxin__Conflict *)found.items[i]->message;
        if (c->state != LIANXIN__CONFLICT_STATE__CONFLICT_STATE_OPEN || c->why != LIANXIN__CONFLICT_WHY__CONFLICT_WHY_HOMELESS)
            continue;
        *last = found.items[i];
        n++;
    }
    return n;
}

static const char *refused_text(struct test_client *client, const struct record *record, const char *field)
{
    struct conflict conflict;
    assert_int_equal(conflict_read(&client->arena, client->schema, record, &conflict, &client->err), STATUS_OK);
    return record_text(&client->arena, conflict.mine, kind_find_field_by_name(conflict.kind, field), false, 0);
}

static enum status resolve(struct test_client *client, const struct record *record, Lianxin__ConflictChoice choice)
{
    struct conflict conflict;
    struct record *target;
    struct edit edits[2];
    size_t n = 0;
    assert_int_equal(conflict_read(&client->arena, client->schema, record, &conflict, &client->err), STATUS_OK);
    assert_int_equal(store_find(cache_store(client->cache), &client->arena, conflict.kind, client->stream, &conflict.record,
                                &target, &client->err),
                     STATUS_OK);
    enum status st =
        conflict_resolve(&client->arena, client->schema, record, target, choice, NULL, "王老师", edits, &n, &client->err);
    if (st == STATUS_OK)
        save(client, edits, n);
    return st;
}

/* Decided, and everything it was about is there to read. */
static void assert_settled_whole(struct test_client *client, const struct uuid *id)
{
    struct conflict conflict;
    struct record *record;
    assert_int_equal(store_find(cache_store(client->cache), &client->arena, kind_named(client, "conflict"), client->stream, id,
                                &record, &client->err),
                     STATUS_OK);
    assert_non_null(record);
    if (conflict_read(&client->arena, client->schema, record, &conflict, &client->err))
        fail_msg("%s", client->err.text);
    assert_false(conflict.open);
    assert_string_equal(refused_text(client, record, "text"), "召开教代会");
}

static void an_activity_that_comes_back_below_a_deleted_plan_is_a_conflict_everywhere(void **state)
{
    struct world *world = *state;
    struct test_client *author = &world->clients[0], *other = &world->clients[1];
    const struct record *conflict = NULL;
    unsigned night = test_server_backup(&world->server);
    test_client_new_activity(author, 1, 9);
    test_client_must_sync(author);
    test_server_restore(&world->server, night);
    remove_plan(other);
    test_client_must_sync(other);
    settle(world);
    for (unsigned i = 0; i < CLIENTS; i++)
        assert_int_equal(homeless(&world->clients[i], &conflict), 1);
    const Lianxin__Conflict *c = (const Lianxin__Conflict *)conflict->message;
    assert_non_null(strstr(c->author_person, "王老师"));
    assert_non_null(strstr(c->holder_person, "李老师"));
    assert_string_equal(refused_text(author, conflict, "text"), "召开教代会");
    assert_int_equal(resolve(other, conflict, LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_MINE), STATUS_INVALID);
    assert_int_equal(other->err.reason, REASON_RECORD_HOMELESS);
    assert_int_equal(resolve(other, conflict, LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_THEIRS), STATUS_OK);
    settle(world);
    assert_int_equal(homeless(author, &conflict), 0);
}

static void an_activity_whose_plan_is_deleted_by_what_comes_back_is_one_too(void **state)
{
    struct world *world = *state;
    const struct record *conflict = NULL;
    unsigned night = test_server_backup(&world->server);
    remove_plan(&world->clients[0]);
    test_client_must_sync(&world->clients[0]);
    test_server_restore(&world->server, night);
    test_client_new_activity(&world->clients[1], 1, 9); /* never heard of the delete */
    new_occurrence(&world->clients[1], 9, 1);
    test_client_must_sync(&world->clients[1]);
    settle(world);
    assert_int_equal(homeless(&world->clients[2], &conflict), 2); /* the activity, and what was held of it */
    const Lianxin__Conflict *c = (const Lianxin__Conflict *)conflict->message;
    assert_non_null(strstr(c->holder_person, "王老师"));
}

static void what_is_changed_again_stays_one_conflict_and_shows_the_latest(void **state)
{
    struct world *world = *state;
    struct test_client *author = &world->clients[0];
    const struct record *conflict = NULL;
    unsigned night = test_server_backup(&world->server);
    test_client_new_activity(author, 1, 9);
    assert_int_equal(test_client_edit(author, "activity", 9, "text=教师节慰问", NULL), STATUS_OK);
    test_client_must_sync(author);
    test_client_must_sync(&world->clients[2]);
    assert_int_equal(test_client_edit(&world->clients[2], "activity", 9, "text=教师节座谈", NULL), STATUS_OK);
    test_client_must_sync(&world->clients[2]);
    test_server_restore(&world->server, night);
    remove_plan(&world->clients[1]);
    test_client_must_sync(&world->clients[1]);
    test_client_must_sync(author); /* before the last change */
    settle(world);
    assert_int_equal(homeless(author, &conflict), 1);
    assert_string_equal(refused_text(author, conflict, "text"), "教师节座谈");
}

static void what_is_deleted_by_a_later_lost_change_asks_nobody(void **state)
{
    struct world *world = *state;
    struct test_client *author = &world->clients[0];
    const struct record *conflict = NULL;
    unsigned night = test_server_backup(&world->server);
    test_client_new_activity(author, 1, 9);
    test_client_must_sync(author);
    test_client_must_sync(&world->clients[2]);
    remove_all(author, (const char *const[]){"activity", NULL});
    test_client_must_sync(author);
    test_server_restore(&world->server, night);
    remove_plan(&world->clients[1]);
    test_client_must_sync(&world->clients[1]);
    test_client_must_sync(&world->clients[2]); /* knows of no delete */
    assert_int_equal(homeless(&world->clients[2], &conflict), 1);
    settle(world);
    assert_int_equal(homeless(author, &conflict), 0);
}

/* Its row is held by another one, who returns later. */
static void a_plan_that_comes_back_after_what_belongs_to_it_closes_the_conflict(void **state)
{
    struct world *world = *state;
    const struct record *conflict = NULL;
    unsigned night = test_server_backup(&world->server);
    test_client_new_plan(&world->clients[0], 2);
    test_client_new_activity(&world->clients[0], 2, 8);
    test_client_must_sync(&world->clients[0]);
    world->server.config.settings.snapshot_rows = 1; /* so the second one has the records, but not the rows */
    test_server_restart(&world->server);
    test_client_must_sync(&world->clients[1]);
    test_client_new_activity(&world->clients[1], 2, 9);
    test_client_must_sync(&world->clients[1]);
    test_server_restore(&world->server, night);
    test_client_must_sync(&world->clients[1]);
    assert_int_equal(homeless(&world->clients[1], &conflict), 1);
    test_client_must_sync(&world->clients[0]);
    settle(world);
    assert_int_equal(homeless(&world->clients[1], &conflict), 0);
    assert_string_equal(test_client_field(&world->clients[2], "activity", 9, "text"), "召开教代会");
}

/* Who decided has the records, but not the row with which the conflict began; the author of that one returns last. */
static void what_a_person_decided_stands_after_a_second_restore_whoever_returns_last(void **state)
{
    struct world *world = *state;
    struct test_client *author = &world->clients[0], *remover = &world->clients[1], *decider = &world->clients[2];
    const struct record *conflict = NULL;
    unsigned night = test_server_backup(&world->server);
    test_client_new_activity(author, 1, 9);
    test_client_must_sync(author);
    test_server_restore(&world->server, night);
    remove_plan(remover);
    test_client_must_sync(remover);
    test_client_must_sync(author);
    world->server.config.settings.snapshot_rows = 1;
    test_server_restart(&world->server);
    test_client_must_sync(decider);
    assert_int_equal(homeless(decider, &conflict), 1);
    const struct uuid id = conflict->id;
    assert_int_equal(resolve(decider, conflict, LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_THEIRS), STATUS_OK);
    test_client_must_sync(decider);
    test_server_restore(&world->server, night);
    test_client_must_sync(remover);
    test_client_must_sync(decider);
    settle(world);
    assert_int_equal(homeless(author, &conflict), 0);
    assert_settled_whole(author, &id);
}

/* A change of it is back, its beginning is not yet. */
static void an_activity_without_its_beginning_is_one_until_that_comes_back(void **state)
{
    struct world *world = *state;
    struct test_client *author = &world->clients[0], *editor = &world->clients[1];
    const struct record *conflict = NULL;
    unsigned night = test_server_backup(&world->server);
    test_client_new_activity(author, 1, 9);
    assert_int_equal(test_client_edit(author, "activity", 9, "lead=德育处", NULL), STATUS_OK);
    test_client_must_sync(author);
    world->server.config.settings.snapshot_rows = 1; /* so the other has the record, but not the rows */
    test_server_restart(&world->server);
    test_client_must_sync(editor);
    assert_int_equal(test_client_edit(editor, "activity", 9, "person=李老师", NULL), STATUS_OK);
    test_client_must_sync(editor);
    test_server_restore(&world->server, night);
    test_client_must_sync(editor);
    assert_int_equal(homeless(editor, &conflict), 1);
    assert_string_equal(refused_text(editor, conflict, "person"), "李老师");
    settle(world);
    assert_int_equal(homeless(editor, &conflict), 0);
    assert_string_equal(test_client_field(&world->clients[2], "activity", 9, "text"), "召开教代会");
    assert_string_equal(test_client_field(&world->clients[2], "activity", 9, "person"), "李老师");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_activity_that_comes_back_below_a_deleted_plan_is_a_conflict_everywhere, start, stop),
        cmocka_unit_test_setup_teardown(an_activity_whose_plan_is_deleted_by_what_comes_back_is_one_too, start, stop),
        cmocka_unit_test_setup_teardown(what_is_changed_again_stays_one_conflict_and_shows_the_latest, start, stop),
        cmocka_unit_test_setup_teardown(what_is_deleted_by_a_later_lost_change_asks_nobody, start, stop),
        cmocka_unit_test_setup_teardown(an_activity_without_its_beginning_is_one_until_that_comes_back, start, stop),
        cmocka_unit_test_setup_teardown(what_a_person_decided_stands_after_a_second_restore_whoever_returns_last, start, stop),
        cmocka_unit_test_setup_teardown(a_plan_that_comes_back_after_what_belongs_to_it_closes_the_conflict, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
