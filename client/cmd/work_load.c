/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading the work of a school from the cache. After some years that is thousands of records, most of them done: reading them whole
 * takes longer than everything else a command does, so verbs load what they need. */
#include <stdlib.h>
#include <string.h>

#include "client/cmd/input.h"
#include "client/cmd/work.h"

static enum status list(struct cmd *cmd, const char *kind_name, uint32_t stream, const char *field, struct value value,
                        struct record_list *out, struct err *err)
{
    const struct kind *kind = schema_find_kind_by_name(cmd->schema, kind_name);
    return store_list(cache_store(cmd->cache), &cmd->arena, kind, stream, field ? kind_find_field_by_name(kind, field) : NULL,
                      value, out, err);
}

static enum status list_all(struct cmd *cmd, const char *kind, uint32_t stream, struct record_list *out, struct err *err)
{
    return list(cmd, kind, stream, NULL, (struct value){0}, out, err);
}

enum status work_load_plans(struct cmd *cmd, uint32_t stream, struct work *out, struct err *err)
{
    struct work work = {.stream = stream, .month = cmd_month(cmd)};
    enum status s = list_all(cmd, "plan", stream, &work.plans, err);
    if (s == STATUS_OK)
        *out = work;
    return s;
}

enum status work_load_rest(struct cmd *cmd, struct work *work, struct err *err)
{
    enum status s = list_all(cmd, "activity", work->stream, &work->activities, err);
    return s == STATUS_OK ? list_all(cmd, "occurrence", work->stream, &work->occurrences, err) : s;
}

enum status work_load(struct cmd *cmd, uint32_t stream, struct work *out, struct err *err)
{
    enum status s = work_load_plans(cmd, stream, out, err);
    return s == STATUS_OK ? work_load_rest(cmd, out, err) : s;
}

enum status work_list_numbered(struct cmd *cmd, const struct work *work, const char *number, struct record_list *out,
                               struct err *err)
{
    struct value value = {.type = VALUE_TEXT, .data = number, .bytes = strlen(number)};
    return list(cmd, "activity", work->stream, "number", value, out, err);
}

enum status work_list_held(struct cmd *cmd, const struct record *activity, struct record_list *out, struct err *err)
{
    struct value value = {.type = VALUE_BYTES, .data = activity->id.bytes, .bytes = UUID_BYTES};
    return list(cmd, "occurrence", activity->stream, "activity", value, out, err);
}

/* What no number fits may be the start of an id: then all have to be looked at. */
enum status work_load_activity(struct cmd *cmd, uint32_t stream, const char *text, struct work *out, const struct record **activity,
                               struct err *err)
{
    enum status s = work_load_plans(cmd, stream, out, err);
    if (s == STATUS_OK)
        s = work_list_numbered(cmd, out, input_fold(&cmd->arena, text), &out->activities, err);
    if (s == STATUS_OK && !out->activities.n)
        s = list_all(cmd, "activity", out->stream, &out->activities, err);
    return s == STATUS_OK ? work_get_activity(cmd, out, text, activity, err) : s;
}

/* ---- some of many: chosen by a few of their fields, then read whole ---- */

struct sieve {
    const struct work *work;
    bool (*wanted)(const void *context, const struct work *work, const struct record *record);
    const void *context;
    struct arena *arena;
    struct uuid *ids;
    size_t n, others;
};

static bool take_id(void *context, const struct record *record)
{
    struct sieve *sieve = context;
    if (!sieve->wanted(sieve->context, sieve->work, record)) {
        sieve->others++;
        return true;
    }
    if ((sieve->n & (sieve->n - 1)) == 0) { /* room doubles at each power of two */
        struct uuid *ids = ARENA_ARRAY(sieve->arena, sieve->n ? sieve->n * 2 : 1, struct uuid);
        if (sieve->n)
            memcpy(ids, sieve->ids, sieve->n * sizeof *ids);
        sieve->ids = ids;
    }
    sieve->ids[sieve->n++] = record->id;
    return true;
}

static enum status list_chosen(struct cmd *cmd, const char *kind_name, const char *const *fields, size_t n_fields,
                               struct sieve *sieve, struct record_list *out, struct err *err)
{
    const struct kind *kind = schema_find_kind_by_name(cmd->schema, kind_name);
    struct store *store = cache_store(cmd->cache);
    field_set set = 0;
    for (size_t i = 0; i < n_fields; i++)
        set |= field_bit(kind_find_field_by_name(kind, fields[i]));
    enum status s = store_scan(store, kind, sieve->work->stream, set, take_id, sieve, err);
    struct record_list list = {.items = ARENA_ARRAY(&cmd->arena, sieve->n, struct record *)};
    for (; list.n < sieve->n && s == STATUS_OK; list.n++)
        s = store_find(store, &cmd->arena, kind, sieve->work->stream, &sieve->ids[list.n], &list.items[list.n], err);
    if (s == STATUS_OK)
        *out = list;
    return s;
}

static int compare_ids(const void *id, const void *item)
{
    const struct record *const *record = item;
    return memcmp(id, (*record)->id.bytes, UUID_BYTES);
}

/* Both come by id, so the activities can be searched by halves. */
static bool is_of_chosen(const void *context, const struct work *work, const struct record *occurrence)
{
    const ProtobufCBinaryData *id = &work_occurrence(occurrence)->activity;
    (void)context;
    return id->len == UUID_BYTES && work->activities.n &&
           bsearch(id->data, work->activities.items, work->activities.n, sizeof(struct record *), compare_ids);
}

enum status work_load_chosen(struct cmd *cmd, struct work *work,
                             bool (*wanted)(const void *context, const struct work *work, const struct record *activity),
                             const void *context, size_t *others, struct err *err)
{
    static const char *const seen[] = {"plan", "months", "state", "deferred_to", "category"}, *const of[] = {"activity"};
    struct sieve activities = {.work = work, .wanted = wanted, .context = context, .arena = &cmd->arena};
    struct sieve occurrences = {.work = work, .wanted = is_of_chosen, .arena = &cmd->arena};
    enum status s = list_chosen(cmd, "activity", seen, sizeof seen / sizeof seen[0], &activities, &work->activities, err);
    if (s == STATUS_OK)
        s = list_chosen(cmd, "occurrence", of, 1, &occurrences, &work->occurrences, err);
    *others = activities.others;
    return s;
}
