/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "common/domain/month.h"
#include "proto/records.pb-c.h"
#include "server/service/query_internal.h"

#define UNION_BODIES                                                                                                               \
    (UINT64_C(1) << LIANXIN__BODY__BODY_UNION | UINT64_C(1) << LIANXIN__BODY__BODY_WOMEN |                                         \
     UINT64_C(1) << LIANXIN__BODY__BODY_AUDIT | UINT64_C(1) << LIANXIN__BODY__BODY_GROUP)

#define TEXT_OF(number) #number
#define TEXT_OF_VALUE(number) TEXT_OF(number)

enum counted query_counted(const struct asked *asked)
{
    if (strcmp(asked->kind->name, "activity") == 0)
        return COUNTED_ACTIVITIES;
    return strcmp(asked->kind->name, "occurrence") == 0 ? COUNTED_OCCURRENCES : COUNTED_RECORDS;
}

bool query_groups_by(const struct query *query, enum query_group group)
{
    for (size_t i = 0; i < query->n_group_by; i++)
        if (query->group_by[i] == group)
            return true;
    return false;
}

/* ---- the keys ---- */

static int64_t part_of(const struct grouping *g, enum query_group group, const struct fact *fact, int32_t month)
{
    switch (group) {
    case QUERY_GROUP_school:
        return (int64_t)g->school;
    case QUERY_GROUP_area:
        return g->area;
    case QUERY_GROUP_stage:
        return g->asked->roster.schools[g->school].stage;
    case QUERY_GROUP_month:
        return month;
    case QUERY_GROUP_category:
        return fact->category;
    case QUERY_GROUP_body:
        return fact->plan ? fact->plan->body : 0;
    case QUERY_GROUP_state:
        return fact->state;
    case QUERY_GROUPS:
        break;
    }
    return 0;
}

static struct group_sums *sums_of(struct grouping *g, const struct fact *fact, int32_t month)
{
    struct group_key key = {{0}};

    for (size_t i = 0; i < g->asked->query->n_group_by; i++)
        key.part[i] = part_of(g, g->asked->query->group_by[i], fact, month);
    return map_put(&g->groups, &key);
}

/* ---- counting ---- */

static bool in_range(const struct filter *filter, int32_t month)
{
    return !filter->has_months || (filter->first_month <= month && month <= filter->last_month);
}

/* The first of its months adds the budget, too. */
static void add_activity(struct group_sums *sums, const struct fact *fact, bool first)
{
    sums->activities++;
    sums->done += fact->state == LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DONE;
    sums->budget_fen += first ? fact->budget_fen : 0;
    sums->participants += first ? fact->participants : 0;
}

static void count_activity(void *context, const struct fact *fact)
{
    struct grouping *g = context;
    bool by_month = query_groups_by(g->asked->query, QUERY_GROUP_month), first = true;
    int32_t month = INT32_MIN;

    if (!fact->plan)
        return;
    if (fact->months == 0 && !g->asked->filter.has_months && cover_counts(&g->cover, fact->plan, fact->plan->last_month)) {
        add_activity(sums_of(g, fact, -1), fact, true);
        add_activity(&g->total, fact, true);
    }
    while (month_set_next(fact->months, &month)) {
        if (!in_range(&g->asked->filter, month) || !cover_counts(&g->cover, fact->plan, month))
            continue;
        if (by_month || first)
            add_activity(sums_of(g, fact, month), fact, first);
        if (first)
            add_activity(&g->total, fact, true);
        first = false;
    }
}

static void add_occurrence(struct group_sums *sums, const struct fact *fact)
{
    sums->occurrences++;
    sums->people += fact->people;
    sums->money_fen += fact->money_fen;
}

static void count_occurrence(void *context, const struct fact *fact)
{
    struct grouping *g = context;

    if (!fact->plan || !cover_counts(&g->cover, fact->plan, fact->month))
        return;
    add_occurrence(sums_of(g, fact, fact->month), fact);
    add_occurrence(&g->total, fact);
}

static void count_record(void *context, const struct fact *fact)
{
    struct grouping *g = context;

    sums_of(g, fact, -1)->records++;
    g->total.records++;
}

/* ---- over all schools ---- */

struct pass {
    const struct source *source;
    void (*visit)(void *context, const struct fact *fact);
    struct sql_statement *statement;
};

static enum status begin_school(void *context, uint32_t stream, const struct cover **cover, struct err *err)
{
    struct grouping *g = context;
    const struct roster_school *school = roster_find(&g->asked->roster, stream);
    enum status st;

    if (g->groups.n > QUERY_GROUPS_MAX)
        return err_reason(err, REASON_QUERY_GROUPS, TEXT_OF_VALUE(QUERY_GROUPS_MAX), NULL);
    *cover = NULL;
    if (!school || !query_asks_for(g->asked, school))
        return STATUS_OK;
    g->school = (size_t)(school - g->asked->roster.schools);
    g->area = 0;
    while (strcmp(g->areas[g->area], school->area) != 0)
        g->area++;
    arena_reset(&g->cover_arena);
    st = cover_walk_find(&g->walk, &g->cover_arena, stream, &g->cover, err);
    if (st == STATUS_OK)
        *cover = &g->cover;
    return st;
}

static enum status run_pass(struct grouping *g, const struct pass *pass, uint32_t first, uint32_t last, struct err *err)
{
    const struct source_visit visit = {
        .first_stream = first, .last_stream = last, .school = begin_school, .fact = pass->visit, .context = g};

    enum status st = cover_walk_open(g->asked->work->desk->sql, first, last, &g->walk, err);

    if (st == STATUS_OK)
        st = source_visit_facts(pass->statement, &visit, err);
    cover_walk_close(&g->walk);
    return st;
}

/* A question about one school reads that school; about several, all of them in one go. */
static enum status count_pass(struct grouping *g, struct pass *pass, struct err *err)
{
    const char *code = g->asked->query->school;
    const struct roster *roster = &g->asked->roster;
    enum status st = source_prepare_facts(pass->source, g->asked->work->desk->sql, &g->asked->filter, &pass->statement, err);

    if (st == STATUS_OK && (!code || strpbrk(code, "*?")))
        st = run_pass(g, pass, STREAM_FIRST_SCHOOL, UINT32_MAX, err);
    else
        for (size_t i = 0; st == STATUS_OK && i < roster->n; i++)
            if (query_asks_for(g->asked, &roster->schools[i]))
                st = run_pass(g, pass, roster->schools[i].number, roster->schools[i].number, err);
    sql_finish(pass->statement);
    return st;
}

static enum status count_schools(struct grouping *g, struct err *err)
{
    struct pass own = {g->asked->source, count_record, NULL}, held = {source_find("occurrence"), count_occurrence, NULL};
    enum status st = STATUS_OK;

    switch (query_counted(g->asked)) {
    case COUNTED_RECORDS:
        return count_pass(g, &own, err);
    case COUNTED_OCCURRENCES:
        return count_pass(g, &held, err);
    case COUNTED_ACTIVITIES:
        own.visit = count_activity;
        st = count_pass(g, &own, err);
        return st == STATUS_OK ? count_pass(g, &held, err) : st;
    }
    return st;
}

/* ---- the whole ---- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void rank_areas(struct grouping *g)
{
    const struct roster *roster = &g->asked->roster;

    g->areas = ARENA_ARRAY(g->arena, roster->n, const char *);
    for (size_t i = 0; i < roster->n; i++)
        g->areas[i] = roster->schools[i].area;
    if (roster->n > 1)
        qsort(g->areas, roster->n, sizeof *g->areas, by_text);
    for (size_t i = 0; i < roster->n; i++)
        if (g->n_areas == 0 || strcmp(g->areas[g->n_areas - 1], g->areas[i]) != 0)
            g->areas[g->n_areas++] = g->areas[i];
}

static enum status check_groups(const struct asked *asked, struct err *err)
{
    const struct query *q = asked->query;
    const struct filter bodies = {.bodies = 1}, categories = {.categories = 1}, states = {.states = 1};
    bool counts_months = query_counted(asked) != COUNTED_RECORDS;
    enum status st = STATUS_OK;

    for (size_t i = 0; i < q->n_group_by; i++)
        for (size_t k = 0; k < i; k++)
            if (q->group_by[i] == q->group_by[k])
                return err_reason(err, REASON_QUERY_GROUP, query_group_name(q->group_by[i]), NULL);
    if (query_groups_by(q, QUERY_GROUP_month) && !counts_months)
        return err_reason(err, REASON_QUERY_NONE, "month", asked->kind->name, NULL);
    if (query_groups_by(q, QUERY_GROUP_body))
        st = source_check(asked->source, &bodies, err);
    if (st == STATUS_OK && query_groups_by(q, QUERY_GROUP_category))
        st = source_check(asked->source, &categories, err);
    if (st == STATUS_OK && query_groups_by(q, QUERY_GROUP_state))
        st = source_check(asked->source, &states, err);
    return st;
}

enum status query_groups(struct asked *asked, struct query_page *out, struct err *err)
{
    struct grouping g = {.asked = asked, .arena = asked->work->arena};
    uint8_t seed[MAP_SEED_BYTES];
    enum status st = check_groups(asked, err);

    if (st != STATUS_OK)
        return st;
    if (query_counted(asked) != COUNTED_RECORDS && asked->filter.bodies == 0 && !query_groups_by(asked->query, QUERY_GROUP_body))
        asked->filter.bodies = UNION_BODIES;
    random_fill(&asked->work->desk->core->config.random, seed, sizeof seed);
    map_init(&g.groups, g.arena, sizeof(struct group_key), sizeof(struct group_sums), seed);
    rank_areas(&g);
    arena_init(&g.cover_arena, 0);
    st = count_schools(&g, err);
    arena_done(&g.cover_arena);
    if (st == STATUS_OK && g.groups.n > QUERY_GROUPS_MAX)
        st = err_reason(err, REASON_QUERY_GROUPS, TEXT_OF_VALUE(QUERY_GROUPS_MAX), NULL);
    if (st == STATUS_OK)
        *out = (struct query_page){.table = query_group_table(&g)};
    return st;
}
