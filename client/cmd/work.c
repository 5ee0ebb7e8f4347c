/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/work.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "client/cmd/input.h"
#include "common/base/utf8.h"
#include "common/domain/month.h"

#define ID_DIGITS_MIN 4

const Lianxin__Plan *work_plan(const struct record *record)
{
    return (const Lianxin__Plan *)record->message;
}

const Lianxin__Activity *work_activity(const struct record *record)
{
    return (const Lianxin__Activity *)record->message;
}

const Lianxin__Occurrence *work_occurrence(const struct record *record)
{
    return (const Lianxin__Occurrence *)record->message;
}

const struct record *work_find_plan_of(const struct work *work, const struct record *activity)
{
    const ProtobufCBinaryData *plan = &work_activity(activity)->plan;
    for (size_t i = 0; i < work->plans.n; i++)
        if (plan->len == UUID_BYTES && memcmp(plan->data, work->plans.items[i]->id.bytes, UUID_BYTES) == 0)
            return work->plans.items[i];
    return NULL;
}

/* How far a plan's term is from the month; 0: it covers it. */
static int32_t gap(const Lianxin__Plan *plan, int32_t month)
{
    if (month < plan->first_month)
        return plan->first_month - month;
    return month > plan->last_month ? month - plan->last_month : 0;
}

static bool is_handed_in(const Lianxin__Plan *plan)
{
    return plan->state == LIANXIN__PLAN_STATE__PLAN_STATE_SUBMITTED || plan->state == LIANXIN__PLAN_STATE__PLAN_STATE_FILED;
}

/* Does a count rather than b? The nearer one, then as the district counts: what was handed in, the newer, the greater id. */
static bool counts_before(const struct record *a, const struct record *b, int32_t month)
{
    const Lianxin__Plan *x = work_plan(a), *y = work_plan(b);
    int32_t nearer = gap(y, month) - gap(x, month);
    if (nearer)
        return nearer > 0;
    if (is_handed_in(x) != is_handed_in(y))
        return is_handed_in(x);
    if (x->created_at != y->created_at)
        return x->created_at > y->created_at;
    if (x->first_month != y->first_month)
        return x->first_month > y->first_month;
    return memcmp(a->id.bytes, b->id.bytes, UUID_BYTES) > 0;
}

const struct record *work_current_plan(const struct work *work, Lianxin__Body body)
{
    const struct record *best = NULL;
    for (size_t i = 0; i < work->plans.n; i++) {
        const struct record *record = work->plans.items[i];
        if (work_plan(record)->body == body && (!best || counts_before(record, best, work->month)))
            best = record;
    }
    return best;
}

bool work_is_current(const struct work *work, const struct record *plan)
{
    return plan && work_current_plan(work, work_plan(plan)->body) == plan;
}

bool work_is_in_month(const struct record *record, int32_t month)
{
    const Lianxin__Activity *activity = work_activity(record);
    if (activity->state == LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DEFERRED && activity->has_deferred_to)
        return activity->deferred_to == month;
    return month_set_has(activity->months, month);
}

bool work_is_overdue(const struct work *work, const struct record *record)
{
    const Lianxin__Activity *activity = work_activity(record);
    if (activity->state == LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DEFERRED && activity->has_deferred_to)
        return activity->deferred_to < work->month;
    bool open = activity->state == LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_PLANNED ||
                activity->state == LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DOING;
    return open && activity->months && month_set_last(activity->months) < work->month;
}

int32_t work_near_month(const struct work *work)
{
    const struct record *plan = work_current_plan(work, LIANXIN__BODY__BODY_UNION);
    return plan ? work_plan(plan)->first_month + 6 : work->month;
}

const char *work_body_prefix(Lianxin__Body body)
{
    switch (body) {
    case LIANXIN__BODY__BODY_UNION:
        return "";
    case LIANXIN__BODY__BODY_WOMEN:
        return "女";
    case LIANXIN__BODY__BODY_AUDIT:
        return "审";
    case LIANXIN__BODY__BODY_GROUP:
        return "组";
    case LIANXIN__BODY__BODY_LEAGUE:
        return "团";
    case LIANXIN__BODY__BODY_SCHOOL:
        return "校";
    case LIANXIN__BODY__BODY_OTHER:
    case _LIANXIN__BODY_IS_INT_SIZE:
        break;
    }
    return "他";
}

const char *work_next_number(struct cmd *cmd, const struct work *work, const struct record *plan, int64_t months)
{
    const char *head = arena_printf(&cmd->arena, "%s%d.", work_body_prefix(work_plan(plan)->body),
                                    months ? month_of_year(month_set_first(months)) : 0);
    long highest = 0;
    for (size_t i = 0; i < work->activities.n; i++) {
        const char *number = work_activity(work->activities.items[i])->number;
        if (!number || strncmp(number, head, strlen(head)) != 0 || work_find_plan_of(work, work->activities.items[i]) != plan)
            continue;
        long n = strtol(number + strlen(head), NULL, 10);
        highest = n > highest ? n : highest;
    }
    return arena_printf(&cmd->arena, "%s%ld", head, highest + 1);
}

bool work_id_begins(const struct uuid *id, const char *text)
{
    char hex[UUID_TEXT_BYTES];
    size_t digits = 0;
    uuid_format(id, hex);
    const char *at = hex;
    for (; *text; text++) {
        if (*text == '-')
            continue;
        at += *at == '-';
        if (!isxdigit((unsigned char)*text) || *at++ != tolower((unsigned char)*text))
            return false;
        digits++;
    }
    return digits >= ID_DIGITS_MIN;
}

struct matches {
    const struct record **items;
    size_t n;
};

enum rank { RANK_CURRENT, RANK_ANY, RANK_ID };

static bool is_match(const struct work *work, const struct record *record, const char *text, enum rank rank)
{
    if (rank == RANK_ID)
        return work_id_begins(&record->id, text);
    const char *number = work_activity(record)->number;
    return number && strcmp(number, text) == 0 && (rank == RANK_ANY || work_is_current(work, work_find_plan_of(work, record)));
}

static struct matches find_matches(struct cmd *cmd, const struct work *work, const char *text)
{
    struct matches found = {ARENA_ARRAY(&cmd->arena, work->activities.n + 1, const struct record *), 0};
    for (enum rank rank = RANK_CURRENT; rank <= RANK_ID && !found.n; rank++)
        for (size_t i = 0; i < work->activities.n; i++)
            if (is_match(work, work->activities.items[i], text, rank))
                found.items[found.n++] = work->activities.items[i];
    return found;
}

static void list_candidates(struct cmd *cmd, const struct work *work, const struct matches *found)
{
    char id[UUID_TEXT_BYTES];
    for (size_t i = 0; i < found->n; i++) {
        const struct record *plan = work_find_plan_of(work, found->items[i]);
        uuid_format(&found->items[i]->id, id);
        fprintf(cmd->ui.log, "  %s  %s  %s (%s)\n", id, work_activity(found->items[i])->number,
                utf8_safe(&cmd->arena, work_activity(found->items[i])->text),
                utf8_safe(&cmd->arena, plan && work_plan(plan)->title ? work_plan(plan)->title : ""));
    }
}

enum status work_get_activity(struct cmd *cmd, const struct work *work, const char *text, const struct record **out,
                              struct err *err)
{
    struct matches found = find_matches(cmd, work, input_fold(&cmd->arena, text));
    if (!found.n)
        return err_set(err, STATUS_NOT_FOUND, _("there is no activity \"%s\"; `lianxin list` shows the numbers"), text);
    if (found.n > 1) {
        list_candidates(cmd, work, &found);
        return err_set(err, STATUS_USAGE,
                       _("\"%s\" could be any of %zu activities; nothing was changed, give the start of the id instead"), text,
                       found.n);
    }
    *out = found.items[0];
    return STATUS_OK;
}
