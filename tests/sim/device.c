/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/world.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "proto/wire.pb-c.h"
#include "server/service/journal.h"
#include "tests/harness/test_random.h"

#define DATABASE "cache.db"
#define COPY "copy.db"

static int64_t now_ms(void *context)
{
    const struct device *device = context;
    return device->world->server.now_ms + device->skew_ms;
}

static void fill_random(void *context, void *out, size_t bytes)
{
    struct device *device = context;
    test_random_fill(&device->seed, out, bytes);
}

void device_open_cache(struct device *device)
{
    struct world *world = device->world;
    struct err err;
    device->cache = NULL;
    enum status status = cache_open(DATABASE, device->schema, true, test_disk_vfs(device->disk), &device->cache, &err);
    if (status != STATUS_OK && test_disk_is_dead(device->disk)) {
        world_say(world, "%d: dies while its folder is opened", device->number);
        test_disk_power_cut(device->disk);
        status = cache_open(DATABASE, device->schema, true, test_disk_vfs(device->disk), &device->cache, &err);
    }
    if (status != STATUS_OK)
        world_complain(world, "device %d cannot open its folder: %s", device->number, err.text);
}

static struct device *new_device(struct world *world, const char *school, const struct peer *peer)
{
    for (int i = 0; i < WORLD_DEVICES_MAX; i++) {
        struct device *device = &world->devices[i];
        if (device->used)
            continue;
        *device = (struct device){.world = world,
                                  .number = i,
                                  .used = true,
                                  .school = school,
                                  .peer = *peer,
                                  .backups = world->server.copies,
                                  .schema = world->now,
                                  .seed = world_random(world),
                                  .skew_ms = (int64_t)world_pick(world, 20000) - 10000};
        device->disk = test_disk_new(world_random(world));
        device->clock = (struct clock){.now_ms = now_ms, .mono_ms = now_ms, .context = device, .zone_s = 28800};
        device->random = (struct random){.fill = fill_random, .context = device};
        network_connect(device);
        return device;
    }
    return NULL;
}

static bool has_place(const struct world *world)
{
    return !world->devices[WORLD_DEVICES_MAX - 1].used;
}

struct device *device_join(struct world *world, const char *school)
{
    if (!has_place(world))
        return NULL;
    struct peer peer = test_server_enrol(&world->server, school, school ? "officer" : "staff");
    struct device *device = new_device(world, school, &peer);
    struct err err;
    struct cache_identity id = {
        .instance = uuid_new(&device->clock, &device->random), .person = "", .school_code = "", .school_name = "", .district = ""};
    device_open_cache(device);
    if (device->cache && cache_identity_put(device->cache, &id, &err) != STATUS_OK)
        world_complain(world, "device %d cannot begin: %s", device->number, err.text);
    world_say(world, "%d: joins %s", device->number, school ? school : "the district");
    return device;
}

struct device *device_clone(struct device *device)
{
    struct world *world = device->world;
    if (!has_place(world))
        return NULL;
    struct device *copy = new_device(world, device->school, &device->peer);
    test_disk_copy(device->disk, DATABASE, copy->disk, DATABASE);
    copy->schema = device->schema;
    copy->backups = device->backups;
    copy->joined = device->joined;
    copy->revoked = device->revoked;
    copy->unknown = device->unknown;
    copy->doubtful = device->doubtful;
    copy->stream = device->stream;
    copy->id = device->id;
    memcpy(copy->device_text, device->device_text, sizeof copy->device_text);
    device_open_cache(copy);
    world_say(world, "%d: is copied as %d", device->number, copy->number);
    history_add(&world->history, &(struct history_entry){.event = HISTORY_CLONED, .client = device->number, .other = copy->number});
    return copy;
}

void device_close(struct device *device)
{
    if (!device->used)
        return;
    if (device->task.running)
        test_disk_kill(device->disk);
    task_kill(device);
    cache_close(device->cache);
    test_disk_free(device->disk);
    free(device->task.stack);
    device->used = false;
}

void device_kill(struct device *device, bool power_cut)
{
    world_say(device->world, "%d: %s", device->number, power_cut ? "power cut" : "is killed");
    if (power_cut)
        test_disk_power_cut(device->disk);
    else
        test_disk_kill(device->disk);
    task_kill(device);
    cache_close(device->cache);
    test_disk_set_free(device->disk, -1);
    device_open_cache(device);
}

void device_copy(struct device *device)
{
    test_disk_copy(device->disk, DATABASE, device->disk, COPY);
    device->has_copy = true;
    world_say(device->world, "%d: its folder is copied", device->number);
    history_add(&device->world->history, &(struct history_entry){.event = HISTORY_COPIED, .client = device->number});
}

void device_restore(struct device *device)
{
    cache_close(device->cache);
    test_disk_kill(device->disk);
    test_disk_copy(device->disk, COPY, device->disk, DATABASE);
    device_open_cache(device);
    world_say(device->world, "%d: its folder is put back", device->number);
    history_add(&device->world->history, &(struct history_entry){.event = HISTORY_RESTORED, .client = device->number});
}

bool device_is_free(const struct device *device)
{
    return device->used && !device->left && !device->task.running && device->cache;
}

uint64_t device_outbox(struct device *device, enum outbox_state state)
{
    uint64_t n = 0;
    struct err err;
    if (outbox_count(device->cache, state, &n, &err) != STATUS_OK)
        return UINT64_MAX;
    return n;
}

void device_let_back(struct device *device)
{
    struct world *world = device->world;
    Lianxin__DeviceReadmitRequest readmit = LIANXIN__DEVICE_READMIT_REQUEST__INIT;
    struct peer operator= test_server_operator();
    char key[SHA256_TEXT_BYTES];
    ProtobufCMessage *reply;
    struct err err;
    sha256_format(&device->peer.key_hash, key);
    readmit.key = key;
    readmit.person = arena_strdup(&world->scratch, "officer");
    readmit.school = device->school ? arena_strdup(&world->scratch, device->school) : NULL;
    enum status status = world_ask(world, &operator, MESSAGE_device_readmit, &readmit.base, &reply, &err);
    world_say(world, "%d: is readmitted: %s", device->number, status_name(status));
    if (status != STATUS_OK && status != STATUS_UNAVAILABLE && !world->server_down && err.reason != REASON_ARGUMENT)
        world_complain(world, "device %d cannot be readmitted: %s", device->number, err.text);
    for (int i = 0; i < WORLD_DEVICES_MAX && (status == STATUS_OK || err.reason == REASON_ARGUMENT); i++)
        if (world->devices[i].used && world->devices[i].id == device->id) {
            world->devices[i].unknown = false;
            world->devices[i].backups = world->server.copies;
        }
}

/* It may be revoked by now, or not. */
static void doubt(struct world *world, const struct device *device)
{
    for (int i = 0; i < WORLD_DEVICES_MAX; i++)
        if (world->devices[i].used && world->devices[i].id == device->id) {
            world->devices[i].doubtful = true;
            history_add(&world->history, &(struct history_entry){.event = HISTORY_LEFT, .client = i});
        }
    world_say(world, "%d: is perhaps revoked", device->number);
}

void device_shut_out(struct device *device)
{
    struct world *world = device->world;
    Lianxin__DeviceRevokeRequest revoke = LIANXIN__DEVICE_REVOKE_REQUEST__INIT;
    struct peer operator= test_server_operator();
    ProtobufCMessage *reply;
    struct err err;
    uint64_t rev;
    revoke.device = device->device_text;
    if (world_ask(world, &operator, MESSAGE_device_revoke, &revoke.base, &reply, &err) != STATUS_OK ||
        journal_head_rev(world->server.core->writer.sql, device->stream, &rev, &err) != STATUS_OK) {
        doubt(world, device);
        return;
    }
    world_say(world, "%d: is revoked at %" PRIu64, device->number, rev);
    for (int i = 0; i < WORLD_DEVICES_MAX; i++) /* and its copies */
        if (world->devices[i].used && world->devices[i].id == device->id) {
            world->devices[i].revoked = true;
            history_add(&world->history,
                        &(struct history_entry){
                            .event = HISTORY_REVOKED, .client = i, .device = device->id, .stream = device->stream, .rev = rev});
        }
}

/* ---- what a sync brought ---- */

static void note_joined(struct device *device)
{
    struct world *world = device->world;
    struct cache_identity id;
    struct err err;
    if (device->joined || cache_identity_get(device->cache, &world->scratch, &id, &err) != STATUS_OK)
        return;
    device->joined = true;
    device->stream = id.stream;
    device->id = world_digest(id.device.bytes, UUID_BYTES);
    uuid_format(&id.device, device->device_text);
    history_add(
        &world->history,
        &(struct history_entry){.event = HISTORY_JOINED, .client = device->number, .device = device->id, .stream = device->stream});
}

static void note_streams(struct device *device)
{
    struct world *world = device->world;
    struct cache_stream_list list;
    struct err err;
    bool quiet = !device_outbox(device, OUTBOX_WAITING) && !device_outbox(device, OUTBOX_TAKEN);
    if (cache_stream_list(device->cache, &world->scratch, &list, &err) != STATUS_OK)
        return;
    for (size_t i = 0; i < list.n; i++) {
        history_add(&world->history, &(struct history_entry){.event = HISTORY_SYNCED,
                                                             .client = device->number,
                                                             .stream = list.items[i].stream,
                                                             .epoch = list.items[i].epoch,
                                                             .rev = list.items[i].rev});
        if (device->task.report.compared && !world->upgraded)
            history_add(&world->history, &(struct history_entry){
                                             .event = HISTORY_COMPARED, .client = device->number, .stream = list.items[i].stream});
        if (quiet && world_chance(world, 20))
            watch_view(device, list.items[i].stream);
    }
}

void device_synced(struct device *device)
{
    struct world *world = device->world;
    const struct sync_report *report = &device->task.report;
    if (device->task.cut)
        return;
    world_say(world, "%d: sync %s: pushed %" PRIu64 " parked %" PRIu64 " rows %" PRIu64 " conflicts %" PRIu64 "%s%s%s%s",
              device->number, status_name(device->task.status), report->pushed, report->parked, report->rows, report->conflicts,
              report->compared ? " compared" : "", report->renewed ? " renewed" : "", device->task.status ? " " : "",
              device->task.status ? device->task.err.text : "");
    if (device->task.status != STATUS_OK)
        return;
    arena_reset(&world->scratch);
    if (!device->task.only) {
        note_joined(device);
        note_streams(device);
    }
}
