/* SPDX-License-Identifier: Apache-2.0
 *
 * The district that is measured: a database of schools with one plan of activities each, made by the server's own code as if every
 * school had imported its plan; an authority, the server's certificate, a device of the district that may write everywhere and one
 * for each of the first schools.
 * Filling takes a while, so the first program leaves the filled file in the plan's folder and the others copy it. */
#ifndef BENCH_KIT_DISTRICT_H
#define BENCH_KIT_DISTRICT_H

#include "bench/kit/result.h"
#include "common/base/sha256.h"
#include "server/service/caller.h"

#define DISTRICT_PATH_BYTES 512
#define DISTRICT_OFFICERS 8u /* schools with a device */

struct district {
    struct plan plan;
    struct arena arena;
    const struct schema *schema;
    const struct kind *activity;
    struct log log;
    struct core_config config; /* of the database */
    char folder[256];          /* of its own, removed by district_close() */
    char database[DISTRICT_PATH_BYTES];
    char authority_key[DISTRICT_PATH_BYTES], authority[DISTRICT_PATH_BYTES];
    char server_key[DISTRICT_PATH_BYTES], server[DISTRICT_PATH_BYTES];
    char device_key[DISTRICT_PATH_BYTES], device[DISTRICT_PATH_BYTES]; /* of the district */
    char school_key[DISTRICT_OFFICERS][DISTRICT_PATH_BYTES], school[DISTRICT_OFFICERS][DISTRICT_PATH_BYTES];
    struct sha256 pin, device_hash, school_hash[DISTRICT_OFFICERS];
};

void district_open(struct district *district, const struct plan *plan);
void district_close(struct district *district);
/* A second copy of the filled database beside the first; path is DISTRICT_PATH_BYTES long. */
void district_copy(const struct district *district, const char *name, char *path);
/* Removes a database with its log. */
void district_remove_database(const char *path);

/* What the server is asked in process, as the district's device. */
extern const struct caller district_caller;
/* A school's next push, changing one activity; sequence 2 and up. */
void district_push(struct district *district, struct work *work, size_t school, uint64_t sequence);

struct uuid district_device_id(size_t school); /* of one of the first schools */
uint32_t district_stream(size_t school);
struct uuid district_instance(size_t school); /* of the school's one client; its sequence 1 is taken by the import */
struct uuid district_plan_id(size_t school);
struct uuid district_activity_id(size_t school, size_t n);

#endif
