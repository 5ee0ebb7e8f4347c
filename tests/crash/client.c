/* SPDX-License-Identifier: Apache-2.0
 *
 * A client that works and syncs without pause until somebody kills it: the real cache, the real sync engine, TLS to the real
 * server, and the changes of the simulator's people. The witness hears what it wants before it does it, and what it was told at
 * once. Its folder was joined by `lianxin join`. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client/transport/transport_tls.h"
#include "common/db/lock.h"
#include "tests/crash/witness.h"
#include "tests/sim/change.h"

static const char usage[] = "usage: client MODE HOME WITNESS NUMBER SEED [STREAM…]\n"
                            "\n"
                            "MODE: work   change and sync until killed\n"
                            "      edit N changes, without the server\n"
                            "      drain  sync until nothing waits\n"
                            "      end    the same, and tell the witness all that is held\n"
                            "N is MODE's last digits: edit12. STREAM: written to besides the device's own (a district device).\n";

#define ZONE_S 28800
#define PATIENCE_MS 60000
#define STREAMS_MAX 8

struct client {
    struct world world;
    struct device *device;
    struct witness witness;
    struct transport line; /* to the server; the device's own notes what comes back */
    struct lock *lock;
    const char *home;
    uint32_t streams[STREAMS_MAX];
    unsigned n_streams;
};

static void fail(const struct client *client, const char *what, const char *why)
{
    fprintf(stderr, "client %d: %s: %s\n", client->device ? client->device->number : -1, what, why);
    exit(1);
}

static void pause_ms(unsigned ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000}, NULL);
}

/* The district's own stream has rows that nobody here made. */
static void tell(void *context, const struct history_entry *entry, const struct history_op *ops)
{
    struct client *client = context;
    if (entry->stream != STREAM_DISTRICT)
        witness_tell(&client->witness, entry, ops);
}

/* ---- the way to the server ---- */

static enum status call(void *context, enum message_number number, const ProtobufCMessage *message, struct arena *arena,
                        ProtobufCMessage **reply, struct err *err)
{
    struct client *client = context;
    enum status status = transport_call(&client->line, number, message, arena, reply, err);
    if (status == STATUS_OK && number == MESSAGE_push)
        watch_answer(client->device, (const Lianxin__PushRequest *)message, (const Lianxin__PushReply *)*reply);
    return status;
}

static void connect_to_server(struct client *client)
{
    struct arena *arena = &client->world.arena;
    struct transport_tls_config config = {.key_path = arena_printf(arena, "%s/device.key", client->home),
                                          .certificate_path = arena_printf(arena, "%s/device.crt", client->home),
                                          .call_timeout_ms = 5000,
                                          .n_addresses = 1};
    const char *addresses;
    const void *pin;
    size_t bytes;
    struct err err;
    if (cache_find_text(client->device->cache, arena, CACHE_META_addresses, &addresses, &err) != STATUS_OK ||
        cache_find_bytes(client->device->cache, arena, CACHE_META_pin, &pin, &bytes, &err) != STATUS_OK || !addresses || !pin)
        fail(client, client->home, "has not joined");
    const char *address = arena_strndup(arena, addresses, strcspn(addresses, "\n"));
    config.addresses = &address;
    memcpy(config.ca_pin.bytes, pin, SHA256_BYTES);
    if (transport_tls_open(&config, &client->line, &err) != STATUS_OK)
        fail(client, "the key", err.text);
    client->device->transport = (struct transport){.call = call, .context = client};
}

static enum status sync_once(struct client *client)
{
    struct device *device = client->device;
    struct sync sync = {.cache = device->cache,
                        .transport = &device->transport,
                        .clock = &device->clock,
                        .random = &device->random,
                        .software = "crash test"};
    device->task.report = (struct sync_report){0};
    device->task.status = sync_run(&sync, &device->task.report, &device->task.err);
    for (unsigned i = 0; i < client->n_streams && device->task.status == STATUS_OK; i++)
        device->task.status = sync_stream(&sync, client->streams[i], &device->task.report, &device->task.err);
    device_synced(device);
    return device->task.status;
}

/* Until it goes well; gives up after a long while. */
static void must_sync(struct client *client)
{
    struct device *device = client->device;
    int64_t until_ms = clock_mono_ms(&device->clock) + PATIENCE_MS;
    while (sync_once(client) != STATUS_OK)
        if (device->task.status != STATUS_UNAVAILABLE || clock_mono_ms(&device->clock) > until_ms)
            fail(client, "a sync ended badly", device->task.err.text);
        else
            pause_ms(20);
}

/* ---- work ---- */

static void change_once(struct client *client)
{
    struct world *world = &client->world;
    unsigned at = world_pick(world, client->n_streams + !!client->device->school);
    uint32_t stream = at < client->n_streams ? client->streams[at] : client->device->stream;
    arena_reset(&world->scratch);
    world->history.tokens = witness_next_token(&client->witness) - 1;
    switch (world_pick(world, 12)) {
    case 0:
        change_new_plan(client->device, stream, world_pick(world, 6));
        return;
    case 1:
    case 2:
        change_new_activity(client->device, stream);
        return;
    case 3:
        change_new_occurrence(client->device, stream);
        return;
    case 4:
        change_remove(client->device, stream);
        return;
    case 5:
        change_resolve(client->device, stream);
        return;
    case 6:
    case 7:
        change_state(client->device, stream);
        return;
    }
    change_edit(client->device, stream);
}

static void make_changes(struct client *client, unsigned n)
{
    while (n--)
        change_once(client);
    if (client->world.wrong[0])
        fail(client, "it cannot go on", client->world.wrong);
}

static void work(struct client *client)
{
    for (;;) {
        make_changes(client, 1 + world_pick(&client->world, 4));
        if (sync_once(client) != STATUS_OK && client->device->task.status != STATUS_UNAVAILABLE)
            fail(client, "a sync ended badly", client->device->task.err.text);
        if (client->device->task.status != STATUS_OK)
            pause_ms(5 + world_pick(&client->world, 20));
        history_reset(&client->world.history);
    }
}

static void drain(struct client *client)
{
    for (unsigned i = 0; i < 50; i++) {
        must_sync(client);
        if (!device_outbox(client->device, OUTBOX_WAITING) && !device_outbox(client->device, OUTBOX_TAKEN))
            return;
    }
    fail(client, client->home, "changes still wait after 50 syncs");
}

/* ---- the beginning ---- */

static void open_world(struct client *client, uint64_t seed)
{
    struct world *world = &client->world;
    struct err err;
    world->random = world->seed = seed;
    arena_init(&world->arena, 0);
    arena_init(&world->scratch, 0);
    if (schema_new(&world->arena, schema_source_current(), &world->now, &err) != STATUS_OK ||
        schema_new(&world->arena, schema_source_current(), &world->next, &err) != STATUS_OK) /* nobody is upgraded to it */
        fail(client, "the schema", err.text);
    world->history.tell = tell;
    world->history.tell_context = client;
}

static void open_device(struct client *client, int number)
{
    struct world *world = &client->world;
    struct device *device = &world->devices[number];
    struct cache_identity id;
    struct err err;
    client->device = device;
    *device = (struct device){.world = world, .number = number, .used = true, .schema = world->now};
    device->clock = clock_system(ZONE_S);
    device->random = random_system();
    if (lock_open(client->home, &client->lock, &err) != STATUS_OK)
        fail(client, "the lock", err.text);
    if (cache_open(arena_printf(&world->arena, "%s/cache.db", client->home), world->now, true, NULL, &device->cache, &err) !=
            STATUS_OK ||
        cache_identity_get(device->cache, &world->arena, &id, &err) != STATUS_OK)
        fail(client, client->home, err.text);
    device->joined = true;
    device->stream = id.stream;
    device->school = *id.school_code ? id.school_code : NULL;
    history_add(&world->history, &(struct history_entry){.event = HISTORY_JOINED,
                                                         .client = number,
                                                         .device = world_digest(id.device.bytes, UUID_BYTES),
                                                         .stream = id.stream == STREAM_DISTRICT ? STREAM_PUBLIC : id.stream});
}

static void close_client(struct client *client)
{
    transport_free(&client->line);
    cache_close(client->device->cache);
    lock_close(client->lock);
    history_done(&client->world.history);
    arena_done(&client->world.scratch);
    arena_done(&client->world.arena);
    free(client);
}

int main(int argc, char **argv)
{
    struct client *client = calloc(1, sizeof *client);
    if (!client || argc < 6 || argc > 6 + STREAMS_MAX) {
        fputs(usage, stderr);
        return 2;
    }
    const char *mode = argv[1];
    client->home = argv[2];
    witness_open(&client->witness, argv[3]);
    for (int i = 6; i < argc; i++)
        client->streams[client->n_streams++] = (uint32_t)strtoul(argv[i], NULL, 10);
    open_world(client, strtoull(argv[5], NULL, 10));
    open_device(client, (int)strtol(argv[4], NULL, 10));
    connect_to_server(client);
    if (strcmp(mode, "work") == 0)
        work(client);
    if (strncmp(mode, "edit", 4) == 0)
        make_changes(client, (unsigned)strtoul(mode + 4, NULL, 10));
    else
        drain(client);
    if (strcmp(mode, "end") == 0)
        watch_device(client->device);
    if (client->world.wrong[0])
        fail(client, "at the end", client->world.wrong);
    close_client(client);
    return 0;
}
