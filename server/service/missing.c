/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/missing.h"

#include "common/domain/month.h"
#include "common/table/table_record.h"
#include "server/service/owed.h"
#include "server/service/presence.h"

/* Older dues than a year are nobody's business any more. */
#define DUE_DAYS 366

/* What a school handed in. */
struct handed {
    struct cover cover;
    struct owed_reports reports;
    int64_t seen_ms; /* 0: never */
};

struct listing {
    struct work *work;
    const struct missing_wish *wish;
    struct roster roster;
    struct handed *handed; /* one a school */
    char today[CLOCK_DAY_BYTES];
    int32_t month; /* now */
    struct table *table;
};

static struct table *new_table(struct arena *arena)
{
    struct table *table = table_new(arena, "missing", "Not handed in", "未上报");
    table_add_column(table, "school", TABLE_TEXT, "school", "单位", TABLE_FIXED);
    table_add_column(table, "name", TABLE_TEXT, "name", "名称", 0);
    table_add_column(table, "what", TABLE_ENUM, "what", "应报内容", 0);
    table_add_column(table, "first_month", TABLE_MONTH, "from", "起", 0);
    table_add_column(table, "last_month", TABLE_MONTH, "to", "止", 0);
    table_add_column(table, "day", TABLE_DAY, "due day", "截止日", 0);
    table_add_column(table, "state", TABLE_ENUM, "state", "状态", TABLE_FIXED);
    table_add_column(table, "seen_at", TABLE_INSTANT_MS, "last contact", "最近连接", TABLE_FIXED);
    table_add_column(table, "title", TABLE_TEXT, "title", "标题", TABLE_DATA_ONLY);
    table_add_column(table, "due", TABLE_UUID, "due", "应报编号", TABLE_DATA_ONLY);
    return table;
}

static bool is_asked_for(const struct listing *l, const struct owed *owed)
{
    const struct missing_wish *wish = l->wish;
    bool found = wish->n_what == 0;
    for (size_t i = 0; i < wish->n_what; i++)
        found = found || (int)wish->what[i] == owed->what;
    if (!wish->month)
        return found && owed->first_month <= l->month;
    return found && owed->first_month <= wish->month && wish->month <= owed->last_month;
}

static void put_state(struct table *table, enum owed_state state)
{
    if (state == OWED_UNTOLD)
        table_put_enum(table, "untold", "does not know yet", "尚未收到通知");
    else if (state == OWED_MISSING)
        table_put_enum(table, "missing", "missing", "缺报");
    else
        table_put_enum(table, "not_yet", "not yet due", "未到期");
}

static void put_line(struct listing *l, const struct owed *owed, const struct roster_school *school, enum owed_state state,
                     int64_t seen_ms)
{
    const struct kind *kind = schema_find_kind_by_name(store_schema(l->work->desk->store), "due");
    struct table *table = l->table;
    table_add_row(table);
    table_put_text(table, school->code);
    table_put_text(table, school->name);
    table_put_enum_value(table, kind_find_field_by_name(kind, "what"), owed->what);
    table_put_int(table, owed->first_month);
    table_put_int(table, owed->last_month);
    table_put_text(table, owed->day);
    put_state(table, state);
    table_put_instant(table, seen_ms);
    table_put_text(table, *owed->title ? owed->title : NULL);
    table_put_uuid(table, &owed->id);
}

static void list_due(struct listing *l, const struct owed *owed)
{
    for (size_t i = 0; i < l->roster.n; i++) {
        const struct handed *handed = &l->handed[i];
        if (!owed_is_for(owed, &l->roster.schools[i]))
            continue;
        enum owed_state state =
            owed_check(owed, &handed->cover, &handed->reports, handed->seen_ms, l->today, l->work->desk->core->config.clock.zone_s);
        if (state == OWED_MISSING || state == OWED_NOT_YET || state == OWED_UNTOLD)
            put_line(l, owed, &l->roster.schools[i], state, handed->seen_ms);
    }
}

static enum status load_handed(struct listing *l, struct err *err)
{
    struct desk *desk = l->work->desk;
    enum status st = STATUS_OK;
    l->handed = ARENA_ARRAY(l->work->arena, l->roster.n + 1, struct handed);
    for (size_t i = 0; st == STATUS_OK && i < l->roster.n; i++) {
        uint32_t stream = l->roster.schools[i].number;
        st = cover_load(desk->sql, l->work->arena, stream, &l->handed[i].cover, err);
        if (st == STATUS_OK)
            st = owed_load_reports(desk->sql, l->work->arena, stream, &l->handed[i].reports, err);
        l->handed[i].seen_ms = presence_of_stream(desk->core->presence, stream).seen_ms;
    }
    return st;
}

enum status missing_list(struct work *work, const struct missing_wish *wish, struct table **out, struct err *err)
{
    struct listing l = {.work = work, .wish = wish, .table = new_table(work->arena)};
    int32_t zone_s = work->desk->core->config.clock.zone_s;
    char since[CLOCK_DAY_BYTES];
    struct owed_list owed;
    clock_format_day(work->now_ms, zone_s, l.today);
    clock_format_day(work->now_ms - DUE_DAYS * CLOCK_DAY_MS, zone_s, since);
    l.month = month_at(work->now_ms, zone_s);
    enum status st = roster_load(work->desk->store, work->arena, &l.roster, err);
    if (st == STATUS_OK)
        st = owed_load(work->desk->store, work->arena, since, &owed, err);
    if (st == STATUS_OK)
        st = load_handed(&l, err);
    if (st != STATUS_OK)
        return st;
    for (size_t i = 0; i < owed.n; i++)
        if (is_asked_for(&l, &owed.items[i]))
            list_due(&l, &owed.items[i]);
    *out = l.table;
    return STATUS_OK;
}
