/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "server/jobs/jobs.h"
#include "server/jobs/nightly.h"
#include "tests/harness/test.h"
#include "tests/harness/test_server.h"
#include "tests/harness/test_sql.h"

#define CHINA 28800
#define HOUR_MS INT64_C(3600000)
#define TWO_O_CLOCK 120

/* An instant of the district's calendar. */
static int64_t at(int day_of_march, int hour, int minute)
{
    return clock_day_from_civil(2025, 3, day_of_march) * 24 * HOUR_MS + hour * HOUR_MS + minute * 60000 - CHINA * 1000;
}

static const char *due(int64_t now_ms, int at_minutes, const char *newest)
{
    static char date[CLOCK_DAY_BYTES];

    return nightly_is_due(now_ms, CHINA, at_minutes, newest, date) ? date : "";
}

static void a_date_is_due_once_its_time_has_come(void **state)
{
    (void)state;
    assert_string_equal(due(at(5, 1, 59), TWO_O_CLOCK, "2025-03-04"), "");
    assert_string_equal(due(at(5, 2, 0), TWO_O_CLOCK, "2025-03-04"), "2025-03-05");
    assert_string_equal(due(at(5, 23, 59), TWO_O_CLOCK, "2025-03-04"), "2025-03-05");
    assert_string_equal(due(at(5, 2, 0), TWO_O_CLOCK, "2025-03-05"), "");
    assert_string_equal(due(at(6, 1, 0), TWO_O_CLOCK, "2025-03-05"), "");
}

static void one_run_makes_up_for_days_of_standstill(void **state)
{
    (void)state;
    assert_string_equal(due(at(9, 12, 0), TWO_O_CLOCK, "2025-03-04"), "2025-03-09");
    assert_string_equal(due(at(9, 1, 0), TWO_O_CLOCK, "2025-03-04"), "2025-03-08"); /* today's has not come yet */
}

static void a_new_server_waits_for_its_first_night(void **state)
{
    (void)state;
    assert_string_equal(due(at(5, 1, 0), TWO_O_CLOCK, ""), "");
    assert_string_equal(due(at(5, 2, 0), TWO_O_CLOCK, ""), "2025-03-05");
}

static void the_edges_of_the_day_are_the_districts(void **state)
{
    (void)state;
    assert_string_equal(due(at(5, 0, 0), 0, "2025-03-04"), "2025-03-05");
    assert_string_equal(due(at(4, 23, 59), 0, "2025-03-04"), "");
    assert_string_equal(due(at(5, 23, 58), 1439, "2025-03-04"), "");
    assert_string_equal(due(at(5, 23, 59), 1439, "2025-03-04"), "2025-03-05");
}

static void a_clock_set_back_or_a_time_of_never_runs_nothing(void **state)
{
    (void)state;
    assert_string_equal(due(at(5, 12, 0), TWO_O_CLOCK, "2025-03-07"), "");
    assert_string_equal(due(at(5, 12, 0), -1, "2025-03-04"), "");
}

/* ---- on a server ---- */

struct fixture {
    struct test_server server;
    struct settings settings;
    struct err err;
};

static int setup(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;

    memset(f, 0, sizeof *f);
    test_server_open(&f->server, 9);
    f->settings = f->server.config.settings;
    f->settings.nightly_minutes = TWO_O_CLOCK;
    f->server.now_ms = at(5, 1, 0);
    core_change_settings(f->server.core, &f->settings);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    test_server_close(&((struct fixture *)*state)->server);
    return 0;
}

static void hours(struct fixture *f, int64_t n)
{
    f->server.now_ms += n * HOUR_MS;
}

static void the_lane_runs_it_every_night(void **state)
{
    struct fixture *f = *state;

    test_server_settle(&f->server);
    assert_int_equal(test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM brief"), 0);
    hours(f, 1);
    test_server_settle(&f->server);
    assert_int_equal(test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM brief WHERE date = '2025-03-05'"), 1);
    assert_int_equal(
        test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM job_run WHERE job = 'nightly' AND ended_ms >= began_ms"),
        1);
    hours(f, 12);
    test_server_settle(&f->server);
    assert_int_equal(test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM brief"), 1);
    hours(f, 12);
    test_server_settle(&f->server);
    assert_int_equal(test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM brief"), 2);
}

static void it_catches_up_after_a_standstill_and_never_twice(void **state)
{
    struct fixture *f = *state;

    hours(f, 2);
    test_server_settle(&f->server);
    test_server_kill(&f->server);
    core_change_settings(f->server.core, &f->settings);
    hours(f, 24 * 4);
    test_server_settle(&f->server);
    test_server_restart(&f->server);
    core_change_settings(f->server.core, &f->settings);
    test_server_settle(&f->server);
    assert_int_equal(test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM brief"), 2);
    assert_int_equal(test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM brief WHERE date = '2025-03-09'"), 1);
}

static void pushes_go_on_between_its_slices(void **state)
{
    struct fixture *f = *state;
    char code[8];
    unsigned answered = 0;

    for (int i = 0; i < 100; i++) {
        snprintf(code, sizeof code, "S%03d", i);
        test_server_add_school(&f->server, code, "School");
    }
    hours(f, 2);
    assert_true(lanes_step(f->server.lanes)); /* it begins */
    while (test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM brief") == 0) {
        snprintf(code, sizeof code, "T%03u", answered);
        test_server_add_school(&f->server, code, "More"); /* a write of its own, answered in one step */
        answered++;
    }
    assert_in_range(answered, 5, 20);
}

static void a_full_disk_puts_it_off(void **state)
{
    struct fixture *f = *state;

    hours(f, 2);
    test_disk_set_free(f->server.disk, 0);
    test_server_settle(&f->server);
    assert_int_equal(test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM brief"), 0);
    assert_false(sql_in_transaction(f->server.core->writer.sql));
    test_disk_set_free(f->server.disk, -1);
    test_server_settle(&f->server);
    assert_int_equal(test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM brief"), 0); /* not at once */
    f->server.now_ms += JOBS_RETRY_MS;
    test_server_settle(&f->server);
    assert_int_equal(test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM brief"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_date_is_due_once_its_time_has_come),
        cmocka_unit_test(one_run_makes_up_for_days_of_standstill),
        cmocka_unit_test(a_new_server_waits_for_its_first_night),
        cmocka_unit_test(the_edges_of_the_day_are_the_districts),
        cmocka_unit_test(a_clock_set_back_or_a_time_of_never_runs_nothing),
        TEST(the_lane_runs_it_every_night),
        TEST(it_catches_up_after_a_standstill_and_never_twice),
        TEST(pushes_go_on_between_its_slices),
        TEST(a_full_disk_puts_it_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
