/* SPDX-License-Identifier: Apache-2.0
 *
 * Which plan counts. A school may have several plans of one body whose terms overlap (a new version, a file imported twice); in
 * each month only one of them counts: a submitted or filed one before a draft or returned one, then the newest (made last where
 * that is known, else the one that begins last), then the one with the greater id. A month outside a plan's own term belongs to it
 * only when no other plan of the body covers that month. */
#ifndef SERVER_SERVICE_COVER_H
#define SERVER_SERVICE_COVER_H

#include "common/db/sql.h"

struct cover_plan {
    struct uuid id;
    int body, state; /* enum _Lianxin__Body, enum _Lianxin__PlanState; 0: none */
    int32_t first_month, last_month;
    int64_t created_ms;
    int64_t submitted_ms; /* 0: never */
};

struct cover {
    struct cover_plan *plans;
    size_t n;
    bool overlaps; /* two plans of one body do; else every plan counts everywhere */
    bool loaded;
};

/* A school's living plans, in arena. */
enum status cover_load(struct sql *db, struct arena *arena, uint32_t stream, struct cover *out, struct err *err) MUST_CHECK;
/* The same for many schools, asked for in ascending order: one statement over all their plans, beside one over what is counted. */
struct cover_walk {
    struct sql_statement *plans;
    bool row; /* it stands on one */
};
enum status cover_walk_open(struct sql *db, uint32_t first, uint32_t last, struct cover_walk *out, struct err *err) MUST_CHECK;
void cover_walk_close(struct cover_walk *walk);
enum status cover_walk_find(struct cover_walk *walk, struct arena *arena, uint32_t stream, struct cover *out,
                            struct err *err) MUST_CHECK;
/* Sets overlaps; for covers made otherwise than by cover_load(). */
void cover_prepare(struct cover *cover);
/* By an id of 16 bytes; NULL when there is no such plan. */
const struct cover_plan *cover_find(const struct cover *cover, const void *id, size_t bytes);
bool cover_counts(const struct cover *cover, const struct cover_plan *plan, int32_t month);

bool cover_is_submitted(const struct cover_plan *plan);
/* The school's own union plan for a month, the furthest on its way: filed, submitted, returned, draft; NULL when there is none. "No
 * plan" is no submitted one. */
const struct cover_plan *cover_find_union_plan(const struct cover *cover, int32_t month);

#endif
