/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/import_held.h"

#include <stdlib.h>
#include <string.h>

#include "client/cmd/change.h"
#include "client/import/compare.h"

/* Under another title and for another term a version of the same plan is one in which one activity of so many is known again, on
 * either side. */
#define SHARE_OF_FRESH 2
#define SHARE_OF_HELD 3

enum status import_held_find_same(struct cmd *cmd, struct import_id *id, struct record **plan, struct err *err)
{
    enum status s;
    struct record *record;
    id->generation = 0;
    do {
        struct uuid uuid = import_id_make(id, "plan", "", 0, 0);
        s = store_find(cache_store(cmd->cache), &cmd->arena, change_kind(cmd, "plan"), id->stream, &uuid, &record, err);
    } while (s == STATUS_OK && record && record->dead && ++id->generation);
    if (s == STATUS_OK)
        *plan = record;
    return s;
}

static int compare_sections(const void *left, const void *right)
{
    const struct record *const *a = left, *const *b = right;
    uint32_t x = ((const Lianxin__Section *)(*a)->message)->position, y = ((const Lianxin__Section *)(*b)->message)->position;
    return (x > y) - (x < y);
}

static int compare_activities(const void *left, const void *right)
{
    const struct record *const *a = left, *const *b = right;
    uint32_t x = work_activity(*a)->position, y = work_activity(*b)->position;
    return (x > y) - (x < y);
}

/* The live records of a kind whose field names owner. */
static enum status list_of(struct cmd *cmd, uint32_t stream, const char *kind, const struct uuid *owner, struct record_list *out,
                           struct err *err)
{
    struct value id = {.type = VALUE_BYTES, .data = owner->bytes, .bytes = UUID_BYTES};
    return store_list(cache_store(cmd->cache), &cmd->arena, change_kind(cmd, kind), stream,
                      kind_find_field_by_name(change_kind(cmd, kind), "plan"), id, out, err);
}

static enum status mark_worked(struct cmd *cmd, uint32_t stream, struct import_held *held, struct err *err)
{
    struct record_list occurrences;
    enum status s = store_list(cache_store(cmd->cache), &cmd->arena, change_kind(cmd, "occurrence"), stream, NULL,
                               (struct value){0}, &occurrences, err);
    for (size_t i = 0; i < held->n_activities && s == STATUS_OK; i++) {
        int state = work_activity(held->activities[i])->state;
        held->worked[i] =
            state != LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_PLANNED && state != LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DROPPED;
        for (size_t k = 0; k < occurrences.n && !held->worked[i]; k++)
            held->worked[i] =
                work_occurrence(occurrences.items[k])->activity.len == UUID_BYTES &&
                memcmp(work_occurrence(occurrences.items[k])->activity.data, held->activities[i]->id.bytes, UUID_BYTES) == 0;
    }
    return s;
}

enum status import_held_load(struct cmd *cmd, uint32_t stream, struct record *plan, struct import_held *out, struct err *err)
{
    struct record_list sections, activities;
    enum status s = list_of(cmd, stream, "section", &plan->id, &sections, err);
    if (s == STATUS_OK)
        s = list_of(cmd, stream, "activity", &plan->id, &activities, err);
    if (s != STATUS_OK)
        return s;
    if (sections.n > 1)
        qsort(sections.items, sections.n, sizeof *sections.items, compare_sections);
    if (activities.n > 1)
        qsort(activities.items, activities.n, sizeof *activities.items, compare_activities);
    struct import_held held = {
        plan, sections.items, sections.n, activities.items, ARENA_ARRAY(&cmd->arena, activities.n + 1, bool), activities.n};
    if ((s = mark_worked(cmd, stream, &held, err)) == STATUS_OK)
        *out = held;
    return s;
}

/* --- an older version --- */

static bool is_taken(const struct uuid *id, const struct uuid *taken, size_t n_taken)
{
    for (size_t i = 0; i < n_taken; i++)
        if (uuid_equal(id, &taken[i]))
            return true;
    return false;
}

static struct compare_item item_of(const Lianxin__Activity *a)
{
    return (struct compare_item){.text = a->text, .months = a->months};
}

/* How many activities of fresh are in the plan held. */
static enum status count_shared(struct cmd *cmd, uint32_t stream, const struct record *plan, const struct import_fresh *fresh,
                                size_t *shared, size_t *held, struct err *err)
{
    struct record_list activities;
    enum status s = list_of(cmd, stream, "activity", &plan->id, &activities, err);
    if (s != STATUS_OK)
        return s;
    struct compare_item *a = ARENA_ARRAY(&cmd->arena, activities.n + 1, struct compare_item);
    struct compare_item *b = ARENA_ARRAY(&cmd->arena, fresh->n_activities + 1, struct compare_item);
    size_t *pairs = ARENA_ARRAY(&cmd->arena, fresh->n_activities + 1, size_t);
    for (size_t i = 0; i < activities.n; i++)
        a[i] = item_of(work_activity(activities.items[i]));
    for (size_t i = 0; i < fresh->n_activities; i++)
        b[i] = item_of(fresh->activities[i]);
    compare_items(&cmd->arena, a, activities.n, b, fresh->n_activities, pairs);
    *shared = 0;
    *held = activities.n;
    for (size_t i = 0; i < fresh->n_activities; i++)
        *shared += pairs[i] != COMPARE_NONE;
    return STATUS_OK;
}

static bool may_be(const Lianxin__Plan *held, const Lianxin__Plan *fresh)
{
    return held->body == fresh->body && held->first_month <= fresh->last_month && fresh->first_month <= held->last_month;
}

enum status import_held_find_older(struct cmd *cmd, uint32_t stream, const struct import_fresh *fresh, const struct uuid *taken,
                                   size_t n_taken, struct record **out, struct err *err)
{
    struct record_list plans;
    struct record *best = NULL;
    size_t best_score = 0, shared = 0, held = 0, all = fresh->n_activities + 1;
    enum status s =
        store_list(cache_store(cmd->cache), &cmd->arena, change_kind(cmd, "plan"), stream, NULL, (struct value){0}, &plans, err);
    for (size_t i = 0; i < plans.n && s == STATUS_OK; i++) {
        const Lianxin__Plan *plan = work_plan(plans.items[i]);
        if (!may_be(plan, fresh->plan) || is_taken(&plans.items[i]->id, taken, n_taken))
            continue;
        s = count_shared(cmd, stream, plans.items[i], fresh, &shared, &held, err);
        bool title = compare_same_text(&cmd->arena, plan->title, fresh->plan->title);
        bool term = plan->first_month == fresh->plan->first_month && plan->last_month == fresh->plan->last_month;
        bool alike = shared && shared * SHARE_OF_FRESH >= fresh->n_activities && shared * SHARE_OF_HELD >= held;
        size_t score = title || term || alike ? 1 + shared : 0;
        score += title ? all : 0;
        if (score > best_score) {
            best = plans.items[i];
            best_score = score;
        }
    }
    if (s == STATUS_OK)
        *out = best;
    return s;
}
