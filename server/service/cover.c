/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/cover.h"

#include <string.h>

#include "proto/records.pb-c.h"

static const char select_plans[] =
    "SELECT id, coalesce(body, 0), coalesce(state, 0), coalesce(first_month, 0), coalesce(last_month, 0), coalesce(created_at, 0),"
    " coalesce(submitted_at, 0), stream FROM plan WHERE stream BETWEEN $first AND $last AND dead = 0 ORDER BY stream, id";
#define COLUMN_STREAM 7

static enum status read_plan(struct sql_statement *s, struct cover_plan *plan, struct err *err)
{
    size_t bytes;
    const void *id = sql_blob(s, 0, &bytes);

    if (!uuid_from_bytes(id, bytes, &plan->id))
        return err_set(err, STATUS_CORRUPT, "a plan has an id of %zu bytes", bytes);
    plan->body = (int)sql_int(s, 1);
    plan->state = (int)sql_int(s, 2);
    plan->first_month = (int32_t)sql_int(s, 3);
    plan->last_month = (int32_t)sql_int(s, 4);
    plan->created_ms = sql_int(s, 5);
    plan->submitted_ms = sql_int(s, 6);
    return STATUS_OK;
}

static struct cover_plan *add_plan(struct arena *arena, struct cover *cover, size_t *room)
{
    if (cover->n == *room) {
        size_t more = *room > 0 ? *room * 2 : 8;
        struct cover_plan *plans = ARENA_ARRAY(arena, more, struct cover_plan);

        if (cover->n > 0)
            memcpy(plans, cover->plans, cover->n * sizeof *plans);
        cover->plans = plans;
        *room = more;
    }
    return &cover->plans[cover->n++];
}

enum status cover_walk_open(struct sql *db, uint32_t first, uint32_t last, struct cover_walk *out, struct err *err)
{
    struct cover_walk walk = {.row = true};
    enum status st = sql_prepare(db, select_plans, &walk.plans, err);

    if (st != STATUS_OK)
        return st;
    sql_bind_int(walk.plans, "$first", first);
    sql_bind_int(walk.plans, "$last", last);
    st = sql_step(walk.plans, &walk.row, err);
    if (st == STATUS_OK)
        *out = walk;
    return st;
}

void cover_walk_close(struct cover_walk *walk)
{
    if (walk->plans)
        sql_reset(walk->plans);
    walk->plans = NULL;
}

enum status cover_walk_find(struct cover_walk *walk, struct arena *arena, uint32_t stream, struct cover *out, struct err *err)
{
    struct cover cover = {0};
    size_t room = 0;
    enum status st = STATUS_OK;

    while (st == STATUS_OK && walk->row && (uint32_t)sql_int(walk->plans, COLUMN_STREAM) <= stream) {
        if ((uint32_t)sql_int(walk->plans, COLUMN_STREAM) == stream)
            st = read_plan(walk->plans, add_plan(arena, &cover, &room), err);
        if (st == STATUS_OK)
            st = sql_step(walk->plans, &walk->row, err);
    }
    if (st != STATUS_OK)
        return st;
    cover_prepare(&cover);
    cover.loaded = true;
    *out = cover;
    return STATUS_OK;
}

enum status cover_load(struct sql *db, struct arena *arena, uint32_t stream, struct cover *out, struct err *err)
{
    struct cover_walk walk = {0};
    enum status st = cover_walk_open(db, stream, stream, &walk, err);

    if (st == STATUS_OK)
        st = cover_walk_find(&walk, arena, stream, out, err);
    cover_walk_close(&walk);
    return st;
}

void cover_prepare(struct cover *cover)
{
    cover->overlaps = false;
    for (size_t i = 0; i < cover->n; i++)
        for (size_t k = 0; k < i; k++)
            cover->overlaps |= cover->plans[i].body == cover->plans[k].body;
}

const struct cover_plan *cover_find(const struct cover *cover, const void *id, size_t bytes)
{
    for (size_t i = 0; bytes == UUID_BYTES && i < cover->n; i++)
        if (memcmp(cover->plans[i].id.bytes, id, UUID_BYTES) == 0)
            return &cover->plans[i];
    return NULL;
}

static bool covers(const struct cover_plan *plan, int32_t month)
{
    return plan->first_month <= month && month <= plan->last_month;
}

bool cover_is_submitted(const struct cover_plan *plan)
{
    return plan->state == LIANXIN__PLAN_STATE__PLAN_STATE_SUBMITTED || plan->state == LIANXIN__PLAN_STATE__PLAN_STATE_FILED;
}

/* Does a go before b in a month both cover? */
static bool goes_before(const struct cover_plan *a, const struct cover_plan *b)
{
    if (cover_is_submitted(a) != cover_is_submitted(b))
        return cover_is_submitted(a);
    if (a->created_ms != b->created_ms)
        return a->created_ms > b->created_ms;
    if (a->first_month != b->first_month)
        return a->first_month > b->first_month;
    return memcmp(a->id.bytes, b->id.bytes, UUID_BYTES) > 0;
}

bool cover_counts(const struct cover *cover, const struct cover_plan *plan, int32_t month)
{
    for (size_t i = 0; cover->overlaps && i < cover->n; i++) {
        const struct cover_plan *other = &cover->plans[i];

        if (other != plan && other->body == plan->body && covers(other, month) &&
            (!covers(plan, month) || goes_before(other, plan)))
            return false;
    }
    return true;
}

/* How far a plan is on its way. */
static int progress(const struct cover_plan *plan)
{
    static const int steps[] = {
        [LIANXIN__PLAN_STATE__PLAN_STATE_DRAFT] = 1,
        [LIANXIN__PLAN_STATE__PLAN_STATE_RETURNED] = 2,
        [LIANXIN__PLAN_STATE__PLAN_STATE_SUBMITTED] = 3,
        [LIANXIN__PLAN_STATE__PLAN_STATE_FILED] = 4,
    };

    return plan->state >= 0 && plan->state < (int)(sizeof steps / sizeof *steps) ? steps[plan->state] : 0;
}

const struct cover_plan *cover_find_union_plan(const struct cover *cover, int32_t month)
{
    const struct cover_plan *best = NULL;

    for (size_t i = 0; i < cover->n; i++) {
        const struct cover_plan *plan = &cover->plans[i];

        if (plan->body == LIANXIN__BODY__BODY_UNION && covers(plan, month) && (!best || progress(plan) > progress(best)))
            best = plan;
    }
    return best;
}
