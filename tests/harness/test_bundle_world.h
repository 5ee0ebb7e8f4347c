/* SPDX-License-Identifier: Apache-2.0
 *
 * A district with a school of two devices, one of which has no network from the start of the test on. */
#ifndef TESTS_HARNESS_TEST_BUNDLE_WORLD_H
#define TESTS_HARNESS_TEST_BUNDLE_WORLD_H

#include "tests/harness/test_bundle.h"
#include "tests/harness/test_client.h"

struct bundle_world {
    struct test_server server;
    struct test_client school, other; /* two devices of one school; school has no network from here on */
    struct buf question, answer;
    struct question made;
    struct test_bundle_taken taken;
    struct err err;
};

int bundle_world_start(void **state);
int bundle_world_stop(void **state);
void bundle_world_edit(struct test_client *client, unsigned activity, const char *change);
void bundle_world_assert_field(struct test_client *client, unsigned activity, const char *field, const char *value);
void bundle_world_must(struct bundle_world *world, enum status status);
enum status bundle_world_export_as(struct bundle_world *world, struct test_client *client, struct buf *out);
void bundle_world_export(struct bundle_world *world);
enum status bundle_world_take(struct bundle_world *world, const struct buf *question, bool accept_revoked, struct buf *answer);
void bundle_world_must_take(struct bundle_world *world);
enum status bundle_world_import(struct bundle_world *world, struct test_client *client, const struct buf *answer);
void bundle_world_must_import(struct bundle_world *world);
uint64_t bundle_world_head(struct bundle_world *world);
void bundle_world_assert_waiting(struct bundle_world *world, uint64_t n);
void bundle_world_assert_taken(struct bundle_world *world, unsigned taken, unsigned known, unsigned left);
void bundle_world_assert_converged(struct bundle_world *world);

#endif
