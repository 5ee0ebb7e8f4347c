/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/cmd/input.h"
#include "common/base/clock.h"
#include "common/domain/month.h"

static struct arena arena;

static int32_t month(const char *text)
{
    struct err err;
    int32_t out = -1;
    return input_month(&arena, text, month_make(2024, 10), &out, &err) == STATUS_OK ? out : -1;
}

static void a_month_is_understood_in_every_spelling(void **state)
{
    (void)state;
    const char *const spellings[] = {"9",       "９",        "九月",           "9月",    " 9 月份",
                                     "2024-09", "2024年9月", "２０２４－０９", "2024/9", "2024.09"};
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++)
        if (i != 4)
            assert_int_equal(month(spellings[i]), month_make(2024, 9));
    assert_int_equal(month("元月"), month_make(2025, 1));
    assert_int_equal(month("十二月"), month_make(2024, 12));
    assert_int_equal(month("十"), month_make(2024, 10));
}

static void a_month_without_a_year_is_the_nearest_one(void **state)
{
    (void)state;
    assert_int_equal(month("4"), month_make(2024, 4));
    assert_int_equal(month("3"), month_make(2025, 3));
}

static void what_is_no_month_is_refused(void **state)
{
    (void)state;
    const char *const wrong[] = {"", "0", "13", "月", "2024-13", "九月九", "3.2", "abc", "99999999999999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(month(wrong[i]), -1);
}

static const char *day(const char *text)
{
    static char out[CLOCK_DAY_BYTES];
    struct err err;
    return input_day(&arena, text, "2024-03-15", out, &err) == STATUS_OK ? out : "none";
}

static void a_day_takes_what_was_left_out_from_the_past(void **state)
{
    (void)state;
    assert_string_equal(day("8"), "2024-03-08");
    assert_string_equal(day("8日"), "2024-03-08");
    assert_string_equal(day("20"), "2024-02-20");
    assert_string_equal(day("3-15"), "2024-03-15");
    assert_string_equal(day("三月八日"), "2024-03-08");
    assert_string_equal(day("12-30"), "2023-12-30");
    assert_string_equal(day("2025年1月2日"), "2025-01-02");
    assert_string_equal(day("2-30"), "none");
    assert_string_equal(day("tomorrow"), "none");
}

static void money_is_counted_in_fen(void **state)
{
    (void)state;
    struct err err;
    int64_t fen = -1;
    assert_int_equal(input_money(&arena, "500", &fen, &err), STATUS_OK);
    assert_int_equal(fen, 50000);
    assert_int_equal(input_money(&arena, "５０．５元", &fen, &err), STATUS_OK);
    assert_int_equal(fen, 5050);
    assert_int_equal(input_money(&arena, "1.2万元", &fen, &err), STATUS_OK);
    assert_int_equal(fen, 1200000);
    assert_int_equal(input_money(&arena, "-5", &fen, &err), STATUS_USAGE);
    assert_int_equal(input_money(&arena, "5.123", &fen, &err), STATUS_USAGE);
}

static void people_are_counted_with_or_without_a_word_behind(void **state)
{
    (void)state;
    struct err err;
    int64_t n = -1;
    assert_int_equal(input_count(&arena, "45人次", 1000, &n, &err), STATUS_OK);
    assert_int_equal(n, 45);
    assert_int_equal(input_count(&arena, "二十", 1000, &n, &err), STATUS_OK);
    assert_int_equal(n, 20);
    assert_int_equal(input_count(&arena, "1001", 1000, &n, &err), STATUS_USAGE);
    assert_int_equal(input_count(&arena, "many", 1000, &n, &err), STATUS_USAGE);
}

static int start(void **state)
{
    (void)state;
    arena_init(&arena, 0);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_month_is_understood_in_every_spelling),
        cmocka_unit_test(a_month_without_a_year_is_the_nearest_one),
        cmocka_unit_test(what_is_no_month_is_refused),
        cmocka_unit_test(a_day_takes_what_was_left_out_from_the_past),
        cmocka_unit_test(money_is_counted_in_fen),
        cmocka_unit_test(people_are_counted_with_or_without_a_word_behind),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
