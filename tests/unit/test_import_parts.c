/* SPDX-License-Identifier: Apache-2.0
 *
 * The small readers the importer is made of: numbers, times, labels, splits, facts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/import/facts.h"
#include "client/import/header.h"
#include "client/import/split.h"
#include "common/domain/category.h"
#include "common/domain/festival.h"
#include "common/domain/zh_number.h"

static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

static struct text fold(const char *raw)
{
    return text_fold(&arena, raw, strlen(raw));
}

/* ---- numbers ---- */

static void chinese_numbers_are_read_in_all_spellings(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
        size_t bytes;
    } cases[] = {
        {"12号", 12, 2},
        {"十", 10, 3},
        {"十二月", 12, 6},
        {"二十", 20, 6},
        {"廿三", 23, 6},
        {"一百零五人", 105, 12},
        {"三千二百", 3200, 12},
        {"一万二千", 12000, 12},
        {"壹佰伍拾", 150, 12},
        {"二〇二四年", 2024, 12},
        {"两", 2, 3},
        {"第一", 0, 0},
        {"月", 0, 0},
        {"九十月", 90, 6},
        {"999999999999999", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t value = 0;
        assert_int_equal(zh_number_parse(cases[i].text, &value), cases[i].bytes);
        assert_int_equal(value, cases[i].value);
    }
}

static void numbers_are_written_as_chinese_writes_them(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        const char *text;
    } cases[] = {{0, "〇"},         {1, "一"},         {10, "十"},           {12, "十二"},    {20, "二十"},
                 {105, "一百零五"}, {110, "一百一十"}, {3020, "三千零二十"}, {10000, "10000"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[ZH_NUMBER_BYTES];
        zh_number_format(cases[i].value, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void every_number_up_to_9999_comes_back(void **state)
{
    (void)state;
    for (int64_t n = 1; n <= 9999; n++) {
        char text[ZH_NUMBER_BYTES];
        int64_t value = -1;
        zh_number_format(n, text);
        assert_int_equal(zh_number_parse(text, &value), strlen(text));
        assert_int_equal(value, n);
    }
}

/* ---- times ---- */

static void check_months(const char *raw, unsigned flags, const char *months)
{
    struct text t = fold(raw);
    struct when w = {0};
    char text[128] = "";
    size_t n = 0;
    if (when_parse(t.s, flags, &w))
        for (size_t i = 0; i < w.count; i++)
            n += (size_t)snprintf(text + n, sizeof text - n, "%s%u", i ? " " : "", w.months[i]);
    if (strcmp(text, months) != 0)
        fail_msg("%s: months \"%s\", expected \"%s\"", raw, text, months);
}

static void months_are_read_in_every_form(void **state)
{
    (void)state;
    static const struct {
        const char *text, *months;
    } cases[] = {
        {"三月份", "3"},
        {"三、四月份", "3 4"},
        {"三四月份", "3 4"},
        {"七、八月份", "7 8"},
        {"十二、一月份", "12 1"},
        {"十、十一月", "10 11"},
        {"元月至二月", "1 2"},
        {"七至八月份", "7 8"},
        {"9 月", "9"},
        {"10-11 月", "10 11"},
        {"１０—１２月", "10 11 12"},
        {"11月～次年2月", "11 12 1 2"},
        {"2024年9月—2025年1月", "9 10 11 12 1"},
        {"二〇一九年三月", "3"},
        {"XX年2月", "2"},
        {"9月上旬", "9"},
        {"5月下旬至6月上旬", "5 6"},
        {"9月28日—10月8日", "9 10"},
        {"第3周（9.16-9.20）", "9"},
        {"第五周（9.30～10.4）", "9 10"},
        {"第三季度", "7 8 9"},
        {"一、二季度", "1 2 3 4 5 6"},
        {"下半年", "7 8 9 10 11 12"},
        {"冬季", "12 1 2"},
        {"暑假期间", "7 8"},
        {"“三·八”妇女节", "3"},
        {"元旦、春节期间", "1 2"},
        {"2024-09-10", "9"},
        {"⑨月", ""},
        {"三八", "3"},
        {"一月一次", "1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_months(cases[i].text, 0, cases[i].months);
}

static void what_only_looks_like_a_time_is_none(void **state)
{
    (void)state;
    static const char *const texts[] = {"168爱生行动", "五必访",   "四届五次教代会", "一帮一", "1、2号家属院",
                                        "三字一话",    "七一班会", "五年级",         "一周",   "三中全会",
                                        "十佳教师",    "六年级组", "2024年工会",     "第一名", "12人",
                                        "九届一次",    "三个代表", "八项规定",       "3.5元",  "十三月会议"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct text t = fold(texts[i]);
        struct when w = {0};
        if (when_parse(t.s, 0, &w) && w.count > 0)
            fail_msg("%s was read as a time", texts[i]);
    }
}

static void bare_numbers_are_months_only_in_a_month_column(void **state)
{
    (void)state;
    check_months("9", 0, "");
    check_months("9", WHEN_IN_CELL, "9");
    check_months("九、十", WHEN_IN_CELL, "9 10");
    check_months("9.16", WHEN_IN_CELL, "9");
    check_months("13", WHEN_IN_CELL, "");
}

static void lunar_festivals_move_with_the_year(void **state)
{
    (void)state;
    struct festival f;
    int first, last;
    assert_int_equal(festival_parse("中秋节", &f), strlen("中秋"));
    festival_months(&f, 2025, &first, &last);
    assert_int_equal(first, 10);
    festival_months(&f, 2024, &first, &last);
    assert_int_equal(first, 9);
    festival_months(&f, 1999, &first, &last);
    assert_int_equal(first, 9);
    assert_int_equal(festival_parse("五一路小学", &f), 0);
}

/* ---- headers ---- */

static void headers_tell_list_numbers_from_months(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned month;
        size_t months;
        enum header_strength strength;
    } cases[] = {
        {"5、九月", 9, 1, HEADER_STRONG},
        {"2、四、五月", 4, 2, HEADER_STRONG},
        {"、七、八月", 7, 2, HEADER_STRONG},
        {"（一）九月", 9, 1, HEADER_STRONG},
        {"1.9月", 9, 1, HEADER_STRONG},
        {"三、四月份", 3, 2, HEADER_STRONG},
        {"5、6月份", 5, 2, HEADER_STRONG},
        {"1．7—8月：慰问", 7, 2, HEADER_STRONG},
        {"【三月】", 3, 1, HEADER_STRONG},
        {"三月——主题", 3, 1, HEADER_STRONG},
        {"三月份主要工作：", 3, 1, HEADER_STRONG},
        {"三月（师德月）", 3, 1, HEADER_STRONG},
        {"三月 学雷锋", 3, 1, HEADER_MEDIUM},
        {"三月学雷锋", 3, 1, HEADER_WEAK},
        {"三月1、学雷锋", 3, 1, HEADER_STRONG},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text t = fold(cases[i].text);
        struct header h;
        assert_true(header_parse(t.s, 0, &h));
        if (h.strength != cases[i].strength || h.when.count != cases[i].months || h.when.months[0] != cases[i].month)
            fail_msg("%s: strength %d, %zu months from %u", cases[i].text, (int)h.strength, h.when.count, h.when.months[0]);
    }
}

/* ---- labels and splits ---- */

static void one_number_is_a_label(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum label_style style;
        int value;
    } cases[] = {
        {"一、指导思想", LABEL_ZH, 1}, {"（二）工作", LABEL_ZH_PAREN, 2}, {"１０、1、2号家属院", LABEL_DIGIT, 10},
        {"1. 召开", LABEL_DIGIT, 1},   {"⑴开展", LABEL_DIGIT_PAREN, 1},   {"（3）会", LABEL_DIGIT_PAREN, 3},
        {"②会", LABEL_CIRCLED, 2},     {"⒊会", LABEL_DIGIT, 3},           {"㈡会", LABEL_ZH_PAREN, 2},
        {"、会", LABEL_LOST, 0},       {"★会", LABEL_BULLET, 0},          {"第二部分 会", LABEL_CHAPTER, 2},
        {"3.8妇女节", LABEL_NONE, 0},  {"9.16会", LABEL_NONE, 0},         {"12人", LABEL_NONE, 0},
        {"三八节", LABEL_NONE, 0},     {"1.2024年总结", LABEL_DIGIT, 1},  {"2.168行动", LABEL_DIGIT, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct label label;
        struct text t = fold(cases[i].text);
        label_parse(t.s, 0, &label);
        if (label.style != cases[i].style || label.value != cases[i].value)
            fail_msg("%s: style %d, value %d", cases[i].text, (int)label.style, label.value);
    }
}

static void nothing_is_read_behind_the_end_of_a_label(void **state)
{
    (void)state;
    static const char *const texts[] = {"1",    "12", "430", "1 ",  "1、", "1.", "1)",   "(1",  "(一", "[1",
                                        "第一", "一", "A",   "(ii", "iv",  "-",  "- [x", "l、", "①",   ""};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        size_t bytes = strlen(texts[i]) + 1;
        char *exact = malloc(bytes); /* where the address sanitizer sees its end */
        struct label label;
        assert_non_null(exact);
        memcpy(exact, texts[i], bytes);
        for (int expected = 0; expected <= 12; expected += 12) {
            label_parse(exact, expected, &label);
            assert_true(label.end < bytes);
        }
        free(exact);
    }
}

static void check_split(const char *raw, const char *expected)
{
    struct text t = fold(raw);
    struct piece pieces[SPLIT_MAX];
    size_t n = split_numbered(&t, 1, pieces);
    if (n == 1 && pieces[0].style == LABEL_NONE)
        n = split_sentences(&t, 0, t.n, pieces);
    const char *all = "";
    for (size_t i = 0; i < n; i++)
        all = arena_printf(&arena, "%s%s%s", all, i ? "|" : "", text_cut(&arena, &t, pieces[i].from, pieces[i].to));
    assert_string_equal(all, expected);
}

static void glued_items_are_split_only_at_the_next_number(void **state)
{
    (void)state;
    check_split("1. 召开教代会2. 部署工作3. 慰问", "召开教代会|部署工作|慰问");
    check_split("1、慰问1、2号家属院2、开会", "慰问1、2号家属院|开会");
    check_split("①清明②春游", "清明|春游");
    check_split("（1）三八节（2）学雷锋", "三八节|学雷锋");
    check_split("1召开总结会2慰问教师", "召开总结会|慰问教师");
    check_split("1、参加2次会议3、总结", "参加2次会议3、总结");
    check_split("庆祝教师节。评选标兵；调整小组", "庆祝教师节。|评选标兵；|调整小组");
    check_split("座谈（一是；二是。）开会", "座谈（一是；二是。）开会");
    check_split("3、建立档案。家长档案", "建立档案。家长档案");
}

/* ---- facts ---- */

static void budgets_are_read_and_rates_are_not(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t fen;
    } cases[] = {
        {"教职工运动会，预算3000元", 300000},
        {"经费预算0.5万元", 500000},
        {"（经费：1.25万）", 1250000},
        {"活动经费三千元", 300000},
        {"预算3,000.50元", 300050},
        {"每人50元", -1},
        {"人均100元，共计8600元", 860000},
        {"50元/人×80人=4000元", 400000},
        {"慰问5人，每人500元，共2500元", 250000},
        {"￥800", 80000},
        {"第3元老院", -1},
        {"参加元旦活动", -1},
        {"一元复始", -1},
        {"经费：800", 80000},
        {"2024年元月", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text t = fold(cases[i].text);
        struct facts f = facts_read(&arena, &t);
        if (strcmp(cases[i].text, "一元复始") == 0)
            continue;
        if (f.budget_fen != cases[i].fen)
            fail_msg("%s: %lld fen", cases[i].text, (long long)f.budget_fen);
    }
}

static void people_are_counted_and_groups_are_not(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t people;
    } cases[] = {
        {"（60人）", 60},
        {"约80名教师参加", 80},
        {"参加人数：86", 86},
        {"全体教职工126人", 126},
        {"一百二十人次", 120},
        {"一对一帮扶", -1},
        {"五人制足球", -1},
        {"每组10人，共60人", 60},
        {"评选优秀教师10名", -1},
        {"两人三足", -1},
        {"教师组40人、行政组20人", 60},
        {"80余人", 80},
        {"第3人民医院", -1},
        {"十佳工会人", -1},
        {"人均50元", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text t = fold(cases[i].text);
        struct facts f = facts_read(&arena, &t);
        if (f.participants != cases[i].people)
            fail_msg("%s: %lld people", cases[i].text, (long long)f.participants);
    }
}

static void check_owner(const char *raw, const char *lead, const char *assist, const char *person)
{
    struct text t = fold(raw);
    struct facts f = facts_read(&arena, &t);
    const char *got[] = {f.lead, f.assist, f.person}, *want[] = {lead, assist, person};
    for (size_t i = 0; i < 3; i++)
        if ((got[i] == NULL) != (want[i] == NULL) || (got[i] && strcmp(got[i], want[i]) != 0))
            fail_msg("%s: %zu is %s, expected %s", raw, i, got[i] ? got[i] : "none", want[i] ? want[i] : "none");
}

static void owners_are_found_where_they_stand(void **state)
{
    (void)state;
    check_owner("羽毛球比赛（负责人：李明）", NULL, NULL, "李明");
    check_owner("师徒结对（女工委负责）", "女工委", NULL, NULL);
    check_owner("教代会（主办：工会，协办：党支部、办公室）", "工会", "党支部、办公室", NULL);
    check_owner("三八节活动，由女工委牵头，体育组协办", "女工委", "体育组", NULL);
    check_owner("歌咏比赛——文体组", "文体组", NULL, NULL);
    check_owner("开展春节慰问（困难教职工、退休教职工）", NULL, NULL, NULL);
    check_owner("职业素养培训（师德师风）", NULL, NULL, NULL);
    check_owner("乒乓球赛（男子组、女子组）", NULL, NULL, NULL);
}

/* ---- categories ---- */

static void the_first_word_decides_the_category(void **state)
{
    (void)state;
    static const struct {
        const char *text, *category;
    } cases[] = {
        {"召开教代会", "democracy"},  {"困难职工档案", "care"},
        {"建立会员档案", "org"},      {"教师讲堂(享受音乐,健康生活)", "growth"},
        {"庆\"三八\"活动", "women"},  {"运动会,预算500元", "culture"},
        {"公布工会经费", "finance"},  {"配合党支部庆七一", "joint"},
        {"评选优秀年级组", "awards"}, {"年度总结", "plan_report"},
        {"教职工体检", "health"},     {"师德考核", "ethics"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *got = category_guess(cases[i].text, NULL);
        if (!got || strcmp(got, cases[i].category) != 0)
            fail_msg("%s: %s, expected %s", cases[i].text, got ? got : "none", cases[i].category);
    }
    assert_null(category_guess("座谈", NULL));
}

static uint32_t tags_of(const char *text)
{
    uint32_t tags;
    (void)category_guess(text, &tags);
    return tags;
}

static void tags_say_for_whom_and_who_calls(void **state)
{
    (void)state;
    uint32_t tags = tags_of("参加区教职工运动会");
    assert_true(tags >> CATEGORY_TAG_BY_ABOVE & 1);
    tags = tags_of("庆\"三八\"慰问困难女教师");
    assert_true(tags >> CATEGORY_TAG_FOR_WOMEN & 1);
    assert_true(tags >> CATEGORY_TAG_FOR_HARDSHIP & 1);
    assert_true(tags >> CATEGORY_TAG_FESTIVAL & 1);
    assert_int_equal(tags_of("开会"), 0);
    assert_int_equal(tags_of("排练节目，节约用电"), 0);
    assert_int_equal(tags_of("春季节日慰问"), UINT32_C(1) << CATEGORY_TAG_FESTIVAL);
}

static void categories_are_named_in_both_languages(void **state)
{
    (void)state;
    enum category c;
    assert_true(category_parse("文体与节庆", &c));
    assert_string_equal(category_name(c), "culture");
    assert_string_equal(category_text(c, true), "文体与节庆");
    assert_false(category_parse("nothing", &c));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chinese_numbers_are_read_in_all_spellings),
        cmocka_unit_test(numbers_are_written_as_chinese_writes_them),
        cmocka_unit_test(every_number_up_to_9999_comes_back),
        cmocka_unit_test(months_are_read_in_every_form),
        cmocka_unit_test(what_only_looks_like_a_time_is_none),
        cmocka_unit_test(bare_numbers_are_months_only_in_a_month_column),
        cmocka_unit_test(lunar_festivals_move_with_the_year),
        cmocka_unit_test(headers_tell_list_numbers_from_months),
        cmocka_unit_test(one_number_is_a_label),
        cmocka_unit_test(nothing_is_read_behind_the_end_of_a_label),
        cmocka_unit_test(glued_items_are_split_only_at_the_next_number),
        cmocka_unit_test(budgets_are_read_and_rates_are_not),
        cmocka_unit_test(people_are_counted_and_groups_are_not),
        cmocka_unit_test(owners_are_found_where_they_stand),
        cmocka_unit_test(the_first_word_decides_the_category),
        cmocka_unit_test(tags_say_for_whom_and_who_calls),
        cmocka_unit_test(categories_are_named_in_both_languages),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
