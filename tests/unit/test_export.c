/* SPDX-License-Identifier: Apache-2.0
 *
 * Plans as documents: what is in them, and that programs can open them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <expat.h>
#include <zip.h>

#include "client/export/export.h"
#include "client/import/import.h"

struct fixture {
    struct arena arena;
    struct buf out;
    struct err err;
};

static int set_up(void **state)
{
    static struct fixture f;
    memset(&f, 0, sizeof f);
    arena_init(&f.arena, 0);
    buf_init(&f.out, 0);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    buf_done(&f->out);
    arena_done(&f->arena);
    return 0;
}

#define ITEM(header_text, item_text)                                                                                               \
    {                                                                                                                              \
        .header = header_text, .text = item_text, .budget_fen = -1, .participants = -1                                             \
    }

static const struct export_item plain_items[] = {ITEM("三月份", "召开教代会。"), ITEM("三月份", "1、2号家属院卫生评比"),
                                                 ITEM("七、八月份", "教职工疗养")};
static const struct export_item rich_items[] = {
    {"9 月", "教师节慰问", "工会委员会", NULL, NULL, 50050, -1, 0, NULL},
    {"9 月", "歌咏比赛", "音乐组", "德育处、团委", "王芳", -1, 120, 0, NULL},
    ITEM("10-11 月", "秋季运动会"),
};

static const struct export_item themed_items[] = {ITEM("4月——“书香校园”读书月", "读书分享会"),
                                                  ITEM("5月份：健康快乐", "工间操比赛"), ITEM("6月份", "总结")};

static void write_plan(struct fixture *f, const char *format, const struct export_plan *plan)
{
    buf_reset(&f->out);
    if (export_write(export_format_find(format), plan, &f->arena, &f->out, &f->err) != STATUS_OK)
        fail_msg("%s: %s", format, f->err.text);
}

static void write_items(struct fixture *f, const char *format, const char *title, const struct export_item *items, size_t n)
{
    const struct export_part parts[] = {
        {.kind = EXPORT_SECTION, .section = {1, "一、", "指导思想"}},
        {.kind = EXPORT_SECTION, .section = {0, NULL, "围绕中心，服务教职工。"}},
        {.kind = EXPORT_SECTION, .section = {1, "二、", "工作安排"}},
        {.kind = EXPORT_SCHEDULE, .items = items, .n_items = n},
        {.kind = EXPORT_SIGNATURE, .section.text = "东街小学工会"},
        {.kind = EXPORT_SIGNATURE, .section.text = "2026年1月"},
    };
    write_plan(f, format, &(struct export_plan){title, parts, sizeof parts / sizeof parts[0]});
}

#define WRITE(f, format, items) write_items(f, format, "东街小学工会2026年工作计划", items, sizeof(items) / sizeof(items)[0])

/* One part of the zip that was written, NUL-terminated. */
static char *part_of(struct fixture *f, const char *name)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(f->out.data, f->out.len_bytes, 0, &error);
    zip_t *zip = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
    assert_non_null(zip);
    zip_stat_t stat;
    assert_int_equal(zip_stat(zip, name, 0, &stat), 0);
    char *text = arena_alloc(&f->arena, stat.size + 1);
    zip_file_t *file = zip_fopen(zip, name, 0);
    assert_int_equal(zip_fread(file, text, stat.size), stat.size);
    zip_fclose(file);
    zip_close(zip);
    return text;
}

static void assert_well_formed(const char *xml)
{
    XML_Parser parser = XML_ParserCreate(NULL);
    if (XML_Parse(parser, xml, (int)strlen(xml), 1) != XML_STATUS_OK)
        fail_msg("%s: %.200s", XML_ErrorString(XML_GetErrorCode(parser)), xml);
    XML_ParserFree(parser);
}

static size_t count(const char *text, const char *word)
{
    size_t n = 0;
    while ((text = strstr(text, word))) {
        n++;
        text += strlen(word);
    }
    return n;
}

/* --- text --- */

static void text_is_a_list_under_month_headers(void **state)
{
    struct fixture *f = *state;
    WRITE(f, "txt", plain_items);
    assert_string_equal(buf_text(&f->out), "东街小学工会2026年工作计划\n\n"
                                           "一、指导思想\n　　围绕中心，服务教职工。\n二、工作安排\n"
                                           "三月份：\n1、召开教代会。\n2、1、2号家属院卫生评比\n七、八月份：\n1、教职工疗养\n"
                                           "\n东街小学工会\n2026年1月\n");
}

static void text_becomes_a_table_when_there_is_more_to_say(void **state)
{
    struct fixture *f = *state;
    WRITE(f, "txt", rich_items);
    assert_non_null(strstr(buf_text(&f->out), "时间段\t主要工作内容\t责任部门\t协助部门\t负责人\t经费预算（元）\t预计人数\n"
                                              "9 月\t1、教师节慰问\t工会委员会\t\t\t500.50\t\n"
                                              "\t2、歌咏比赛\t音乐组\t德育处、团委\t王芳\t\t120\n"
                                              "10-11 月\t1、秋季运动会\t\t\t\t\t\n"));
}

static void what_an_item_says_itself_needs_no_column(void **state)
{
    struct fixture *f = *state;
    static const struct export_item items[] = {{"4月份", "读书分享会（工会小组），预算500元，30人参加", "工会小组", NULL, NULL,
                                                50000, 30, EXPORT_LEAD | EXPORT_BUDGET | EXPORT_PEOPLE, NULL}};
    write_items(f, "txt", "计划", items, 1);
    assert_null(strstr(buf_text(&f->out), "\t"));
    assert_non_null(strstr(buf_text(&f->out), "4月份：\n1、读书分享会"));
}

static void a_list_is_for_plain_months(void **state)
{
    struct fixture *f = *state;
    static const char *const plain[] = {"三月", "3月份", "9 月", "七、八月份", "10-11 月", "元月至二月", "十二月"};
    static const char *const others[] = {"五一", "(5)暑期", "9月10日", "4月——读书月", "一季度", "9月份 常规工作", "月", ""};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0] + sizeof others / sizeof others[0]; i++) {
        bool list = i < sizeof plain / sizeof plain[0];
        const struct export_item item = ITEM(list ? plain[i] : others[i - sizeof plain / sizeof plain[0]], "春游");
        write_items(f, "txt", "计划", &item, 1);
        assert_int_equal(strstr(buf_text(&f->out), "\t") == NULL, list);
    }
}

static void markdown_escapes_its_marks(void **state)
{
    struct fixture *f = *state;
    static const struct export_item items[] = {ITEM("三月", "a|b *c* _d_ `e` [f](g) \\")};
    write_items(f, "md", "#计划", items, 1);
    assert_non_null(strstr(buf_text(&f->out), "# \\#计划\n"));
    assert_non_null(strstr(buf_text(&f->out), "| 三月 | 1、a\\|b \\*c\\* \\_d\\_ \\`e\\` \\[f\\](g) \\\\ |"));
}

static void a_label_gets_a_space_only_where_it_needs_one(void **state)
{
    struct fixture *f = *state;
    static const char *const lines[][3] = {{"一、", "甲", "一、甲\n"},      {"（二）", "乙", "（二）乙\n"}, {"3.", "丙", "3. 丙\n"},
                                           {"第一章", "丁", "第一章 丁\n"}, {"①", "戊", "①戊\n"},           {"1", "己", "1 己\n"}};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const struct export_part part = {.kind = EXPORT_SECTION, .section = {1, lines[i][0], lines[i][1]}};
        write_plan(f, "txt", &(struct export_plan){NULL, &part, 1});
        assert_string_equal(buf_text(&f->out), lines[i][2]);
    }
}

/* --- docx --- */

static void a_docx_has_the_page_of_gbt_9704_and_a_grid(void **state)
{
    struct fixture *f = *state;
    WRITE(f, "docx", rich_items);
    const char *document = part_of(f, "word/document.xml");
    assert_well_formed(document);
    assert_well_formed(part_of(f, "word/styles.xml"));
    assert_well_formed(part_of(f, "word/fontTable.xml"));
    assert_well_formed(part_of(f, "[Content_Types].xml"));
    assert_well_formed(part_of(f, "_rels/.rels"));
    assert_well_formed(part_of(f, "word/_rels/document.xml.rels"));
    assert_non_null(strstr(document, "w:top=\"2098\" w:right=\"1474\" w:bottom=\"1984\" w:left=\"1587\""));
    assert_int_equal(count(document, "<w:tblGrid>"), 1);
    assert_int_equal(count(document, "<w:gridCol "), 7);
    assert_int_equal(count(document, "<w:tr>"), 4);
    assert_int_equal(count(document, "w:val=\"restart\""), 1);
    assert_int_equal(count(document, "w:val=\"continue\""), 1);
    assert_non_null(strstr(part_of(f, "word/styles.xml"), "w:eastAsia=\"方正小标宋简体\""));
}

static void the_pages_of_a_docx_are_numbered_at_their_outer_edges(void **state)
{
    struct fixture *f = *state;
    static const char *const parts[] = {"word/settings.xml", "word/footer1.xml", "word/footer2.xml"};
    WRITE(f, "docx", rich_items);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        assert_well_formed(part_of(f, parts[i]));
    assert_non_null(strstr(part_of(f, "word/footer1.xml"), "w:val=\"PageOdd\""));
    assert_non_null(strstr(part_of(f, "word/footer2.xml"), "w:val=\"PageEven\""));
    assert_int_equal(count(part_of(f, "word/document.xml"), "<w:footerReference "), 2);
}

static void a_wide_docx_table_leaves_room_for_the_content(void **state)
{
    struct fixture *f = *state;
    int least = 0, sum = 0, width;
    WRITE(f, "docx", rich_items);
    const char *at = part_of(f, "word/document.xml");
    assert_non_null(strstr(at, "w:val=\"SmallText\""));
    for (int c = 0; (at = strstr(at, "<w:gridCol w:w=\"")) != NULL; c++) {
        at += strlen("<w:gridCol w:w=\"");
        width = (int)strtol(at, NULL, 10);
        least = c == 1 ? width : least;
        sum += width;
    }
    assert_int_equal(sum, 8845); /* 156 mm */
    assert_true(least > sum / 4);
}

static void money_and_people_are_numbers_in_a_sheet(void **state)
{
    struct fixture *f = *state;
    WRITE(f, "xlsx", rich_items);
    const char *sheet = part_of(f, "xl/worksheets/sheet1.xml");
    assert_non_null(strstr(sheet, "<v>500.5</v>"));
    assert_non_null(strstr(sheet, "<v>120</v>"));
    assert_non_null(strstr(sheet, "orientation=\"landscape\""));
}

static void hostile_text_stays_text_in_every_format(void **state)
{
    struct fixture *f = *state;
    static const struct export_item items[] = {
        ITEM("三月<w:p/>", "</w:t><w:t>&amp;]]>\x01\x1b[31m \xEF\xBF\xBF \xE2\x80\xAE\n第二行"),
        ITEM("=cmd|' /C calc'!A0", "=1+1")};
    write_items(f, "docx", "<b>&\"'", items, 2);
    const char *document = part_of(f, "word/document.xml");
    assert_well_formed(document);
    assert_non_null(strstr(document, "&lt;/w:t&gt;&lt;w:t&gt;&amp;amp;]]&gt;"));
    assert_null(strstr(document, "\xE2\x80\xAE"));
    write_items(f, "xlsx", "<b>&\"'", items, 2);
    assert_well_formed(part_of(f, "xl/worksheets/sheet1.xml"));
    assert_well_formed(part_of(f, "xl/sharedStrings.xml"));
    assert_null(strstr(part_of(f, "xl/worksheets/sheet1.xml"), "<f>"));
    static const char *const texts[] = {"txt", "md"};
    for (size_t i = 0; i < 2; i++) {
        write_items(f, texts[i], "计划\x1b]0;x\a\t二", items, 2);
        assert_null(strpbrk(buf_text(&f->out), "\x01\x1b\a\r"));
        assert_null(strstr(buf_text(&f->out), "\xE2\x80\xAE"));
        assert_non_null(strstr(buf_text(&f->out), " 第二行"));
    }
}

static void the_same_plan_gives_the_same_docx(void **state)
{
    struct fixture *f = *state;
    WRITE(f, "docx", plain_items);
    size_t bytes = f->out.len_bytes;
    char *first = arena_copy(&f->arena, f->out.data, bytes);
    WRITE(f, "docx", plain_items);
    assert_int_equal(f->out.len_bytes, bytes);
    assert_memory_equal(f->out.data, first, bytes);
}

static void a_text_too_long_for_a_cell_is_refused_and_nothing_is_written(void **state)
{
    struct fixture *f = *state;
    size_t n = 200000;
    char *text = arena_alloc(&f->arena, n + 1);
    memset(text, 'x', n);
    const struct export_part part = {.kind = EXPORT_SECTION, .section = {0, NULL, text}};
    const struct export_plan plan = {"计划", &part, 1};
    assert_int_equal(export_write(export_format_find("xlsx"), &plan, &f->arena, &f->out, &f->err), STATUS_TOO_LARGE);
    assert_int_equal(f->out.len_bytes, 0);
    write_plan(f, "docx", &plan);
}

static void an_empty_plan_is_a_document_too(void **state)
{
    struct fixture *f = *state;
    static const char *const formats[] = {"docx", "xlsx", "md", "txt"};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        write_plan(f, formats[i], &(struct export_plan){"计划", NULL, 0});
        assert_true(f->out.len_bytes > 0);
    }
}

/* --- and back --- */

static void check_back(struct fixture *f, const char *format, const struct export_item *items, size_t n)
{
    struct import_result result;
    const struct import_source source = {arena_printf(&f->arena, "plan.%s", format), f->out.data, f->out.len_bytes};
    if (import_read(&source, &f->arena, &result, &f->err) != STATUS_OK)
        fail_msg("%s: %s", format, f->err.text);
    assert_int_equal(result.plan_count, 1);
    const struct import_plan *plan = &result.plans[0];
    assert_string_equal(plan->title, "东街小学工会2026年工作计划");
    assert_int_equal(plan->activity_count, n);
    for (size_t i = 0; i < n; i++) {
        const struct import_activity *a = &plan->activities[i];
        assert_string_equal(a->header, items[i].header);
        assert_true(a->months != 0);
        assert_string_equal(a->text, items[i].text);
        assert_string_equal(a->lead ? a->lead : "", items[i].lead ? items[i].lead : "");
        assert_string_equal(a->assist ? a->assist : "", items[i].assist ? items[i].assist : "");
        assert_string_equal(a->person ? a->person : "", items[i].person ? items[i].person : "");
        assert_int_equal(a->budget_fen, items[i].budget_fen);
        assert_int_equal(a->participants, items[i].participants);
    }
}

static void what_was_written_is_read_back_the_same(void **state)
{
    struct fixture *f = *state;
    static const char *const formats[] = {"docx", "xlsx", "md", "txt"};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        WRITE(f, formats[i], plain_items);
        check_back(f, formats[i], plain_items, sizeof plain_items / sizeof plain_items[0]);
        WRITE(f, formats[i], rich_items);
        check_back(f, formats[i], rich_items, sizeof rich_items / sizeof rich_items[0]);
        WRITE(f, formats[i], themed_items);
        check_back(f, formats[i], themed_items, sizeof themed_items / sizeof themed_items[0]);
    }
}

static void a_heading_that_names_a_time_stays_a_heading_between_two_tables(void **state)
{
    struct fixture *f = *state;
    static const char *const formats[] = {"docx", "xlsx", "md", "txt"};
    static const struct export_item first[] = {ITEM("9月份", "教师节座谈"), ITEM("10月份", "歌咏比赛")},
                                    second[] = {ITEM("3月份", "三八节活动"), ITEM("5月份", "趣味运动会")};
    const struct export_part parts[] = {
        {.kind = EXPORT_SECTION, .section = {1, "一、", "第一学期"}},
        {.kind = EXPORT_SCHEDULE, .items = first, .n_items = 2},
        {.kind = EXPORT_SECTION, .section = {1, "二、", "第二学期"}},
        {.kind = EXPORT_SCHEDULE, .items = second, .n_items = 2},
    };
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        struct import_result result;
        write_plan(f, formats[i], &(struct export_plan){"东街小学2025—2026学年工会工作计划", parts, 4});
        const struct import_source source = {arena_printf(&f->arena, "plan.%s", formats[i]), f->out.data, f->out.len_bytes};
        assert_int_equal(import_read(&source, &f->arena, &result, &f->err), STATUS_OK);
        assert_int_equal(result.plans[0].section_count, 2);
        assert_string_equal(result.plans[0].sections[1].heading, "第二学期");
        assert_int_equal(result.plans[0].activity_count, 4);
        assert_string_equal(result.plans[0].activities[2].header, "3月份");
    }
}

static void a_format_is_found_by_name_and_by_file(void **state)
{
    (void)state;
    assert_non_null(export_format_find("docx"));
    assert_string_equal(export_format_find_for_file("计划.2026.DOCX")->name, "docx");
    assert_null(export_format_find_for_file("计划.doc"));
    assert_null(export_format_find_for_file("计划"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(text_is_a_list_under_month_headers),
        TEST(text_becomes_a_table_when_there_is_more_to_say),
        TEST(what_an_item_says_itself_needs_no_column),
        TEST(a_list_is_for_plain_months),
        TEST(markdown_escapes_its_marks),
        TEST(a_label_gets_a_space_only_where_it_needs_one),
        TEST(a_docx_has_the_page_of_gbt_9704_and_a_grid),
        TEST(the_pages_of_a_docx_are_numbered_at_their_outer_edges),
        TEST(a_wide_docx_table_leaves_room_for_the_content),
        TEST(money_and_people_are_numbers_in_a_sheet),
        TEST(hostile_text_stays_text_in_every_format),
        TEST(the_same_plan_gives_the_same_docx),
        TEST(a_text_too_long_for_a_cell_is_refused_and_nothing_is_written),
        TEST(an_empty_plan_is_a_document_too),
        TEST(what_was_written_is_read_back_the_same),
        TEST(a_heading_that_names_a_time_stays_a_heading_between_two_tables),
        TEST(a_format_is_found_by_name_and_by_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
