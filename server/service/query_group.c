/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "common/base/map.h"
#include "common/domain/month.h"
#include "proto/records.pb-c.h"
#include "common/table/table_record.h"
#include "server/service/query_internal.h"

#define UNION_BODIES                                                                                                               \
    (UINT64_C(1) << LIANXIN__BODY__BODY_UNION | UINT64_C(1) << LIANXIN__BODY__BODY_WOMEN |                                         \
     UINT64_C(1) << LIANXIN__BODY__BODY_AUDIT | UINT64_C(1) << LIANXIN__BODY__BODY_GROUP)

/* One number for each group asked for, in that order, such that groups sort as their numbers do. */
struct group_key {
    int64_t part[QUERY_GROUPS];
};

struct group_sums {
    int64_t records, activities, done, occurrences, people, money_fen, budget_fen, participants;
};

struct grouping {
    struct asked *asked;
    struct arena *arena;
    struct map groups; /* group_key → group_sums */
    struct group_sums total;
    const char **areas; /* by rank; names of all areas, each once */
    size_t n_areas;
    /* the school being counted */
    size_t school;
    int64_t area;
    const struct cover *cover;
};

/* ---- the columns ---- */

#define TEXT_OF(number) #number
#define TEXT_OF_VALUE(number) TEXT_OF(number)

enum counted { COUNTED_ACTIVITIES = 1, COUNTED_OCCURRENCES = 2, COUNTED_RECORDS = 4 };

static enum counted counted_of(const struct asked *asked)
{
    if (strcmp(asked->kind->name, "activity") == 0)
        return COUNTED_ACTIVITIES;
    return strcmp(asked->kind->name, "occurrence") == 0 ? COUNTED_OCCURRENCES : COUNTED_RECORDS;
}

static const struct {
    unsigned when; /* of enum counted */
    size_t offset;
    const char *key;
    enum table_type type;
    const char *label, *label_zh;
} sum_columns[] = {
    {COUNTED_RECORDS, offsetof(struct group_sums, records), "records", TABLE_INT, "records", "条数"},
    {COUNTED_ACTIVITIES, offsetof(struct group_sums, activities), "activities", TABLE_INT, "activities", "活动"},
    {COUNTED_ACTIVITIES, offsetof(struct group_sums, done), "done", TABLE_INT, "done", "完成"},
    {COUNTED_ACTIVITIES | COUNTED_OCCURRENCES, offsetof(struct group_sums, occurrences), "occurrences", TABLE_INT, "held",
     "开展次数"},
    {COUNTED_ACTIVITIES | COUNTED_OCCURRENCES, offsetof(struct group_sums, people), "people", TABLE_INT, "people", "人次"},
    {COUNTED_ACTIVITIES | COUNTED_OCCURRENCES, offsetof(struct group_sums, money_fen), "money_fen", TABLE_MONEY_FEN, "spent",
     "支出"},
    {COUNTED_ACTIVITIES, offsetof(struct group_sums, budget_fen), "budget_fen", TABLE_MONEY_FEN, "budget", "预算"},
    {COUNTED_ACTIVITIES, offsetof(struct group_sums, participants), "participants", TABLE_INT, "expected", "预计人数"},
};
#define SUM_COLUMNS (sizeof sum_columns / sizeof *sum_columns)

static const struct {
    const char *key, *label, *label_zh;
} group_columns[QUERY_GROUPS] = {
#define GROUP(name, label, label_zh) {#name, label, label_zh},
#include "server/service/query_group.def"
#undef GROUP
};

static enum table_type group_type(enum query_group group)
{
    switch (group) {
    case QUERY_GROUP_school:
    case QUERY_GROUP_area:
        return TABLE_TEXT;
    case QUERY_GROUP_month:
        return TABLE_MONTH;
    case QUERY_GROUP_stage:
    case QUERY_GROUP_category:
    case QUERY_GROUP_body:
    case QUERY_GROUP_state:
    case QUERY_GROUPS:
        break;
    }
    return TABLE_ENUM;
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

static bool groups_by(const struct query *query, enum query_group group)
{
    for (size_t i = 0; i < query->n_group_by; i++)
        if (query->group_by[i] == group)
            return true;
    return false;
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
    bool by_month = groups_by(g->asked->query, QUERY_GROUP_month), first = true;
    int32_t month = INT32_MIN;

    if (!fact->plan)
        return;
    if (fact->months == 0 && !g->asked->filter.has_months && cover_counts(g->cover, fact->plan, fact->plan->last_month)) {
        add_activity(sums_of(g, fact, -1), fact, true);
        add_activity(&g->total, fact, true);
    }
    while (month_set_next(fact->months, &month)) {
        if (!in_range(&g->asked->filter, month) || !cover_counts(g->cover, fact->plan, month))
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

    if (!fact->plan || !cover_counts(g->cover, fact->plan, fact->month))
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

static enum status count_school(struct grouping *g, const struct pass *passes, size_t n, struct err *err)
{
    const struct roster_school *school = &g->asked->roster.schools[g->school];
    struct cover cover = {0};
    struct arena arena;
    enum status st;

    arena_init(&arena, 0);
    st = cover_load(g->asked->work->desk->sql, &arena, school->number, &cover, err);
    g->cover = &cover;
    for (size_t i = 0; st == STATUS_OK && i < n; i++)
        st = source_visit_facts(passes[i].statement, passes[i].source, &g->asked->filter, school->number, &cover, passes[i].visit,
                                g, err);
    if (st == STATUS_OK && g->groups.n > QUERY_GROUPS_MAX)
        st = err_reason(err, REASON_QUERY_GROUPS, TEXT_OF_VALUE(QUERY_GROUPS_MAX), NULL);
    arena_done(&arena);
    return st;
}

static enum status count_schools(struct grouping *g, struct err *err)
{
    struct pass passes[2] = {{g->asked->source, count_activity, NULL}, {source_find("occurrence"), count_occurrence, NULL}};
    size_t first = counted_of(g->asked) == COUNTED_OCCURRENCES, n = counted_of(g->asked) == COUNTED_ACTIVITIES ? 2 : 1;
    enum status st = STATUS_OK;

    if (counted_of(g->asked) == COUNTED_RECORDS)
        passes[0].visit = count_record;
    for (size_t i = first; st == STATUS_OK && i < first + n; i++)
        st = source_prepare_facts(passes[i].source, g->asked->work->desk->sql, &g->asked->filter, &passes[i].statement, err);
    for (g->school = 0; st == STATUS_OK && g->school < g->asked->roster.n; g->school++) {
        const struct roster_school *school = &g->asked->roster.schools[g->school];

        if (!asked_for_school(g->asked, school))
            continue;
        g->area = 0;
        while (strcmp(g->areas[g->area], school->area) != 0)
            g->area++;
        st = count_school(g, passes + first, n, err);
    }
    sql_finish(passes[0].statement);
    sql_finish(passes[1].statement);
    return st;
}

/* ---- the answer ---- */

static const struct field *field_of(const struct grouping *g, enum query_group group)
{
    const struct schema *schema = store_schema(g->asked->work->desk->store);
    bool of_activity = counted_of(g->asked) == COUNTED_OCCURRENCES;
    const struct kind *kind = group == QUERY_GROUP_stage                     ? schema_find_kind_by_name(schema, "school")
                              : group == QUERY_GROUP_body                    ? schema_find_kind_by_name(schema, "plan")
                              : group == QUERY_GROUP_category || of_activity ? schema_find_kind_by_name(schema, "activity")
                                                                             : g->asked->kind;

    return kind_find_field_by_name(kind, group_columns[group].key);
}

static void put_group(struct grouping *g, struct table *table, enum query_group group, int64_t part)
{
    switch (group) {
    case QUERY_GROUP_school:
        table_put_text(table, g->asked->roster.schools[part].code);
        table_put_text(table, g->asked->roster.schools[part].name);
        return;
    case QUERY_GROUP_area:
        table_put_text(table, *g->areas[part] ? g->areas[part] : NULL);
        return;
    case QUERY_GROUP_month:
        if (part < 0)
            table_put_null(table);
        else
            table_put_int(table, part);
        return;
    case QUERY_GROUP_stage:
    case QUERY_GROUP_category:
    case QUERY_GROUP_body:
    case QUERY_GROUP_state:
        table_put_enum_value(table, field_of(g, group), part);
        return;
    case QUERY_GROUPS:
        return;
    }
}

static void add_columns(const struct grouping *g, struct table *table)
{
    const struct query *q = g->asked->query;

    for (size_t i = 0; i < q->n_group_by; i++) {
        enum query_group group = q->group_by[i];

        table_add_column(table, group_columns[group].key, group_type(group), group_columns[group].label,
                         group_columns[group].label_zh, TABLE_FIXED);
        if (group == QUERY_GROUP_school)
            table_add_column(table, "school_name", TABLE_TEXT, "name", "名称", 0);
    }
    for (size_t i = 0; i < SUM_COLUMNS; i++)
        if (sum_columns[i].when & counted_of(g->asked))
            table_add_column(table, sum_columns[i].key, sum_columns[i].type, sum_columns[i].label, sum_columns[i].label_zh, 0);
}

static void put_sums(const struct grouping *g, struct table *table, const struct group_sums *sums)
{
    for (size_t i = 0; i < SUM_COLUMNS; i++)
        if (sum_columns[i].when & counted_of(g->asked))
            table_put_int(table, *(const int64_t *)(const void *)((const char *)sums + sum_columns[i].offset));
}

struct line {
    struct group_key key;
    const struct group_sums *sums;
};

static int by_key(const void *a, const void *b)
{
    const struct line *x = a, *y = b;

    for (size_t i = 0; i < QUERY_GROUPS; i++)
        if (x->key.part[i] != y->key.part[i])
            return x->key.part[i] < y->key.part[i] ? -1 : 1;
    return 0;
}

static struct table *make_table(struct grouping *g)
{
    const struct query *q = g->asked->query;
    struct table *table = table_new(g->arena, "groups", g->asked->kind->label, g->asked->kind->label_zh);
    struct line *lines = ARENA_ARRAY(g->arena, g->groups.n, struct line);

    add_columns(g, table);
    for (size_t i = 0; i < g->groups.n; i++) {
        const void *key;

        lines[i].sums = map_at(&g->groups, i, &key);
        memcpy(&lines[i].key, key, sizeof lines[i].key);
    }
    if (g->groups.n > 1)
        qsort(lines, g->groups.n, sizeof *lines, by_key);
    for (size_t i = 0; i < g->groups.n; i++) {
        table_add_row(table);
        for (size_t k = 0; k < q->n_group_by; k++)
            put_group(g, table, q->group_by[k], lines[i].key.part[k]);
        put_sums(g, table, lines[i].sums);
    }
    table_add_total(table);
    for (size_t k = 0; k < q->n_group_by + groups_by(q, QUERY_GROUP_school); k++)
        table_put_null(table);
    put_sums(g, table, &g->total);
    return table;
}

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
    bool counts_months = counted_of(asked) != COUNTED_RECORDS;
    enum status st = STATUS_OK;

    for (size_t i = 0; i < q->n_group_by; i++)
        for (size_t k = 0; k < i; k++)
            if (q->group_by[i] == q->group_by[k])
                return err_reason(err, REASON_QUERY_GROUP, group_columns[q->group_by[i]].key, NULL);
    if (groups_by(q, QUERY_GROUP_month) && !counts_months)
        return err_reason(err, REASON_QUERY_NONE, "month", asked->kind->name, NULL);
    if (groups_by(q, QUERY_GROUP_body))
        st = source_check(asked->source, &bodies, err);
    if (st == STATUS_OK && groups_by(q, QUERY_GROUP_category))
        st = source_check(asked->source, &categories, err);
    if (st == STATUS_OK && groups_by(q, QUERY_GROUP_state))
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
    if (counted_of(asked) != COUNTED_RECORDS && asked->filter.bodies == 0 && !groups_by(asked->query, QUERY_GROUP_body))
        asked->filter.bodies = UNION_BODIES;
    random_fill(&asked->work->desk->core->config.random, seed, sizeof seed);
    map_init(&g.groups, g.arena, sizeof(struct group_key), sizeof(struct group_sums), seed);
    rank_areas(&g);
    st = count_schools(&g, err);
    if (st == STATUS_OK)
        *out = (struct query_page){.table = make_table(&g)};
    return st;
}
