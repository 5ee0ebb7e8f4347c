/* SPDX-License-Identifier: Apache-2.0
 *
 * What a month report counts, on records as a client's cache holds them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/cache/cache.h"
#include "client/cmd/report_count.h"
#include "common/domain/month.h"
#include "tests/harness/test.h"

#define STREAM 107u
#define NOW_MS INT64_C(1742000000000)

struct fixture {
    struct arena arena;
    struct err err;
    const struct schema *schema;
    struct cache *cache;
    char folder[64];
    const char *path;
    uint8_t next_id;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;
    memset(f, 0, sizeof *f);
    arena_init(&f->arena, 0);
    snprintf(f->folder, sizeof f->folder, "/tmp/lianxin-test-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    f->path = arena_printf(&f->arena, "%s/cache.db", f->folder);
    OK(schema_new(&f->arena, schema_source_current(), &f->schema, &f->err));
    OK(cache_open(f->path, f->schema, true, NULL, &f->cache, &f->err));
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    cache_close(f->cache);
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        unlink(arena_printf(&f->arena, "%s%s", f->path, ends[i]));
    rmdir(f->folder);
    arena_done(&f->arena);
    return 0;
}

/* --- records, put the way a command puts them --- */

static struct uuid put(struct fixture *f, const char *kind_name, const ProtobufCMessage *message)
{
    const struct kind *kind = schema_find_kind_by_name(f->schema, kind_name);
    struct uuid id = {{++f->next_id}};
    struct edit edit;
    assert_true(edit_between(&f->arena, kind, &id, NULL, message, &edit));
    OK(cache_change(f->cache, STREAM, &edit, 1, "test", NOW_MS, NULL, &f->err));
    return id;
}

static ProtobufCBinaryData id_bytes(struct fixture *f, const struct uuid *id)
{
    return (ProtobufCBinaryData){UUID_BYTES, arena_copy(&f->arena, id->bytes, UUID_BYTES)};
}

static struct uuid put_plan(struct fixture *f, Lianxin__Body body)
{
    char title[] = "计划";
    Lianxin__Plan plan = LIANXIN__PLAN__INIT;
    plan.has_body = plan.has_first_month = plan.has_last_month = plan.has_state = 1;
    plan.body = body;
    plan.title = title;
    plan.first_month = month_make(2025, 1);
    plan.last_month = month_make(2025, 12);
    plan.state = LIANXIN__PLAN_STATE__PLAN_STATE_DRAFT;
    return put(f, "plan", &plan.base);
}

static struct uuid put_activity(struct fixture *f, struct uuid plan, uint32_t position, char *text, Lianxin__ActivityState state)
{
    char number[] = "3.1";
    Lianxin__Activity a = LIANXIN__ACTIVITY__INIT;
    a.has_plan = a.has_position = a.has_months = a.has_state = 1;
    a.plan = id_bytes(f, &plan);
    a.position = position;
    a.number = number;
    a.text = text;
    month_set_add(&a.months, month_make(2025, 3));
    a.state = state;
    return put(f, "activity", &a.base);
}

static void put_holding(struct fixture *f, struct uuid activity, char *day, uint32_t people, int64_t money_fen)
{
    Lianxin__Occurrence o = LIANXIN__OCCURRENCE__INIT;
    o.has_activity = 1;
    o.activity = id_bytes(f, &activity);
    o.day = day;
    o.has_people = people > 0;
    o.people = people;
    o.has_money_fen = money_fen != 0;
    o.money_fen = money_fen;
    put(f, "occurrence", &o.base);
}

static struct report_counted count(struct fixture *f, int32_t first, int32_t last)
{
    static const char *const kinds[] = {"plan", "activity", "occurrence"};
    struct record_list lists[3];
    struct report_counted counted;
    for (size_t i = 0; i < 3; i++)
        OK(store_list(cache_store(f->cache), &f->arena, schema_find_kind_by_name(f->schema, kinds[i]), STREAM, NULL,
                      (struct value){0}, &lists[i], &f->err));
    report_count(&f->arena, &(struct report_source){&lists[0], &lists[1], &lists[2]}, first, last, &counted);
    return counted;
}

static struct report_counted count_march(struct fixture *f)
{
    return count(f, month_make(2025, 3), month_make(2025, 3));
}

#define DONE LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DONE
#define DOING LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DOING

/* --- counting --- */

static void a_month_report_sums_what_was_held_in_its_month(void **state)
{
    struct fixture *f = *state;
    char walk[] = "庆“三八”健步走。", ball[] = "乒乓球小组活动", spring[] = "春游", m8[] = "2025-03-08", m4[] = "2025-03-04",
         m31[] = "2025-03-31", april[] = "2025-04-01", february[] = "2025-02-28";
    struct uuid plan = put_plan(f, LIANXIN__BODY__BODY_UNION);
    struct uuid walked = put_activity(f, plan, 1, walk, DONE), played = put_activity(f, plan, 2, ball, DOING);
    struct uuid later = put_activity(f, plan, 3, spring, DONE);
    put_holding(f, walked, m8, 45, 50000);
    put_holding(f, played, m31, 12, 1250);
    put_holding(f, played, m4, 10, 0);
    put_holding(f, played, april, 11, 99900);
    put_holding(f, later, february, 30, 10000);
    struct report_counted c = count_march(f);
    assert_int_equal(c.figures[REPORT_FIGURE_occurrences], 3);
    assert_int_equal(c.figures[REPORT_FIGURE_people], 67);
    assert_int_equal(c.figures[REPORT_FIGURE_money_fen], 51250);
    assert_int_equal(c.figures[REPORT_FIGURE_done], 1);
    assert_string_equal(c.text, "3月4日　乒乓球小组活动　10人次\n3月8日　庆“三八”健步走　45人次　500元\n"
                                "3月31日　乒乓球小组活动　12人次　12.50元");
}

static void only_union_bodies_count_and_nothing_dropped(void **state)
{
    struct fixture *f = *state;
    char text[] = "座谈会", day[] = "2025-03-10";
    static const Lianxin__Body bodies[] = {LIANXIN__BODY__BODY_UNION, LIANXIN__BODY__BODY_WOMEN,  LIANXIN__BODY__BODY_AUDIT,
                                           LIANXIN__BODY__BODY_GROUP, LIANXIN__BODY__BODY_LEAGUE, LIANXIN__BODY__BODY_SCHOOL};
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        put_holding(f, put_activity(f, put_plan(f, bodies[i]), 1, text, DONE), day, 1, 0);
    struct uuid dropped =
        put_activity(f, put_plan(f, LIANXIN__BODY__BODY_UNION), 1, text, LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DROPPED);
    put_holding(f, dropped, day, 1, 0);
    struct report_counted c = count_march(f);
    assert_int_equal(c.figures[REPORT_FIGURE_occurrences], 4);
    assert_int_equal(c.figures[REPORT_FIGURE_people], 4);
    assert_int_equal(c.figures[REPORT_FIGURE_done], 4);
}

static void an_activity_is_finished_in_the_month_of_its_last_holding(void **state)
{
    struct fixture *f = *state;
    char text[] = "读书会", march[] = "2025-03-10", may[] = "2025-05-10";
    struct uuid plan = put_plan(f, LIANXIN__BODY__BODY_UNION), twice = put_activity(f, plan, 1, text, DONE);
    put_holding(f, twice, march, 5, 0);
    put_holding(f, twice, may, 5, 0);
    assert_int_equal(count_march(f).figures[REPORT_FIGURE_done], 0);
    assert_int_equal(count(f, month_make(2025, 5), month_make(2025, 5)).figures[REPORT_FIGURE_done], 1);
}

static void one_done_without_a_holding_is_finished_in_its_last_planned_month(void **state)
{
    struct fixture *f = *state;
    char text[] = "制定计划";
    put_activity(f, put_plan(f, LIANXIN__BODY__BODY_UNION), 1, text, DONE);
    struct report_counted c = count_march(f);
    assert_int_equal(c.figures[REPORT_FIGURE_done], 1);
    assert_int_equal(c.figures[REPORT_FIGURE_occurrences], 0);
}

static void a_month_without_anything_says_so(void **state)
{
    struct fixture *f = *state;
    struct report_counted c = count_march(f);
    for (size_t i = 0; i < REPORT_FIGURES; i++)
        assert_int_equal(c.figures[i], 0);
    assert_string_equal(c.text, "（没有开展活动的记录）");
}

static void a_list_that_is_too_long_says_what_is_left_out(void **state)
{
    struct fixture *f = *state;
    enum { HELD = 80 };
    char *text = arena_alloc(&f->arena, LIMIT_TEXT_BYTES), day[] = "2025-03-10";
    memset(text, 'x', LIMIT_TEXT_BYTES - 1);
    struct uuid activity = put_activity(f, put_plan(f, LIANXIN__BODY__BODY_UNION), 1, text, DOING);
    for (size_t i = 0; i < HELD; i++)
        put_holding(f, activity, day, 1, 0);
    struct report_counted c = count_march(f);
    assert_int_equal(c.figures[REPORT_FIGURE_people], HELD);
    assert_true(strlen(c.text) <= LIMIT_NOTE_BYTES);
    assert_non_null(strstr(c.text, "场未列出）"));
}

/* --- the record --- */

static void two_devices_compute_the_same_id_and_other_reports_another(void **state)
{
    (void)state;
    int32_t march = month_make(2025, 3);
    struct uuid id = report_id(STREAM, LIANXIN__REPORT_KIND__REPORT_KIND_MONTH, march, march);
    struct uuid again = report_id(STREAM, LIANXIN__REPORT_KIND__REPORT_KIND_MONTH, march, march);
    assert_true(uuid_equal(&id, &again));
    const struct uuid others[] = {report_id(STREAM + 1, LIANXIN__REPORT_KIND__REPORT_KIND_MONTH, march, march),
                                  report_id(STREAM, LIANXIN__REPORT_KIND__REPORT_KIND_SUMMARY, march, march),
                                  report_id(STREAM, LIANXIN__REPORT_KIND__REPORT_KIND_MONTH, march + 1, march + 1)};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_false(uuid_equal(&id, &others[i]));
}

static void a_stated_figure_keeps_both_values_and_counting_again_leaves_it(void **state)
{
    struct fixture *f = *state;
    Lianxin__Report report = LIANXIN__REPORT__INIT;
    struct report_counted c = {.figures = {3, 45, 50000, 1}};
    int64_t fifty = 50;
    report_put_counted(&f->arena, &report, &c);
    report_state_figure(&report, REPORT_FIGURE_people, &fifty);
    c.figures[REPORT_FIGURE_people] = 47;
    report_put_counted(&f->arena, &report, &c);
    const Lianxin__Figure *people = report_find_figure(&report, REPORT_FIGURE_people);
    assert_int_equal(people->counted, 47);
    assert_true(people->has_stated);
    assert_int_equal(people->stated, 50);
    assert_int_equal(report_figure_value(people), 50);
    report_state_figure(&report, REPORT_FIGURE_people, NULL);
    assert_int_equal(report_figure_value(people), 47);
    assert_false(people->has_stated);
}

static void counting_again_does_not_touch_the_report_it_was_copied_from(void **state)
{
    struct fixture *f = *state;
    Lianxin__Report report = LIANXIN__REPORT__INIT;
    report_put_counted(&f->arena, &report, &(struct report_counted){.figures = {3, 45, 50000, 1}});
    Lianxin__Report copy = report;
    report_put_counted(&f->arena, &copy, &(struct report_counted){.figures = {4, 60, 70000, 2}});
    assert_int_equal(report_find_figure(&report, REPORT_FIGURE_people)->counted, 45);
    assert_int_equal(report_find_figure(&copy, REPORT_FIGURE_people)->counted, 60);
    assert_int_equal(copy.n_figures, REPORT_FIGURES);
}

static void a_figure_of_a_newer_version_stays(void **state)
{
    struct fixture *f = *state;
    char key[] = "members";
    Lianxin__Figure newer = LIANXIN__FIGURE__INIT, *list[] = {&newer};
    Lianxin__Report report = LIANXIN__REPORT__INIT;
    newer.key = key;
    newer.has_counted = 1;
    newer.counted = 88;
    report.figures = list;
    report.n_figures = 1;
    report_put_counted(&f->arena, &report, &(struct report_counted){.figures = {1, 2, 3, 4}});
    assert_int_equal(report.n_figures, REPORT_FIGURES + 1);
    assert_string_equal(report.figures[0]->key, "members");
    assert_int_equal(report.figures[0]->counted, 88);
}

static void a_figure_is_found_by_key_and_in_both_languages(void **state)
{
    (void)state;
    static const char *const names[] = {"money_fen", "spent", "支出"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        enum report_figure figure = REPORT_FIGURE_occurrences;
        assert_true(report_figure_find(names[i], &figure));
        assert_int_equal(figure, REPORT_FIGURE_money_fen);
    }
    enum report_figure none;
    assert_false(report_figure_find("收入", &none));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_month_report_sums_what_was_held_in_its_month),
        TEST(only_union_bodies_count_and_nothing_dropped),
        TEST(an_activity_is_finished_in_the_month_of_its_last_holding),
        TEST(one_done_without_a_holding_is_finished_in_its_last_planned_month),
        TEST(a_month_without_anything_says_so),
        TEST(a_list_that_is_too_long_says_what_is_left_out),
        TEST(two_devices_compute_the_same_id_and_other_reports_another),
        TEST(a_stated_figure_keeps_both_values_and_counting_again_leaves_it),
        TEST(counting_again_does_not_touch_the_report_it_was_copied_from),
        TEST(a_figure_of_a_newer_version_stays),
        TEST(a_figure_is_found_by_key_and_in_both_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
