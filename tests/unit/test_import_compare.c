/* SPDX-License-Identifier: Apache-2.0
 *
 * Which items of a newer version of a plan are which of the version held. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/import/compare.h"
#include "common/domain/month.h"

#define MONTH(month) ((int64_t)(24288 + (month)-1) << 40 | 1)
#define COUNT(items) (sizeof(items) / sizeof(items)[0])

static struct arena arena;

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

#define CHECK_PAIRS(held, fresh, ...)                                                                                              \
    do {                                                                                                                           \
        const size_t expected[] = {__VA_ARGS__};                                                                                   \
        size_t pairs[COUNT(fresh)];                                                                                                \
        compare_items(&arena, held, COUNT(held), fresh, COUNT(fresh), pairs);                                                      \
        assert_int_equal(COUNT(expected), COUNT(fresh));                                                                           \
        for (size_t i = 0; i < COUNT(fresh); i++)                                                                                  \
            assert_true(pairs[i] == expected[i]);                                                                                  \
    } while (0)

static void the_same_text_pairs_whatever_its_width_spaces_and_punctuation(void **state)
{
    (void)state;
    const struct compare_item held[] = {{"庆“三八”节活动。", MONTH(3), false}, {"教职工体检", MONTH(4), false}};
    const struct compare_item fresh[] = {{"教职工 体检；", MONTH(4), false}, {"庆＂三八＂节活动", MONTH(3), false}};
    CHECK_PAIRS(held, fresh, 1, 0);
}

static void an_event_that_stands_twice_stays_two(void **state)
{
    (void)state;
    const struct compare_item held[] = {{"召开教代会", MONTH(6), false}, {"召开教代会", MONTH(11), false}};
    const struct compare_item fresh[] = {
        {"召开教代会", MONTH(6), false}, {"工会总结", MONTH(6), false}, {"召开教代会", MONTH(11), false}};
    CHECK_PAIRS(held, fresh, 0, COMPARE_NONE, 1);
}

static void a_text_in_another_month_was_moved(void **state)
{
    (void)state;
    const struct compare_item held[] = {{"教职工篮球赛", MONTH(4), true}};
    const struct compare_item fresh[] = {{"教职工篮球赛", MONTH(5), false}};
    CHECK_PAIRS(held, fresh, 0);
}

static void the_unchanged_item_is_preferred_to_the_moved_one(void **state)
{
    (void)state;
    const struct compare_item held[] = {{"慰问退休教师", MONTH(9), false}, {"慰问退休教师", MONTH(10), false}};
    const struct compare_item fresh[] = {{"慰问退休教师", MONTH(10), false}};
    CHECK_PAIRS(held, fresh, 1);
}

static void a_reworded_item_keeps_its_own_though_its_place_changed(void **state)
{
    (void)state;
    const struct compare_item held[] = {{"召开教代会", MONTH(6), true}, {"总结学年工会工作", MONTH(6), false}};
    const struct compare_item fresh[] = {{"安全知识竞赛", MONTH(6), false},
                                         {"总结学年工会工作，谋划下学年工作", MONTH(6), false},
                                         {"召开四届二次教代会", MONTH(6), false}};
    CHECK_PAIRS(held, fresh, COMPARE_NONE, 1, 0);
}

static void likeness_does_not_reach_over_months(void **state)
{
    (void)state;
    const struct compare_item held[] = {{"教职工篮球赛", MONTH(4), false}};
    const struct compare_item fresh[] = {{"教职工篮球友谊赛", MONTH(10), false}};
    CHECK_PAIRS(held, fresh, COMPARE_NONE);
}

static void a_place_takes_over_only_what_nothing_hangs_on(void **state)
{
    (void)state;
    const struct compare_item held[] = {{"教职工春季登山活动", MONTH(4), false}, {"教职工读书分享会", MONTH(5), true}};
    const struct compare_item fresh[] = {{"教职工健步走", MONTH(4), false}, {"教职工健步走比赛", MONTH(5), false}};
    assert_in_range(compare_alike(&arena, held[0].text, fresh[0].text), COMPARE_A_LITTLE, COMPARE_ALIKE - 1);
    assert_in_range(compare_alike(&arena, held[1].text, fresh[1].text), COMPARE_A_LITTLE, COMPARE_ALIKE - 1);
    CHECK_PAIRS(held, fresh, 0, COMPARE_NONE);
}

static void texts_with_nothing_in_common_are_two_things(void **state)
{
    (void)state;
    const struct compare_item held[] = {{"教职工篮球赛", MONTH(4), false}};
    const struct compare_item fresh[] = {{"慰问困难职工", MONTH(4), false}};
    CHECK_PAIRS(held, fresh, COMPARE_NONE);
}

static void ten_thousand_items_of_one_month_are_still_told_apart(void **state)
{
    (void)state;
    enum { N = 10000 };
    struct compare_item *held = ARENA_ARRAY(&arena, N, struct compare_item), *fresh = ARENA_ARRAY(&arena, N, struct compare_item);
    size_t *pairs = ARENA_ARRAY(&arena, N, size_t);
    for (int i = 0; i < N; i++)
        held[i] = fresh[N - 1 - i] = (struct compare_item){arena_printf(&arena, "活动%d号", i), MONTH(3), false};
    compare_items(&arena, held, N, fresh, N, pairs);
    for (size_t i = 0; i < N; i++)
        assert_true(pairs[i] == N - 1 - i);
}

static void likeness_is_a_share(void **state)
{
    (void)state;
    assert_int_equal(compare_alike(&arena, "春游", "春游。"), 1000);
    assert_int_equal(compare_alike(&arena, "春游", "体检"), 0);
    assert_int_equal(compare_alike(&arena, "", "体检"), 0);
    assert_true(compare_same_text(&arena, "ＡＢ工会", "ab 工会"));
    assert_false(compare_same_text(&arena, "工会", "工会小组"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_same_text_pairs_whatever_its_width_spaces_and_punctuation, start, stop),
        cmocka_unit_test_setup_teardown(an_event_that_stands_twice_stays_two, start, stop),
        cmocka_unit_test_setup_teardown(a_text_in_another_month_was_moved, start, stop),
        cmocka_unit_test_setup_teardown(the_unchanged_item_is_preferred_to_the_moved_one, start, stop),
        cmocka_unit_test_setup_teardown(a_reworded_item_keeps_its_own_though_its_place_changed, start, stop),
        cmocka_unit_test_setup_teardown(likeness_does_not_reach_over_months, start, stop),
        cmocka_unit_test_setup_teardown(a_place_takes_over_only_what_nothing_hangs_on, start, stop),
        cmocka_unit_test_setup_teardown(texts_with_nothing_in_common_are_two_things, start, stop),
        cmocka_unit_test_setup_teardown(ten_thousand_items_of_one_month_are_still_told_apart, start, stop),
        cmocka_unit_test_setup_teardown(likeness_is_a_share, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
