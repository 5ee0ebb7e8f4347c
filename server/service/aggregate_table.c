/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/aggregate_table.h"

#include <stdlib.h>
#include <string.h>

#include "common/table/table_record.h"
#include "proto/records.pb-c.h"

struct column {
    const char *key;
    enum table_type type;
    const char *label, *label_zh;
    unsigned flags;
};

static const struct column summary_columns[] = {
    {"date", TABLE_DAY, "date", "日期", TABLE_FIXED},
    {"month", TABLE_MONTH, "month", "月份", TABLE_DATA_ONLY},
    {"schools", TABLE_INT, "schools", "单位", 0},
    {"with_plan", TABLE_INT, "with plan", "有计划", 0},
    {"without_plan", TABLE_INT, "without", "无计划", 0},
    {"activities", TABLE_INT, "activities", "活动", 0},
    {"done", TABLE_INT, "done", "完成", TABLE_DATA_ONLY},
    {"past", TABLE_INT, "past", "已到期", TABLE_DATA_ONLY},
    {"past_done", TABLE_INT, "past and done", "到期完成", TABLE_DATA_ONLY},
    {"done_rate", TABLE_RATIO, "rate", "完成率", 0},
    {"overdue", TABLE_INT, "overdue", "逾期", 0},
    {"missing", TABLE_INT, "missing", "缺报", 0},
    {"occurrences", TABLE_INT, "held", "开展", 0},
    {"people", TABLE_INT, "people", "人次", 0},
    {"money_fen", TABLE_MONEY_FEN, "spent", "支出", 0},
    {"backup_age_days", TABLE_INT, "days since the last backup", "距上次备份天数", TABLE_DATA_ONLY},
    {NULL, TABLE_TEXT, NULL, NULL, 0},
};

static const struct column no_plan_columns[] = {
    {"school", TABLE_TEXT, "school", "单位", TABLE_FIXED},
    {"name", TABLE_TEXT, "name", "名称", 0},
    {"plan_state", TABLE_ENUM, "plan", "计划", 0},
    {"synced_at", TABLE_INSTANT_MS, "last sync", "最近同步", 0},
    {NULL, TABLE_TEXT, NULL, NULL, 0},
};

static const struct column missing_columns[] = {
    {"school", TABLE_TEXT, "school", "单位", TABLE_FIXED},
    {"name", TABLE_TEXT, "name", "名称", 0},
    {"what", TABLE_ENUM, "what", "应报内容", 0},
    {"first_month", TABLE_MONTH, "from", "起", 0},
    {"last_month", TABLE_MONTH, "to", "止", 0},
    {"day", TABLE_DAY, "due day", "截止日", 0},
    {"state", TABLE_ENUM, "state", "状态", 0},
    {NULL, TABLE_TEXT, NULL, NULL, 0},
};

static const struct column due_columns[] = {
    {"what", TABLE_ENUM, "what", "应报内容", 0},
    {"title", TABLE_TEXT, "title", "标题", 0},
    {"first_month", TABLE_MONTH, "from", "起", 0},
    {"last_month", TABLE_MONTH, "to", "止", 0},
    {"day", TABLE_DAY, "due day", "截止日", 0},
    {"schools", TABLE_INT, "schools", "应报单位", 0},
    {"submitted", TABLE_INT, "in time", "按时", 0},
    {"late", TABLE_INT, "late", "迟报", 0},
    {"missing", TABLE_INT, "missing", "缺报", 0},
    {"not_yet", TABLE_INT, "not yet due", "未到期", 0},
    {"untold", TABLE_INT, "does not know yet", "尚未收到通知", 0},
    {NULL, TABLE_TEXT, NULL, NULL, 0},
};

static const struct column category_columns[] = {
    {"month", TABLE_MONTH, "month", "月份", 0},         {"category", TABLE_ENUM, "category", "类别", 0},
    {"activities", TABLE_INT, "activities", "活动", 0}, {"done", TABLE_INT, "done", "完成", 0},
    {"occurrences", TABLE_INT, "held", "开展", 0},      {"people", TABLE_INT, "people", "人次", 0},
    {"money_fen", TABLE_MONEY_FEN, "spent", "支出", 0}, {NULL, TABLE_TEXT, NULL, NULL, 0},
};

/* Too long for people: for programs and spreadsheets. */
static const struct column school_columns[] = {
    {"school", TABLE_TEXT, "school", "单位", TABLE_DATA_ONLY},
    {"name", TABLE_TEXT, "name", "名称", TABLE_DATA_ONLY},
    {NULL, TABLE_TEXT, NULL, NULL, 0},
};

static const struct column cell_columns[] = {
    {"month", TABLE_MONTH, "month", "月份", TABLE_DATA_ONLY},
    {"category", TABLE_ENUM, "category", "类别", TABLE_DATA_ONLY},
    {"body", TABLE_ENUM, "body", "制定组织", TABLE_DATA_ONLY},
    {"state", TABLE_ENUM, "state", "状态", TABLE_DATA_ONLY},
    {"activities", TABLE_INT, "activities", "活动", TABLE_DATA_ONLY},
    {"occurrences", TABLE_INT, "held", "开展", TABLE_DATA_ONLY},
    {"people", TABLE_INT, "people", "人次", TABLE_DATA_ONLY},
    {"money_fen", TABLE_MONEY_FEN, "spent", "支出", TABLE_DATA_ONLY},
    {NULL, TABLE_TEXT, NULL, NULL, 0},
};

static void add_columns(struct table *table, const struct column *columns)
{
    for (; columns->key; columns++)
        table_add_column(table, columns->key, columns->type, columns->label, columns->label_zh, columns->flags);
}

void aggregate_make_tables(struct arena *arena, struct table *tables[AGGREGATE_TABLES])
{
    static const struct {
        const char *name, *title, *title_zh;
        const struct column *columns, *more;
    } shapes[AGGREGATE_TABLES] = {
        [AGGREGATE_SUMMARY] = {"summary", "Daily brief", "每日简报", summary_columns, NULL},
        [AGGREGATE_SCHOOLS] = {"schools", "Schools", "各单位", NULL, NULL},
        [AGGREGATE_NO_PLAN] = {"no_plan", "Without a submitted plan", "未提交计划的单位", no_plan_columns, NULL},
        [AGGREGATE_MISSING] = {"missing", "Missing or late", "缺报、迟报", missing_columns, NULL},
        [AGGREGATE_DUE] = {"due", "What is expected", "应报情况", due_columns, NULL},
        [AGGREGATE_CATEGORIES] = {"categories", "This month and the last, by category", "本月和上月，按类别", category_columns,
                                  NULL},
        [AGGREGATE_MONTHS] = {"months", "By month, category, body and state", "按月份、类别、组织、状态", cell_columns, NULL},
        [AGGREGATE_DETAIL] = {"detail", "This month and the last, by school", "本月和上月，按单位", school_columns, cell_columns},
    };

    for (size_t i = 0; i < AGGREGATE_TABLES; i++) {
        tables[i] = table_new(arena, shapes[i].name, shapes[i].title, shapes[i].title_zh);
        if (shapes[i].columns)
            add_columns(tables[i], shapes[i].columns);
        if (shapes[i].more)
            add_columns(tables[i], shapes[i].more);
    }
    schools_add_columns(tables[AGGREGATE_SCHOOLS]);
}

static const struct field *field_of(const struct schema *schema, const char *kind, const char *field)
{
    return kind_find_field_by_name(schema_find_kind_by_name(schema, kind), field);
}

void aggregate_put_summary(struct table *table, const char *date, int32_t month, const struct aggregate_summary *summary)
{
    table_add_row(table);
    table_put_text(table, date);
    table_put_int(table, month);
    table_put_int(table, summary->schools);
    table_put_int(table, summary->with_plan);
    table_put_int(table, summary->schools - summary->with_plan);
    table_put_int(table, summary->activities);
    table_put_int(table, summary->done);
    table_put_int(table, summary->past);
    table_put_int(table, summary->past_done);
    table_put_ratio(table, summary->past_done, summary->past);
    table_put_int(table, summary->overdue);
    table_put_int(table, summary->missing);
    table_put_int(table, summary->occurrences);
    table_put_int(table, summary->people);
    table_put_int(table, summary->money_fen);
    if (summary->backup_age_days < 0)
        table_put_null(table);
    else
        table_put_int(table, summary->backup_age_days);
}

void aggregate_put_no_plan(struct table *table, const struct schema *schema, const struct roster_school *school,
                           const struct figures *figures, const struct schools_freshness *fresh)
{
    table_add_row(table);
    table_put_text(table, school->code);
    table_put_text(table, school->name);
    if (figures->plan_state == 0)
        table_put_enum(table, "none", "none", "无");
    else
        table_put_enum_value(table, field_of(schema, "plan", "state"), figures->plan_state);
    table_put_instant(table, fresh->synced_ms);
}

void aggregate_put_missing(struct table *table, const struct schema *schema, const struct roster_school *school,
                           const struct owed *owed, enum owed_state state)
{
    table_add_row(table);
    table_put_text(table, school->code);
    table_put_text(table, school->name);
    table_put_enum_value(table, field_of(schema, "due", "what"), owed->what);
    table_put_int(table, owed->first_month);
    table_put_int(table, owed->last_month);
    table_put_text(table, owed->day);
    if (state == OWED_MISSING)
        table_put_enum(table, "missing", "missing", "缺报");
    else
        table_put_enum(table, "late", "late", "迟报");
}

void aggregate_put_due(struct table *table, const struct schema *schema, const struct owed *owed, const struct aggregate_due *due)
{
    static const enum owed_state order[] = {OWED_SUBMITTED, OWED_LATE, OWED_MISSING, OWED_NOT_YET, OWED_UNTOLD};

    table_add_row(table);
    table_put_enum_value(table, field_of(schema, "due", "what"), owed->what);
    table_put_text(table, *owed->title ? owed->title : NULL);
    table_put_int(table, owed->first_month);
    table_put_int(table, owed->last_month);
    table_put_text(table, owed->day);
    table_put_int(table, due->schools);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        table_put_int(table, due->by_state[order[i]]);
}

struct line {
    struct aggregate_key key;
    const struct aggregate_sums *sums;
};

static int by_key(const void *a, const void *b)
{
    const struct aggregate_key *x = &((const struct line *)a)->key, *y = &((const struct line *)b)->key;

    if (x->month != y->month)
        return x->month < y->month ? -1 : 1;
    if (x->category != y->category)
        return x->category < y->category ? -1 : 1;
    if (x->body != y->body)
        return x->body < y->body ? -1 : 1;
    return (x->state > y->state) - (x->state < y->state);
}

static void put_cell(struct table *table, const struct schema *schema, const struct line *line)
{
    table_put_int(table, line->key.month);
    table_put_enum_value(table, field_of(schema, "activity", "category"), line->key.category);
    table_put_enum_value(table, field_of(schema, "plan", "body"), line->key.body);
    table_put_enum_value(table, field_of(schema, "activity", "state"), line->key.state);
    table_put_int(table, line->sums->activities);
    table_put_int(table, line->sums->occurrences);
    table_put_int(table, line->sums->people);
    table_put_int(table, line->sums->money_fen);
}

/* Sorted lines of all cells. */
static struct line *sort_cells(const struct map *cells, struct arena *scratch)
{
    struct line *lines = ARENA_ARRAY(scratch, cells->n, struct line);

    for (size_t i = 0; i < cells->n; i++) {
        const void *key;

        lines[i].sums = map_at(cells, i, &key);
        memcpy(&lines[i].key, key, sizeof lines[i].key);
    }
    if (cells->n > 1)
        qsort(lines, cells->n, sizeof *lines, by_key);
    return lines;
}

static void put_category(struct table *table, const struct schema *schema, const struct aggregate_key *key,
                         const struct aggregate_sums *sums, int64_t done)
{
    table_add_row(table);
    table_put_int(table, key->month);
    table_put_enum_value(table, field_of(schema, "activity", "category"), key->category);
    table_put_int(table, sums->activities);
    table_put_int(table, done);
    table_put_int(table, sums->occurrences);
    table_put_int(table, sums->people);
    table_put_int(table, sums->money_fen);
}

void aggregate_put_categories(struct table *table, const struct schema *schema, int32_t month, const struct map *cells,
                              struct arena *scratch)
{
    const struct line *lines = sort_cells(cells, scratch);

    for (size_t i = 0, next; i < cells->n; i = next) {
        const struct aggregate_key *key = &lines[i].key;
        struct aggregate_sums sums = {0};
        int64_t done = 0;

        for (next = i; next < cells->n && lines[next].key.month == key->month && lines[next].key.category == key->category;
             next++) {
            const struct aggregate_sums *one = lines[next].sums;

            sums.activities += one->activities;
            sums.occurrences += one->occurrences;
            sums.people += one->people;
            sums.money_fen += one->money_fen;
            done += lines[next].key.state == LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DONE ? one->activities : 0;
        }
        if (key->month >= month - 1)
            put_category(table, schema, key, &sums, done);
    }
}

void aggregate_put_cells(struct table *table, const struct schema *schema, const struct roster_school *school,
                         const struct map *cells, struct arena *scratch)
{
    const struct line *lines = sort_cells(cells, scratch);

    for (size_t i = 0; i < cells->n; i++) {
        table_add_row(table);
        if (school) {
            table_put_text(table, school->code);
            table_put_text(table, school->name);
        }
        put_cell(table, schema, &lines[i]);
    }
}
