/* SPDX-License-Identifier: Apache-2.0
 *
 * A school of two devices, and room for a copy of the first one's folder. */
#ifndef TESTS_UNIT_CLONE_FIXTURE_H
#define TESTS_UNIT_CLONE_FIXTURE_H

#include <string.h>

#include "tests/harness/test.h"
#include "tests/harness/test_school.h"

struct world {
    struct test_server server;
    struct test_client first, other; /* two devices of one school */
    struct test_client copy;         /* of the first one's folder; opened by the tests */
};

static inline int start(void **state)
{
    struct world *world = test_calloc(1, sizeof *world);
    test_school_open(&world->server, 1, 4, (struct test_client *[]){&world->first, &world->other, NULL});
    *state = world;
    return 0;
}

static inline int stop(void **state)
{
    struct world *world = *state;
    if (world->copy.cache)
        test_client_close(&world->copy);
    test_school_close(&world->server, (struct test_client *[]){&world->first, &world->other, NULL});
    test_free(world);
    return 0;
}

static inline void edit(struct test_client *client, unsigned activity, const char *change)
{
    assert_int_equal(test_client_edit(client, "activity", activity, change, NULL), STATUS_OK);
}

static inline void assert_field(struct test_client *client, unsigned activity, const char *field, const char *value)
{
    assert_string_equal(test_client_field(client, "activity", activity, field), value);
}

/* Everybody syncs until all is there, and all hold the same with nothing waiting and no conflict. */
static inline void assert_converged(struct world *world)
{
    struct test_client *clients[] = {&world->first, &world->copy, &world->other, &world->first, &world->copy};
    for (size_t i = 0; i < 5; i++)
        test_client_must_sync(clients[i]);
    struct cache_stream want = test_client_stream(&world->first);
    for (size_t i = 0; i < 3; i++) {
        struct cache_stream line = test_client_stream(clients[i]);
        assert_int_equal(line.rev, want.rev);
        assert_true(cache_stream_verified(&line));
        assert_true(stream_hash_equal(&line.base, &want.base));
        assert_int_equal(test_client_open_conflicts(clients[i]), 0);
        for (enum outbox_state state = OUTBOX_WAITING; state <= OUTBOX_PARKED; state++)
            assert_int_equal(test_client_outbox(clients[i], state), 0);
    }
}

static inline uint64_t commits(struct world *world)
{
    test_client_must_sync(&world->other);
    return test_client_stream(&world->other).rev;
}

#endif
