/* SPDX-License-Identifier: Apache-2.0
 *
 * A school of two devices that have synced. */
#ifndef TESTS_UNIT_ENGINE_FIXTURE_H
#define TESTS_UNIT_ENGINE_FIXTURE_H

#include <string.h>

#include "tests/harness/test.h"
#include "tests/harness/test_author.h"
#include "tests/harness/test_school.h"
#include "tests/harness/test_vfs.h"

struct world {
    struct test_server server;
    struct test_client first, second;
};

static inline int start(void **state)
{
    struct world *world = test_calloc(1, sizeof *world);
    test_school_open(&world->server, 1, 1, (struct test_client *[]){&world->first, &world->second, NULL});
    *state = world;
    return 0;
}

static inline int stop(void **state)
{
    struct world *world = *state;
    test_school_close(&world->server, (struct test_client *[]){&world->first, &world->second, NULL});
    test_free(world);
    return 0;
}

static inline void assert_same(struct world *world)
{
    struct cache_stream a = test_client_stream(&world->first), b = test_client_stream(&world->second);
    assert_int_equal(a.rev, b.rev);
    assert_true(cache_stream_verified(&a));
    assert_true(cache_stream_verified(&b));
    assert_true(stream_hash_equal(&a.base, &b.base));
    assert_int_equal(test_client_outbox(&world->first, OUTBOX_WAITING) + test_client_outbox(&world->first, OUTBOX_TAKEN), 0);
    assert_int_equal(test_client_outbox(&world->second, OUTBOX_WAITING) + test_client_outbox(&world->second, OUTBOX_TAKEN), 0);
}

#endif
