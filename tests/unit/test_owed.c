/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/presence.h"
#include "tests/unit/aggregate_fixture.h"

#include "common/domain/month.h"
#include "proto/records.pb-c.h"
#include "server/service/cover.h"

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
        for (size_t i = 0; i < f->d.n_plans; i++) {
            const struct test_plan *p = &f->d.plans[i];

            if (p->school == school && !p->dead && p->body == 1 && (p->state == 2 || p->state == 3) &&
                p->first_month <= e->first_month && e->first_month <= p->last_month && (at_ms < 0 || p->submitted_ms < at_ms))
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

/* A device of the school was in contact after whatever due there is. */
static void note_contact(struct fixture *f, uint32_t stream)
{
    const struct uuid device = {{1, (uint8_t)(stream >> 8), (uint8_t)stream}};
    presence_note(f->server.core->presence, &device, stream, INT64_MAX / 2, false);
}

static void what_is_missing_or_late_is_named(void **state)
{
    struct fixture *f = *state;
    size_t missing = 0, late = 0;

    for (uint64_t seed = 31; seed < 40; seed++) {
        reopen(f, seed);
        test_district_make(&f->d, f->server.core->writer.store, seed, SCHOOLS, FIRST, LAST);
        for (uint32_t s = 0; s < SCHOOLS; s++)
            note_contact(f, STREAM_FIRST_SCHOOL + s);
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
    const struct table *untold = aggregate(f, "2025-03-06", 10)[AGGREGATE_DUE]; /* its devices do not know of it */
    assert_int_equal(number(untold, untold->rows, "untold"), 1);
    assert_int_equal(number(untold, untold->rows, "missing"), 0);
    note_contact(f, STREAM_FIRST_SCHOOL);
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(what_is_missing_or_late_is_named),
        TEST(nothing_is_missing_before_its_day_is_over),
        cmocka_unit_test(where_plans_overlap_one_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
