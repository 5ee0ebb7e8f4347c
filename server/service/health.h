/* SPDX-License-Identifier: Apache-2.0
 *
 * How the server is, line by line: each with a verdict and, unless it is well, what to do. */
#ifndef SERVER_SERVICE_HEALTH_H
#define SERVER_SERVICE_HEALTH_H

#include "common/table/table.h"
#include "server/service/caller.h"

enum health_state {
    HEALTH_WELL,
    HEALTH_NOTE,   /* worth knowing; the server is well all the same */
    HEALTH_UNWELL, /* somebody has to do something */
};

struct health {
    struct table *table;
    struct arena *arena; /* the table's: for values and advice */
    int64_t now_ms;
    int32_t zone_s;
    bool unwell; /* a line was */
};

/* What to do about a line, by a key that programs can look for. */
struct health_advice {
    const char *key, *text, *text_zh;
};

void health_init(struct health *health, struct arena *arena, int64_t now_ms, int32_t zone_s);
/* value is the same in every language; a NULL one reads "-". advice may be NULL. */
void health_add(struct health *health, const char *key, const char *label, const char *label_zh, const char *value,
                enum health_state state, const struct health_advice *advice);
/* What the core knows of its jobs, its backups and its disk. */
enum status health_add_core(struct health *health, struct work *work, struct err *err) MUST_CHECK;
/* "2026-03-05 02:00:00"; "-" for 0. In the arena. */
const char *health_time(const struct health *health, int64_t at_ms);

#endif
