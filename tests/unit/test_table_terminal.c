/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "common/base/utf8.h"
#include "common/domain/month.h"
#include "common/table/table_line.h"
#include "common/table/table_writer.h"
#include "tests/harness/test.h"
#include "tests/harness/test_random.h"

static const struct table_style narrow = {.chinese = true, .width = 80, .zone_s = 28800};
static const struct table_style wide = {.chinese = true, .width = 200, .zone_s = 28800};

struct fixture {
    struct arena arena;
    struct buf out;
    struct err err;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    arena_init(&fixture.arena, 0);
    buf_init(&fixture.out, 0);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    buf_done(&f->out);
    arena_done(&f->arena);
    return 0;
}

static const char *print(struct fixture *f, const struct table *t, const struct table_style *style)
{
    buf_reset(&f->out);
    assert_int_equal(table_write(table_writer_find("terminal"), &t, 1, style, &f->out, &f->err), STATUS_OK);
    return buf_text(&f->out);
}

static struct table *activities(struct fixture *f, unsigned text_flags)
{
    int64_t months = 0;
    month_set_add(&months, month_make(2024, 9));
    month_set_add(&months, month_make(2024, 10));
    struct table *t = table_new(&f->arena, "activities", "Activities", "活动");
    table_add_column(t, "number", TABLE_TEXT, "No.", "编号", TABLE_FIXED);
    table_add_column(t, "months", TABLE_MONTH_SET, "Months", "月份", 0);
    table_add_column(t, "text", TABLE_TEXT, "Text", "内容", text_flags);
    table_add_column(t, "budget", TABLE_MONEY_FEN, "Budget", "预算", 0);
    table_add_column(t, "state", TABLE_ENUM, "State", "状态", 0);
    table_add_column(t, "id", TABLE_UUID, "Id", "标识", TABLE_DATA_ONLY);
    table_add_row(t);
    table_put_text(t, "3.1");
    table_put_int(t, months);
    table_put_text(
        t, "召开教职工代表大会，审议《学校章程》“修订稿”，听取校长工作报告和工会经费收支情况报告，开展民主评议学校领导干部工作");
    table_put_int(t, 125050);
    table_put_enum(t, "done", "done", "完成");
    table_put_text(t, "00000000-0000-7000-8000-000000000000");
    table_add_row(t);
    table_put_text(t, "女3.12");
    table_put_null(t);
    table_put_text(t, "庆“三八”妇女节 yoga class");
    table_put_int(t, -5);
    table_put_enum(t, "planned", "planned", "计划");
    return t;
}

/* The column at which needle starts in its line. */
static size_t column_of(const char *text, const char *needle, bool wide_quotes)
{
    const char *at = strstr(text, needle), *line = at;
    assert_non_null(at);
    while (line > text && line[-1] != '\n')
        line--;
    return utf8_width(line, (size_t)(at - line), wide_quotes);
}

static size_t widest_line(const char *text, bool wide_quotes)
{
    size_t widest = 0;
    for (const char *p = text; *p;) {
        size_t bytes = strcspn(p, "\n"), w = utf8_width(p, bytes, wide_quotes);
        widest = w > widest ? w : widest;
        p += bytes + (p[bytes] == '\n');
    }
    return widest;
}

static void columns_line_up_at_80_with_chinese_text(void **state)
{
    struct fixture *f = *state;
    const char *text = print(f, activities(f, 0), &narrow);
    assert_true(widest_line(text, false) <= 80);
    assert_non_null(strstr(text, "…"));
    assert_int_equal(column_of(text, "完成", false), column_of(text, "计划", false));
    assert_int_equal(column_of(text, "召开", false), column_of(text, "庆“", false));
    assert_int_equal(column_of(text, "1250.50", false) + strlen("1250.50"), column_of(text, "-0.05", false) + strlen("-0.05"));
    assert_null(strstr(text, "00000000-"));
}

static void nothing_is_cut_when_there_is_room(void **state)
{
    struct fixture *f = *state;
    const char *text = print(f, activities(f, 0), &wide);
    assert_true(widest_line(text, false) > 80);
    assert_null(strstr(text, "…"));
    assert_non_null(strstr(text, "开展民主评议学校领导干部工作"));
    assert_int_equal(column_of(text, "完成", false), column_of(text, "计划", false));
}

static void without_a_width_nothing_is_cut_at_all(void **state)
{
    struct fixture *f = *state;
    struct table_style style = narrow;
    style.width = 0;
    assert_null(strstr(print(f, activities(f, 0), &style), "…"));
}

static void a_wrapping_column_keeps_the_whole_text(void **state)
{
    struct fixture *f = *state;
    const char *text = print(f, activities(f, TABLE_WRAP), &narrow);
    assert_true(widest_line(text, false) <= 80);
    assert_null(strstr(text, "…"));
    struct buf joined; /* the pieces of the wrapped column in order make the text again */
    buf_init(&joined, 0);
    size_t at = column_of(text, "召开", false);
    for (const char *p = strstr(text, "3.1"); *p && strncmp(p, "女", strlen("女")) != 0;) {
        size_t bytes = strcspn(p, "\n"), skip = utf8_fit(p, bytes, at, false);
        const char *end = strstr(p + skip, "  ");
        buf_put(&joined, p + skip, end && end < p + bytes ? (size_t)(end - p) - skip : bytes - skip);
        p += bytes + 1;
    }
    assert_string_equal(
        buf_text(&joined),
        "召开教职工代表大会，审议《学校章程》“修订稿”，听取校长工作报告和工会经费收支情况报告，开展民主评议学校领导干部工作");
    buf_done(&joined);
}

static void ambiguous_characters_are_counted_as_the_terminal_draws_them(void **state)
{
    struct fixture *f = *state;
    struct table_style style = narrow;
    style.ambiguous_wide = true;
    const char *text = print(f, activities(f, 0), &style);
    assert_true(widest_line(text, true) <= 80);
    assert_int_equal(column_of(text, "完成", true), column_of(text, "计划", true));
}

static void latin_words_are_not_broken_when_wrapped(void **state)
{
    struct fixture *f = *state;
    struct table *t = table_new(&f->arena, "t", NULL, NULL);
    table_add_column(t, "text", TABLE_TEXT, "Text", NULL, TABLE_WRAP);
    table_add_row(t);
    table_put_text(t, "several ordinary words");
    struct table_style style = {.width = 12};
    assert_string_equal(print(f, t, &style), "Text\n------------\nseveral\nordinary\nwords\n");
}

static void a_line_neither_begins_with_closing_nor_ends_with_opening_punctuation(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t width;
        const char *line; /* the first one */
    } cases[] = {
        {"组织活动。下周", 8, "组织活"}, {"组织（下周）", 6, "组织"}, {"甲乙”。丙", 4, "甲"},  {"乙”。丙", 2, "乙"},
        {"one two", 5, "one "},          {"longword", 4, "long"},     {"中文word", 6, "中文"}, {"（", 1, "（"},
        {"。。。。。。", 6, "。。。"},   {"abc", 3, "abc"},           {"“甲”", 2, "“"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t bytes = table_line_bytes(cases[i].text, cases[i].width, true);
        assert_int_equal(bytes, strlen(cases[i].line));
        assert_memory_equal(cases[i].text, cases[i].line, bytes);
    }
}

/* Every first line of every text is whole characters, and never empty. */
static void a_line_is_never_empty_and_never_cut_inside_a_character(void **state)
{
    (void)state;
    static const char *const parts[] = {"中", "，", "（", "a", " ", "“", "e\xCC\x81", "。", "\xFF"};
    uint64_t seed = 1;
    for (int round = 0; round < 20000; round++) {
        char text[64] = "";
        size_t length = 0;
        for (int i = 0; i < 12; i++) {
            const char *part = parts[test_random_below(&seed, sizeof parts / sizeof parts[0])];
            memcpy(text + length, part, strlen(part) + 1);
            length += strlen(part);
        }
        size_t width = (size_t)(seed >> 40) % 12;
        size_t bytes = table_line_bytes(text, width, round % 2);
        assert_in_range(bytes, 1, length);
        assert_true(((unsigned char)text[bytes] & 0xC0) != 0x80);
        assert_true(utf8_width(text, bytes, round % 2) <= (width < 2 ? 2 : width));
    }
}

static void too_many_columns_become_blocks_not_broken_lines(void **state)
{
    struct fixture *f = *state;
    struct table *t = table_new(&f->arena, "t", "T", "表");
    for (int i = 0; i < 20; i++)
        table_add_column(t, arena_printf(&f->arena, "k%d", i), TABLE_DAY, "Day", arena_printf(&f->arena, "日期%d", i), 0);
    table_add_row(t);
    for (int i = 0; i < 20; i++)
        table_put_text(t, "2024-09-01");
    const char *text = print(f, t, &narrow);
    assert_non_null(strstr(text, "日期0   2024-09-01\n"));
    assert_non_null(strstr(text, "日期19  2024-09-01\n"));
}

static void foreign_text_cannot_steer_the_terminal(void **state)
{
    struct fixture *f = *state;
    struct table *t = table_new(&f->arena, "t", "bad \033]0;title\007", NULL);
    table_add_column(t, "text", TABLE_TEXT, "Text", NULL, 0);
    table_add_row(t);
    table_put_text(t, "a\033[2Jb\nc\xE2\x80\xAE"
                      "d\xFF");
    table_add_note(t, "\033[31m");
    const char *text = print(f, t, &narrow);
    assert_null(strchr(text, '\033'));
    assert_null(strchr(text, '\007'));
    assert_null(strstr(text, "\xE2\x80\xAE"));
    assert_true(utf8_check(text, strlen(text), NULL));
}

static void totals_stand_below_a_rule_and_groups_under_their_heading(void **state)
{
    struct fixture *f = *state;
    struct table *t = table_new(&f->arena, "t", NULL, NULL);
    table_add_column(t, "name", TABLE_TEXT, "Name", NULL, 0);
    table_add_column(t, "n", TABLE_INT, "N", NULL, 0);
    table_begin_group(t, "East");
    table_add_row(t);
    table_put_text(t, "a");
    table_put_int(t, 1);
    table_begin_group(t, "West");
    table_add_row(t);
    table_put_text(t, "b");
    table_put_int(t, 20);
    table_add_total(t);
    table_put_text(t, "sum");
    table_put_int(t, 21);
    struct table_style style = {.width = 80};
    assert_string_equal(print(f, t, &style), "Name   N\n----  --\nEast\na      1\nWest\nb     20\n----  --\nsum   21\n");
}

static void values_are_shown_as_people_write_them(void **state)
{
    struct fixture *f = *state;
    static const struct {
        enum table_type type;
        int64_t value;
        const char *shown;
    } cases[] = {
        {TABLE_INT, -7, "-7"},
        {TABLE_MONEY_FEN, 5, "0.05"},
        {TABLE_MONEY_FEN, INT64_MIN, "-92233720368547758.08"},
        {TABLE_MONTH, 2024 * 12 + 8, "2024-09"},
        {TABLE_INSTANT_MS, 0, "1970-01-01 08:00"},
        {TABLE_INSTANT_MS, 1725179400000, "2024-09-01 16:30"},
        {TABLE_BOOL, 1, "是"},
        {TABLE_RATIO, 8755, "87.6%"},
        {TABLE_RATIO, -8755, "-87.6%"},
        {TABLE_RATIO, INT64_MAX, "92233720368547758.1%"},
        {TABLE_MONTH, INT64_MAX, ""},
        {TABLE_MONTH_SET, -1, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct table_column column = {.key = "k", .type = cases[i].type};
        struct table_cell cell = {.kind = TABLE_CELL_NUMBER, .number = cases[i].value};
        buf_reset(&f->out);
        table_cell_put(&f->out, &column, &cell, &narrow);
        assert_string_equal(buf_text(&f->out), cases[i].shown);
    }
}

static void a_month_set_joins_runs_and_says_a_year_once(void **state)
{
    struct fixture *f = *state;
    static const struct {
        int first_year, first, count, extra; /* extra: one more month, so many after the first */
        const char *shown;
    } cases[] = {
        {2024, 9, 1, 0, "2024-09"},         {2024, 9, 2, 0, "2024-09,10"}, {2024, 9, 4, 0, "2024-09~12"},
        {2024, 9, 6, 0, "2024-09~2025-02"}, {2024, 9, 1, 3, "2024-09,12"}, {2024, 12, 2, 0, "2024-12,2025-01"},
        {2024, 1, 3, 8, "2024-01~03,09"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t set = 0;
        int32_t first = month_make(cases[i].first_year, cases[i].first);
        for (int32_t m = 0; m < cases[i].count; m++)
            assert_true(month_set_add(&set, first + m));
        if (cases[i].extra)
            assert_true(month_set_add(&set, first + cases[i].extra));
        struct table_column column = {.key = "k", .type = TABLE_MONTH_SET};
        struct table_cell cell = {.kind = TABLE_CELL_NUMBER, .number = set};
        buf_reset(&f->out);
        table_cell_put(&f->out, &column, &cell, &narrow);
        assert_string_equal(buf_text(&f->out), cases[i].shown);
    }
}

static void an_empty_table_says_so(void **state)
{
    struct fixture *f = *state;
    struct table *t = table_new(&f->arena, "t", "Schools", "学校");
    table_add_column(t, "code", TABLE_TEXT, "Code", "代码", 0);
    assert_string_equal(print(f, t, &narrow), "学校\n（没有内容）\n");
}

static void a_table_for_files_only_is_named_with_its_length(void **state)
{
    struct fixture *f = *state;
    struct table *t = table_new(&f->arena, "cells", "Cells", "明细");
    table_add_column(t, "n", TABLE_INT, "n", "数", TABLE_DATA_ONLY);
    for (int i = 0; i < 3; i++) {
        table_add_row(t);
        table_put_int(t, i);
    }
    assert_string_equal(print(f, t, &narrow), "明细\n（3 行，仅供导出）\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(columns_line_up_at_80_with_chinese_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_cut_when_there_is_room, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_a_width_nothing_is_cut_at_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wrapping_column_keeps_the_whole_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ambiguous_characters_are_counted_as_the_terminal_draws_them, set_up, tear_down),
        cmocka_unit_test_setup_teardown(latin_words_are_not_broken_when_wrapped, set_up, tear_down),
        cmocka_unit_test(a_line_neither_begins_with_closing_nor_ends_with_opening_punctuation),
        cmocka_unit_test(a_line_is_never_empty_and_never_cut_inside_a_character),
        cmocka_unit_test_setup_teardown(too_many_columns_become_blocks_not_broken_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(foreign_text_cannot_steer_the_terminal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(totals_stand_below_a_rule_and_groups_under_their_heading, set_up, tear_down),
        cmocka_unit_test_setup_teardown(values_are_shown_as_people_write_them, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_month_set_joins_runs_and_says_a_year_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_empty_table_says_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_table_for_files_only_is_named_with_its_length, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
