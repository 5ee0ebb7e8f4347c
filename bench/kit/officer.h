/* SPDX-License-Identifier: Apache-2.0
 *
 * A school's client in process: the cache on disk and the sync engine over TLS, as the command-line program has them. */
#ifndef BENCH_KIT_OFFICER_H
#define BENCH_KIT_OFFICER_H

#include "bench/kit/district.h"
#include "client/sync/sync.h"

struct officer {
    const struct district *district;
    size_t school; /* below DISTRICT_OFFICERS */
    char home[DISTRICT_PATH_BYTES];
    char cache_path[DISTRICT_PATH_BYTES + 16];
    struct cache *cache;
    unsigned edits; /* made so far */
    struct sync_report report;
};

/* Joined; the folder is made when it is not there yet. */
void officer_open(struct officer *officer, const struct district *district, size_t school, unsigned port);
void officer_close(struct officer *officer);
/* Removes the folder. */
void officer_remove(const struct officer *officer);
/* One connection, one whole sync. */
void officer_sync(struct officer *officer, unsigned port);
/* Another person for the school's first activity. */
void officer_edit(struct officer *officer);

#endif
