/* SPDX-License-Identifier: Apache-2.0
 *
 * Bundles that are damaged, of others, of revoked devices, of copied folders, or met a restored server. */
#include <string.h>

#include "server/service/journal.h"
#include "tests/harness/test.h"
#include "tests/harness/test_bundle_world.h"

static void revoke(struct bundle_world *world)
{
    Lianxin__DeviceRevokeRequest request = LIANXIN__DEVICE_REVOKE_REQUEST__INIT;
    struct peer operator= test_server_operator();
    struct cache_identity id;
    char text[UUID_TEXT_BYTES];
    ProtobufCMessage *reply;
    struct arena *arena = &world->school.arena;
    bundle_world_must(world, cache_identity_get(world->school.cache, arena, &id, &world->err));
    uuid_format(&id.device, text);
    request.device = text;
    bundle_world_must(world,
                      test_server_ask(&world->server, &operator, MESSAGE_device_revoke, &request.base, arena, &reply, &world->err));
}

/* ---- whose it is, and whether it is whole ---- */

static void damaged_files_are_refused_and_change_nothing(void **state)
{
    struct bundle_world *world = *state;
    bundle_world_edit(&world->school, 1, "text=校运动会");
    bundle_world_export(world);
    uint64_t rev = bundle_world_head(world);
    size_t step = 1 + world->question.len_bytes / 150;
    struct buf out;
    buf_init(&out, 0);
    for (size_t at = 0; at < world->question.len_bytes; at += step) {
        struct buf cut = {.data = world->question.data, .len_bytes = at};
        assert_int_not_equal(bundle_world_take(world, &cut, false, &out), STATUS_OK);
        if (at >= 44 && at < 60)
            continue; /* the device's place is only used in an answer */
        world->question.data[at] ^= 4;
        assert_int_not_equal(bundle_world_take(world, &world->question, false, &out), STATUS_OK);
        assert_true(world->err.text[0]);
        world->question.data[at] ^= 4;
    }
    assert_int_equal(bundle_world_head(world), rev);
    bundle_world_must_take(world);
    for (size_t at = 0; at < world->answer.len_bytes; at += step) {
        struct buf cut = {.data = world->answer.data, .len_bytes = at};
        assert_int_not_equal(bundle_world_import(world, &world->school, &cut), STATUS_OK);
        world->answer.data[at] ^= 4;
        assert_int_not_equal(bundle_world_import(world, &world->school, &world->answer), STATUS_OK);
        assert_true(world->err.text[0]);
        world->answer.data[at] ^= 4;
        bundle_world_assert_waiting(world, 1);
    }
    bundle_world_must_import(world);
    buf_done(&out);
    bundle_world_assert_converged(world);
}

static void the_answer_is_for_who_asked(void **state)
{
    struct bundle_world *world = *state;
    bundle_world_edit(&world->school, 1, "text=校运动会");
    bundle_world_export(world);
    bundle_world_must_take(world);
    assert_int_equal(bundle_world_import(world, &world->other, &world->answer), STATUS_DENIED);
    assert_int_equal(world->err.reason, REASON_BUNDLE_OTHERS);
    assert_int_equal(bundle_world_import(world, &world->school, &world->question), STATUS_USAGE);
    assert_int_equal(world->err.reason, REASON_BUNDLE_QUESTION);
    assert_int_equal(bundle_world_take(world, &world->answer, false, &world->question), STATUS_USAGE);
    assert_int_equal(world->err.reason, REASON_BUNDLE_ANSWER);
}

static void a_bundle_of_another_district_is_refused(void **state)
{
    struct bundle_world *world = *state;
    struct cache *cache = world->school.cache;
    const uint8_t seed[BOX_SEED_BYTES] = "another district";
    struct box_key other = box_key_of(seed);
    bundle_world_must(world, cache_put_meta(cache, CACHE_META_hello, NULL, 0, &world->err));
    bundle_world_must(world, cache_put_meta(cache, CACHE_META_bundle_key, other.open.bytes, BOX_KEY_BYTES, &world->err));
    bundle_world_export(world);
    assert_int_equal(bundle_world_take(world, &world->question, false, &world->answer), STATUS_DENIED);
    assert_int_equal(world->err.reason, REASON_BUNDLE_DISTRICT);
}

static void somebody_elses_signature_is_refused(void **state)
{
    struct bundle_world *world = *state;
    struct sync sync = test_client_engine(&world->school);
    struct peer stranger = {.key_hash = sha256_of("stranger", 8)};
    bundle_world_edit(&world->school, 1, "text=校运动会");
    bundle_world_must(world, test_bundle_export(&sync, &stranger, &world->made, &world->question, &world->err));
    assert_int_equal(bundle_world_take(world, &world->question, false, &world->answer), STATUS_DENIED);
    assert_int_equal(world->err.reason, REASON_BUNDLE_STRANGER);
}

/* The other device of the school signs what waits here: its own instance pushes it then, which is its right. */
static void a_bundle_counts_as_the_device_that_signed_it(void **state)
{
    struct bundle_world *world = *state;
    struct sync sync = test_client_engine(&world->school);
    bundle_world_edit(&world->school, 1, "text=校运动会");
    bundle_world_must(world, test_bundle_export(&sync, &world->other.line.peer, &world->made, &world->question, &world->err));
    bundle_world_must_take(world);
    assert_int_equal(bundle_world_import(world, &world->school, &world->answer), STATUS_DENIED);
    bundle_world_assert_waiting(world, 1);
}

static void only_the_operator_takes_bundles_in(void **state)
{
    struct bundle_world *world = *state;
    Lianxin__BundleRequest request = LIANXIN__BUNDLE_REQUEST__INIT;
    ProtobufCMessage *reply;
    bundle_world_export(world);
    request.has_question = true;
    request.question = (ProtobufCBinaryData){.len = world->question.len_bytes, .data = (uint8_t *)world->question.data};
    assert_int_equal(test_server_ask(&world->server, &world->other.line.peer, MESSAGE_bundle, &request.base, &world->school.arena,
                                     &reply, &world->err),
                     STATUS_DENIED);
    assert_int_equal(world->err.reason, REASON_ROLE);
}

/* ---- revoked ---- */

static enum commit_way way_of(struct bundle_world *world, uint64_t rev)
{
    struct journal_row row;
    struct commit commit;
    bool found;
    struct arena *arena = &world->school.arena;
    bundle_world_must(world,
                      journal_find(world->server.core->writer.sql, arena, world->school.stream, rev, &row, &found, &world->err));
    assert_true(found);
    bundle_world_must(world, commit_decode(arena, world->server.schema, row.row.body, row.row.body_bytes, &commit, &world->err));
    return commit.way;
}

static void what_came_in_a_bundle_is_marked(void **state)
{
    struct bundle_world *world = *state;
    assert_int_equal(way_of(world, bundle_world_head(world)), COMMIT_NETWORK);
    bundle_world_edit(&world->school, 1, "text=校运动会");
    bundle_world_export(world);
    bundle_world_must_take(world);
    assert_int_equal(way_of(world, bundle_world_head(world)), COMMIT_BUNDLE);
}

static void a_revoked_devices_bundle_is_the_operators_decision(void **state)
{
    struct bundle_world *world = *state;
    bundle_world_edit(&world->school, 1, "text=校运动会");
    bundle_world_edit(&world->other, 2, "text=登山");
    test_client_must_sync(&world->other);
    bundle_world_export(world);
    revoke(world);
    uint64_t rev = bundle_world_head(world);
    assert_int_equal(bundle_world_take(world, &world->question, false, &world->answer), STATUS_DENIED);
    assert_int_equal(world->err.reason, REASON_BUNDLE_REVOKED);
    assert_int_equal(bundle_world_head(world), rev);
    bundle_world_must(world, bundle_world_take(world, &world->question, true, &world->answer));
    assert_true(world->taken.revoked);
    bundle_world_assert_taken(world, 1, 0, 0);
    assert_int_equal(world->taken.rows, 0);
    assert_int_equal(way_of(world, rev + 1), COMMIT_REVOKED);
    bundle_world_must_import(world);
    assert_int_equal(test_client_outbox(&world->school, OUTBOX_WAITING), 0);
    bundle_world_assert_field(&world->school, 1, "text", "校运动会");
    assert_string_not_equal(test_client_field(&world->school, "activity", 2, "text"), "登山"); /* it is shown nothing new */
}

/* ---- copies ---- */

static void a_copied_folder_without_network_loses_and_doubles_nothing(void **state)
{
    struct bundle_world *world = *state;
    struct test_client copy;
    bundle_world_edit(&world->school, 1, "text=两边都有");
    test_client_copy(&copy, &world->school, 13);
    bundle_world_edit(&world->school, 2, "text=原件");
    bundle_world_edit(&copy, 3, "text=副本");
    world->school.line.fault = TEST_LINE_WHOLE;
    test_client_must_sync(&world->school); /* the original has the network */
    uint64_t rev = bundle_world_head(world);
    for (int round = 0; round < 2; round++) {
        bundle_world_must(world, bundle_world_export_as(world, &copy, &world->question));
        bundle_world_must_take(world);
        bundle_world_must(world, bundle_world_import(world, &copy, &world->answer));
    }
    assert_int_equal(bundle_world_head(world), rev + 1);
    assert_int_equal(test_client_outbox(&copy, OUTBOX_WAITING), 0);
    bundle_world_assert_field(&copy, 1, "text", "两边都有");
    bundle_world_assert_field(&copy, 2, "text", "原件");
    assert_int_equal(test_client_open_conflicts(&copy), 0);
    test_client_close(&copy);
    bundle_world_assert_converged(world);
    bundle_world_assert_field(&world->school, 3, "text", "副本");
}

struct cutter {
    struct test_line *line;
    enum message_number at;
    unsigned nth; /* such call is the first that does not get through */
};

static void cut_at(void *context, enum message_number number)
{
    struct cutter *cutter = context;
    if (number == cutter->at && --cutter->nth == 0)
        cutter->line->fault = TEST_LINE_DOWN;
}

static void sync_until(struct test_client *client, enum message_number at, unsigned nth)
{
    struct cutter cutter = {&client->line, at, nth};
    client->line.fault = TEST_LINE_WHOLE;
    client->line.before = cut_at;
    client->line.before_context = &cutter;
    assert_int_equal(test_client_sync(client), STATUS_UNAVAILABLE);
    client->line.before = NULL;
}

/* The copy took a new name; then its file of before was taken in, and the sync that found that out was cut off. */
static void what_a_copy_is_known_to_have_sent_is_not_exported_again(void **state)
{
    struct bundle_world *world = *state;
    struct test_client copy;
    test_client_copy(&copy, &world->school, 13);
    for (unsigned n = 1; n <= 3; n++)
        bundle_world_edit(&copy, n, "text=副本");
    bundle_world_must(world, bundle_world_export_as(world, &copy, &world->question));
    bundle_world_edit(&world->school, 1, "text=原件");
    bundle_world_edit(&world->school, 4, "text=原件");
    world->school.line.fault = TEST_LINE_WHOLE;
    test_client_must_sync(&world->school);
    uint64_t rev = bundle_world_head(world);
    sync_until(&copy, MESSAGE_push, 1);
    bundle_world_must_take(world);
    bundle_world_assert_taken(world, 1, 0, 2);
    sync_until(&copy, MESSAGE_pull, 2);
    assert_int_equal(test_client_outbox(&copy, OUTBOX_COPIED), 1);
    bundle_world_must(world, bundle_world_export_as(world, &copy, &world->question));
    bundle_world_must_take(world);
    bundle_world_assert_taken(world, 2, 0, 0);
    assert_int_equal(bundle_world_head(world), rev + 3);
    copy.line.fault = TEST_LINE_WHOLE;
    test_client_must_sync(&copy);
    test_client_close(&copy);
}

static void nothing_is_taken_before_the_device_has_seen_what_was_sent_in_its_name(void **state)
{
    struct bundle_world *world = *state;
    struct test_client copy;
    bundle_world_edit(&world->school, 1, "text=两边都有");
    test_client_copy(&copy, &world->school, 13);
    world->school.line.fault = TEST_LINE_WHOLE;
    bundle_world_edit(&world->school, 2, "text=原件");
    test_client_must_sync(&world->school);
    bundle_world_edit(&copy, 2, "text=副本"); /* uses the original's second number: both find out, and take new names */
    bundle_world_must(world, test_client_sync(&copy));
    bundle_world_edit(&copy, 3, "text=副本");
    test_client_must_sync(&copy);
    world->school.line.fault = TEST_LINE_DOWN;
    bundle_world_edit(&world->school, 4, "text=原件");
    bundle_world_export(world);
    bundle_world_must_take(world);
    bundle_world_assert_taken(world, 0, 0, 1);
    bundle_world_must_import(world);
    bundle_world_export(world);
    bundle_world_must_take(world);
    bundle_world_assert_taken(world, 1, 0, 0);
    bundle_world_must_import(world);
    test_client_close(&copy);
    bundle_world_assert_converged(world);
}

/* ---- restores ---- */

static void after_a_restore_two_rounds_bring_everything_back(void **state)
{
    struct bundle_world *world = *state;
    unsigned backup = test_server_backup(&world->server);
    bundle_world_edit(&world->school, 1, "text=已送达");
    world->school.line.fault = TEST_LINE_WHOLE;
    test_client_must_sync(&world->school); /* only the school and the lost server have it */
    world->school.line.fault = TEST_LINE_DOWN;
    bundle_world_edit(&world->school, 2, "text=待送达");
    test_server_restore(&world->server, backup);
    bundle_world_export(world);
    bundle_world_must_take(world);
    assert_true(world->taken.restored);
    bundle_world_assert_taken(world, 0, 0, 0);
    assert_int_equal(bundle_world_import(world, &world->school, &world->answer), STATUS_UNAVAILABLE);
    assert_int_equal(world->err.reason, REASON_BUNDLE_OLD);
    bundle_world_assert_waiting(world, 1);
    bundle_world_export(world);
    assert_int_not_equal(world->made.offered, 0);
    bundle_world_must_take(world);
    bundle_world_assert_taken(world, 1, 0, 0);
    bundle_world_must_import(world);
    assert_int_equal(world->school.report.recovered, 1);
    bundle_world_assert_waiting(world, 0);
    bundle_world_assert_converged(world);
    bundle_world_assert_field(&world->other, 1, "text", "已送达");
    bundle_world_assert_field(&world->other, 2, "text", "待送达");
}

static void assert_refused(struct bundle_world *world, enum reason reason)
{
    assert_int_equal(bundle_world_take(world, &world->question, false, &world->answer), STATUS_DENIED);
    assert_int_equal(world->err.reason, reason);
}

/* Who hears it can do something about it. */
static void the_operator_hears_what_to_do_about_a_device_that_a_restore_left_out(void **state)
{
    struct bundle_world *world = *state;
    char key[SHA256_TEXT_BYTES];
    unsigned backup = test_server_backup(&world->server);
    test_server_restore(&world->server, backup);
    bundle_world_export(world);
    struct sql *sql = world->server.core->writer.sql;
    assert_int_equal(sql_run(sql, "UPDATE device SET unconfirmed_ms = 1", &world->err), STATUS_OK);
    assert_refused(world, REASON_BUNDLE_UNCONFIRMED);
    assert_int_equal(sql_run(sql, "DELETE FROM device", &world->err), STATUS_OK); /* as if it had joined after the backup */
    assert_refused(world, REASON_BUNDLE_READMIT);
    sha256_format(&world->school.line.peer.key_hash, key);
    assert_string_equal(world->err.arguments[0], key);
}

static void an_answer_from_before_a_restore_is_told_from_a_new_one(void **state)
{
    struct bundle_world *world = *state;
    bundle_world_edit(&world->school, 1, "text=校运动会");
    bundle_world_export(world);
    bundle_world_must_take(world);
    unsigned backup = test_server_backup(&world->server);
    test_server_restore(&world->server, backup);
    world->school.line.fault = TEST_LINE_WHOLE;
    test_client_must_sync(&world->school);
    assert_int_equal(bundle_world_import(world, &world->school, &world->answer), STATUS_UNAVAILABLE);
    assert_int_equal(world->err.reason, REASON_BUNDLE_OLD);
    bundle_world_assert_converged(world);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bundle_world_start, bundle_world_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(damaged_files_are_refused_and_change_nothing),
        TEST(the_answer_is_for_who_asked),
        TEST(a_bundle_of_another_district_is_refused),
        TEST(somebody_elses_signature_is_refused),
        TEST(a_bundle_counts_as_the_device_that_signed_it),
        TEST(only_the_operator_takes_bundles_in),
        TEST(what_came_in_a_bundle_is_marked),
        TEST(a_revoked_devices_bundle_is_the_operators_decision),
        TEST(a_copied_folder_without_network_loses_and_doubles_nothing),
        TEST(what_a_copy_is_known_to_have_sent_is_not_exported_again),
        TEST(nothing_is_taken_before_the_device_has_seen_what_was_sent_in_its_name),
        TEST(after_a_restore_two_rounds_bring_everything_back),
        TEST(the_operator_hears_what_to_do_about_a_device_that_a_restore_left_out),
        TEST(an_answer_from_before_a_restore_is_told_from_a_new_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
