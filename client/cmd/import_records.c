/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/import_records.h"

#include <string.h>

#include "client/cmd/change.h"
#include "client/cmd/import_held.h"
#include "client/cmd/import_update.h"
#include "common/sync/payload.h"

/* --- a new plan --- */

static void add(struct cmd *cmd, struct import_records *out, const char *kind, const struct uuid *id,
                const ProtobufCMessage *message)
{
    if (edit_between(&cmd->arena, change_kind(cmd, kind), id, NULL, message, &out->edits[out->n]))
        out->n++;
}

static void make_new(struct cmd *cmd, const struct import_id *id, struct import_fresh *fresh, struct import_records *out)
{
    unsigned counters[13] = {0};
    struct uuid *sections = ARENA_ARRAY(&cmd->arena, fresh->n_sections + 1, struct uuid);
    out->edits = ARENA_ARRAY(&cmd->arena, 1 + fresh->n_sections + fresh->n_activities, struct edit);
    add(cmd, out, "plan", &out->plan, &fresh->plan->base);
    for (size_t i = 0; i < fresh->n_sections; i++) {
        sections[i] = import_id_make(id, "section", "", (uint32_t)i, 0);
        fresh->sections[i]->has_plan = 1;
        fresh->sections[i]->plan = change_id(cmd, &out->plan);
        add(cmd, out, "section", &sections[i], &fresh->sections[i]->base);
    }
    for (size_t i = 0; i < fresh->n_activities; i++) {
        Lianxin__Activity *a = fresh->activities[i];
        struct uuid uuid = import_edits_activity_id(id, fresh->source, i);
        a->has_plan = 1;
        a->plan = change_id(cmd, &out->plan);
        a->has_section = fresh->section_of[i] != IMPORT_NONE;
        if (a->has_section)
            a->section = change_id(cmd, &sections[fresh->section_of[i]]);
        a->number = import_edits_next_number(cmd, fresh->plan->body, a->months, counters);
        add(cmd, out, "activity", &uuid, &a->base);
    }
}

/* --- the whole --- */

static bool same_digest(const struct record *plan, const struct import_file *file)
{
    const ProtobufCBinaryData *digest = &work_plan(plan)->source_digest;
    return digest->len == SHA256_BYTES && memcmp(digest->data, file->digest.bytes, SHA256_BYTES) == 0;
}

enum status import_records_known(struct cmd *cmd, uint32_t stream, const struct import_file *file, uint32_t plan, bool *known,
                                 struct err *err)
{
    struct import_id id = {.stream = stream, .digest = file->digest, .plan = plan};
    struct record *held;
    enum status s = import_held_find_same(cmd, &id, &held, err);
    if (s == STATUS_OK)
        *known = held && same_digest(held, file);
    return s;
}

/* What the server would refuse is found before anything is written. */
static enum status check(struct cmd *cmd, const struct import_file *file, const struct import_records *records, struct err *err)
{
    const uint8_t *data;
    size_t bytes;
    enum status s = STATUS_OK;
    for (size_t i = 0; i < records->n && s == STATUS_OK; i++)
        s = edit_validate(&records->edits[i], !record_present(records->edits[i].kind, records->edits[i].before), err);
    if (s != STATUS_OK)
        return err_prefix(err, "%s", file->name);
    if (payload_encode(&cmd->arena, &(struct payload){records->edits, records->n, ""}, &data, &bytes, NULL) == STATUS_OK)
        return STATUS_OK;
    return err_set(
        err, STATUS_TOO_LARGE,
        _("%s: the plan makes %zu records, more than can be sent at once (%u records, %zu MB); nothing was imported. Split "
          "the document"),
        file->name, records->n, LIMIT_PUSH_EDITS, LIMIT_PUSH_BYTES >> 20);
}

/* The plan held that this one is: itself, or unless it is to be separate an older version. */
static enum status find_held(struct cmd *cmd, struct import_id *id, const struct import_fresh *fresh,
                             const struct import_taken *taken, struct record **out, struct err *err)
{
    enum status s = import_held_find_same(cmd, id, out, err);
    if (s == STATUS_OK && !*out && !taken->separate)
        s = import_held_find_older(cmd, id->stream, fresh, taken->plans, taken->n, out, err);
    return s;
}

enum status import_records_make(struct cmd *cmd, uint32_t stream, const struct import_file *file,
                                const struct import_choice *choice, const struct import_taken *taken, struct import_records *out,
                                struct err *err)
{
    struct import_id id = {.stream = stream, .digest = file->digest, .plan = choice->index};
    struct import_fresh fresh;
    struct import_held held;
    struct record *plan = NULL;
    enum status s = import_fresh_make(cmd, file, choice, &fresh, err);
    if (s == STATUS_OK)
        s = find_held(cmd, &id, &fresh, taken, &plan, err);
    if (s != STATUS_OK)
        return s;
    struct import_records records = {.plan = plan ? plan->id : import_id_make(&id, "plan", "", 0, 0),
                                     .activities = fresh.n_activities};
    if (plan && !same_digest(plan, file)) {
        records.older = plan;
        s = import_held_load(cmd, stream, plan, &held, err);
        if (s == STATUS_OK)
            s = import_update_make(cmd, &id, &fresh, &held, &records, err);
    } else if (!plan) {
        make_new(cmd, &id, &fresh, &records);
    }
    if (s == STATUS_OK)
        s = check(cmd, file, &records, err);
    if (s == STATUS_OK)
        *out = records;
    return s;
}
