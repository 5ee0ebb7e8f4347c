/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sim/world.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "server/service/journal.h"
#include "tests/unit/schema_next.h"

uint64_t world_random(struct world *world)
{
    uint64_t z = world->random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

unsigned world_pick(struct world *world, unsigned n)
{
    return (unsigned)(world_random(world) % n);
}

bool world_chance(struct world *world, unsigned percent)
{
    return percent && world_pick(world, 100) < percent;
}

uint64_t world_digest(const void *data, size_t bytes)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < bytes; i++)
        h = (h ^ ((const uint8_t *)data)[i]) * UINT64_C(0x100000001b3);
    h = (h ^ h >> 32) * UINT64_C(0xd6e8feb86659fd93);
    return h ? h : 1;
}

void world_say(struct world *world, const char *format, ...)
{
    char *line = world->trace[world->n_trace++ % WORLD_TRACE_LINES];
    int at = snprintf(line, WORLD_TRACE_BYTES, "%8lld ", (long long)(world->server.now_ms - world->began_ms));
    va_list ap;
    va_start(ap, format);
    vsnprintf(line + at, WORLD_TRACE_BYTES - (size_t)at, format, ap);
    va_end(ap);
    uint64_t with[2] = {world->trace_hash, world_digest(line, strlen(line))};
    world->trace_hash = world_digest(with, sizeof with);
}

void world_complain(struct world *world, const char *format, ...)
{
    va_list ap;
    if (world->wrong[0])
        return;
    va_start(ap, format);
    vsnprintf(world->wrong, sizeof world->wrong, format, ap);
    va_end(ap);
}

const char *world_school_code(unsigned i)
{
    static const char *const codes[WORLD_SCHOOLS] = {"SY01", "HY02", "LX03"};
    return codes[i];
}

enum status world_ask(struct world *world, const struct peer *peer, enum message_number number, const ProtobufCMessage *request,
                      ProtobufCMessage **reply, struct err *err)
{
    enum status status = test_server_ask(&world->server, peer, number, request, &world->scratch, reply, err);
    if (test_disk_is_dead(world->server.disk))
        world_server_dies(world);
    return status;
}

/* ---- the server ---- */

void world_server_reopen(struct world *world)
{
    struct err err;
    test_server_restart(&world->server);
    if (world->little_memory && sql_run(world->server.core->writer.sql, "PRAGMA cache_size = 5", &err) != STATUS_OK)
        world_complain(world, "the server's cache cannot be made small: %s", err.text);
}

void world_server_dies(struct world *world)
{
    if (!world->server_down)
        world_say(world, "the server dies");
    world->server_down = true;
}

void world_server_returns(struct world *world)
{
    bool power_cut = world_chance(world, 50);
    world_say(world, "the server returns after a %s", power_cut ? "power cut" : "kill");
    world->server_down = true;
    if (power_cut)
        test_disk_power_cut(world->server.disk);
    else
        test_disk_kill(world->server.disk);
    test_disk_set_free(world->server.disk, -1);
    world_server_reopen(world);
    world->server_down = false;
}

/* ---- backups ---- */

void world_server_backup(struct world *world)
{
    unsigned forget = world->n_backups == WORLD_BACKUPS_MAX ? world->backups[0].number : 0;
    test_disk_set_free(world->server.disk, -1);
    test_disk_fail(world->server.disk, TEST_DISK_DIE, 0);
    unsigned made = test_server_backup(&world->server);
    test_server_note_backup(&world->server, made, forget);
    if (forget)
        memmove(world->backups, world->backups + 1, --world->n_backups * sizeof *world->backups);
    world->backups[world->n_backups].number = made;
    world->backups[world->n_backups++].epoch = world->server.core->epoch;
    world_say(world, "backup %u", made);
}

/* What the backup holds, and which life of the server it is of. */
static void note_base(struct world *world, uint64_t before)
{
    struct sql *sql = world->server.core->writer.sql;
    uint32_t stream = 0;
    struct err err;
    while (journal_next_stream(sql, stream, &stream, &err) == STATUS_OK && stream) {
        uint64_t rev;
        if (journal_head_rev(sql, stream, &rev, &err) != STATUS_OK)
            world_complain(world, "the restored journal cannot be read: %s", err.text);
        history_add(&world->history, &(struct history_entry){.event = HISTORY_BASE,
                                                             .client = -1,
                                                             .stream = stream,
                                                             .rev = rev,
                                                             .epoch = world->server.core->epoch,
                                                             .origin_epoch = before});
    }
}

/* Whoever joined after the backup is not known any more, and may be readmitted; whoever was shut out is shut out again before
 * anybody is let in. */
static void mind_devices(struct world *world, unsigned backup)
{
    for (int i = 0; i < WORLD_DEVICES_MAX; i++) {
        struct device *device = &world->devices[i];
        if (!device->used)
            continue;
        device->unknown |= device->backups >= backup && device->joined && !device->revoked && !device->doubtful &&
                           (world->seed + device->id) % 4; /* its copies as well */
        if (device->backups >= backup && !device->unknown) {
            device->revoked = true;
            history_add(&world->history, &(struct history_entry){.event = HISTORY_LEFT, .client = i});
        } else if (device->revoked) {
            device_shut_out(device);
        }
    }
}

void world_server_restore(struct world *world, unsigned at)
{
    unsigned backup = world->backups[at].number;
    world_say(world, "the server is lost; backup %u is restored", backup);
    network_cut(world);
    world->server_down = true;
    test_disk_kill(world->server.disk);
    test_disk_set_free(world->server.disk, -1);
    test_server_restore(&world->server, backup);
    world_server_reopen(world);
    note_base(world, world->backups[at].epoch);
    watch_devices(world);
    world->server_down = false;
    world->n_backups = at + 1; /* those made after it are of a life that is not remembered any more */
    mind_devices(world, backup);
}

/* ---- the beginning ---- */

static void set_up_server(struct world *world)
{
    struct settings settings;
    test_server_open(&world->server, world_random(world));
    world->began_ms = world->server.now_ms;
    settings = world->server.config.settings;
    if (world_chance(world, 50)) { /* else as in life: hardly ever reached by a small world */
        settings.snapshot_rows = 4 + world_pick(world, 30);
        settings.page_bytes = 256u << world_pick(world, 8);
        settings.checkpoint_frames = 4 + world_pick(world, 400);
    }
    world->server.config.settings = settings;
    world->little_memory = world_chance(world, 50);
    world->gather_ms = 1u << world_pick(world, 11);
    world_server_reopen(world);
    for (unsigned i = 0; i < WORLD_SCHOOLS; i++)
        test_server_add_school(&world->server, world_school_code(i), world_school_code(i));
}

void world_open(struct world *world, uint64_t seed)
{
    *world = (struct world){.seed = seed, .random = seed * UINT64_C(0x2545f4914f6cdd1d) + 1, .history = world->history};
    history_reset(&world->history);
    arena_init(&world->arena, 0);
    arena_init(&world->scratch, 0);
    for (int i = 0; i < WORLD_STICKS; i++) {
        buf_init(&world->sticks[i].question, 0);
        buf_init(&world->sticks[i].answer, 0);
    }
    set_up_server(world);
    world->now = world->server.schema;
    world->next = schema_next_new(&world->arena);
    world->weather = (struct weather){.lose_request = world_pick(world, 3) * 6,
                                      .lose_reply = world_pick(world, 3) * 6,
                                      .twice = world_pick(world, 3) * 6,
                                      .delay_max_ms = 10 << world_pick(world, 8)};
    for (unsigned i = 0; i < 2 + world_pick(world, 3); i++)
        (void)device_join(world, world_school_code(0));
    for (unsigned i = 0; i < 1 + world_pick(world, 2); i++)
        (void)device_join(world, world_school_code(1 + i));
    (void)device_join(world, NULL);
}

void world_close(struct world *world)
{
    for (unsigned i = 0; i < WORLD_DEVICES_MAX; i++)
        device_close(&world->devices[i]);
    test_server_close(&world->server);
    network_close(world);
    for (int i = 0; i < WORLD_STICKS; i++) {
        buf_done(&world->sticks[i].question);
        buf_done(&world->sticks[i].answer);
    }
    arena_done(&world->scratch);
    arena_done(&world->arena);
}
