/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/aggregate_fixture.h"

#include <stdio.h>

#include "common/domain/month.h"

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
    r.plan_state = plan_state(f, school, now);
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
        reopen(f, seed);
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

static bool same_category(const struct table *a, const struct table_row *x, const struct table *b, const struct table_row *y)
{
    const char *one = cell(a, x, "category")->text, *other = cell(b, y, "category")->text;

    return number(a, x, "month") == number(b, y, "month") && (one == other || (one && other && strcmp(one, other) == 0));
}

/* Each line is the sum of the cells of its month and category. */
static void assert_categories(const struct table *categories, const struct table *months)
{
    assert_true(categories->n_rows > 10);
    for (const struct table_row *row = categories->rows; row; row = row->next) {
        struct recount r = {0};

        for (const struct table_row *m = months->rows; m; m = m->next) {
            if (!same_category(categories, row, months, m))
                continue;
            r.activities += number(months, m, "activities");
            r.done += strcmp(cell(months, m, "state")->text, "done") == 0 ? number(months, m, "activities") : 0;
            r.people += number(months, m, "people");
            r.money_fen += number(months, m, "money_fen");
        }
        assert_int_equal(number(categories, row, "activities"), r.activities);
        assert_int_equal(number(categories, row, "done"), r.done);
        assert_int_equal(number(categories, row, "people"), r.people);
        assert_int_equal(number(categories, row, "money_fen"), r.money_fen);
    }
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
    assert_categories(tables[AGGREGATE_CATEGORIES], months);
    for (size_t i = 0; i < f->d.n_occurrences; i++) {
        const struct test_occurrence *o = &f->d.occurrences[i];
        const struct test_activity *a = &f->d.activities[o->activity];

        if (!o->dead && is_counted(f, a) && in_window(o->month, month_make(2025, 2)) && test_recount_counts(&f->d, a, o->month))
            expected += o->people;
    }
    assert_int_equal(people, expected);
    test_district_free(&f->d);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(figures_are_what_a_plain_recount_gives),
        TEST(months_and_detail_are_what_a_plain_recount_gives),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
