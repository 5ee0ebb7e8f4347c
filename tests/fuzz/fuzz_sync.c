/* SPDX-License-Identifier: Apache-2.0
 *
 * What a hostile server may answer to a syncing client: the input is a row of answers, each a length (2 bytes, big-endian) and the
 * encoded reply to whatever is asked next; after the last one the line is dead. The client's own work is never lost, and the cache
 * stays usable. */
#include <stdlib.h>
#include <string.h>

#include "client/sync/sync.h"
#include "common/record/text.h"
#include "tests/harness/test_vfs.h"

#define CACHE "cache.db"
#define OWN 100u
#define ARENA_BYTES ((size_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct answers {
    const uint8_t *data;
    size_t size;
};

static enum status call(void *context, enum message_number number, const ProtobufCMessage *request, struct arena *arena,
                        ProtobufCMessage **reply, struct err *err)
{
    struct answers *answers = context;
    (void)request;
    if (answers->size < 2)
        return err_set(err, STATUS_UNAVAILABLE, "the line is dead");
    size_t bytes = (size_t)answers->data[0] << 8 | answers->data[1];
    if (bytes > answers->size - 2)
        bytes = answers->size - 2;
    const uint8_t *body = answers->data + 2;
    answers->data += bytes + 2;
    answers->size -= bytes + 2;
    return message_decode(arena, message_find((uint16_t)number)->reply, body, bytes, reply, err);
}

static int64_t now_ms(void *context)
{
    (void)context;
    return 1725148800000;
}

static void fill(void *context, void *out, size_t bytes)
{
    (void)context;
    memset(out, 7, bytes);
}

static void must(bool condition)
{
    if (!condition)
        abort();
}

/* A plan made here and not yet sent. */
static void make_plan(struct cache *cache, const struct schema *schema, struct arena *arena)
{
    static const char *const fields[][2] = {
        {"body", "union"}, {"title", "计划"}, {"first_month", "2024-09"}, {"last_month", "2025-07"}, {"state", "draft"}};
    const struct kind *kind = schema_find_kind_by_name(schema, "plan");
    ProtobufCMessage *plan = record_message_new(arena, kind);
    const struct uuid id = {{9}};
    struct edit edit;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        must(!record_parse_text(arena, plan, kind_find_field_by_name(kind, fields[i][0]), fields[i][1], NULL));
    must(edit_between(arena, kind, &id, NULL, plan, &edit));
    must(!cache_change(cache, OWN, &edit, 1, "test", 0, NULL, NULL));
}

/* The plan is in the outbox, or a journal row took it out again; another push of ours is never invented. */
static void check(struct cache *cache)
{
    uint64_t n[3];
    struct err err;
    for (int state = 0; state < 3; state++)
        must(!outbox_count(cache, (enum outbox_state)state, &n[state], &err));
    must(n[0] + n[1] + n[2] <= 1);
}

static void run(struct test_disk *disk, const struct schema *schema, struct arena *arena, struct answers answers)
{
    const struct clock clock = {.now_ms = now_ms, .mono_ms = now_ms};
    const struct random random = {.fill = fill};
    const struct transport transport = {.call = call, .context = &answers};
    const struct cache_identity id = {
        .instance = {{1}}, .stream = OWN, .person = "", .school_code = "", .school_name = "", .district = ""};
    struct cache *cache;
    struct sync_report report;
    struct err err;
    must(!cache_open(CACHE, schema, true, test_disk_vfs(disk), &cache, &err));
    must(!cache_identity_put(cache, &id, &err));
    make_plan(cache, schema, arena);
    struct sync sync = {.cache = cache, .transport = &transport, .clock = &clock, .random = &random, .software = "fuzz"};
    for (int i = 0; i < 3; i++) { /* the next syncs begin where this one ended */
        if (sync_run(&sync, &report, &err) == STATUS_OK)
            continue;
        must(err.status && err.text[0]);
        check(cache);
    }
    cache_close(cache);
    must(!cache_open(CACHE, schema, false, test_disk_vfs(disk), &cache, &err));
    check(cache);
    cache_close(cache);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    const struct schema *schema;
    struct test_disk *disk = test_disk_new(1);
    arena_init(&arena, ARENA_BYTES);
    must(!schema_new(&arena, schema_source_current(), &schema, NULL));
    run(disk, schema, &arena, (struct answers){data, size});
    arena_done(&arena);
    test_disk_free(disk);
    return 0;
}
