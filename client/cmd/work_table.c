/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/cmd/delivery.h"
#include "client/cmd/work.h"
#include "common/table/table_record.h"

static const struct field *find_field(struct cmd *cmd, const char *kind, const char *name)
{
    return kind_find_field_by_name(schema_find_kind_by_name(cmd->schema, kind), name);
}

struct table *work_table_new(struct cmd *cmd, const char *name)
{
    struct table *table = table_new(&cmd->arena, name, NULL, NULL);
    table_add_field(table, find_field(cmd, "activity", "number"), TABLE_FIXED);
    table_add_field(table, find_field(cmd, "activity", "months"), 0);
    table_add_field(table, find_field(cmd, "activity", "text"), TABLE_WRAP);
    table_add_field(table, find_field(cmd, "activity", "category"), 0);
    table_add_field(table, find_field(cmd, "activity", "state"), TABLE_FIXED);
    table_add_field(table, find_field(cmd, "activity", "lead"), 0);
    table_add_column(table, "unsent", TABLE_BOOL, "unsent", "未送达", TABLE_DATA_ONLY);
    table_add_field(table, find_field(cmd, "activity", "deferred_to"), TABLE_DATA_ONLY);
    table_add_column(table, "people", TABLE_INT, "people", "人次", TABLE_DATA_ONLY);
    table_add_column(table, "money_fen", TABLE_MONEY_FEN, "money", "支出", TABLE_DATA_ONLY);
    table_add_field(table, find_field(cmd, "activity", "header"), TABLE_DATA_ONLY);
    table_add_field(table, find_field(cmd, "activity", "origin"), TABLE_DATA_ONLY);
    table_add_field(table, find_field(cmd, "plan", "body"), TABLE_DATA_ONLY);
    table_add_field(table, find_field(cmd, "activity", "plan"), TABLE_DATA_ONLY);
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

static void put(struct cmd *cmd, struct table *table, const struct record *record, const char *field)
{
    table_put_field(table, record->message, kind_find_field_by_name(record->kind, field), cmd->ui.chinese);
}

void work_table_add(struct cmd *cmd, struct table *table, const struct work *work, const struct record *activity)
{
    const struct record *plan = work_find_plan_of(work, activity);
    table_add_row(table);
    put(cmd, table, activity, "number");
    put(cmd, table, activity, "months");
    put(cmd, table, activity, "text");
    put(cmd, table, activity, "category");
    delivery_put_state(cmd, table, activity);
    put(cmd, table, activity, "lead");
    table_put_bool(table, delivery_is_pending(cmd, activity));
    put(cmd, table, activity, "deferred_to");
    put_totals(table, work, activity);
    put(cmd, table, activity, "header");
    put(cmd, table, activity, "origin");
    if (plan)
        put(cmd, table, plan, "body");
    else
        table_put_null(table);
    put(cmd, table, activity, "plan");
    table_put_uuid(table, &activity->id);
}

void work_table_note_freshness(struct cmd *cmd, struct table *table, const struct work *work)
{
    if (cmd_is_district(cmd))
        table_add_note(table, arena_printf(&cmd->arena, _("as of %s"), delivery_freshness(cmd, work->stream)));
}
