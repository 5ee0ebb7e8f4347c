/* SPDX-License-Identifier: Apache-2.0
 *
 * What a hostile server may answer to a syncing client: the input is a row of answers, each a length (2 bytes, big-endian) and the
 * encoded reply to whatever is asked next; after the last one the line is dead. The client's own work is never lost, and the cache
 * stays usable. */
#include <stdlib.h>
#include <string.h>

#include "client/sync/sync.h"
#include "tests/fuzz/fuzz_client.h"

#define ARENA_BYTES ((size_t)64 << 20)

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

static void run(struct test_disk *disk, const struct schema *schema, struct arena *arena, struct answers answers)
{
    const struct transport transport = {.call = call, .context = &answers};
    struct cache *cache = fuzz_open_client(disk, schema, arena);
    struct sync_report report;
    struct err err;
    struct sync sync = {.cache = cache, .transport = &transport, .clock = &fuzz_clock, .random = &fuzz_random, .software = "fuzz"};
    for (int i = 0; i < 3; i++) { /* the next syncs begin where this one ended */
        if (sync_run(&sync, &report, &err) == STATUS_OK)
            continue;
        fuzz_must(err.status && err.text[0]);
        fuzz_check_outbox(cache);
    }
    cache_close(cache);
    fuzz_must(!cache_open(FUZZ_CACHE, schema, false, test_disk_vfs(disk), &cache, &err));
    fuzz_check_outbox(cache);
    cache_close(cache);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    const struct schema *schema;
    struct test_disk *disk = test_disk_new(1);
    arena_init(&arena, ARENA_BYTES);
    fuzz_must(!schema_new(&arena, schema_source_current(), &schema, NULL));
    run(disk, schema, &arena, (struct answers){data, size});
    arena_done(&arena);
    test_disk_free(disk);
    return 0;
}
