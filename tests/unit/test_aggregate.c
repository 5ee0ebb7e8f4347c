/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/domain/month.h"
#include "common/table/table_wire.h"
#include "proto/records.pb-c.h"
#include "server/service/aggregate.h"
#include "server/service/brief.h"
#include "server/service/cover.h"
#include "server/service/presence.h"
#include "server/service/schools.h"
#include "tests/harness/test_recount.h"
#include "tests/harness/test_server.h"

#define SCHOOLS 14
#define FIRST 24290 /* 2024-03 */
#define LAST 24310

struct fixture {
    struct test_server server;
    struct test_district d;
    struct arena arena;
    struct aggregate *aggregate;
    struct err err;
};

#define OK(expression)                                                                                                             \
    do {                                                                                                                           \
        if ((expression) != STATUS_OK)                                                                                             \
            fail_msg("%s: %s", #expression, f->err.text);                                                                          \
    } while (0)

static int setup(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;

    memset(f, 0, sizeof *f);
    test_server_open(&f->server, 5);
    arena_init(&f->arena, 0);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    aggregate_free(f->aggregate);
    arena_done(&f->arena);
    test_server_close(&f->server);
    return 0;
}

static struct table *const *aggregate(struct fixture *f, const char *date, size_t slice)
{
    bool done = false;

    aggregate_free(f->aggregate);
    f->aggregate = NULL;
    OK(aggregate_new(&f->server.core->writer, date, &f->aggregate, &f->err));
    while (!done)
        OK(aggregate_step(f->aggregate, slice, &done, &f->err));
    return aggregate_tables(f->aggregate);
}

static const struct table_cell *cell(const struct table *table, const struct table_row *row, const char *key)
{
    for (size_t i = 0; i < table->n_columns; i++)
        if (strcmp(table->columns[i].key, key) == 0)
            return &row->cells[i];
    fail_msg("no column %s in %s", key, table->name);
    return NULL;
}

static int64_t number(const struct table *table, const struct table_row *row, const char *key)
{
    return cell(table, row, key)->number;
}

static const struct table_row *row_of(const struct table *table, const char *school)
{
    for (const struct table_row *row = table->rows; row; row = row->next)
        if (strcmp(cell(table, row, "school")->text, school) == 0)
            return row;
    return NULL;
}

/* ---- the plain recount ---- */

static bool in_window(int32_t month, int32_t now)
{
    return month > now - 12 && month <= now;
}

static bool is_counted(const struct fixture *f, const struct test_activity *a)
{
    return test_recount_lives(&f->d, a) && test_recount_in_union(&f->d, a) && a->state != 6;
}

static bool activity_counts(const struct fixture *f, const struct test_activity *a, int32_t now)
{
    const struct test_plan *p = &f->d.plans[a->plan];

    if (a->n_months == 0)
        return p->first_month <= now && p->last_month > now - 12 && test_recount_counts(&f->d, a, p->last_month);
    for (size_t i = 0; i < a->n_months; i++)
        if (in_window(a->months[i], now) && test_recount_counts(&f->d, a, a->months[i]))
            return true;
    return false;
}

static bool is_past(const struct fixture *f, const struct test_activity *a, int32_t now)
{
    int32_t last, planned;

    if (a->n_months == 0 || a->state == 5)
        return false;
    last = planned = a->months[a->n_months - 1];
    if (a->state == 4 && a->deferred_to > last)
        last = a->deferred_to;
    return last < now && in_window(last, now) && test_recount_counts(&f->d, a, planned);
}

struct recount {
    int64_t activities, done, past, past_done, overdue, occurrences, people, money_fen;
    int plan_state;
};

static struct recount recount_school(const struct fixture *f, size_t school, int32_t now)
{
    static const int progress[] = {0, 1, 3, 4, 2}; /* none, draft, submitted, filed, returned */
    struct recount r = {0};

    for (size_t i = 0; i < f->d.n_activities; i++) {
        const struct test_activity *a = &f->d.activities[i];

        if (a->school != school || !is_counted(f, a))
            continue;
        r.activities += activity_counts(f, a, now);
        r.done += activity_counts(f, a, now) && a->state == 3;
        r.past += is_past(f, a, now);
        r.past_done += is_past(f, a, now) && a->state == 3;
        r.overdue += is_past(f, a, now) && a->state != 3;
    }
    for (size_t i = 0; i < f->d.n_occurrences; i++) {
        const struct test_occurrence *o = &f->d.occurrences[i];
        const struct test_activity *a = &f->d.activities[o->activity];

        if (o->school != school || o->dead || o->month != now || !is_counted(f, a) || !test_recount_counts(&f->d, a, now))
            continue;
        r.occurrences++;
        r.people += o->people;
        r.money_fen += o->money_fen;
    }
    for (size_t i = 0; i < f->d.n_plans; i++) {
        const struct test_plan *p = &f->d.plans[i];

        if (p->school == school && !p->dead && p->body == 1 && p->first_month <= now && now <= p->last_month &&
            progress[p->state] > progress[r.plan_state])
            r.plan_state = p->state;
    }
    return r;
}

static const char *plan_word(int state)
{
    static const char *const words[] = {"none", "draft", "submitted", "filed", "returned"};

    return words[state];
}

static void figures_are_what_a_plain_recount_gives(void **state)
{
    struct fixture *f = *state;

    for (uint64_t seed = 1; seed <= 6; seed++) {
        test_server_close(&f->server);
        test_server_open(&f->server, seed);
        test_district_make(&f->d, f->server.core->writer.store, seed, SCHOOLS, FIRST, LAST);
        for (int32_t now = FIRST; now <= LAST + 3; now += 4) {
            char date[16];
            struct table *const *tables;
            int64_t with_plan = 0, activities = 0, people = 0, overdue = 0;

            snprintf(date, sizeof date, "%04d-%02d-15", (int)(month_year(now) % 10000), (int)(month_of_year(now) % 100));
            tables = aggregate(f, date, 3);
            assert_int_equal(tables[AGGREGATE_SCHOOLS]->n_rows, SCHOOLS);
            for (size_t i = 0; i < SCHOOLS; i++) {
                struct recount r = recount_school(f, i, now);
                const struct table *t = tables[AGGREGATE_SCHOOLS];
                const struct table_row *row = row_of(t, f->d.schools[i].code);
                bool has_plan = r.plan_state == 2 || r.plan_state == 3;

                assert_non_null(row);
                assert_string_equal(cell(t, row, "plan_state")->text, plan_word(r.plan_state));
                assert_int_equal(number(t, row, "activities"), r.activities);
                assert_int_equal(number(t, row, "done"), r.done);
                assert_int_equal(number(t, row, "past"), r.past);
                assert_int_equal(number(t, row, "past_done"), r.past_done);
                assert_int_equal(number(t, row, "overdue"), r.overdue);
                assert_int_equal(number(t, row, "conflicts"), f->d.open_conflicts[i]);
                assert_int_equal(row_of(tables[AGGREGATE_NO_PLAN], f->d.schools[i].code) == NULL, has_plan);
                with_plan += has_plan;
                activities += r.activities;
                people += r.people;
                overdue += r.overdue;
            }
            const struct table *summary = tables[AGGREGATE_SUMMARY];
            assert_int_equal(number(summary, summary->rows, "with_plan"), with_plan);
            assert_int_equal(number(summary, summary->rows, "without_plan"), SCHOOLS - with_plan);
            assert_int_equal(number(summary, summary->rows, "activities"), activities);
            assert_int_equal(number(summary, summary->rows, "people"), people);
            assert_int_equal(number(summary, summary->rows, "overdue"), overdue);
        }
        test_district_free(&f->d);
    }
}

static const char *enum_word(struct fixture *f, const char *kind, const char *field, int value)
{
    const struct kind *k = schema_find_kind_by_name(f->server.schema, kind);
    const char *word = value ? schema_enum_name(kind_find_field_by_name(k, field), value) : NULL;

    return word ? word : "";
}

/* The sums of one line of months or detail; school NULL: all. */
static void assert_cell(struct fixture *f, const struct table *t, const struct table_row *row, const char *school)
{
    int32_t month = (int32_t)number(t, row, "month");
    struct recount r = {0};

    for (size_t i = 0; i < f->d.n_activities; i++) {
        const struct test_activity *a = &f->d.activities[i];
        const char *category = cell(t, row, "category")->text;

        if ((school && strcmp(f->d.schools[a->school].code, school) != 0) || !is_counted(f, a) ||
            strcmp(category ? category : "", enum_word(f, "activity", "category", a->category)) != 0 ||
            strcmp(cell(t, row, "body")->text, enum_word(f, "plan", "body", f->d.plans[a->plan].body)) != 0 ||
            strcmp(cell(t, row, "state")->text, enum_word(f, "activity", "state", a->state)) != 0 ||
            !test_recount_counts(&f->d, a, month))
            continue;
        r.activities += test_recount_has_month(a, month);
        for (size_t k = 0; k < f->d.n_occurrences; k++) {
            const struct test_occurrence *o = &f->d.occurrences[k];

            if (o->activity != i || o->dead || o->month != month)
                continue;
            r.occurrences++;
            r.people += o->people;
            r.money_fen += o->money_fen;
        }
    }
    assert_int_equal(number(t, row, "activities"), r.activities);
    assert_int_equal(number(t, row, "occurrences"), r.occurrences);
    assert_int_equal(number(t, row, "people"), r.people);
    assert_int_equal(number(t, row, "money_fen"), r.money_fen);
    assert_true(r.activities + r.occurrences > 0);
}

static void months_and_detail_are_what_a_plain_recount_gives(void **state)
{
    struct fixture *f = *state;
    const struct table *months, *detail;
    struct table *const *tables;
    int64_t people = 0, expected = 0;

    test_district_make(&f->d, f->server.core->writer.store, 21, 3 * SCHOOLS, FIRST, LAST);
    tables = aggregate(f, "2025-02-10", 5);
    months = tables[AGGREGATE_MONTHS];
    detail = tables[AGGREGATE_DETAIL];
    assert_true(months->n_rows > 50 && detail->n_rows > 20);
    for (const struct table_row *row = months->rows; row; row = row->next) {
        assert_cell(f, months, row, NULL);
        people += number(months, row, "people");
    }
    for (const struct table_row *row = detail->rows; row; row = row->next) {
        assert_in_range(number(detail, row, "month"), month_make(2025, 1), month_make(2025, 2));
        assert_cell(f, detail, row, cell(detail, row, "school")->text);
    }
    for (size_t i = 0; i < f->d.n_occurrences; i++) {
        const struct test_occurrence *o = &f->d.occurrences[i];
        const struct test_activity *a = &f->d.activities[o->activity];

        if (!o->dead && is_counted(f, a) && in_window(o->month, month_make(2025, 2)) && test_recount_counts(&f->d, a, o->month))
            expected += o->people;
    }
    assert_int_equal(people, expected);
    test_district_free(&f->d);
}

/* ---- what is expected ---- */

static bool is_for(const struct test_due *e, const struct test_school *s)
{
    for (size_t i = 0; i < e->n_schools; i++)
        if (e->schools[i] == s->number)
            return true;
    return e->n_schools == 0 && (e->stage == 0 || e->stage == s->stage) && (!e->area || (s->area && strcmp(e->area, s->area) == 0));
}

/* 0: not yet, 1: came, 2: late, 3: missing */
static int came(struct fixture *f, const struct test_due *e, size_t school, const char *today)
{
    int64_t at_ms = -1;
    char day[CLOCK_DAY_BYTES];

    if (e->what == 1) {
        struct recount r = recount_school(f, school, e->first_month);

        for (size_t i = 0; (r.plan_state == 2 || r.plan_state == 3) && i < f->d.n_plans; i++) {
            const struct test_plan *p = &f->d.plans[i];

            if (p->school == school && !p->dead && p->body == 1 && p->state == r.plan_state && p->first_month <= e->first_month &&
                e->first_month <= p->last_month && (at_ms < 0 || p->submitted_ms < at_ms))
                at_ms = p->submitted_ms;
        }
    }
    for (size_t i = 0; e->what != 1 && i < f->d.n_reports; i++) {
        const struct test_report *r = &f->d.reports[i];

        if (r->school == school && r->kind == (e->what == 3 ? 2 : 1) && r->first_month == e->first_month &&
            r->last_month == e->last_month && (r->state == 2 || r->state == 3) && (at_ms < 0 || r->submitted_ms < at_ms))
            at_ms = r->submitted_ms;
    }
    if (at_ms < 0)
        return strcmp(today, e->day) > 0 ? 3 : 0;
    clock_format_day(at_ms, 28800, day);
    return strcmp(day, e->day) > 0 ? 2 : 1;
}

static void what_is_missing_or_late_is_named(void **state)
{
    struct fixture *f = *state;
    size_t missing = 0, late = 0;

    for (uint64_t seed = 31; seed < 40; seed++) {
        test_server_close(&f->server);
        test_server_open(&f->server, seed);
        test_district_make(&f->d, f->server.core->writer.store, seed, SCHOOLS, FIRST, LAST);
        struct table *const *tables = aggregate(f, "2025-02-10", 100);
        const struct table *due = tables[AGGREGATE_DUE], *named = tables[AGGREGATE_MISSING];
        int64_t told[4] = {0}, expected[4] = {0};
        size_t rows = 0;

        for (const struct table_row *row = due->rows; row; row = row->next) {
            told[0] += number(due, row, "not_yet");
            told[1] += number(due, row, "submitted");
            told[2] += number(due, row, "late");
            told[3] += number(due, row, "missing");
        }
        for (size_t i = 0; i < f->d.n_dues; i++) {
            const struct test_due *e = &f->d.dues[i];

            if (e->closed || strcmp(e->day, "2024-02-10") < 0)
                continue;
            for (size_t s = 0; s < SCHOOLS; s++)
                if (is_for(e, &f->d.schools[s]))
                    expected[came(f, e, s, "2025-02-10")]++;
        }
        assert_memory_equal(told, expected, sizeof told);
        for (const struct table_row *row = named->rows; row; row = row->next)
            rows++;
        assert_int_equal(rows, told[2] + told[3]);
        assert_int_equal(number(tables[AGGREGATE_SUMMARY], tables[AGGREGATE_SUMMARY]->rows, "missing"), told[3]);
        missing += (size_t)told[3];
        late += (size_t)told[2];
        test_district_free(&f->d);
    }
    assert_true(missing > 10 && late > 10);
}

static void put_due(struct fixture *f, const char *day, int32_t month)
{
    const struct kind *kind = schema_find_kind_by_name(f->server.schema, "due");
    struct uuid id = {{9}};
    struct record *record = record_new(&f->arena, kind, STREAM_PUBLIC, &id);
    Lianxin__Due *due = (Lianxin__Due *)record->message;

    due->has_what = due->has_first_month = due->has_last_month = true;
    due->what = LIANXIN__DUE_WHAT__DUE_WHAT_MONTH_REPORT;
    due->first_month = due->last_month = month;
    due->day = arena_strdup(&f->arena, day);
    OK(store_put(f->server.core->writer.store, record, &f->err));
}

static void nothing_is_missing_before_its_day_is_over(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *date;
        int64_t not_yet, missing;
    } days[] = {{"2025-03-04", 1, 0}, {"2025-03-05", 1, 0}, {"2025-03-06", 0, 1}};

    test_server_add_school(&f->server, "SY01", "Shiyan");
    assert_int_equal(aggregate(f, "2025-03-06", 10)[AGGREGATE_MISSING]->n_rows, 0); /* without a due nothing is missing */
    put_due(f, "2025-03-05", month_make(2025, 2));
    for (size_t i = 0; i < 3; i++) {
        struct table *const *tables = aggregate(f, days[i].date, 10);
        const struct table *due = tables[AGGREGATE_DUE];

        assert_int_equal(number(due, due->rows, "not_yet"), days[i].not_yet);
        assert_int_equal(number(due, due->rows, "missing"), days[i].missing);
        assert_int_equal(tables[AGGREGATE_MISSING]->n_rows, days[i].missing);
    }
}

/* ---- plans that overlap ---- */

static void where_plans_overlap_one_counts(void **state)
{
    struct cover_plan plans[] = {
        {.id = {{1}}, .body = 1, .state = 2, .first_month = 100, .last_month = 111, .created_ms = 5},
        {.id = {{2}}, .body = 1, .state = 2, .first_month = 106, .last_month = 117, .created_ms = 7},
        {.id = {{3}}, .body = 1, .state = 1, .first_month = 100, .last_month = 117, .created_ms = 9},
        {.id = {{4}}, .body = 2, .state = 1, .first_month = 100, .last_month = 111, .created_ms = 1},
    };
    struct cover cover = {.plans = plans, .n = 4};

    (void)state;
    cover_prepare(&cover);
    assert_true(cover_counts(&cover, &plans[0], 105));  /* alone of the submitted ones */
    assert_false(cover_counts(&cover, &plans[0], 106)); /* the newer one begins */
    assert_true(cover_counts(&cover, &plans[1], 106));
    assert_false(cover_counts(&cover, &plans[2], 106)); /* a draft does not hide what was submitted */
    assert_false(cover_counts(&cover, &plans[1], 104)); /* outside its term others cover */
    assert_true(cover_counts(&cover, &plans[1], 120));  /* outside its term nobody does */
    assert_true(cover_counts(&cover, &plans[3], 106));  /* another body's plan is another matter */
    assert_ptr_equal(cover_find_union_plan(&cover, 118), NULL);
    assert_int_equal(cover_find_union_plan(&cover, 112)->state, 2);
}

/* ---- the brief ---- */

static void slices_make_the_same_brief(void **state)
{
    struct fixture *f = *state;
    struct table *const *tables;
    const uint8_t *whole, *slices;
    size_t n, m;

    test_district_make(&f->d, f->server.core->writer.store, 3, SCHOOLS, FIRST, LAST);
    tables = aggregate(f, "2025-02-10", SIZE_MAX);
    OK(table_pack(&f->arena, tables, AGGREGATE_TABLES, &whole, &n, &f->err));
    tables = aggregate(f, "2025-02-10", 1);
    OK(table_pack(&f->arena, tables, AGGREGATE_TABLES, &slices, &m, &f->err));
    assert_int_equal(n, m);
    assert_memory_equal(whole, slices, n);
    test_district_free(&f->d);
}

static enum status ask_brief(struct fixture *f, const struct peer *peer, const char *date, const Lianxin__BriefReply **reply)
{
    Lianxin__BriefRequest request = LIANXIN__BRIEF_REQUEST__INIT;
    ProtobufCMessage *message = NULL;
    enum status st;

    request.date = date ? arena_strdup(&f->arena, date) : NULL;
    st = test_server_ask(&f->server, peer, MESSAGE_brief, &request.base, &f->arena, &message, &f->err);
    *reply = (const Lianxin__BriefReply *)message;
    return st;
}

static bool made(struct fixture *f, const struct peer *peer, const char *date)
{
    Lianxin__AggregateRequest request = LIANXIN__AGGREGATE_REQUEST__INIT;
    ProtobufCMessage *message;

    request.date = arena_strdup(&f->arena, date);
    OK(test_server_ask(&f->server, peer, MESSAGE_aggregate, &request.base, &f->arena, &message, &f->err));
    assert_string_equal(((const Lianxin__AggregateReply *)message)->date, date);
    return !((const Lianxin__AggregateReply *)message)->replaced;
}

static void a_brief_is_kept_by_date_and_replaced_by_hand_only(void **state)
{
    struct fixture *f = *state;
    struct peer operator= test_server_operator(), staff;
    const Lianxin__BriefReply *reply;
    struct table *table;

    f->server.now_ms = INT64_C(1741000000000); /* 2025-03-03 in China */
    test_server_add_school(&f->server, "SY01", "Shiyan Primary");
    staff = test_server_enrol(&f->server, NULL, "Li");
    assert_int_equal(ask_brief(f, &staff, NULL, &reply), STATUS_NOT_FOUND);
    assert_int_equal(f->err.reason, REASON_BRIEF_MISSING);
    assert_true(made(f, &operator, "2025-03-01"));
    assert_true(made(f, &operator, "2025-03-02"));
    assert_false(made(f, &operator, "2025-03-01"));
    OK(ask_brief(f, &staff, NULL, &reply));
    assert_string_equal(reply->date, "2025-03-02");
    assert_int_equal(reply->made_ms, f->server.now_ms);
    assert_int_equal(reply->n_tables, AGGREGATE_TABLES);
    OK(table_from_wire(&f->arena, reply->tables[AGGREGATE_NO_PLAN], &table, &f->err));
    assert_string_equal(cell(table, table->rows, "school")->text, "SY01");
    OK(ask_brief(f, &staff, "2025-03-01", &reply));
    assert_string_equal(reply->date, "2025-03-01");
    assert_int_equal(ask_brief(f, &staff, "2025-02-28", &reply), STATUS_NOT_FOUND);
}

static void a_date_that_is_none_is_refused(void **state)
{
    struct fixture *f = *state;
    static const char *const dates[] = {"2025-02-30", "2025-3-1", "tomorrow", "", "2025-03-01x", "9999-12-31"};
    struct peer operator= test_server_operator();

    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        Lianxin__AggregateRequest request = LIANXIN__AGGREGATE_REQUEST__INIT;
        ProtobufCMessage *message;

        request.date = arena_strdup(&f->arena, dates[i]);
        assert_int_equal(test_server_ask(&f->server, &operator, MESSAGE_aggregate, &request.base, &f->arena, &message, &f->err),
                         STATUS_USAGE);
    }
}

/* ---- schools ---- */

static void schools_tell_how_fresh_they_are(void **state)
{
    struct fixture *f = *state;
    Lianxin__SchoolsRequest request = LIANXIN__SCHOOLS_REQUEST__INIT;
    const Lianxin__SchoolsReply *reply;
    ProtobufCMessage *message;
    struct peer staff;
    struct table *table;
    struct sql_statement *s;
    struct uuid device;
    size_t bytes;
    bool row;

    test_server_add_school(&f->server, "SY01", "Shiyan Primary");
    test_server_add_school(&f->server, "SY02", "Second Primary");
    staff = test_server_enrol(&f->server, NULL, "Li");
    (void)test_server_enrol(&f->server, "SY01", "Wang");
    OK(sql_prepare(f->server.core->writer.sql, "SELECT device FROM device WHERE person = 'Wang'", &s, &f->err));
    OK(sql_step(s, &row, &f->err));
    assert_true(uuid_from_bytes(sql_blob(s, 0, &bytes), UUID_BYTES, &device));
    sql_reset(s);
    presence_note(f->server.core->presence, &device, STREAM_FIRST_SCHOOL, 1700000000000, true);
    OK(test_server_ask(&f->server, &staff, MESSAGE_schools, &request.base, &f->arena, &message, &f->err));
    reply = (const Lianxin__SchoolsReply *)message;
    OK(table_from_wire(&f->arena, reply->table, &table, &f->err));
    assert_int_equal(table->n_rows, 2);
    assert_int_equal(reply->n_heads, 2);
    assert_string_equal(reply->heads[0]->code, "SY01");
    assert_int_equal(number(table, row_of(table, "SY01"), "synced_at"), 1700000000000);
    assert_string_equal(cell(table, row_of(table, "SY01"), "synced_by")->text, "Wang");
    assert_int_equal(cell(table, row_of(table, "SY02"), "synced_at")->kind, TABLE_CELL_NULL);
    assert_string_equal(cell(table, row_of(table, "SY02"), "plan_state")->text, "none");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(figures_are_what_a_plain_recount_gives),
        TEST(months_and_detail_are_what_a_plain_recount_gives),
        TEST(what_is_missing_or_late_is_named),
        TEST(nothing_is_missing_before_its_day_is_over),
        cmocka_unit_test(where_plans_overlap_one_counts),
        TEST(slices_make_the_same_brief),
        TEST(a_brief_is_kept_by_date_and_replaced_by_hand_only),
        TEST(a_date_that_is_none_is_refused),
        TEST(schools_tell_how_fresh_they_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
