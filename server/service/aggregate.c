/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/aggregate.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/map.h"
#include "common/domain/day.h"
#include "common/domain/month.h"
#include "common/table/table_wire.h"
#include "server/service/aggregate_table.h"
#include "server/service/presence.h"
#include "server/service/backup.h"
#include "server/service/brief.h"

#define DUE_DAYS 366 /* how long a missing report is named after its day */

struct aggregate {
    struct desk *desk;
    struct arena arena;
    char date[CLOCK_DAY_BYTES];
    int32_t month;
    struct roster roster;
    struct owed_list owed;
    struct aggregate_due *dues; /* one for each expectation */
    struct figures_run run;
    struct table *tables[AGGREGATE_TABLES];
    struct map months; /* struct aggregate_key → struct aggregate_sums, of the whole district */
    uint8_t seed[MAP_SEED_BYTES];
    struct aggregate_summary summary;
    size_t at, schools_without_detail;
};

/* ---- the date ---- */

static bool parse_day(const char *text, int64_t *day_number, int32_t *month_out)
{
    int year, month, day;

    if (!day_parse(text, &year, &month, &day))
        return false;
    *day_number = clock_day_from_civil(year, month, day);
    *month_out = month_make(year, month);
    return true;
}

/* ---- one school ---- */

struct school_cells {
    struct aggregate *aggregate;
    struct map cells; /* of the school, the two months of the detail */
};

static void add_sums(struct map *map, const struct figures_cell *cell)
{
    struct aggregate_key key = {.month = cell->month, .category = cell->category, .body = cell->body, .state = cell->state};
    struct aggregate_sums *sums = map_put(map, &key);

    sums->activities += cell->activities;
    sums->occurrences += cell->occurrences;
    sums->people += cell->people;
    sums->money_fen += cell->money_fen;
}

static void add_cell(void *context, const struct figures_cell *cell)
{
    struct school_cells *c = context;

    add_sums(&c->aggregate->months, cell);
    if (cell->month >= c->aggregate->month - 1)
        add_sums(&c->cells, cell);
}

static void sum_school(struct aggregate *a, const struct figures *f)
{
    a->summary.schools++;
    a->summary.with_plan += f->has_plan;
    a->summary.activities += f->activities;
    a->summary.done += f->done;
    a->summary.past += f->past;
    a->summary.past_done += f->past_done;
    a->summary.overdue += f->overdue;
    a->summary.occurrences += f->occurrences;
    a->summary.people += f->people;
    a->summary.money_fen += f->money_fen;
}

static enum status check_dues(struct aggregate *a, struct arena *arena, const struct roster_school *school,
                              const struct cover *cover, struct err *err)
{
    struct owed_reports reports = {0};
    int64_t seen_ms = presence_of_stream(a->desk->core->presence, school->number).seen_ms;
    enum status st = owed_load_reports(a->desk->sql, arena, school->number, &reports, err);

    for (size_t i = 0; st == STATUS_OK && i < a->owed.n; i++) {
        const struct owed *owed = &a->owed.items[i];
        struct aggregate_due *due = &a->dues[i];
        enum owed_state state;

        if (!owed_is_for(owed, school))
            continue;
        state = owed_check(owed, cover, &reports, seen_ms, a->date, a->desk->core->config.clock.zone_s);
        due->schools++;
        due->by_state[state]++;
        a->summary.missing += state == OWED_MISSING;
        if (state == OWED_MISSING || state == OWED_LATE)
            aggregate_put_missing(a->tables[AGGREGATE_MISSING], store_schema(a->desk->store), school, owed, state);
    }
    return st;
}

static void put_detail(struct aggregate *a, const struct roster_school *school, const struct map *cells, struct arena *arena)
{
    struct table *table = a->tables[AGGREGATE_DETAIL];

    if (table->n_rows + cells->n > AGGREGATE_DETAIL_ROWS_MAX)
        a->schools_without_detail++;
    else
        aggregate_put_cells(table, store_schema(a->desk->store), school, cells, arena);
}

static enum status count_school(struct aggregate *a, const struct roster_school *school, struct err *err)
{
    struct school_cells cells = {.aggregate = a};
    struct schools_freshness fresh;
    struct figures figures;
    struct cover cover;
    struct arena arena;
    enum status st;

    arena_init(&arena, 0);
    map_init(&cells.cells, &arena, sizeof(struct aggregate_key), sizeof(struct aggregate_sums), a->seed);
    st = figures_count(&a->run, &arena, school->number, &figures, &cover, add_cell, &cells, err);
    if (st == STATUS_OK)
        st = schools_find_freshness(a->desk, &arena, school->number, &fresh, err);
    if (st == STATUS_OK)
        st = check_dues(a, &arena, school, &cover, err);
    if (st == STATUS_OK) {
        sum_school(a, &figures);
        table_add_row(a->tables[AGGREGATE_SCHOOLS]);
        schools_put(a->tables[AGGREGATE_SCHOOLS], store_schema(a->desk->store), school, &figures, &fresh);
        if (!figures.has_plan)
            aggregate_put_no_plan(a->tables[AGGREGATE_NO_PLAN], store_schema(a->desk->store), school, &figures, &fresh);
        put_detail(a, school, &cells.cells, &arena);
    }
    arena_done(&arena);
    return st;
}

/* ---- the whole ---- */

static enum status find_backup_age(struct desk *desk, int64_t *days, struct err *err)
{
    int64_t made_ms = 0;
    enum status st = backup_find_newest(desk->sql, &made_ms, err);

    if (st == STATUS_OK)
        *days = made_ms ? (clock_now_ms(&desk->core->config.clock) - made_ms) / CLOCK_DAY_MS : -1;
    return st;
}

enum status aggregate_new(struct desk *desk, const char *date, struct aggregate **out, struct err *err)
{
    struct aggregate *a;
    char since[CLOCK_DAY_BYTES];
    int64_t day_number;
    int32_t month;
    enum status st;

    if (!parse_day(date, &day_number, &month))
        return err_reason(err, REASON_DATE_NONE, date, NULL);
    a = calloc(1, sizeof *a);
    if (!a)
        return err_set(err, STATUS_NO_MEMORY, "no memory for the aggregation");
    a->desk = desk;
    a->month = month;
    memcpy(a->date, date, sizeof a->date);
    clock_format_day((day_number - DUE_DAYS) * CLOCK_DAY_MS, 0, since);
    arena_init(&a->arena, 0);
    random_fill(&desk->core->config.random, a->seed, sizeof a->seed);
    map_init(&a->months, &a->arena, sizeof(struct aggregate_key), sizeof(struct aggregate_sums), a->seed);
    aggregate_make_tables(&a->arena, a->tables);
    st = roster_load(desk->store, &a->arena, &a->roster, err);
    if (st == STATUS_OK)
        st = owed_load(desk->store, &a->arena, since, &a->owed, err);
    if (st == STATUS_OK)
        st = find_backup_age(desk, &a->summary.backup_age_days, err);
    if (st == STATUS_OK)
        st = figures_open(desk->sql, month, &a->run, err);
    if (st == STATUS_OK) {
        a->dues = ARENA_ARRAY(&a->arena, a->owed.n, struct aggregate_due);
        *out = a;
    } else {
        aggregate_free(a);
    }
    return st;
}

void aggregate_free(struct aggregate *aggregate)
{
    if (!aggregate)
        return;
    figures_close(&aggregate->run);
    arena_done(&aggregate->arena);
    free(aggregate);
}

static void finish(struct aggregate *a)
{
    const struct schema *schema = store_schema(a->desk->store);

    for (size_t i = 0; i < a->owed.n; i++)
        aggregate_put_due(a->tables[AGGREGATE_DUE], schema, &a->owed.items[i], &a->dues[i]);
    aggregate_put_categories(a->tables[AGGREGATE_CATEGORIES], schema, a->month, &a->months, &a->arena);
    aggregate_put_cells(a->tables[AGGREGATE_MONTHS], schema, NULL, &a->months, &a->arena);
    aggregate_put_summary(a->tables[AGGREGATE_SUMMARY], a->date, a->month, &a->summary);
    if (a->schools_without_detail > 0)
        table_add_note(a->tables[AGGREGATE_DETAIL],
                       arena_printf(&a->arena, "%zu schools more: lianxin query --group-by school,month,category,body,state",
                                    a->schools_without_detail));
}

enum status aggregate_step(struct aggregate *aggregate, size_t max, bool *done, struct err *err)
{
    enum status st = STATUS_OK;

    for (size_t n = 0; st == STATUS_OK && n < max && aggregate->at < aggregate->roster.n; n++) {
        const struct roster_school *school = &aggregate->roster.schools[aggregate->at++];

        if (roster_is_open(school, aggregate->month))
            st = count_school(aggregate, school, err);
    }
    if (st != STATUS_OK)
        return st;
    *done = aggregate->at == aggregate->roster.n;
    if (*done && aggregate->tables[AGGREGATE_SUMMARY]->n_rows == 0)
        finish(aggregate);
    return STATUS_OK;
}

struct table *const *aggregate_tables(struct aggregate *aggregate)
{
    return aggregate->tables;
}

enum status aggregate_store(struct aggregate *aggregate, int64_t now_ms, bool *replaced, struct err *err)
{
    struct brief brief = {.date = aggregate->date, .made_ms = now_ms};
    const uint8_t *body;
    enum status st = table_pack(&aggregate->arena, aggregate->tables, AGGREGATE_TABLES, &body, &brief.body_bytes, err);

    if (st != STATUS_OK)
        return st;
    brief.body = body;
    return brief_put(aggregate->desk->sql, &brief, replaced, err);
}

enum status aggregate_run(struct work *work, const char *date, struct aggregate_done *out, struct err *err)
{
    struct aggregate *aggregate = NULL;
    char today[CLOCK_DAY_BYTES];
    bool done = false, replaced = false;
    int64_t day_number;
    int32_t month;
    enum status st;

    clock_format_day(work->now_ms, work->desk->core->config.clock.zone_s, today);
    if (date && parse_day(date, &day_number, &month) && strcmp(date, today) > 0)
        return err_reason(err, REASON_DATE_FUTURE, date, NULL);
    st = aggregate_new(work->desk, date ? date : today, &aggregate, err);
    if (st == STATUS_OK)
        st = aggregate_step(aggregate, SIZE_MAX, &done, err);
    if (st == STATUS_OK) {
        work_write(work);
        st = aggregate_store(aggregate, work->now_ms, &replaced, err);
    }
    if (st == STATUS_OK)
        *out = (struct aggregate_done){.date = arena_strdup(work->arena, aggregate->date), .replaced = replaced};
    aggregate_free(aggregate);
    return st;
}
