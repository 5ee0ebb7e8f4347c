/* SPDX-License-Identifier: Apache-2.0
 *
 * A device of the district that works in the streams of several schools: what goes wrong in one does not keep it from the others.
 */
#include <string.h>

#include "common/sync/conflict.h"
#include "proto/records.pb-c.h"
#include "proto/wire.pb-c.h"
#include "server/service/presence.h"
#include "tests/harness/test.h"
#include "tests/harness/test_client.h"

#define SCHOOLS 3

struct world {
    struct test_server server;
    struct test_client schools[SCHOOLS], boss;
    struct transport honest;
    uint32_t bad;       /* the stream the line lies about */
    unsigned snapshots; /* asked for */
    bool lie_about_rows, leave_out_row;
};

static void look_at(struct world *world, uint32_t stream)
{
    struct sync sync = {.cache = world->boss.cache,
                        .transport = &world->boss.transport,
                        .clock = &world->boss.clock,
                        .random = &world->boss.source,
                        .software = "test"};
    assert_int_equal(sync_stream(&sync, stream, &world->boss.report, &world->boss.err), STATUS_OK);
}

static int start(void **state)
{
    static const char *const codes[SCHOOLS] = {"SY01", "SY02", "SY03"};
    struct world *world = test_calloc(1, sizeof *world);
    test_server_open(&world->server, 1);
    for (unsigned i = 0; i < SCHOOLS; i++) {
        test_server_add_school(&world->server, codes[i], codes[i]);
        test_client_join(&world->schools[i], &world->server, codes[i], "王老师", 11 + i);
        test_client_new_plan(&world->schools[i], 1);
        test_client_new_activity(&world->schools[i], 1, 1);
        test_client_must_sync(&world->schools[i]);
    }
    test_client_join(&world->boss, &world->server, NULL, "周主任", 20);
    for (unsigned i = 0; i < SCHOOLS; i++)
        look_at(world, world->schools[i].stream);
    world->honest = world->boss.transport;
    *state = world;
    return 0;
}

static int stop(void **state)
{
    struct world *world = *state;
    test_client_close(&world->boss);
    for (unsigned i = 0; i < SCHOOLS; i++)
        test_client_close(&world->schools[i]);
    test_server_close(&world->server);
    test_free(world);
    return 0;
}

static void edit_in(struct world *world, unsigned school, const char *change)
{
    world->boss.stream = world->schools[school].stream;
    assert_int_equal(test_client_edit(&world->boss, "activity", 1, change, NULL), STATUS_OK);
}

/* Of one stream, the server seems to know nothing any more; or it wants to be read as a whole, always; or its first row is missing.
 */
static enum status lie(void *context, enum message_number number, const ProtobufCMessage *request, struct arena *arena,
                       ProtobufCMessage **reply, struct err *err)
{
    struct world *world = context;
    enum status s = transport_call(&world->honest, number, request, arena, reply, err);
    bool bad = number == MESSAGE_pull && ((const Lianxin__PullRequest *)request)->stream == world->bad;
    world->snapshots += number == MESSAGE_snapshot;
    if (s != STATUS_OK || !bad)
        return s;
    Lianxin__PullReply *pull = (Lianxin__PullReply *)*reply;
    if (world->leave_out_row) {
        pull->rows += pull->n_rows != 0;
        pull->n_rows -= pull->n_rows != 0;
        return s;
    }
    pull->outcome = world->lie_about_rows ? LIANXIN__PULL_REPLY__OUTCOME__SNAPSHOT : LIANXIN__PULL_REPLY__OUTCOME__UNKNOWN;
    return s;
}

static void lie_about(struct world *world, unsigned school)
{
    world->bad = world->schools[school].stream;
    world->boss.transport = (struct transport){.call = lie, .context = world};
}

static void a_stream_that_fails_for_good_does_not_stop_the_others(void **state)
{
    struct world *world = *state;
    for (unsigned i = 0; i < SCHOOLS; i++)
        edit_in(world, i, "person=周主任");
    lie_about(world, 0);
    assert_int_equal(test_client_sync(&world->boss), STATUS_CORRUPT);
    assert_int_equal(world->boss.err.reason, REASON_SERVER_COPIED);
    assert_int_equal(world->boss.report.failed, 1);
    assert_int_equal(world->boss.report.failed_stream, world->bad);
    assert_int_equal(world->boss.report.pushed, SCHOOLS - 1);
    assert_int_equal(test_client_outbox(&world->boss, OUTBOX_WAITING), 1);
    for (unsigned i = 0; i < SCHOOLS; i++) {
        test_client_must_sync(&world->schools[i]);
        assert_string_equal(test_client_field(&world->schools[i], "activity", 1, "person"), i ? "周主任" : "");
    }
    world->boss.transport = world->honest;
    test_client_must_sync(&world->boss);
    assert_int_equal(world->boss.report.pushed, 1);
}

static void what_the_server_took_counts_as_taken_though_the_pull_behind_it_fails(void **state)
{
    struct world *world = *state;
    edit_in(world, 0, "person=周主任");
    edit_in(world, 0, "lead=德育处");
    lie_about(world, 0);
    world->leave_out_row = true;
    assert_int_equal(test_client_sync(&world->boss), STATUS_CORRUPT);
    assert_int_equal(world->boss.err.reason, REASON_CHAIN_BROKEN);
    assert_int_equal(world->boss.report.pushed, 2);
    assert_int_equal(test_client_outbox(&world->boss, OUTBOX_WAITING), 0);
    assert_int_equal(test_client_outbox(&world->boss, OUTBOX_TAKEN), 2);
    unsigned pushes = world->boss.line.pushes;
    assert_int_equal(test_client_sync(&world->boss), STATUS_CORRUPT);
    assert_int_equal(world->boss.line.pushes, pushes); /* not sent again */
    world->boss.transport = world->honest;
    test_client_must_sync(&world->boss);
    assert_int_equal(test_client_outbox(&world->boss, OUTBOX_TAKEN), 0);
}

static void without_a_network_nothing_more_is_tried(void **state)
{
    struct world *world = *state;
    for (unsigned i = 0; i < SCHOOLS; i++)
        edit_in(world, i, "person=周主任");
    world->boss.line.fault = TEST_LINE_DOWN;
    unsigned calls = world->boss.line.calls;
    assert_int_equal(test_client_sync(&world->boss), STATUS_UNAVAILABLE);
    assert_int_equal(world->boss.line.calls, calls + 1);
    assert_int_equal(world->boss.report.failed, 0);
}

static void a_server_that_always_wants_a_snapshot_is_given_up(void **state)
{
    struct world *world = *state;
    edit_in(world, 1, "person=周主任");
    lie_about(world, 1);
    world->lie_about_rows = true;
    assert_int_equal(test_client_sync(&world->boss), STATUS_PROTOCOL);
    assert_in_range(world->snapshots, 1, 20);
    assert_int_equal(test_client_outbox(&world->boss, OUTBOX_WAITING), 1);
}

/* The school deletes the plan; what the district adds to it meanwhile is refused, and its next pull is cut off. */
static void what_a_change_was_refused_against_is_pulled_also_later(void **state)
{
    struct world *world = *state;
    edit_in(world, 2, "person=周主任");
    test_client_new_activity(&world->boss, 99, 7); /* of a plan that is not there */
    world->boss.line.fault = TEST_LINE_LOSE_REPLY;
    world->boss.line.after = world->boss.line.calls + 4; /* hello, pull, two pushes */
    assert_int_equal(test_client_sync(&world->boss), STATUS_UNAVAILABLE);
    assert_int_equal(world->boss.report.parked, 1);
    struct outbox_list taken;
    assert_int_equal(outbox_list(world->boss.cache, &world->boss.arena, OUTBOX_TAKEN, &taken, &world->boss.err), STATUS_OK);
    assert_int_equal(taken.n, 1);
    test_client_must_sync(&world->boss);
    uint64_t rev = test_client_stream(&world->boss).rev;
    test_client_new_activity(&world->boss, 99, 8); /* and nothing taken beside it */
    world->boss.line.fault = TEST_LINE_LOSE_REPLY;
    world->boss.line.after = world->boss.line.calls + 3;
    assert_int_equal(test_client_sync(&world->boss), STATUS_UNAVAILABLE);
    assert_int_equal(world->boss.report.parked, 1);
    assert_int_equal(test_client_stream(&world->boss).rev, rev);
    test_client_must_sync(&world->boss);
    assert_int_equal(test_client_stream(&world->boss).rev, rev + 1);
    assert_int_equal(test_client_outbox(&world->boss, OUTBOX_PARKED), 2);
}

static void a_sync_that_finds_nothing_new_counts_as_one(void **state)
{
    struct world *world = *state;
    struct test_client *school = &world->schools[0];
    test_client_must_sync(school);
    world->server.now_ms += 86400000;
    test_client_must_sync(school);
    assert_int_equal(school->report.rows, 0);
    assert_int_equal(presence_of_stream(world->server.core->presence, school->stream).synced_ms, world->server.now_ms);
    edit_in(world, 0, "person=周主任");
    test_client_must_sync(&world->boss);
    int64_t before_ms = world->server.now_ms;
    world->server.now_ms += 86400000;
    school->line.fault = TEST_LINE_LOSE_REQUEST; /* hello says that there is news, and it does not come */
    school->line.after = school->line.calls + 1;
    assert_int_equal(test_client_sync(school), STATUS_UNAVAILABLE);
    assert_int_equal(presence_of_stream(world->server.core->presence, school->stream).synced_ms, before_ms);
    assert_int_equal(presence_of_stream(world->server.core->presence, school->stream).seen_ms, world->server.now_ms);
}

static void a_school_that_has_written_nothing_yet_counts_as_current_too(void **state)
{
    struct world *world = *state;
    test_server_add_school(&world->server, "SY04", "SY04");
    struct peer officer = test_server_enrol(&world->server, "SY04", "王老师");
    struct test_client school;
    test_client_open(&school, &world->server, &officer, 30);
    test_client_must_sync(&school);
    world->server.now_ms += 86400000;
    test_client_must_sync(&school);
    assert_int_equal(test_client_stream(&school).rev, 0);
    assert_int_equal(presence_of_stream(world->server.core->presence, school.stream).synced_ms, world->server.now_ms);
    test_client_close(&school);
}

static void resolve_as_mine(struct test_client *client)
{
    const struct kind *kind = schema_find_kind_by_name(client->schema, "conflict");
    struct record_list list;
    struct conflict conflict;
    struct record *target;
    struct edit edits[2];
    size_t n;
    assert_int_equal(
        store_list(cache_store(client->cache), &client->arena, kind, client->stream, NULL, (struct value){0}, &list, &client->err),
        STATUS_OK);
    assert_int_equal(list.n, 1);
    assert_int_equal(conflict_read(&client->arena, client->schema, list.items[0], &conflict, &client->err), STATUS_OK);
    assert_int_equal(store_find(cache_store(client->cache), &client->arena, conflict.kind, client->stream, &conflict.record,
                                &target, &client->err),
                     STATUS_OK);
    assert_int_equal(conflict_resolve(&client->arena, client->schema, list.items[0], target,
                                      LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_MINE, NULL, "王老师", edits, &n, &client->err),
                     STATUS_OK);
    assert_int_equal(cache_change(client->cache, client->stream, edits, n, "resolve", client->server->now_ms, NULL, &client->err),
                     STATUS_OK);
}

/* Who decides has seen two values; a third that came meanwhile is not overwritten by it, but asks once more. */
static void a_conflict_decided_while_the_field_changed_again_leaves_another(void **state)
{
    struct world *world = *state;
    struct test_client *school = &world->schools[0];
    assert_int_equal(test_client_edit(school, "activity", 1, "person=甲", NULL), STATUS_OK);
    edit_in(world, 0, "person=乙");
    test_client_must_sync(&world->boss);
    test_client_must_sync(school);
    assert_int_equal(test_client_open_conflicts(school), 1);
    edit_in(world, 0, "person=丙");
    test_client_must_sync(&world->boss);
    resolve_as_mine(school);
    test_client_must_sync(school);
    assert_string_equal(test_client_field(school, "activity", 1, "person"), "丙");
    assert_int_equal(test_client_open_conflicts(school), 1); /* the new one; the first is decided */
    assert_int_equal(test_client_outbox(school, OUTBOX_PARKED), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_stream_that_fails_for_good_does_not_stop_the_others, start, stop),
        cmocka_unit_test_setup_teardown(what_the_server_took_counts_as_taken_though_the_pull_behind_it_fails, start, stop),
        cmocka_unit_test_setup_teardown(without_a_network_nothing_more_is_tried, start, stop),
        cmocka_unit_test_setup_teardown(a_server_that_always_wants_a_snapshot_is_given_up, start, stop),
        cmocka_unit_test_setup_teardown(a_sync_that_finds_nothing_new_counts_as_one, start, stop),
        cmocka_unit_test_setup_teardown(a_school_that_has_written_nothing_yet_counts_as_current_too, start, stop),
        cmocka_unit_test_setup_teardown(a_conflict_decided_while_the_field_changed_again_leaves_another, start, stop),
        cmocka_unit_test_setup_teardown(what_a_change_was_refused_against_is_pulled_also_later, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
