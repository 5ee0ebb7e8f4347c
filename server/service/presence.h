/* SPDX-License-Identifier: Apache-2.0
 *
 * When a device was last seen and when it last held everything. No record: kept in memory, written now and then by the writer
 * (table presence). Safe from any thread. */
#ifndef SERVER_SERVICE_PRESENCE_H
#define SERVER_SERVICE_PRESENCE_H

#include "common/base/uuid.h"
#include "common/db/sql.h"

struct presence;

struct presence_times {
    int64_t seen_ms, synced_ms; /* 0: never */
};

struct presence *presence_new(void);
void presence_free(struct presence *presence);
enum status presence_load(struct presence *presence, struct sql *db, struct err *err) MUST_CHECK;
/* Writes what changed since the last flush; inside a transaction of the caller's. presence_keep() if that is undone: then the next
 * flush writes it all. */
enum status presence_flush(struct presence *presence, struct sql *db, struct err *err) MUST_CHECK;
void presence_keep(struct presence *presence);
/* Something changed since the last flush. */
bool presence_is_dirty(struct presence *presence);

/* stream: the device's own. synced: it holds everything of it. */
void presence_note(struct presence *presence, const struct uuid *device, uint32_t stream, int64_t now_ms, bool synced);
struct presence_times presence_of_device(struct presence *presence, const struct uuid *device);
/* The latest of a school's devices. */
struct presence_times presence_of_stream(struct presence *presence, uint32_t stream);

#endif
