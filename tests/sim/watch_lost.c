/* SPDX-License-Identifier: Apache-2.0
 *
 * What the checker has to know of a restore: what the backup held, what the devices held then, what the server misses at the end.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "server/service/loss.h"
#include "tests/sim/world.h"

struct holding {
    struct device *device;
    uint32_t stream;
};

static bool is_told(const struct world *world, const struct history_entry *entry)
{
    for (size_t i = world->history.n; i-- > 0 && world->history.entries[i].event != HISTORY_BASE;)
        if (world->history.entries[i].event == HISTORY_HELD && world->history.entries[i].digest == entry->digest)
            return true;
    return false;
}

static bool note_held(void *context, uint64_t rev, const struct row *row)
{
    struct holding *holding = context;
    struct world *world = holding->device->world;
    struct commit commit;
    struct err err;
    (void)rev;
    arena_reset(&world->scratch);
    if (commit_decode(&world->scratch, world->next, row->body, row->body_bytes, &commit, &err) != STATUS_OK) {
        world_complain(world, "a row that is kept cannot be read: %s", err.text);
        return false;
    }
    struct history_entry entry = watch_row_entry(HISTORY_HELD, &commit, row);
    entry.client = holding->device->number;
    if (!is_told(world, &entry))
        watch_edits(world, commit.effects, commit.n_effects);
    history_add(&world->history, &entry);
    return true;
}

static void note_device(struct device *device)
{
    struct world *world = device->world;
    struct cache_stream_list list;
    struct arena arena;
    struct err err;
    arena_init(&arena, 0);
    enum status status = cache_stream_list(device->cache, &arena, &list, &err);
    for (size_t i = 0; i < list.n && status == STATUS_OK; i++) {
        struct holding holding = {.device = device, .stream = list.items[i].stream};
        history_add(&world->history, &(struct history_entry){.event = HISTORY_KNEW,
                                                             .client = device->number,
                                                             .stream = list.items[i].stream,
                                                             .epoch = list.items[i].epoch,
                                                             .rev = list.items[i].rev});
        status = cache_walk_journal(device->cache, holding.stream, note_held, &holding, &err);
    }
    if (status != STATUS_OK)
        world_complain(world, "device %d cannot be read: %s", device->number, err.text);
    arena_done(&arena);
}

void watch_devices(struct world *world)
{
    for (int i = 0; i < WORLD_DEVICES_MAX; i++) {
        struct device *device = &world->devices[i];
        if (device->used && !device->left && device->cache && !test_disk_is_dead(device->disk))
            note_device(device);
    }
}

/* "15-17, 20" */
static void note_missed(void *context, uint32_t stream, uint64_t epoch, uint64_t missing, const char *ranges)
{
    struct world *world = context;
    (void)missing;
    for (const char *at = ranges; *at;) {
        char *end;
        uint64_t first = strtoull(at, &end, 10), last = *end == '-' ? strtoull(end + 1, &end, 10) : first;
        for (uint64_t rev = first; rev <= last; rev++)
            history_add(&world->history, &(struct history_entry){
                                             .event = HISTORY_MISSED, .client = -1, .stream = stream, .epoch = epoch, .rev = rev});
        at = end + strspn(end, ", ");
        if (end == at && *at) {
            world_complain(world, "the loss report cannot be read: %s", ranges);
            return;
        }
    }
}

void watch_missed(struct world *world)
{
    struct work work = {.desk = &world->server.core->writer, .arena = &world->scratch, .now_ms = world->server.now_ms};
    struct err err;
    if (loss_list(&work, note_missed, world, &err) != STATUS_OK)
        world_complain(world, "the loss report cannot be made: %s", err.text);
}
