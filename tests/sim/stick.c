/* SPDX-License-Identifier: Apache-2.0
 *
 * Files that are carried between devices and the server where the network does not reach: written at one time, delivered at
 * another, perhaps twice, perhaps never, perhaps to a copy of the device. */
#include <inttypes.h>

#include "tests/harness/test_bundle.h"
#include "tests/sim/world.h"

static struct sync engine(struct device *device)
{
    return (struct sync){.cache = device->cache,
                         .transport = &device->transport,
                         .clock = &device->clock,
                         .random = &device->random,
                         .software = device->schema == device->world->now ? "now" : "next"};
}

static void throw_away(struct stick *stick)
{
    buf_reset(&stick->question);
    buf_reset(&stick->answer);
    stick->used = stick->answered = stick->strange = false;
}

/* A failing disk explains anything but damage. An answer that cannot be opened was asked for by a copy of the folder, or a later
 * state of it. */
static void look_at(struct device *device, const char *what, enum status status, const struct err *err)
{
    struct world *world = device->world;
    world_say(world, "%d: %s: %s%s%s", device->number, what, status_name(status), status ? " " : "", status ? err->text : "");
    if ((status == STATUS_CORRUPT || status == STATUS_PROTOCOL) && !test_disk_is_dead(device->disk))
        world_complain(world, "device %d, %s: %s", device->number, what, err->text);
}

/* One at random of those that are as wanted; NULL: none. */
static struct stick *some_stick(struct world *world, bool used, bool answered)
{
    unsigned from = world_pick(world, WORLD_STICKS);
    for (unsigned i = 0; i < WORLD_STICKS; i++) {
        struct stick *stick = &world->sticks[(from + i) % WORLD_STICKS];
        if (stick->used == used && (stick->answered || !answered))
            return stick;
    }
    return NULL;
}

/* The one that exported, or a copy of it. */
static struct device *owner_of(struct world *world, const struct stick *stick)
{
    unsigned from = world_pick(world, WORLD_DEVICES_MAX);
    for (unsigned i = 0; i < WORLD_DEVICES_MAX; i++) {
        struct device *device = &world->devices[(from + i) % WORLD_DEVICES_MAX];
        if (device_is_free(device) && device->joined && device->id == stick->device && !test_disk_is_dead(device->disk))
            return device;
    }
    return NULL;
}

void stick_export(struct device *device)
{
    struct world *world = device->world;
    struct stick *stick = some_stick(world, false, false);
    if (!stick)
        stick = &world->sticks[world_pick(world, WORLD_STICKS)];
    struct sync sync = engine(device);
    struct question made = {0};
    struct err err = {0};
    throw_away(stick);
    struct peer signer = device->peer;
    stick->strange = world_chance(world, 8);
    if (stick->strange)
        signer.key_hash = sha256_of(&stick->strange, sizeof stick->strange);
    enum status status = test_bundle_export(&sync, &signer, &made, &stick->question, &err);
    look_at(device, stick->strange ? "exports, as somebody else" : "exports", status, &err);
    stick->used = status == STATUS_OK;
    stick->device = device->id;
}

void stick_take(struct world *world)
{
    struct stick *stick = some_stick(world, true, false);
    struct test_bundle_taken taken;
    struct err err = {0};
    if (!stick || world->server_down)
        return;
    buf_reset(&stick->answer);
    stick->answered = false;
    enum status status = test_bundle_take(&world->server, &stick->question, false, &taken, &stick->answer, &err);
    if (test_disk_is_dead(world->server.disk)) {
        world_server_dies(world);
        return;
    }
    world_say(world, "a bundle is taken in: %s: taken %u known %u refused %u left %u rows %u", status_name(status), taken.taken,
              taken.known, taken.refused, taken.left, taken.rows);
    stick->answered = status == STATUS_OK;
    if (stick->strange && status == STATUS_OK)
        world_complain(world, "a bundle of somebody unknown is taken in");
    if (status != STATUS_OK && status != STATUS_UNAVAILABLE && status != STATUS_DENIED)
        world_complain(world, "a bundle is not taken in: %s: %s", status_name(status), err.text);
}

static void look_around(struct device *device)
{
    struct world *world = device->world;
    struct cache_stream_list list;
    struct err err;
    arena_reset(&world->scratch);
    if (device_outbox(device, OUTBOX_WAITING) || device_outbox(device, OUTBOX_TAKEN) || !world_chance(world, 30) ||
        cache_stream_list(device->cache, &world->scratch, &list, &err) != STATUS_OK)
        return;
    for (size_t i = 0; i < list.n; i++)
        watch_view(device, list.items[i].stream);
}

void stick_import(struct world *world)
{
    struct stick *stick = some_stick(world, true, true);
    struct device *device = stick ? owner_of(world, stick) : NULL;
    struct sync_report report = {0};
    struct err err = {0};
    if (!device)
        return;
    struct sync sync = engine(device);
    enum status status = test_bundle_import(&sync, &stick->answer, &report, &err);
    look_at(device, "imports", status, &err);
    world_say(world, "%d: pushed %" PRIu64 " parked %" PRIu64 " rows %" PRIu64 "%s%s", device->number, report.pushed, report.parked,
              report.rows, report.compared ? " compared" : "", report.renewed ? " renewed" : "");
    if (status == STATUS_OK)
        look_around(device);
    if (world_chance(world, 60))
        throw_away(stick);
}
