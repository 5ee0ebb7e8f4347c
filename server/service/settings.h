/* SPDX-License-Identifier: Apache-2.0
 *
 * What an operator may change while the server runs. */
#ifndef SERVER_SERVICE_SETTINGS_H
#define SERVER_SERVICE_SETTINGS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct settings {
    const char *district;         /* its name */
    const char *const *addresses; /* HOST:PORT, what clients are told */
    size_t n_addresses;
    uint32_t invitation_days;
    uint32_t snapshot_rows;     /* a client further behind takes a snapshot */
    uint32_t page_bytes;        /* of a pull or snapshot reply, about */
    uint32_t checkpoint_frames; /* the log is moved into the database when it has grown past this, even if there is work */
    int32_t nightly_minutes;    /* when the nightly aggregation runs, minutes after midnight; negative: never */
    int32_t backup_minutes;     /* when the nightly backup is made; negative: never */
    uint64_t min_free_bytes;    /* with less room on the disk what grows is refused; 0: never */
    uint32_t log_days;          /* how long records of what the server did are kept */
};
struct settings settings_default(void);

/* The settings of now, and those they replaced: readers may still look at them, so all stay until the end. From any thread, but
 * changed by one at a time. Starts as NULL. */
struct settings_kept;
/* Copies them; they are those of now from here on. False without memory: then the ones before go on. */
bool settings_keep(struct settings_kept *_Atomic *kept, const struct settings *settings);
/* Valid until settings_kept_free(). */
const struct settings *settings_now(struct settings_kept *_Atomic *kept);
void settings_kept_free(struct settings_kept *_Atomic *kept);

#endif
