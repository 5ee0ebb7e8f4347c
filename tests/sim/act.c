/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/world.h"

#include <inttypes.h>

#include "proto/wire.pb-c.h"
#include "server/service/journal.h"
#include "tests/sim/change.h"

/* ---- who ---- */

static struct device *any_device(struct world *world)
{
    unsigned n = 0;
    while (n < WORLD_DEVICES_MAX && world->devices[n].used)
        n++;
    return &world->devices[world_pick(world, n)];
}

static struct device *some_device(struct world *world)
{
    struct device *device = any_device(world);
    return device_is_free(device) ? device : NULL;
}

static struct device *some_officer(struct world *world)
{
    struct device *device = some_device(world);
    return device && device->joined && device->school ? device : NULL;
}

static struct device *some_staff(struct world *world)
{
    for (int i = 0; i < WORLD_DEVICES_MAX; i++)
        if (device_is_free(&world->devices[i]) && world->devices[i].joined && !world->devices[i].school)
            return &world->devices[i];
    return NULL;
}

static uint32_t some_stream(struct world *world)
{
    return STREAM_FIRST_SCHOOL + world_pick(world, world_pick(world, 2) ? 1 : WORLD_SCHOOLS);
}

/* ---- changes ---- */

static void act_plan(struct world *world)
{
    struct device *device = some_officer(world);
    if (device)
        change_new_plan(device, device->stream, 0);
}

static void act_import(struct world *world)
{
    struct device *device = some_officer(world);
    if (device)
        change_new_plan(device, device->stream, 2 + world_pick(world, 9));
}

static void act_activity(struct world *world)
{
    struct device *device = some_officer(world);
    if (device)
        change_new_activity(device, device->stream);
}

static void act_edit(struct world *world)
{
    struct device *device = some_officer(world);
    if (device)
        change_edit(device, device->stream);
}

static void act_state(struct world *world)
{
    struct device *device = some_officer(world);
    if (device)
        change_state(device, device->stream);
}

static void act_occurrence(struct world *world)
{
    struct device *device = some_officer(world);
    if (device)
        change_new_occurrence(device, device->stream);
}

static void act_remove(struct world *world)
{
    struct device *device = some_officer(world);
    if (device)
        change_remove(device, device->stream);
}

static void act_resolve(struct world *world)
{
    struct device *device = some_officer(world);
    if (device)
        change_resolve(device, device->stream);
}

/* ---- syncing and looking ---- */

static void act_sync(struct world *world)
{
    struct device *device = some_device(world);
    if (device)
        task_start(device, 0);
}

/* Everybody at once, as on a last day: groups of pushes, now and then with the disk filling up under them. */
static void act_rush(struct world *world)
{
    if (!world->server_down && world_chance(world, 30))
        test_disk_set_free(world->server.disk, (int64_t)world_pick(world, 40) * 4096);
    for (int i = 0; i < WORLD_DEVICES_MAX; i++)
        if (device_is_free(&world->devices[i]))
            task_start(&world->devices[i], 0);
}

static void act_look(struct world *world)
{
    struct device *device = some_staff(world);
    if (device)
        task_start(device, some_stream(world));
}

/* The district writes into a school's stream. */
static void act_foreign(struct world *world)
{
    struct device *device = some_staff(world);
    if (device && world_chance(world, 60))
        change_edit(device, some_stream(world));
    else if (device)
        change_new_activity(device, some_stream(world));
}

static void act_peep(struct world *world)
{
    struct device *device = some_officer(world);
    Lianxin__PullRequest pull = LIANXIN__PULL_REQUEST__INIT;
    ProtobufCMessage *reply;
    struct err err;
    uint32_t stream = some_stream(world);
    if (!device || world->server_down || stream == device->stream)
        return;
    pull.has_stream = true;
    pull.stream = stream;
    enum status status = world_ask(world, &device->peer, MESSAGE_pull, &pull.base, &reply, &err);
    history_add(&world->history,
                &(struct history_entry){
                    .event = HISTORY_READ_OTHER, .client = device->number, .stream = stream, .refused = status != STATUS_OK});
}

/* Somebody without a network, the operator who takes the file in, and the way back. */
static void act_export(struct world *world)
{
    struct device *device = some_device(world);
    if (!device || !device->joined || test_disk_is_dead(device->disk))
        return;
    if (device->school && world_chance(world, 50))
        change_edit(device, device->stream);
    if (!test_disk_is_dead(device->disk))
        stick_export(device);
}

static void act_carry(struct world *world)
{
    stick_take(world);
}

static void act_fetch(struct world *world)
{
    stick_import(world);
}

static void act_due(struct world *world)
{
    Lianxin__DuePutRequest put = LIANXIN__DUE_PUT_REQUEST__INIT;
    struct peer operator= test_server_operator();
    ProtobufCMessage *reply;
    struct err err;
    if (world->server_down)
        return;
    put.has_what = put.has_first_month = put.has_last_month = true;
    put.what = 2;
    put.first_month = put.last_month = 2024 * 12 + 8;
    put.day = arena_strdup(&world->scratch, "2024-10-05");
    put.title = arena_printf(&world->scratch, "due %u", world_pick(world, 1000));
    world_say(world, "a due report: %s", status_name(world_ask(world, &operator, MESSAGE_due_put, &put.base, &reply, &err)));
}

/* ---- what happens to devices ---- */

static void act_kill(struct world *world)
{
    struct device *device = any_device(world);
    if (!device->left)
        device_kill(device, world_chance(world, 50));
}

/* The machine will stop at some write. */
static void act_wound(struct world *world)
{
    struct device *device = some_device(world);
    if (!device)
        return;
    test_disk_fail(device->disk, TEST_DISK_DIE, 1 + world_pick(world, 40));
    world_say(world, "%d: will die", device->number);
}

static void act_crowd(struct world *world)
{
    struct device *device = some_device(world);
    bool full = world_chance(world, 60);
    if (!device)
        return;
    test_disk_set_free(device->disk, full ? (int64_t)world_pick(world, 60000) : -1);
    world_say(world, "%d: %s", device->number, full ? "little room" : "room again");
}

static void act_copy(struct world *world)
{
    struct device *device = some_device(world);
    if (device && device->joined && !test_disk_is_dead(device->disk))
        device_copy(device);
}

static void act_restore(struct world *world)
{
    struct device *device = some_device(world);
    if (device && device->has_copy)
        device_restore(device);
}

static void act_clone(struct world *world)
{
    struct device *device = some_device(world);
    if (device && device->joined && !test_disk_is_dead(device->disk))
        (void)device_clone(device);
}

static void act_revoke(struct world *world)
{
    struct device *device = some_officer(world);
    if (device && !world->server_down)
        device_shut_out(device);
}

static void act_readmit(struct world *world)
{
    for (int i = 0; i < WORLD_DEVICES_MAX && !world->server_down; i++)
        if (world->devices[i].used && world->devices[i].unknown)
            device_let_back(&world->devices[i]);
}

static void act_join(struct world *world)
{
    if (world->server_down)
        return;
    test_disk_set_free(world->server.disk, -1);
    test_disk_fail(world->server.disk, TEST_DISK_DIE, 0);
    (void)device_join(world, world_school_code(world_pick(world, 2)));
}

static void act_upgrade(struct world *world)
{
    struct device *device = some_device(world);
    if (!device || device->schema == world->next || test_disk_is_dead(device->disk))
        return;
    cache_close(device->cache);
    test_disk_set_free(device->disk, -1);
    device->schema = world->next;
    world->upgraded = true;
    world_say(world, "%d: is upgraded", device->number);
    device_open_cache(device);
}

/* ---- what happens to the server ---- */

static void act_server_kill(struct world *world)
{
    world_server_dies(world);
}

static void act_server_wound(struct world *world)
{
    if (world->server_down)
        return;
    test_disk_fail(world->server.disk, TEST_DISK_DIE, 1 + world_pick(world, 60));
    world_say(world, "the server will die");
}

static void act_server_crowd(struct world *world)
{
    bool full = world_chance(world, 60);
    if (world->server_down)
        return;
    test_disk_set_free(world->server.disk, full ? (int64_t)world_pick(world, 80000) : -1);
    world_say(world, "the server has %s", full ? "little room" : "room again");
}

static void act_server_return(struct world *world)
{
    if (world->server_down)
        world_server_returns(world);
}

static void act_server_reopen(struct world *world)
{
    if (world->server_down)
        return;
    world_say(world, "the server is closed and opened");
    test_disk_set_free(world->server.disk, -1);
    test_disk_fail(world->server.disk, TEST_DISK_DIE, 0);
    world_server_reopen(world);
}

static void act_server_backup(struct world *world)
{
    if (!world->server_down)
        world_server_backup(world);
}

static void act_server_restore(struct world *world)
{
    if (world->n_backups)
        world_server_restore(world, world_pick(world, world->n_backups));
}

static void act_server_upgrade(struct world *world)
{
    if (world->server_down || world->server.schema == world->next)
        return;
    world->upgraded = true;
    world->server.schema = world->server.config.schema = world->next;
    world_say(world, "the server is upgraded");
    act_server_reopen(world);
}

/* ---- choosing ---- */

static const struct act {
    void (*run)(struct world *world);
    unsigned weight;
} acts[] = {
#define ACT(name, weight) {act_##name, weight},
#include "tests/sim/act.def"
#undef ACT
};
#define ACTS (sizeof acts / sizeof acts[0])

enum act_place {
#define ACT(name, weight) PLACE_##name,
#include "tests/sim/act.def"
#undef ACT
};

static uint64_t without(uint64_t set, enum act_place place)
{
    return set & ~(UINT64_C(1) << place);
}

/* Leaving things out makes the rest happen more often, and together. */
uint64_t act_choose_set(struct world *world)
{
    uint64_t set = UINT64_MAX;
    for (size_t i = 0; i < ACTS; i++)
        if (acts[i].weight < 10 && world_chance(world, 40))
            set = without(set, (enum act_place)i);
    return set;
}

void act_once(struct world *world, uint64_t set)
{
    unsigned sum = 0;
    for (size_t i = 0; i < ACTS; i++)
        sum += set >> i & 1 ? acts[i].weight : 0;
    unsigned at = world_pick(world, sum);
    arena_reset(&world->scratch);
    for (size_t i = 0; i < ACTS; i++) {
        unsigned weight = set >> i & 1 ? acts[i].weight : 0;
        if (at < weight) {
            acts[i].run(world);
            return;
        }
        at -= weight;
    }
}
