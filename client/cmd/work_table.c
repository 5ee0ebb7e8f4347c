/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/cmd/delivery.h"
#include "client/cmd/work.h"

static const struct field *find_field(struct cmd *cmd, const char *kind, const char *name)
{
    return kind_find_field_by_name(schema_find_kind_by_name(cmd->schema, kind), name);
}

static void put_enum(struct cmd *cmd, struct table *table, const struct field *field, bool has, int64_t value)
{
    const char *name = has ? schema_enum_name(field, value) : NULL;
    if (!has)
        table_put_null(table);
    else if (name)
        table_put_enum(table, name, schema_enum_label(field, value, false), schema_enum_label(field, value, true));
    else
        table_put_enum(table, arena_printf(&cmd->arena, "%lld", (long long)value), NULL, NULL);
}

static void add_column(struct table *table, const struct field *field, enum table_type type, unsigned flags)
{
    table_add_column(table, field->name, type, field->label, field->label_zh, flags);
}

struct table *work_table_new(struct cmd *cmd, const char *name)
{
    struct table *table = table_new(&cmd->arena, name, NULL, NULL);
    add_column(table, find_field(cmd, "activity", "number"), TABLE_TEXT, TABLE_FIXED);
    add_column(table, find_field(cmd, "activity", "months"), TABLE_MONTH_SET, 0);
    add_column(table, find_field(cmd, "activity", "text"), TABLE_TEXT, TABLE_WRAP);
    add_column(table, find_field(cmd, "activity", "category"), TABLE_ENUM, 0);
    add_column(table, find_field(cmd, "activity", "state"), TABLE_ENUM, TABLE_FIXED);
    add_column(table, find_field(cmd, "activity", "lead"), TABLE_TEXT, 0);
    table_add_column(table, "unsent", TABLE_BOOL, "unsent", "未送达", TABLE_DATA_ONLY);
    add_column(table, find_field(cmd, "activity", "deferred_to"), TABLE_MONTH, TABLE_DATA_ONLY);
    table_add_column(table, "people", TABLE_INT, "people", "人次", TABLE_DATA_ONLY);
    table_add_column(table, "money_fen", TABLE_MONEY_FEN, "money", "支出", TABLE_DATA_ONLY);
    add_column(table, find_field(cmd, "activity", "header"), TABLE_TEXT, TABLE_DATA_ONLY);
    add_column(table, find_field(cmd, "activity", "origin"), TABLE_ENUM, TABLE_DATA_ONLY);
    add_column(table, find_field(cmd, "plan", "body"), TABLE_ENUM, TABLE_DATA_ONLY);
    add_column(table, find_field(cmd, "activity", "plan"), TABLE_UUID, TABLE_DATA_ONLY);
    table_add_column(table, "id", TABLE_UUID, "id", "标识", TABLE_DATA_ONLY);
    return table;
}

static void put_totals(struct table *table, const struct work *work, const struct record *activity)
{
    int64_t people = 0, money = 0;
    for (size_t i = 0; i < work->occurrences.n; i++) {
        const Lianxin__Occurrence *o = work_occurrence(work->occurrences.items[i]);
        if (o->activity.len != UUID_BYTES || memcmp(o->activity.data, activity->id.bytes, UUID_BYTES) != 0)
            continue;
        people += o->people;
        money += o->money_fen;
    }
    table_put_int(table, people);
    table_put_int(table, money);
}

void work_table_add(struct cmd *cmd, struct table *table, const struct work *work, const struct record *record)
{
    const Lianxin__Activity *a = work_activity(record);
    const struct record *plan = work_find_plan_of(work, record);
    struct uuid plan_id = {{0}};
    table_add_row(table);
    table_put_text(table, a->number);
    if (a->has_months)
        table_put_int(table, a->months);
    else
        table_put_null(table);
    table_put_text(table, a->text);
    put_enum(cmd, table, find_field(cmd, "activity", "category"), a->has_category, a->category);
    delivery_put_state(cmd, table, record);
    table_put_text(table, a->lead);
    table_put_bool(table, delivery_is_pending(cmd, record));
    if (a->has_deferred_to)
        table_put_int(table, a->deferred_to);
    else
        table_put_null(table);
    put_totals(table, work, record);
    table_put_text(table, a->header);
    put_enum(cmd, table, find_field(cmd, "activity", "origin"), a->has_origin, a->origin);
    put_enum(cmd, table, find_field(cmd, "plan", "body"), plan && work_plan(plan)->has_body, plan ? work_plan(plan)->body : 0);
    if (uuid_from_bytes(a->plan.data, a->plan.len, &plan_id))
        table_put_uuid(table, &plan_id);
    else
        table_put_null(table);
    table_put_uuid(table, &record->id);
}

void work_table_note_freshness(struct cmd *cmd, struct table *table, const struct work *work)
{
    if (cmd_is_district(cmd))
        table_add_note(table, arena_printf(&cmd->arena, _("as of %s"), delivery_freshness(cmd, work->stream)));
}
