/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/query.h"

#include "common/domain/month.h"
#include "common/table/table_wire.h"
#include "server/handlers/fill.h"
#include "server/handlers/handler.h"

#define MASK_BITS 64u

/* A set of enum values, as a mask. */
static enum status read_mask(const uint32_t *values, size_t n, const char *what, uint64_t *out, struct err *err)
{
    uint64_t mask = 0;

    for (size_t i = 0; i < n; i++) {
        if (values[i] >= MASK_BITS)
            return err_reason(err, REASON_QUERY_VALUE, what, NULL);
        mask |= UINT64_C(1) << values[i];
    }
    *out = mask;
    return STATUS_OK;
}

static enum status read_masks(const Lianxin__QueryRequest *request, struct query *query, struct err *err)
{
    const struct {
        const uint32_t *values;
        size_t n;
        const char *what;
        uint64_t *mask;
    } masks[] = {
        {request->categories, request->n_categories, "category", &query->filter.categories},
        {request->bodies, request->n_bodies, "body", &query->filter.bodies},
        {request->states, request->n_states, "state", &query->filter.states},
        {request->plan_states, request->n_plan_states, "plan state", &query->filter.plan_states},
        {request->stages, request->n_stages, "stage", &query->stages},
    };
    enum status st = STATUS_OK;

    for (size_t i = 0; st == STATUS_OK && i < sizeof masks / sizeof *masks; i++)
        st = read_mask(masks[i].values, masks[i].n, masks[i].what, masks[i].mask, err);
    return st;
}

static enum status read_groups(struct arena *arena, const Lianxin__QueryRequest *request, struct query *query, struct err *err)
{
    enum query_group *groups = ARENA_ARRAY(arena, QUERY_GROUPS, enum query_group);

    if (request->n_group_by > QUERY_GROUPS)
        return err_reason(err, REASON_QUERY_GROUP, request->group_by[QUERY_GROUPS], NULL);
    for (size_t i = 0; i < request->n_group_by; i++)
        if (!query_group_parse(request->group_by[i], &groups[i]))
            return err_reason(err, REASON_QUERY_GROUP, request->group_by[i], NULL);
    query->group_by = groups;
    query->n_group_by = request->n_group_by;
    return STATUS_OK;
}

/* One month given is the range of just that month. */
static enum status read_months(const Lianxin__QueryRequest *request, struct filter *filter, struct err *err)
{
    filter->has_months = request->has_first_month || request->has_last_month;
    filter->first_month = request->has_first_month ? request->first_month : request->last_month;
    filter->last_month = request->has_last_month ? request->last_month : request->first_month;
    if (!filter->has_months || (month_is_valid(filter->first_month) && month_is_valid(filter->last_month)))
        return STATUS_OK;
    return err_reason(err, REASON_QUERY_VALUE, "month", NULL);
}

static enum status read_kind(struct work *work, const Lianxin__QueryRequest *request, struct query *query, struct err *err)
{
    if (!request->has_kind)
        return STATUS_OK;
    query->kind = schema_find_kind(store_schema(work->desk->store), request->kind);
    return query->kind ? STATUS_OK : err_reason(err, REASON_KIND_UNKNOWN, arena_printf(work->arena, "%u", request->kind), NULL);
}

enum status handle_query(struct work *work, const Lianxin__QueryRequest *request, Lianxin__QueryReply *reply, struct err *err)
{
    struct query query = {.school = request->school,
                          .area = request->area,
                          .filter.text = request->text && *request->text ? request->text : NULL,
                          .after = request->has_after ? request->after.data : NULL,
                          .after_bytes = request->after.len,
                          .max_rows = request->max_rows};
    struct query_page page;
    enum status st = read_kind(work, request, &query, err);

    if (st == STATUS_OK)
        st = read_masks(request, &query, err);
    if (st == STATUS_OK)
        st = read_months(request, &query.filter, err);
    if (st == STATUS_OK)
        st = read_groups(work->arena, request, &query, err);
    if (st == STATUS_OK)
        st = query_run(work, &query, &page, err);
    if (st == STATUS_OK)
        st = table_to_wire(work->arena, page.table, &reply->table, err);
    if (st != STATUS_OK)
        return st;
    reply->has_next = page.next != NULL;
    if (page.next)
        reply->next = fill_bytes(work->arena, page.next, page.next_bytes);
    return STATUS_OK;
}
