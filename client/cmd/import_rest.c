/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/import_rest.h"

#include <stdlib.h>
#include <string.h>

#include "client/cmd/change.h"
#include "client/cmd/import_id.h"
#include "client/cmd/input.h"
#include "common/domain/month.h"

/* Reasons stand in the records, which are Chinese whatever language a client speaks. */
#define CLOSED "由新计划代替"
#define CARRIED "转入新计划，编号"

static const Lianxin__Plan *plan_of(const struct import_records *records)
{
    return (const Lianxin__Plan *)records->edits[0].after;
}

static bool is_new_plan(const struct import_records *records)
{
    return !records->older && records->n && strcmp(records->edits[0].kind->name, "plan") == 0;
}

static bool overlaps(const struct record *held, const struct import_records *records, const struct uuid *taken, size_t n_taken)
{
    const Lianxin__Plan *older = work_plan(held), *fresh = plan_of(records);
    for (size_t i = 0; i < n_taken; i++)
        if (uuid_equal(&held->id, &taken[i]))
            return false;
    return !uuid_equal(&held->id, &records->plan) && older->body == fresh->body && older->first_month <= fresh->last_month &&
           fresh->first_month <= older->last_month;
}

static bool is_unfinished(const Lianxin__Activity *a)
{
    switch (a->state) {
    case LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_PLANNED:
    case LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DOING:
    case LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DEFERRED:
        return true;
    case LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DONE:
    case LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_CANCELLED:
    case LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DROPPED:
    case _LIANXIN__ACTIVITY_STATE_IS_INT_SIZE:
        break;
    }
    return false;
}

static int compare_position(const void *left, const void *right)
{
    const struct record *a = *(struct record *const *)left, *b = *(struct record *const *)right;
    uint32_t x = work_activity(a)->position, y = work_activity(b)->position;
    return (x > y) - (x < y);
}

static enum status add_unfinished(struct cmd *cmd, uint32_t stream, const struct record *plan, struct import_rest *rest,
                                  struct err *err)
{
    const struct kind *kind = change_kind(cmd, "activity");
    struct value id = {.type = VALUE_BYTES, .data = plan->id.bytes, .bytes = UUID_BYTES};
    struct record_list all;
    enum status s =
        store_list(cache_store(cmd->cache), &cmd->arena, kind, stream, kind_find_field_by_name(kind, "plan"), id, &all, err);
    if (s != STATUS_OK)
        return s;
    const struct record **both = ARENA_ARRAY(&cmd->arena, rest->n + all.n + 1, const struct record *);
    size_t n = rest->n;
    if (all.n > 1)
        qsort(all.items, all.n, sizeof *all.items, compare_position);
    if (n)
        memcpy(both, rest->activities, n * sizeof *both);
    for (size_t i = 0; i < all.n; i++)
        if (is_unfinished(work_activity(all.items[i])))
            both[n++] = all.items[i];
    if (n > rest->n && (!rest->plan || work_plan(plan)->last_month > work_plan(rest->plan)->last_month))
        rest->plan = plan;
    rest->activities = both;
    rest->n = n;
    return STATUS_OK;
}

static enum status find(struct cmd *cmd, uint32_t stream, const struct import_records *records, const struct uuid *taken,
                        size_t n_taken, struct import_rest *out, struct err *err)
{
    struct import_rest rest = {.plan = NULL};
    struct record_list plans;
    enum status s =
        store_list(cache_store(cmd->cache), &cmd->arena, change_kind(cmd, "plan"), stream, NULL, (struct value){0}, &plans, err);
    for (size_t i = 0; s == STATUS_OK && is_new_plan(records) && i < plans.n; i++)
        if (overlaps(plans.items[i], records, taken, n_taken))
            s = add_unfinished(cmd, stream, plans.items[i], &rest, err);
    if (s == STATUS_OK)
        *out = rest;
    return s;
}

/* --- which --- */

static enum status read_option(struct cmd *cmd, const char *typed, enum import_rest_what *out, struct err *err)
{
    static const struct {
        const char *name, *name_zh;
        enum import_rest_what what;
    } words[] = {{"carry", "转入", IMPORT_REST_CARRY}, {"close", "了结", IMPORT_REST_CLOSE}, {"leave", "保留", IMPORT_REST_LEAVE}};
    const char *text = input_fold(&cmd->arena, typed);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(text, words[i].name) == 0 || strcmp(text, words[i].name_zh) == 0) {
            *out = words[i].what;
            return STATUS_OK;
        }
    return err_set(err, STATUS_USAGE, _("--older \"%s\": write carry, close or leave"), typed);
}

static enum status choose(struct cmd *cmd, const struct import_rest *rest, enum import_rest_what *out, struct err *err)
{
    const char *typed = cmd_option(cmd, "older");
    const char *choices[] = {_("carry them over into the new plan"), _("close them: the new plan takes their place"),
                             _("leave them in the older plan")};
    static const enum import_rest_what meant[] = {IMPORT_REST_CARRY, IMPORT_REST_CLOSE, IMPORT_REST_LEAVE};
    size_t chosen;
    if (typed)
        return read_option(cmd, typed, out, err);
    *out = IMPORT_REST_LEAVE;
    if (!cmd->ui.in_is_tty || cmd_option(cmd, "yes"))
        return STATUS_OK;
    for (size_t i = 0; i < rest->n; i++)
        ui_print(&cmd->ui, "   %-5s %s\n", work_activity(rest->activities[i])->number, work_activity(rest->activities[i])->text);
    const char *question =
        arena_printf(&cmd->arena,
                     ngettext("%zu activity of the older plan \"%s\" is not finished; what shall become of it",
                              "%zu activities of the older plan \"%s\" are not finished; what shall become of them", rest->n),
                     rest->n, work_plan(rest->plan)->title);
    enum status s = ui_ask_choice(&cmd->ui, question, choices, sizeof choices / sizeof choices[0], &chosen, err);
    if (s == STATUS_OK)
        *out = meant[chosen];
    return s;
}

/* --- the edits --- */

/* The next number of the month in the new plan. */
static char *next_number(struct cmd *cmd, const struct import_records *records, int64_t months)
{
    const char *head = arena_printf(&cmd->arena, "%s%d.", work_body_prefix(plan_of(records)->body),
                                    months ? month_of_year(month_set_first(months)) : 0);
    long highest = 0;
    for (size_t i = 0; i < records->n; i++) {
        const Lianxin__Activity *a = (const Lianxin__Activity *)records->edits[i].after;
        if (strcmp(records->edits[i].kind->name, "activity") != 0 || !a->number || strncmp(a->number, head, strlen(head)) != 0)
            continue;
        long n = strtol(a->number + strlen(head), NULL, 10);
        highest = n > highest ? n : highest;
    }
    return arena_printf(&cmd->arena, "%s%ld", head, highest + 1);
}

static int64_t month_alone(int32_t month)
{
    int64_t set = 0;
    return month_set_add(&set, month) ? set : 0;
}

/* What is over by the time the new plan begins is planned for its first month, or this one when that has begun. */
static int64_t months_left(struct cmd *cmd, const struct import_records *records, const Lianxin__Activity *a)
{
    int32_t first = plan_of(records)->first_month, now = cmd_month(cmd);
    int32_t from = now > first && now <= plan_of(records)->last_month ? now : first;
    bool deferred = a->state == LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DEFERRED && a->has_deferred_to;
    if (deferred)
        return month_alone(a->deferred_to > from ? a->deferred_to : from);
    return a->months && month_set_last(a->months) < from ? month_alone(from) : a->months;
}

static void add_edit(struct cmd *cmd, struct import_records *records, const struct uuid *id, const struct record *before,
                     const ProtobufCMessage *after)
{
    if (edit_between(&cmd->arena, change_kind(cmd, "activity"), id, before ? before->message : NULL, after,
                     &records->edits[records->n]))
        records->n++;
}

static const char *carry(struct cmd *cmd, const struct record *record, struct import_records *records)
{
    char text[UUID_TEXT_BYTES];
    uuid_format(&record->id, text);
    const struct import_id source = {.stream = record->stream, .digest = sha256_of(records->plan.bytes, UUID_BYTES)};
    struct uuid id = import_id_make(&source, "activity", text, 0, 0);
    Lianxin__Activity *a = (Lianxin__Activity *)change_copy(cmd, record->kind, record);
    a->months = months_left(cmd, records, a);
    a->has_months = a->months != 0;
    a->plan = change_id(cmd, &records->plan);
    a->has_section = a->has_deferred_to = 0;
    a->deferred_to = 0;
    a->state_reason = NULL;
    if (a->state == LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DEFERRED)
        a->state = LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_PLANNED;
    a->header = NULL;
    a->has_source_line = 0;
    a->has_position = 1;
    a->position = (uint32_t)records->n + 1; /* behind what the document has */
    a->number = next_number(cmd, records, a->months);
    add_edit(cmd, records, &id, NULL, &a->base);
    records->activities++;
    return a->number;
}

static void add_edits(struct cmd *cmd, const struct import_rest *rest, struct import_records *records)
{
    struct edit *edits = ARENA_ARRAY(&cmd->arena, records->n + 2 * rest->n, struct edit);
    memcpy(edits, records->edits, records->n * sizeof *edits);
    records->edits = edits;
    for (size_t i = 0; i < rest->n; i++) {
        const struct record *record = rest->activities[i];
        char *reason = arena_strdup(&cmd->arena, CLOSED);
        if (rest->what == IMPORT_REST_CARRY)
            reason = arena_printf(&cmd->arena, CARRIED " %s", carry(cmd, record, records));
        Lianxin__Activity *after = (Lianxin__Activity *)change_copy(cmd, record->kind, record);
        after->state = LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_CANCELLED;
        after->state_reason = reason;
        after->has_deferred_to = 0;
        after->deferred_to = 0;
        add_edit(cmd, records, &record->id, record, &after->base);
    }
}

enum status import_rest_settle(struct cmd *cmd, uint32_t stream, const struct uuid *taken, size_t n_taken,
                               struct import_records *records, struct import_rest *out, struct err *err)
{
    struct import_rest rest;
    enum status s = find(cmd, stream, records, taken, n_taken, &rest, err);
    if (s == STATUS_OK && rest.n)
        s = choose(cmd, &rest, &rest.what, err);
    if (s != STATUS_OK)
        return s;
    if (rest.n && rest.what != IMPORT_REST_LEAVE)
        add_edits(cmd, &rest, records);
    *out = rest;
    return STATUS_OK;
}

void import_rest_say(struct cmd *cmd, const struct import_rest *rest)
{
    if (!rest->n)
        return;
    const char *title = work_plan(rest->plan)->title;
    switch (rest->what) {
    case IMPORT_REST_CARRY:
        ui_print(&cmd->ui, _("  carried over from \"%s\": %zu unfinished\n"), title, rest->n);
        return;
    case IMPORT_REST_CLOSE:
        ui_print(&cmd->ui, _("  closed in \"%s\": %zu unfinished\n"), title, rest->n);
        return;
    case IMPORT_REST_LEAVE:
        ui_print(&cmd->ui,
                 _("  the older plan \"%s\" overlaps and has %zu unfinished, which stay; to carry them over or close them: lianxin "
                   "undo, then import with --older carry or --older close\n"),
                 title, rest->n);
        return;
    }
}
