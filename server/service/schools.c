/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/schools.h"

#include "common/domain/month.h"
#include "common/table/table_record.h"
#include "server/service/caller.h"
#include "server/service/journal.h"
#include "server/service/presence.h"

void schools_add_columns(struct table *table)
{
    table_add_column(table, "school", TABLE_TEXT, "school", "单位", TABLE_FIXED);
    table_add_column(table, "name", TABLE_TEXT, "name", "名称", 0);
    table_add_column(table, "stage", TABLE_ENUM, "stage", "学段", TABLE_DATA_ONLY);
    table_add_column(table, "area", TABLE_TEXT, "area", "片", TABLE_DATA_ONLY);
    table_add_column(table, "plan_state", TABLE_ENUM, "plan", "计划", TABLE_FIXED);
    table_add_column(table, "activities", TABLE_INT, "activities", "活动", 0);
    table_add_column(table, "done", TABLE_INT, "done", "完成", 0);
    table_add_column(table, "past", TABLE_INT, "past", "已到期", TABLE_DATA_ONLY);
    table_add_column(table, "past_done", TABLE_INT, "past and done", "到期完成", TABLE_DATA_ONLY);
    table_add_column(table, "done_rate", TABLE_RATIO, "rate", "完成率", 0);
    table_add_column(table, "overdue", TABLE_INT, "overdue", "逾期", 0);
    table_add_column(table, "conflicts", TABLE_INT, "conflicts", "冲突", 0);
    table_add_column(table, "synced_by", TABLE_TEXT, "synced by", "同步人", 0);
    table_add_column(table, "synced_at", TABLE_INSTANT_MS, "last sync", "最近同步", TABLE_FIXED);
}

static const struct field *field_of(const struct schema *schema, const char *kind, const char *field)
{
    return kind_find_field_by_name(schema_find_kind_by_name(schema, kind), field);
}

void schools_put(struct table *table, const struct schema *schema, const struct roster_school *school,
                 const struct figures *figures, const struct schools_freshness *fresh)
{
    table_put_text(table, school->code);
    table_put_text(table, school->name);
    table_put_enum_value(table, field_of(schema, "school", "stage"), school->stage);
    table_put_text(table, *school->area ? school->area : NULL);
    if (figures->plan_state == 0)
        table_put_enum(table, "none", "none", "无");
    else
        table_put_enum_value(table, field_of(schema, "plan", "state"), figures->plan_state);
    table_put_int(table, figures->activities);
    table_put_int(table, figures->done);
    table_put_int(table, figures->past);
    table_put_int(table, figures->past_done);
    table_put_ratio(table, figures->past_done, figures->past);
    table_put_int(table, figures->overdue);
    table_put_int(table, figures->open_conflicts);
    table_put_text(table, fresh->person);
    table_put_instant(table, fresh->synced_ms);
}

enum status schools_find_freshness(struct desk *desk, struct arena *arena, uint32_t stream, struct schools_freshness *out,
                                   struct err *err)
{
    struct schools_freshness fresh = {.synced_ms = presence_of_stream(desk->core->presence, stream).synced_ms};
    struct sql_statement *s = NULL;
    bool row = true;
    enum status st = sql_prepare(desk->sql, "SELECT device, person, phone FROM device WHERE stream = $stream", &s, err);

    if (st != STATUS_OK)
        return st;
    sql_bind_int(s, "$stream", stream);
    while ((st = sql_step(s, &row, err)) == STATUS_OK && row) {
        struct uuid device;
        size_t bytes;
        const void *id = sql_blob(s, 0, &bytes);

        if (uuid_from_bytes(id, bytes, &device) && fresh.synced_ms > 0 &&
            presence_of_device(desk->core->presence, &device).synced_ms == fresh.synced_ms)
            fresh.person = caller_name(arena, arena_strdup(arena, sql_text(s, 1)), arena_strdup(arena, sql_text(s, 2)));
    }
    if (st == STATUS_OK)
        *out = fresh;
    return st;
}

static enum status put_school(struct work *work, struct figures_run *run, const struct roster_school *school,
                              struct schools_list *list, struct err *err)
{
    struct schools_head *head = &list->heads[list->n];
    struct schools_freshness fresh;
    struct figures figures;
    struct cover cover;
    struct arena arena;
    enum status st;

    arena_init(&arena, 0);
    *head = (struct schools_head){.stream = school->number, .code = school->code};
    st = figures_count(run, &arena, school->number, &figures, &cover, NULL, NULL, err);
    if (st == STATUS_OK)
        st = schools_find_freshness(work->desk, work->arena, school->number, &fresh, err);
    if (st == STATUS_OK)
        st = journal_head_rev(work->desk->sql, school->number, &head->rev, err);
    if (st == STATUS_OK) {
        table_add_row(list->table);
        schools_put(list->table, store_schema(work->desk->store), school, &figures, &fresh);
        list->n++;
    }
    arena_done(&arena);
    return st;
}

enum status schools_list(struct work *work, struct schools_list *out, struct err *err)
{
    struct schools_list list = {.table = table_new(work->arena, "schools", "Schools", "各单位")};
    struct figures_run run = {0};
    struct roster roster;
    int32_t month = month_at(work->now_ms, work->desk->core->config.clock.zone_s);
    enum status st = roster_load(work->desk->store, work->arena, &roster, err);

    if (st == STATUS_OK)
        st = figures_open(work->desk->sql, month, &run, err);
    if (st != STATUS_OK)
        return st;
    list.heads = ARENA_ARRAY(work->arena, roster.n, struct schools_head);
    schools_add_columns(list.table);
    for (size_t i = 0; st == STATUS_OK && i < roster.n; i++)
        if (roster_is_open(&roster.schools[i], run.month))
            st = put_school(work, &run, &roster.schools[i], &list, err);
    figures_close(&run);
    if (st == STATUS_OK)
        *out = list;
    return st;
}
