/* SPDX-License-Identifier: Apache-2.0
 *
 * Client engines against a real server core. */
#include "tests/unit/engine_fixture.h"

static void what_one_device_made_the_other_sees(void **state)
{
    struct world *world = *state;
    assert_string_equal(test_client_field(&world->second, "activity", 1, "text"), "召开教代会");
    assert_int_equal(world->first.report.pushed, 2);
    assert_int_equal(world->second.report.rows >= 2, 1);
    assert_same(world);
}

static void different_fields_changed_offline_both_survive(void **state)
{
    struct world *world = *state;
    assert_int_equal(test_client_edit(&world->first, "activity", 1, "person=王老师", NULL), STATUS_OK);
    assert_int_equal(test_client_edit(&world->second, "activity", 1, "lead=德育处", NULL), STATUS_OK);
    test_client_must_sync(&world->first);
    test_client_must_sync(&world->second);
    test_client_must_sync(&world->first);
    assert_string_equal(test_client_field(&world->first, "activity", 1, "lead"), "德育处");
    assert_string_equal(test_client_field(&world->second, "activity", 1, "person"), "王老师");
    assert_int_equal(test_client_open_conflicts(&world->first), 0);
    assert_same(world);
}

static void the_same_field_changed_offline_is_one_conflict_on_both(void **state)
{
    struct world *world = *state;
    assert_int_equal(test_client_edit(&world->first, "activity", 1, "person=王老师", NULL), STATUS_OK);
    assert_int_equal(test_client_edit(&world->second, "activity", 1, "person=李老师", NULL), STATUS_OK);
    test_client_must_sync(&world->first);
    test_client_must_sync(&world->second);
    assert_int_equal(world->second.report.conflicts, 1);
    test_client_must_sync(&world->first);
    assert_string_equal(test_client_field(&world->first, "activity", 1, "person"), "王老师");
    assert_string_equal(test_client_field(&world->second, "activity", 1, "person"), "王老师");
    assert_int_equal(test_client_open_conflicts(&world->first), 1);
    assert_int_equal(test_client_open_conflicts(&world->second), 1);
    assert_same(world);
}

static void a_merge_group_stays_whole(void **state)
{
    struct world *world = *state;
    assert_int_equal(
        test_client_edit(&world->first, "activity", 1, "state=deferred", "deferred_to=2024-11", "state_reason=场地维修", NULL),
        STATUS_OK);
    assert_int_equal(test_client_edit(&world->second, "activity", 1, "state=cancelled", "state_reason=不再举办", NULL), STATUS_OK);
    test_client_must_sync(&world->first);
    test_client_must_sync(&world->second);
    assert_string_equal(test_client_field(&world->second, "activity", 1, "state_reason"), "场地维修");
    assert_string_equal(test_client_field(&world->second, "activity", 1, "deferred_to"), "2024-11");
    assert_int_equal(test_client_open_conflicts(&world->second), 1);
}

static void a_refused_push_is_parked_and_leaves_the_view(void **state)
{
    struct world *world = *state;
    test_client_new_activity(&world->first, 99, 5); /* of a plan that does not exist */
    assert_int_equal(test_client_edit(&world->first, "activity", 1, "person=王老师", NULL), STATUS_OK);
    test_client_must_sync(&world->first);
    assert_int_equal(world->first.report.parked, 1);
    assert_int_equal(world->first.report.pushed, 1);
    assert_null(test_client_field(&world->first, "activity", 5, "text"));
    assert_int_equal(test_client_outbox(&world->first, OUTBOX_PARKED), 1);
    struct outbox_list parked;
    assert_int_equal(outbox_list(world->first.cache, &world->first.arena, OUTBOX_PARKED, &parked, &world->first.err), STATUS_OK);
    assert_true(strlen(parked.items[0].reasons) > 0);
    test_client_must_sync(&world->second);
    assert_string_equal(test_client_field(&world->second, "activity", 1, "person"), "王老师");
}

static void a_copied_data_folder_goes_on_under_a_new_name(void **state)
{
    struct world *world = *state;
    struct test_client copy = {0};
    test_client_open(&copy, &world->server, &world->first.line.peer, 13);
    struct cache_identity id, other;
    assert_int_equal(cache_identity_get(world->first.cache, &copy.arena, &id, &copy.err), STATUS_OK);
    assert_int_equal(cache_identity_get(copy.cache, &copy.arena, &other, &copy.err), STATUS_OK);
    other.instance = id.instance; /* the same life twice */
    assert_int_equal(cache_identity_put(copy.cache, &other, &copy.err), STATUS_OK);
    assert_int_equal(test_client_edit(&copy, "activity", 1, "lead=总务处", NULL), STATUS_OK);
    test_client_must_sync(&copy);
    assert_true(copy.report.renewed);
    assert_string_equal(test_client_field(&copy, "activity", 1, "lead"), "总务处");
    test_client_must_sync(&world->second);
    assert_string_equal(test_client_field(&world->second, "activity", 1, "lead"), "总务处");
    assert_int_equal(test_client_edit(&copy, "activity", 1, "person=赵老师", NULL), STATUS_OK);
    test_client_must_sync(&copy);
    assert_false(copy.report.renewed);
    test_client_close(&copy);
}

/* The original has used the copy's next sequence for something else: what the copy holds unsent must not be taken for sent. */
static void a_copy_with_unsent_work_loses_none_of_it(void **state)
{
    struct world *world = *state;
    struct test_client copy;
    test_client_copy(&copy, &world->first, 15);
    assert_int_equal(test_client_edit(&world->first, "activity", 1, "person=王老师", NULL), STATUS_OK);
    test_client_must_sync(&world->first);
    assert_int_equal(test_client_edit(&copy, "activity", 1, "lead=总务处", NULL), STATUS_OK);
    test_client_must_sync(&copy);
    assert_true(copy.report.renewed);
    assert_string_equal(test_client_field(&copy, "activity", 1, "lead"), "总务处");
    assert_string_equal(test_client_field(&copy, "activity", 1, "person"), "王老师");
    test_client_must_sync(&world->second);
    assert_string_equal(test_client_field(&world->second, "activity", 1, "lead"), "总务处");
    test_client_close(&copy);
}

static void damage_in_the_cache_is_found_compared_and_repaired(void **state)
{
    struct world *world = *state;
    struct sql *sql = store_sql(cache_store(world->second.cache));
    assert_int_equal(sql_run(sql, "UPDATE activity SET text = 'damaged'", &world->second.err), STATUS_OK);
    struct cache_stream line = test_client_stream(&world->second);
    assert_int_equal(store_hash(cache_store(world->second.cache), world->second.stream, &line.base, &world->second.err), STATUS_OK);
    assert_int_equal(cache_stream_put(world->second.cache, &line, &world->second.err), STATUS_OK);
    test_client_must_sync(&world->second);
    assert_true(world->second.report.compared);
    assert_int_equal(world->second.report.repaired, 1);
    assert_string_equal(test_client_field(&world->second, "activity", 1, "text"), "召开教代会");
    assert_same(world);
}

static void what_an_older_version_could_not_read_is_read_after_an_update(void **state)
{
    struct world *world = *state;
    struct test_client *client = &world->second;
    struct cache_stream line = test_client_stream(client);
    struct sql *sql = store_sql(cache_store(client->cache));
    assert_int_equal(sql_run(sql, "DELETE FROM activity", &client->err), STATUS_OK);
    line.unreadable = 1;
    assert_int_equal(cache_stream_put(client->cache, &line, &client->err), STATUS_OK);
    test_client_must_sync(client);
    assert_int_equal(client->report.unreadable, 0); /* nothing new: nothing is asked */
    assert_null(test_client_field(client, "activity", 1, "text"));
    assert_int_equal(cache_put_meta(client->cache, CACHE_META_software, "older", 5, &client->err), STATUS_OK);
    test_client_must_sync(client);
    assert_string_equal(test_client_field(client, "activity", 1, "text"), "召开教代会");
    assert_int_equal(test_client_stream(client).unreadable, 0);
    assert_same(world);
}

/* Pulls one stream, without pushing. */
static void look_at(struct test_client *client, uint32_t stream)
{
    struct sync sync = {.cache = client->cache,
                        .transport = &client->transport,
                        .clock = &client->clock,
                        .random = &client->source,
                        .software = "test"};
    assert_int_equal(sync_stream(&sync, stream, &client->report, &client->err), STATUS_OK);
}

static void a_later_change_waits_on_top_of_what_others_changed(void **state)
{
    struct world *world = *state;
    assert_int_equal(test_client_edit(&world->first, "activity", 1, "lead=德育处", NULL), STATUS_OK);
    test_client_must_sync(&world->first);
    assert_int_equal(test_client_edit(&world->second, "activity", 1, "person=李老师", NULL), STATUS_OK);
    look_at(&world->second, world->second.stream);
    assert_int_equal(test_client_outbox(&world->second, OUTBOX_WAITING), 1);
    assert_string_equal(test_client_field(&world->second, "activity", 1, "lead"), "德育处");
    assert_string_equal(test_client_field(&world->second, "activity", 1, "person"), "李老师");
}

static void the_district_looks_at_a_school_and_acts_for_it(void **state)
{
    struct world *world = *state;
    struct test_client boss;
    test_client_join(&boss, &world->server, NULL, "周主任", 14);
    boss.stream = world->first.stream;
    assert_null(test_client_field(&boss, "activity", 1, "text"));
    look_at(&boss, boss.stream);
    assert_string_equal(test_client_field(&boss, "activity", 1, "text"), "召开教代会");
    assert_int_equal(test_client_edit(&boss, "activity", 1, "person=周主任", NULL), STATUS_OK);
    test_client_must_sync(&boss);
    assert_int_equal(boss.report.pushed, 1);
    assert_int_equal(test_client_outbox(&boss, OUTBOX_TAKEN), 0);
    test_client_must_sync(&world->first);
    assert_string_equal(test_client_field(&world->first, "activity", 1, "person"), "周主任");
    test_client_close(&boss);
}

static void a_revoked_device_keeps_its_work_and_is_told(void **state)
{
    struct world *world = *state;
    struct arena *arena = &world->first.arena;
    struct cache_identity id;
    char text[UUID_TEXT_BYTES];
    Lianxin__DeviceRevokeRequest request = LIANXIN__DEVICE_REVOKE_REQUEST__INIT;
    ProtobufCMessage *reply;
    struct peer operator_peer = test_server_operator();
    assert_int_equal(cache_identity_get(world->first.cache, arena, &id, &world->first.err), STATUS_OK);
    uuid_format(&id.device, text);
    request.device = text;
    test_client_new_activity(&world->first, 1, 2);
    assert_int_equal(
        test_server_ask(&world->server, &operator_peer, MESSAGE_device_revoke, &request.base, arena, &reply, &world->first.err),
        STATUS_OK);
    assert_int_equal(test_client_sync(&world->first), STATUS_DENIED);
    assert_int_equal(world->first.err.reason, REASON_REVOKED);
    assert_int_equal(test_client_outbox(&world->first, OUTBOX_WAITING), 1);
    assert_non_null(test_client_field(&world->first, "activity", 2, "text"));
}

static void an_invalid_change_is_refused_at_once_and_nothing_is_kept(void **state)
{
    struct world *world = *state;
    assert_int_equal(test_client_edit(&world->first, "activity", 1, "state=deferred", NULL), STATUS_INVALID);
    assert_int_equal(test_client_outbox(&world->first, OUTBOX_WAITING), 0);
    assert_string_equal(test_client_field(&world->first, "activity", 1, "state"), "planned");
}

/* Each commit waits for the disk. */
static void a_sync_commits_once_for_nothing_and_once_more_for_a_change(void **state)
{
    struct world *world = *state;
    test_client_must_sync(&world->first);
    uint64_t before = test_disk_syncs(world->first.disk);
    world->server.now_ms += 1000;
    test_client_must_sync(&world->first);
    assert_int_equal(test_disk_syncs(world->first.disk) - before, 1);
    assert_int_equal(test_client_edit(&world->first, "activity", 1, "person=王老师", NULL), STATUS_OK);
    before = test_disk_syncs(world->first.disk);
    world->server.now_ms += 1000;
    test_client_must_sync(&world->first);
    assert_int_equal(test_disk_syncs(world->first.disk) - before, 2); /* it came back; the end */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_one_device_made_the_other_sees, start, stop),
        cmocka_unit_test_setup_teardown(different_fields_changed_offline_both_survive, start, stop),
        cmocka_unit_test_setup_teardown(the_same_field_changed_offline_is_one_conflict_on_both, start, stop),
        cmocka_unit_test_setup_teardown(a_merge_group_stays_whole, start, stop),
        cmocka_unit_test_setup_teardown(a_refused_push_is_parked_and_leaves_the_view, start, stop),
        cmocka_unit_test_setup_teardown(a_copied_data_folder_goes_on_under_a_new_name, start, stop),
        cmocka_unit_test_setup_teardown(a_copy_with_unsent_work_loses_none_of_it, start, stop),
        cmocka_unit_test_setup_teardown(damage_in_the_cache_is_found_compared_and_repaired, start, stop),
        cmocka_unit_test_setup_teardown(what_an_older_version_could_not_read_is_read_after_an_update, start, stop),
        cmocka_unit_test_setup_teardown(a_later_change_waits_on_top_of_what_others_changed, start, stop),
        cmocka_unit_test_setup_teardown(the_district_looks_at_a_school_and_acts_for_it, start, stop),
        cmocka_unit_test_setup_teardown(a_revoked_device_keeps_its_work_and_is_told, start, stop),
        cmocka_unit_test_setup_teardown(an_invalid_change_is_refused_at_once_and_nothing_is_kept, start, stop),
        cmocka_unit_test_setup_teardown(a_sync_commits_once_for_nothing_and_once_more_for_a_change, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
