/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole documents: what is refused and how, terms and years, binding, bodies, doubts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "client/import/import.h"
#include "common/base/buf.h"
#include "common/domain/month.h"

static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, IMPORT_ARENA_BYTES);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

static enum status read_bytes(const char *name, const void *data, size_t bytes, struct import_result *out, struct err *err)
{
    struct import_source source = {.name = name, .data = data, .size_bytes = bytes};
    return import_read(&source, &arena, out, err);
}

static struct import_result read_plan(const char *text)
{
    struct import_result result;
    struct err err = {0};
    if (read_bytes("plan.txt", text, strlen(text), &result, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    return result;
}

static bool has_doubt(const struct import_result *result, enum import_doubt_code code)
{
    for (size_t i = 0; i < result->doubt_count; i++)
        if (result->doubts[i].code == code)
            return true;
    return false;
}

/* ---- refusals ---- */

static void check_refused(const char *name, const void *data, size_t bytes, const char *says)
{
    struct import_result result = {.plan_count = 77};
    struct err err = {0};
    enum status s = read_bytes(name, data, bytes, &result, &err);
    assert_int_equal(s, STATUS_NOT_UNDERSTOOD);
    assert_int_equal(status_exit_code(s), 7);
    assert_int_equal(result.plan_count, 77); /* untouched */
    if (!strstr(err.text, says))
        fail_msg("%s: \"%s\" does not say \"%s\"", name, err.text, says);
}

static void what_cannot_be_read_is_told_with_a_next_step(void **state)
{
    (void)state;
    static const unsigned char ole[600] = {0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1};
    check_refused("a.txt", "", 0, "empty");
    check_refused("a.doc", ole, sizeof ole, ".docx");
    check_refused("a.wps", ole, sizeof ole, ".docx");
    check_refused("a.xls", ole, sizeof ole, ".xlsx");
    check_refused("a.docx", ole, sizeof ole, "password");
    check_refused("a.pdf", "%PDF-1.7 …", 9, "PDF");
    check_refused("a.rtf", "{\\rtf1 }", 8, "rich text");
    check_refused("a.docx", "PK\3\4 no zip at all", 18, "damaged");
    check_refused("a.txt", "a\0b", 3, "binary");
    static const char wrong[] = "工会工作计划\n三月：\n1、慰问\xFF\xFE老师\n四月：\n1、开会\n五月：\n1、开会\n";
    check_refused("a.txt", wrong, sizeof wrong - 1, "line 3");
}

static void what_is_no_plan_is_refused(void **state)
{
    (void)state;
    static const char news[] =
        "我校工会召开工作会议\n2024年3月5日，我校工会召开会议，部署三月、四月工作。\n4月将召开教代会。\n全体教师参加了会议。\n";
    static const char summary[] = "2023年工会工作总结\n一、主要工作\n1、三月，庆三八。\n二、存在不足\n三、今后打算\n";
    static const char poem[] = "春眠不觉晓\n处处闻啼鸟\n";
    check_refused("a.txt", news, sizeof news - 1, "no work plan");
    check_refused("a.txt", summary, sizeof summary - 1, "总结");
    check_refused("a.txt", poem, sizeof poem - 1, "no work plan");
    static const char prizes[] =
        "教职工比赛获奖统计表（2023年）\n时间\t比赛项目\t奖项\n4月\t羽毛球赛\t二等奖\n10月\t合唱赛\t一等奖\n";
    static const char duty[] = "国庆值班安排表\n日期\t带班领导\t值班教师\n10月1日\t王校长\t李明\n10月2日\t赵主任\t孙丽\n";
    check_refused("a.txt", prizes, sizeof prizes - 1, "获奖统计表");
    check_refused("a.txt", duty, sizeof duty - 1, "值班安排表");
}

static void what_tells_what_was_done_is_refused(void **state)
{
    (void)state;
    static const char months[] = "三月份：为庆祝节日，工会组织了插花活动；月底为生病教师送去了慰问品。\n"
                                 "四月份：工会举行了健步走，教师们都参加了；中旬召开了教代会。\n"
                                 "五月份：为各班发放了图书，受到好评。\n";
    static const char table[] = "一年来，工会开展了多项文体活动，活跃了教师的生活。\n全年共组织活动3次，增强了凝聚力（见表1）。\n"
                                "表1 2023年活动开展情况\n序号\t活动时间\t活动名称\n1\t3月\t插花\n2\t4月\t健步走\n3\t9月\t茶话会\n";
    static const char list[] = "2023年工会文体活动情况表\n时间\t活动名称\n4月\t羽毛球赛\n10月\t合唱\n";
    static const char items[] = "工会工作月报\n3月：举办了插花\n4月：组织了踏青\n5月\n1、召开了教代会\n2、发放了图书\n";
    static const char rows[] = "时间\t活动内容\n3月\t举办了插花\n4月\t组织了踏青\n5月\t召开了教代会\n";
    check_refused("a.txt", items, sizeof items - 1, "what was done");
    check_refused("a.txt", rows, sizeof rows - 1, "what was done");
    check_refused("a.txt", months, sizeof months - 1, "what was done");
    check_refused("a.txt", table, sizeof table - 1, "what was done");
    static const char record[] = "2023年工会活动记录表\n时间\t活动名称\n4月\t羽毛球赛\n10月\t合唱\n";
    check_refused("a.txt", list, sizeof list - 1, "情况表");
    check_refused("a.txt", record, sizeof record - 1, "记录表");
}

static void a_plan_may_look_back_and_be_for_something(void **state)
{
    (void)state;
    struct import_result r =
        read_plan("过去一年，工会组织了许多活动，取得了成绩。\n三月份：\n1、为了增进了解，开展联谊活动，促进交流。\n"
                  "2、了解教师困难，走访慰问，送去温暖。\n四月份：\n1、除了登山，再组织健步走，人人参加。\n");
    assert_int_equal(r.plan_count, 1);
    assert_int_equal(r.plans[0].activity_count, 3);
    assert_false(has_doubt(&r, IMPORT_DOUBT_TOLD_AS_DONE));
    r = read_plan("时间\t活动内容\n3月\t插花\n4月\t表彰做出了成绩的教师\n5月\t验收完成了的项目\n6月\t总结\n9月\t登山\n");
    assert_int_equal(r.plans[0].activity_count, 5);
}

static void repeat(struct buf *out, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++)
        buf_puts(out, text);
}

static void documents_over_the_limits_are_refused_as_a_whole(void **state)
{
    (void)state;
    static const struct {
        const char *head, *body;
        size_t times;
        const char *says;
    } cases[] = {
        {"工会工作计划\n三月：", "慰问", 600000, "limit"},
        {"工会工作计划\n三月：", "慰问", 4000, "line 2"},
        {"工会工作计划\n", "三月\n", 30000, "lines"},
        {"工会工作计划\n三月：\n", "a。b。c。d。e。f。g。h。\n", 9000, "activities"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf text;
        buf_init(&text, 0);
        buf_puts(&text, cases[i].head);
        repeat(&text, cases[i].body, cases[i].times);
        check_refused("a.txt", buf_text(&text), text.len_bytes, cases[i].says);
        buf_done(&text);
    }
}

#define LEFT_PER_BYTE 60 /* of the arena, by a document of short lines; with all that is tried on them it would be 160 */

static void what_was_only_tried_on_a_line_leaves_no_memory_behind(void **state)
{
    (void)state;
    struct buf text;
    struct import_result result;
    struct err err = {0};
    buf_init(&text, 0);
    buf_puts(&text, "东街小学工会2026年工作计划\n三月份：\n1、三八节座谈\n四月份：\n1、教职工运动会\n");
    repeat(&text, "430慰问教师，责任人：王芳，预算500元，30人参加\n", 3000);
    assert_int_equal(read_bytes("a.txt", buf_text(&text), text.len_bytes, &result, &err), STATUS_OK);
    assert_in_range(arena.used_bytes, 1, LEFT_PER_BYTE * text.len_bytes);
    buf_done(&text);
}

static void titles_one_below_the_other_take_memory_by_their_number(void **state)
{
    (void)state;
    struct buf text;
    struct import_result result;
    struct err err = {0};
    buf_init(&text, 0);
    for (int i = 0; i < 4000; i++)
        buf_printf(&text, "东街小学第%d届工会工作计划\n", i);
    (void)!read_bytes("a.txt", buf_text(&text), text.len_bytes, &result, &err); /* a plan or none: as long as it comes to an end */
    assert_in_range(arena.used_bytes, 1, IMPORT_ARENA_BYTES);
    buf_done(&text);
}

/* ---- terms and years ---- */

static void check_term(const char *text, enum import_term term, const char *first, const char *last)
{
    struct import_result r = read_plan(text);
    char a[IMPORT_MONTH_TEXT_BYTES], b[IMPORT_MONTH_TEXT_BYTES];
    import_month_format(r.plans[0].year, (unsigned)r.plans[0].first, a);
    import_month_format(r.plans[0].year, (unsigned)r.plans[0].last, b);
    if (r.plans[0].term != term || strcmp(a, first) != 0 || strcmp(b, last) != 0)
        fail_msg("%s: %s %s–%s", text, import_term_name(r.plans[0].term), a, b);
}

static void months_walk_into_the_next_year(void **state)
{
    (void)state;
    check_term("2024—2025学年工会工作计划\n九月\n1、a\n十二月\n1、a\n三月\n1、a\n六月\n1、b", IMPORT_TERM_SCHOOL_YEAR, "2024-09",
               "2025-06");
    check_term("2023年度工会工作计划\n三月\n1、a\n九月\n1、a\n十二月\n1、a\n一、二月\n1、b", IMPORT_TERM_YEAR, "2023-03",
               "2024-02");
    check_term("工会工作计划\n十二、一月份\n1、a\n二月份\n1、b\n三月\n1、c", IMPORT_TERM_SEMESTER, "Y-12", "Y+1-03");
    check_term("2024-2025学年第二学期工会工作计划\n二月\n1、a\n六月\n1、b", IMPORT_TERM_SEMESTER, "2025-02", "2025-06");
    check_term("20xx年学校工会工作计划\n一月\n1、a\n十二月\n1、b", IMPORT_TERM_YEAR, "Y-01", "Y-12");
    check_term("工会工作计划\n2024年9月\n1、a\n2025年1月\n1、b", IMPORT_TERM_SEMESTER, "2024-09", "2025-01");
}

static void a_slip_backwards_stays_in_its_year(void **state)
{
    (void)state;
    struct import_result r = read_plan("工会工作计划\n二月\n1、a\n四月\n1、b\n三月\n1、c\n五月\n1、d");
    assert_int_equal(r.plans[0].last, 4);
    assert_true(has_doubt(&r, IMPORT_DOUBT_MONTHS_DESCEND));
}

static void masked_and_missing_years_are_never_resolved(void **state)
{
    (void)state;
    struct import_result r = read_plan("XX年学校工会工作计划\n三月\n1、a\n四月\n1、b");
    assert_int_equal(r.plans[0].year, 0);
    assert_string_equal(r.plans[0].year_text, "XX年");
    assert_true(has_doubt(&r, IMPORT_DOUBT_YEAR_MASKED));
    r = read_plan("学校工会工作计划\n发布时间：2019-04-17 12:58:53\n三月\n1、a\n四月\n1、b");
    assert_int_equal(r.plans[0].year, 0);
    assert_true(has_doubt(&r, IMPORT_DOUBT_YEAR_MISSING));
}

/* ---- binding ---- */

static void a_plan_is_bound_to_its_first_month(void **state)
{
    (void)state;
    struct import_result r = read_plan("工会工作计划\n九月\n1、a\n十一、十二月\n1、b\n一月\n1、c");
    struct import_binding b;
    struct err err = {0};
    int32_t month = INT32_MIN;
    assert_int_equal(import_bind(&r.plans[0], month_make(2024, 9), &arena, &b, &err), STATUS_OK);
    assert_int_equal(b.first, month_make(2024, 9));
    assert_int_equal(b.last, month_make(2025, 1));
    assert_int_equal(month_set_count(b.months[1]), 2);
    assert_true(month_set_has(b.months[1], month_make(2024, 12)));
    assert_true(month_set_next(b.months[2], &month));
    assert_int_equal(month, month_make(2025, 1));
}

static void a_wrong_first_month_is_refused(void **state)
{
    (void)state;
    struct import_result r = read_plan("2024年工会工作计划\n三月\n1、a\n四月\n1、b");
    struct import_binding b;
    struct err err = {0};
    int32_t from = 0;
    assert_int_equal(import_bind(&r.plans[0], month_make(2024, 9), &arena, &b, &err), STATUS_NOT_UNDERSTOOD);
    assert_int_equal(import_bind(&r.plans[0], month_make(2023, 3), &arena, &b, &err), STATUS_NOT_UNDERSTOOD);
    assert_non_null(strstr(err.text, "2024-03"));
    assert_true(import_first_month(&r.plans[0], &from));
    assert_int_equal(from, month_make(2024, 3));
    assert_int_equal(import_bind(&r.plans[0], from, &arena, &b, &err), STATUS_OK);
    r = read_plan("2024年工会工作计划\n一、指导思想\n二、主要工作\n三、措施");
    assert_false(import_first_month(&r.plans[0], &from));
    assert_int_equal(import_bind(&r.plans[0], month_make(2024, 1), &arena, &b, &err), STATUS_NOT_UNDERSTOOD);
}

/* ---- bodies, plans, sections ---- */

static void the_issuing_body_is_read_from_the_title(void **state)
{
    (void)state;
    static const struct {
        const char *title;
        enum import_body body;
    } cases[] = {
        {"XX小学工会工作计划", IMPORT_BODY_UNION},         {"女职工委员会工作计划", IMPORT_BODY_WOMEN},
        {"工会经费审查委员会工作计划", IMPORT_BODY_AUDIT}, {"语文组工会小组工作计划", IMPORT_BODY_GROUP},
        {"学校团委工作计划", IMPORT_BODY_LEAGUE},          {"2024年学校工作计划", IMPORT_BODY_SCHOOL},
        {"第三分工会工作计划", IMPORT_BODY_GROUP},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct import_result r = read_plan(arena_printf(&arena, "%s\n三月\n1、a\n四月\n1、b", cases[i].title));
        if (r.plans[0].body != cases[i].body)
            fail_msg("%s: %s", cases[i].title, import_body_name(r.plans[0].body));
    }
}

static void glued_plans_come_apart(void **state)
{
    (void)state;
    struct import_result r = read_plan("工会工作计划\n一、主要目标\n二、具体工作\n三、安排\n二月份：\n（1）a\n六月份：\n（1）b\nXX"
                                       "年2月\n 一、指导思想\nc\n二、主要工作\nd\n"
                                       "三、月主要活动安排\n三月份：\n1.e\n四月份：\nf\nXX小学工会\n");
    assert_int_equal(r.plan_count, 2);
    assert_null(r.plans[1].title);
    assert_int_equal(r.plans[0].activity_count, 2);
    assert_int_equal(r.plans[1].activity_count, 2);
    assert_int_equal(r.plans[1].section_count, 6);
    assert_int_equal(r.plans[1].sections[5].kind, IMPORT_SIGNATURE);
    assert_true(has_doubt(&r, IMPORT_DOUBT_GLUED_PLAN));
}

static void a_plan_without_a_schedule_is_legal(void **state)
{
    (void)state;
    struct import_result r =
        read_plan("2024年工会工作计划\n一、指导思想\n以人为本。\n二、主要工作\n（一）民主管理\n开好教代会。\n");
    assert_int_equal(r.plans[0].activity_count, 0);
    assert_int_equal(r.plans[0].first, -1);
    assert_int_equal(r.plans[0].section_count, 5);
    assert_string_equal(r.plans[0].sections[3].label, "（一）");
    assert_int_equal(r.plans[0].sections[3].level, 2);
    assert_true(has_doubt(&r, IMPORT_DOUBT_NO_SCHEDULE));
}

static void notes_totals_and_closing_words_are_no_activities(void **state)
{
    (void)state;
    struct import_result r = read_plan("2024年工会工作计划\n三月：\n1、庆三八\n四月：\n1、春游\n注：时间可能变动\n1、以通知为准\n总"
                                       "之，我们将努力工作。\nXX小学工会\n2024年1月\n");
    assert_int_equal(r.plans[0].activity_count, 2);
    assert_true(has_doubt(&r, IMPORT_DOUBT_ITEM_OR_TEXT) || r.plans[0].section_count >= 5);
}

static void every_doubt_has_a_name_and_both_texts(void **state)
{
    (void)state;
#define DOUBT(upper, lower, text, text_zh)                                                                                         \
    assert_string_equal(import_doubt_name(IMPORT_DOUBT_##upper), #lower);                                                          \
    assert_true(*import_doubt_text(IMPORT_DOUBT_##upper, false) && *import_doubt_text(IMPORT_DOUBT_##upper, true));
#include "client/import/doubt.def"
#undef DOUBT
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_cannot_be_read_is_told_with_a_next_step, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_plan_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_tells_what_was_done_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_plan_may_look_back_and_be_for_something, set_up, tear_down),
        cmocka_unit_test_setup_teardown(documents_over_the_limits_are_refused_as_a_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_only_tried_on_a_line_leaves_no_memory_behind, set_up, tear_down),
        cmocka_unit_test_setup_teardown(titles_one_below_the_other_take_memory_by_their_number, set_up, tear_down),
        cmocka_unit_test_setup_teardown(months_walk_into_the_next_year, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_slip_backwards_stays_in_its_year, set_up, tear_down),
        cmocka_unit_test_setup_teardown(masked_and_missing_years_are_never_resolved, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_plan_is_bound_to_its_first_month, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wrong_first_month_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_issuing_body_is_read_from_the_title, set_up, tear_down),
        cmocka_unit_test_setup_teardown(glued_plans_come_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_plan_without_a_schedule_is_legal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(notes_totals_and_closing_words_are_no_activities, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_doubt_has_a_name_and_both_texts, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
