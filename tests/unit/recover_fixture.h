/* SPDX-License-Identifier: Apache-2.0
 *
 * A school of three devices, whose server is restored. */
#ifndef TESTS_UNIT_RECOVER_FIXTURE_H
#define TESTS_UNIT_RECOVER_FIXTURE_H

#include <stdio.h>
#include <string.h>

#include "tests/harness/test.h"
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

static inline void open_world(struct world *world, uint64_t seed)
{
    *world = (struct world){.random = seed * 77 + 1};
    test_school_open(&world->server, seed, ACTIVITIES,
                     (struct test_client *[]){&world->clients[0], &world->clients[1], &world->clients[2], NULL});
}

static inline void close_world(struct world *world)
{
    test_school_close(&world->server, (struct test_client *[]){&world->clients[0], &world->clients[1], &world->clients[2], NULL});
}

static inline int start(void **state)
{
    *state = test_calloc(1, sizeof(struct world));
    open_world(*state, 1);
    return 0;
}

static inline int stop(void **state)
{
    close_world(*state);
    test_free(*state);
    return 0;
}

static inline void check_server(struct world *world)
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
static inline struct stream_hash settle(struct world *world)
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

static inline void edit(struct world *world, unsigned client, unsigned n, const char *text)
{
    assert_int_equal(test_client_edit(&world->clients[client], "activity", n, text, NULL), STATUS_OK);
}

#endif
