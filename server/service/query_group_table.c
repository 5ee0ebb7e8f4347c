/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "common/table/table_record.h"
#include "server/service/query_internal.h"

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

static const struct field *field_of(const struct grouping *g, enum query_group group)
{
    const struct schema *schema = store_schema(g->asked->work->desk->store);
    bool of_activity = query_counted(g->asked) == COUNTED_OCCURRENCES;
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
        if (sum_columns[i].when & query_counted(g->asked))
            table_add_column(table, sum_columns[i].key, sum_columns[i].type, sum_columns[i].label, sum_columns[i].label_zh, 0);
}

static void put_sums(const struct grouping *g, struct table *table, const struct group_sums *sums)
{
    for (size_t i = 0; i < SUM_COLUMNS; i++)
        if (sum_columns[i].when & query_counted(g->asked))
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

struct table *query_group_table(struct grouping *g)
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
    for (size_t k = 0; k < q->n_group_by + query_groups_by(q, QUERY_GROUP_school); k++)
        table_put_null(table);
    put_sums(g, table, &g->total);
    return table;
}
