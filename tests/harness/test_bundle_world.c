/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/test_bundle_world.h"

#include "server/service/journal.h"
#include "tests/harness/test.h"
#include "tests/harness/test_school.h"

int bundle_world_start(void **state)
{
    struct bundle_world *world = test_calloc(1, sizeof *world);
    test_school_open(&world->server, 1, 4, (struct test_client *[]){&world->other, &world->school, NULL});
    world->school.line.fault = TEST_LINE_DOWN;
    buf_init(&world->question, 0);
    buf_init(&world->answer, 0);
    *state = world;
    return 0;
}

int bundle_world_stop(void **state)
{
    struct bundle_world *world = *state;
    buf_done(&world->question);
    buf_done(&world->answer);
    test_school_close(&world->server, (struct test_client *[]){&world->other, &world->school, NULL});
    test_free(world);
    return 0;
}

void bundle_world_edit(struct test_client *client, unsigned activity, const char *change)
{
    assert_int_equal(test_client_edit(client, "activity", activity, change, NULL), STATUS_OK);
}

void bundle_world_assert_field(struct test_client *client, unsigned activity, const char *field, const char *value)
{
    assert_string_equal(test_client_field(client, "activity", activity, field), value);
}

void bundle_world_must(struct bundle_world *world, enum status status)
{
    if (status)
        fail_msg("%s: %s", status_name(status), world->err.text);
}

enum status bundle_world_export_as(struct bundle_world *world, struct test_client *client, struct buf *out)
{
    struct sync sync = test_client_engine(client);
    buf_reset(out);
    world->server.now_ms += 1000;
    return test_bundle_export(&sync, &client->line.peer, &world->made, out, &world->err);
}

void bundle_world_export(struct bundle_world *world)
{
    bundle_world_must(world, bundle_world_export_as(world, &world->school, &world->question));
}

enum status bundle_world_take(struct bundle_world *world, const struct buf *question, bool accept_revoked, struct buf *answer)
{
    buf_reset(answer);
    world->server.now_ms += 1000;
    return test_bundle_take(&world->server, question, accept_revoked, &world->taken, answer, &world->err);
}

void bundle_world_must_take(struct bundle_world *world)
{
    bundle_world_must(world, bundle_world_take(world, &world->question, false, &world->answer));
}

enum status bundle_world_import(struct bundle_world *world, struct test_client *client, const struct buf *answer)
{
    struct sync sync = test_client_engine(client);
    return test_bundle_import(&sync, answer, &client->report, &world->err);
}

void bundle_world_must_import(struct bundle_world *world)
{
    bundle_world_must(world, bundle_world_import(world, &world->school, &world->answer));
}

uint64_t bundle_world_head(struct bundle_world *world)
{
    uint64_t rev;
    bundle_world_must(world, journal_head_rev(world->server.core->writer.sql, world->school.stream, &rev, &world->err));
    return rev;
}

void bundle_world_assert_waiting(struct bundle_world *world, uint64_t n)
{
    assert_int_equal(test_client_outbox(&world->school, OUTBOX_WAITING), n);
    assert_int_equal(test_client_outbox(&world->school, OUTBOX_TAKEN), 0);
}

void bundle_world_assert_taken(struct bundle_world *world, unsigned taken, unsigned known, unsigned left)
{
    assert_int_equal(world->taken.taken, taken);
    assert_int_equal(world->taken.known, known);
    assert_int_equal(world->taken.left, left);
}

/* Both hold the same at the end, and nothing waits. */
void bundle_world_assert_converged(struct bundle_world *world)
{
    world->school.line.fault = TEST_LINE_WHOLE;
    test_client_must_sync(&world->school);
    test_client_must_sync(&world->other);
    test_client_must_sync(&world->school);
    struct cache_stream mine = test_client_stream(&world->school), theirs = test_client_stream(&world->other);
    assert_int_equal(mine.rev, theirs.rev);
    assert_true(cache_stream_verified(&mine));
    assert_true(stream_hash_equal(&mine.base, &theirs.base));
    bundle_world_assert_waiting(world, 0);
}
