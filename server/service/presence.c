/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/presence.h"

#include <pthread.h>
#include <stdlib.h>

#include "common/base/map.h"

struct device_entry {
    uint32_t stream;
    bool dirty;
    struct presence_times times;
};

struct presence {
    pthread_mutex_t mutex; /* over all below; held for a few instructions, never over SQL */
    struct arena arena;
    struct map devices; /* struct uuid → struct device_entry */
    struct map streams; /* uint32_t → struct presence_times */
    bool dirty;         /* a device may be */
};

struct presence *presence_new(void)
{
    /* Device ids are the server's own: nobody can choose them to collide. */
    static const uint8_t seed[MAP_SEED_BYTES] = {0};
    struct presence *presence = calloc(1, sizeof *presence);
    if (!presence)
        return NULL;
    pthread_mutex_init(&presence->mutex, NULL);
    arena_init(&presence->arena, 0);
    map_init(&presence->devices, &presence->arena, sizeof(struct uuid), sizeof(struct device_entry), seed);
    map_init(&presence->streams, &presence->arena, sizeof(uint32_t), sizeof(struct presence_times), seed);
    return presence;
}

void presence_free(struct presence *presence)
{
    if (!presence)
        return;
    pthread_mutex_destroy(&presence->mutex);
    arena_done(&presence->arena);
    free(presence);
}

static void later(struct presence_times *times, const struct presence_times *other)
{
    if (other->seen_ms > times->seen_ms)
        times->seen_ms = other->seen_ms;
    if (other->synced_ms > times->synced_ms)
        times->synced_ms = other->synced_ms;
}

static void note(struct presence *presence, const struct uuid *device, uint32_t stream, const struct presence_times *times,
                 bool dirty)
{
    pthread_mutex_lock(&presence->mutex);
    struct device_entry *entry = map_put(&presence->devices, device);
    entry->stream = stream;
    entry->dirty = dirty;
    presence->dirty |= dirty;
    later(&entry->times, times);
    later(map_put(&presence->streams, &stream), times);
    pthread_mutex_unlock(&presence->mutex);
}

void presence_note(struct presence *presence, const struct uuid *device, uint32_t stream, int64_t now_ms, bool synced)
{
    note(presence, device, stream, &(struct presence_times){.seen_ms = now_ms, .synced_ms = synced ? now_ms : 0}, true);
}

struct presence_times presence_of_device(struct presence *presence, const struct uuid *device)
{
    pthread_mutex_lock(&presence->mutex);
    const struct device_entry *entry = map_find(&presence->devices, device);
    struct presence_times times = entry ? entry->times : (struct presence_times){0};
    pthread_mutex_unlock(&presence->mutex);
    return times;
}

struct presence_times presence_of_stream(struct presence *presence, uint32_t stream)
{
    pthread_mutex_lock(&presence->mutex);
    const struct presence_times *found = map_find(&presence->streams, &stream);
    struct presence_times times = found ? *found : (struct presence_times){0};
    pthread_mutex_unlock(&presence->mutex);
    return times;
}

enum status presence_load(struct presence *presence, struct sql *db, struct err *err)
{
    struct sql_statement *s;
    bool row = true;
    enum status st = sql_prepare(db, "SELECT stream, device, seen_ms, synced_ms FROM presence", &s, err);
    if (st)
        return st;
    while ((st = sql_step(s, &row, err)) == STATUS_OK && row) {
        size_t bytes;
        const void *id = sql_blob(s, 1, &bytes);
        struct uuid device;
        if (uuid_from_bytes(id, bytes, &device))
            note(presence, &device, (uint32_t)sql_int(s, 0),
                 &(struct presence_times){.seen_ms = sql_int(s, 2), .synced_ms = sql_int(s, 3)}, false);
    }
    sql_reset(s);
    return st;
}

static enum status write_one(struct sql *db, const struct uuid *device, const struct device_entry *entry, struct err *err)
{
    static const char *const texts[] = {
        "DELETE FROM presence WHERE stream = $stream AND device = $device",
        "INSERT INTO presence (stream, device, seen_ms, synced_ms) VALUES ($stream, $device, $seen_ms, $synced_ms)",
    };
    enum status st = STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < sizeof texts / sizeof texts[0]; i++) {
        struct sql_statement *s;
        st = sql_prepare(db, texts[i], &s, err);
        if (st)
            break;
        sql_bind_int(s, "$stream", entry->stream);
        sql_bind_uuid(s, "$device", device);
        if (i) {
            sql_bind_int(s, "$seen_ms", entry->times.seen_ms);
            sql_bind_int(s, "$synced_ms", entry->times.synced_ms);
        }
        st = sql_execute(s, err);
    }
    return st;
}

/* Takes entry i out of the map when it is to be written. */
static bool take_dirty(struct presence *presence, size_t i, struct uuid *device, struct device_entry *out)
{
    bool dirty = false;
    pthread_mutex_lock(&presence->mutex);
    const void *key;
    struct device_entry *entry = map_at(&presence->devices, i, &key);
    dirty = entry->dirty;
    entry->dirty = false;
    *out = *entry;
    *device = *(const struct uuid *)key;
    pthread_mutex_unlock(&presence->mutex);
    return dirty;
}

enum status presence_flush(struct presence *presence, struct sql *db, struct err *err)
{
    enum status st = STATUS_OK;
    pthread_mutex_lock(&presence->mutex);
    size_t n = presence->devices.n;
    presence->dirty = false;
    pthread_mutex_unlock(&presence->mutex);
    for (size_t i = 0; st == STATUS_OK && i < n; i++) {
        struct uuid device;
        struct device_entry entry;
        if (take_dirty(presence, i, &device, &entry))
            st = write_one(db, &device, &entry, err);
    }
    return st;
}

void presence_keep(struct presence *presence)
{
    pthread_mutex_lock(&presence->mutex);
    for (size_t i = 0; i < presence->devices.n; i++) {
        struct device_entry *entry = map_at(&presence->devices, i, NULL);
        entry->dirty = true;
    }
    presence->dirty = true;
    pthread_mutex_unlock(&presence->mutex);
}

bool presence_is_dirty(struct presence *presence)
{
    pthread_mutex_lock(&presence->mutex);
    bool dirty = presence->dirty;
    pthread_mutex_unlock(&presence->mutex);
    return dirty;
}
