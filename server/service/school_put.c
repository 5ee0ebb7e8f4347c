/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/school_put.h"

#include <string.h>

#include "server/service/heads.h"
#include "server/service/push.h"
#include "server/service/school.h"

static const struct kind *kind_of(const struct desk *desk)
{
    return schema_find_kind_by_name(store_schema(desk->store), "school");
}

/* A school as it was and as it is to be. */
struct planned {
    const Lianxin__School *before;
    Lianxin__School *after;
};
struct plan {
    struct planned *schools;
    size_t n;
    uint32_t last_number;
};

static enum status load(struct work *work, size_t n_more, struct plan *plan, struct err *err)
{
    struct record_list list;
    enum status st =
        store_list(work->desk->store, work->arena, kind_of(work->desk), STREAM_PUBLIC, NULL, (struct value){0}, &list, err);
    if (st)
        return st;
    plan->schools = ARENA_ARRAY(work->arena, list.n + n_more, struct planned);
    plan->last_number = STREAM_FIRST_SCHOOL - 1;
    for (plan->n = 0; plan->n < list.n; plan->n++) {
        Lianxin__School *school = (Lianxin__School *)list.items[plan->n]->message;
        plan->schools[plan->n] = (struct planned){.before = school, .after = school};
        if (school->number > plan->last_number)
            plan->last_number = school->number;
    }
    return STATUS_OK;
}

static struct planned *find_code(struct plan *plan, const char *code)
{
    for (size_t i = 0; i < plan->n; i++)
        if (plan->schools[i].after->code && strcmp(plan->schools[i].after->code, code) == 0)
            return &plan->schools[i];
    return NULL;
}

static void set_text(struct arena *arena, char **to, const char *wanted)
{
    if (wanted)
        *to = *wanted ? arena_strdup(arena, wanted) : NULL;
}

static void apply_wish(struct arena *arena, const struct school_wish *wish, Lianxin__School *school)
{
    set_text(arena, &school->code, wish->new_code ? wish->new_code : wish->code);
    set_text(arena, &school->name, wish->name);
    set_text(arena, &school->area, wish->area);
    if (wish->has_stage) {
        school->has_stage = wish->stage != 0;
        school->stage = (Lianxin__Stage)wish->stage;
    }
    if (wish->has_opened) {
        school->has_opened = wish->opened != 0;
        school->opened = wish->opened;
    }
    if (wish->has_closed) {
        school->has_closed = wish->closed != 0;
        school->closed = wish->closed;
    }
}

/* One wish against the schools as the wishes before it leave them. */
static enum status plan_wish(struct work *work, struct plan *plan, const struct school_wish *wish, struct school_done *done,
                             struct err *err)
{
    const struct kind *kind = kind_of(work->desk);
    if (!wish->code || !*wish->code)
        return err_reason(err, REASON_ARGUMENT, "code", "is missing", NULL);
    struct planned *planned = find_code(plan, wish->code);
    if (wish->add && planned)
        return err_reason(err, REASON_SCHOOL_EXISTS, wish->code, NULL);
    if (!wish->add && !planned)
        return err_reason(err, REASON_SCHOOL_UNKNOWN, wish->code, NULL);
    if (wish->new_code && *wish->new_code && strcmp(wish->new_code, wish->code) != 0 && find_code(plan, wish->new_code))
        return err_reason(err, REASON_SCHOOL_EXISTS, wish->new_code, NULL);
    Lianxin__School *after = (Lianxin__School *)(planned ? record_clone(work->arena, kind, &planned->after->base)
                                                         : record_message_new(work->arena, kind));
    apply_wish(work->arena, wish, after);
    if (!planned) {
        after->has_number = true;
        after->number = plan->last_number + 1;
    }
    enum status st = record_validate(kind, &after->base, planned ? &planned->after->base : NULL, false, err);
    if (st)
        return st;
    *done = (struct school_done){.number = after->number,
                                 .changed = !planned || record_diff(kind, &planned->after->base, &after->base)};
    if (planned) {
        planned->after = after;
    } else {
        plan->schools[plan->n++] = (struct planned){.after = after};
        plan->last_number++;
    }
    return STATUS_OK;
}

static enum status write_plan(struct work *work, const struct plan *plan, uint64_t *rev, struct err *err)
{
    const struct kind *kind = kind_of(work->desk);
    struct edit *edits = ARENA_ARRAY(work->arena, plan->n, struct edit);
    size_t n = 0;
    for (size_t i = 0; i < plan->n; i++) {
        const struct planned *planned = &plan->schools[i];
        struct uuid id = school_id(planned->after->number);
        if (planned->before != planned->after &&
            edit_between(work->arena, kind, &id, planned->before ? &planned->before->base : NULL, &planned->after->base, &edits[n]))
            n++;
    }
    return push_own(work, STREAM_PUBLIC, edits, n, n == 1 ? "one school" : arena_printf(work->arena, "%zu schools", n), rev, err);
}

enum status school_put(struct work *work, const struct school_wish *wishes, size_t n, bool check_only, struct school_done *done,
                       struct err *failures, uint64_t *rev, struct err *err)
{
    struct plan plan;
    size_t n_failed = 0, first = 0;
    enum status st = load(work, n, &plan, err);
    if (st)
        return st;
    for (size_t i = 0; i < n; i++) {
        failures[i] = (struct err){.status = STATUS_OK};
        if (plan_wish(work, &plan, &wishes[i], &done[i], &failures[i]) && !n_failed++)
            first = i;
    }
    if (n_failed) {
        *err = failures[first];
        return err->status;
    }
    if (!check_only)
        return write_plan(work, &plan, rev, err);
    *rev = heads_get(work->desk->heads, STREAM_PUBLIC).rev;
    return STATUS_OK;
}
