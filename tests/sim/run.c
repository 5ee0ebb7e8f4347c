/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/wire.pb-c.h"
#include "tests/sim/change.h"
#include "tests/sim/check.h"

/* ---- everybody gets time to sync ---- */

static void calm_down(struct world *world)
{
    world->weather = (struct weather){.delay_max_ms = WORLD_CALM_DELAY_MS};
    test_disk_fail(world->server.disk, TEST_DISK_DIE, 0);
    if (world->server_down || test_disk_is_dead(world->server.disk))
        world_server_returns(world);
    test_disk_set_free(world->server.disk, -1);
    for (int i = 0; i < WORLD_DEVICES_MAX; i++) {
        struct device *device = &world->devices[i];
        if (!device->used || device->left)
            continue;
        test_disk_fail(device->disk, TEST_DISK_DIE, 0);
        test_disk_set_free(device->disk, -1);
        if (test_disk_is_dead(device->disk))
            device_kill(device, true);
    }
    network_run_dry(world);
}

static void must_sync(struct device *device, uint32_t only)
{
    struct world *world = device->world;
    task_start(device, only);
    network_run_dry(world);
    if (device->task.running)
        world_complain(world, "device %d never ends its sync", device->number);
    else if (device->doubtful && device->task.status == STATUS_DENIED)
        device->revoked = true;
    else if (device->task.status != (device->revoked ? STATUS_DENIED : STATUS_OK))
        world_complain(world, "device %d cannot sync at last: %s: %s", device->number, status_name(device->task.status),
                       device->task.err.text);
}

static void sync_all(struct world *world)
{
    for (int i = 0; i < WORLD_DEVICES_MAX && !world->wrong[0]; i++) {
        struct device *device = &world->devices[i];
        if (!device_is_free(device))
            continue;
        must_sync(device, 0);
        for (unsigned s = 0; s < WORLD_SCHOOLS && !device->school && !world->wrong[0]; s++)
            must_sync(device, STREAM_FIRST_SCHOOL + s);
    }
}

/* Fields that the server does not know stay with their authors; then it learns them. */
static void upgrade_last(struct world *world)
{
    bool any = false;
    for (int i = 0; i < WORLD_DEVICES_MAX; i++)
        any |= world->devices[i].used && world->devices[i].schema == world->next;
    if (!any || world->server.schema == world->next)
        return;
    world->server.schema = world->server.config.schema = world->next;
    world_server_reopen(world);
    world_say(world, "the server is upgraded at last");
}

/* ---- what there is at the end ---- */

static void watch_check(struct world *world)
{
    Lianxin__CheckRequest check = LIANXIN__CHECK_REQUEST__INIT;
    struct peer operator= test_server_operator();
    ProtobufCMessage *reply;
    struct err err;
    if (world_ask(world, &operator, MESSAGE_check, &check.base, &reply, &err) != STATUS_OK ||
        !((const Lianxin__CheckReply *)reply)->ok)
        history_add(&world->history, &(struct history_entry){.event = HISTORY_UNWELL});
}

static void watch_end(struct world *world)
{
    for (int i = 0; i < WORLD_DEVICES_MAX && !world->wrong[0]; i++)
        if (device_is_free(&world->devices[i]) && !world->devices[i].revoked)
            watch_device(&world->devices[i]);
    for (uint32_t stream = STREAM_PUBLIC; stream < STREAM_FIRST_SCHOOL + WORLD_SCHOOLS && !world->wrong[0];
         stream = stream == STREAM_PUBLIC ? STREAM_FIRST_SCHOOL : stream + 1) {
        arena_reset(&world->scratch);
        watch_journal(world, stream);
        if (!world->wrong[0])
            watch_tables(world, stream);
        if (!world->wrong[0] && stream >= STREAM_FIRST_SCHOOL)
            watch_totals(world, stream);
    }
    watch_missed(world);
    watch_check(world);
}

/* ---- a seed ---- */

static void say_trace(const struct world *world, const char *text)
{
    uint64_t first = world->n_trace > WORLD_TRACE_LINES ? world->n_trace - WORLD_TRACE_LINES : 0;
    fprintf(stderr, "seed %" PRIu64 ": %s\n", world->seed, text);
    for (uint64_t i = first; i < world->n_trace; i++)
        fprintf(stderr, "  %s\n", world->trace[i % WORLD_TRACE_LINES]);
}

/* All have joined, and there is something to meet at. */
static void begin(struct world *world)
{
    struct weather weather = world->weather;
    world->weather = (struct weather){.delay_max_ms = WORLD_CALM_DELAY_MS};
    for (int i = 0; i < WORLD_DEVICES_MAX; i++)
        if (device_is_free(&world->devices[i]) && world_chance(world, 90))
            must_sync(&world->devices[i], 0);
    arena_reset(&world->scratch);
    if (world->devices[0].joined)
        change_new_plan(&world->devices[0], world->devices[0].stream, 3);
    if (world_chance(world, 80))
        must_sync(&world->devices[0], 0);
    world->weather = weather;
}

static void readmit_last(struct world *world)
{
    for (int i = 0; i < WORLD_DEVICES_MAX; i++)
        if (world->devices[i].used && world->devices[i].unknown)
            device_let_back(&world->devices[i]);
}

static void live(struct world *world, unsigned steps)
{
    uint64_t set = act_choose_set(world);
    begin(world);
    for (unsigned i = 0; i < steps && !world->wrong[0]; i++) {
        act_once(world, set);
        network_run(world, world_chance(world, 70) ? world_pick(world, 300) : world_pick(world, 120000));
    }
    calm_down(world);
    readmit_last(world);
    sync_all(world);
    upgrade_last(world);
    for (unsigned i = 0; i < 2 && !world->wrong[0]; i++)
        sync_all(world);
}

void run_seed(uint64_t seed, unsigned steps, bool tell, struct run *out)
{
    struct world *world = calloc(1, sizeof *world);
    char text[CHECK_TEXT_BYTES];
    if (!world)
        abort();
    world_open(world, seed);
    live(world, steps ? steps : 30 + world_pick(world, 120));
    if (!world->wrong[0])
        watch_end(world);
    if (!world->wrong[0] && !check_history(&world->history, text))
        world_complain(world, "%s", text);
    *out = (struct run){
        .seed = seed, .hash = world->trace_hash, .right = !world->wrong[0], .virtual_ms = world->server.now_ms - world->began_ms};
    memcpy(out->text, world->wrong, sizeof out->text);
    if (!out->right || tell)
        say_trace(world, out->right ? "right" : world->wrong);
    world_close(world);
    history_done(&world->history);
    free(world);
}
