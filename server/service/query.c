/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/query_internal.h"

#include <string.h>

static const char *const group_names[QUERY_GROUPS] = {
#define GROUP(name, label, label_zh) #name,
#include "server/service/query_group.def"
#undef GROUP
};

const char *query_group_name(enum query_group group)
{
    return group_names[group];
}

bool query_group_parse(const char *name, enum query_group *out)
{
    for (size_t i = 0; i < QUERY_GROUPS; i++) {
        if (strcmp(group_names[i], name) == 0) {
            *out = (enum query_group)i;
            return true;
        }
    }
    return false;
}

bool query_asks_for(const struct asked *asked, const struct roster_school *school)
{
    const struct query *q = asked->query;

    return (!q->school || roster_match(q->school, school->code)) && (!q->area || strcmp(q->area, school->area) == 0) &&
           (q->stages == 0 || (q->stages >> school->stage & 1) != 0);
}

static enum status check_school(const struct asked *asked, struct err *err)
{
    const char *code = asked->query->school;

    if (!code || strpbrk(code, "*?"))
        return STATUS_OK;
    for (size_t i = 0; i < asked->roster.n; i++)
        if (roster_match(code, asked->roster.schools[i].code))
            return STATUS_OK;
    return err_reason(err, REASON_SCHOOL_UNKNOWN, code, NULL);
}

static enum status check_months(const struct filter *filter, struct err *err)
{
    if (!filter->has_months || filter->first_month <= filter->last_month)
        return STATUS_OK;
    return err_reason(err, REASON_QUERY_RANGE, NULL);
}

enum status query_run(struct work *work, const struct query *query, struct query_page *out, struct err *err)
{
    const struct roster *roster;
    struct asked asked = {.work = work, .query = query, .kind = query->kind, .filter = query->filter};
    enum status st;

    if (!asked.kind)
        asked.kind = schema_find_kind_by_name(store_schema(work->desk->store), "activity");
    asked.source = source_find(asked.kind->name);
    if (!asked.source)
        return err_reason(err, REASON_QUERY_KIND, asked.kind->name, NULL);
    source_prepare(&asked.filter, work->arena);
    st = check_months(&asked.filter, err);
    if (st == STATUS_OK)
        st = source_check(asked.source, &asked.filter, err);
    if (st == STATUS_OK)
        st = roster_get(work->desk, &roster, err);
    if (st == STATUS_OK)
        asked.roster = *roster;
    if (st == STATUS_OK)
        st = check_school(&asked, err);
    if (st != STATUS_OK)
        return st;
    return query->n_group_by > 0 ? query_groups(&asked, out, err) : query_rows(&asked, out, err);
}
