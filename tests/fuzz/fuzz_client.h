/* SPDX-License-Identifier: Apache-2.0
 *
 * A client with one plan that it made and has not sent, at a clock that stands and with numbers that are always the same: what the
 * fuzzers of a peer's bytes start from. */
#ifndef TESTS_FUZZ_FUZZ_CLIENT_H
#define TESTS_FUZZ_FUZZ_CLIENT_H

#include <stdlib.h>
#include <string.h>

#include "client/cache/cache.h"
#include "common/record/text.h"
#include "tests/harness/test_vfs.h"

#define FUZZ_CACHE "cache.db"
#define FUZZ_STREAM 100u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void fuzz_must(bool condition)
{
    if (!condition)
        abort();
}

static inline int64_t fuzz_now_ms(void *context)
{
    (void)context;
    return 1725148800000;
}

static inline void fuzz_fill(void *context, void *out, size_t bytes)
{
    (void)context;
    memset(out, 7, bytes);
}

static const struct clock fuzz_clock = {.now_ms = fuzz_now_ms, .mono_ms = fuzz_now_ms};
static const struct random fuzz_random = {.fill = fuzz_fill};

static inline void fuzz_make_plan(struct cache *cache, const struct schema *schema, struct arena *arena)
{
    static const char *const fields[][2] = {
        {"body", "union"}, {"title", "计划"}, {"first_month", "2024-09"}, {"last_month", "2025-07"}, {"state", "draft"}};
    const struct kind *kind = schema_find_kind_by_name(schema, "plan");
    ProtobufCMessage *plan = record_message_new(arena, kind);
    const struct uuid id = {{9}};
    struct edit edit;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        fuzz_must(!record_parse_text(arena, plan, kind_find_field_by_name(kind, fields[i][0]), fields[i][1], NULL));
    fuzz_must(edit_between(arena, kind, &id, NULL, plan, &edit));
    fuzz_must(!cache_change(cache, FUZZ_STREAM, &edit, 1, "test", 0, NULL, NULL));
}

static inline struct cache *fuzz_open_client(struct test_disk *disk, const struct schema *schema, struct arena *arena)
{
    const struct cache_identity id = {
        .instance = {{1}}, .stream = FUZZ_STREAM, .person = "", .school_code = "", .school_name = "", .district = ""};
    struct cache *cache;
    fuzz_must(!cache_open(FUZZ_CACHE, schema, true, test_disk_vfs(disk), &cache, NULL));
    fuzz_must(!cache_identity_put(cache, &id, NULL));
    fuzz_make_plan(cache, schema, arena);
    return cache;
}

/* The plan is in the outbox, or a journal row took it out again; another push of ours is never invented. */
static inline void fuzz_check_outbox(struct cache *cache)
{
    uint64_t n, sum = 0;
    for (int state = OUTBOX_WAITING; state <= OUTBOX_PARKED; state++) {
        fuzz_must(!outbox_count(cache, (enum outbox_state)state, &n, NULL));
        sum += n;
    }
    fuzz_must(sum <= 1);
}

#endif
