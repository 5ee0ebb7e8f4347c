/* SPDX-License-Identifier: Apache-2.0 */
#include <expat.h>
#include <jansson.h>
#include <string.h>
#include <zip.h>

#include "common/domain/month.h"
#include "common/table/table_writer.h"
#include "tests/harness/test.h"

static const struct table_style style = {.chinese = true, .zone_s = 28800};

struct fixture {
    struct arena arena;
    struct buf out, part;
    struct err err;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    arena_init(&fixture.arena, 0);
    buf_init(&fixture.out, 0);
    buf_init(&fixture.part, 0);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    buf_done(&f->out);
    buf_done(&f->part);
    arena_done(&f->arena);
    return 0;
}

static void write_all(struct fixture *f, const char *writer, const struct table *const *tables, size_t n)
{
    buf_reset(&f->out);
    assert_int_equal(table_write(table_writer_find(writer), tables, n, &style, &f->out, &f->err), STATUS_OK);
}

/* One column of every type, one row of values, one of nulls, a total and a note. */
static struct table *every_type(struct fixture *f)
{
    int64_t months = 0;
    month_set_add(&months, month_make(2024, 9));
    month_set_add(&months, month_make(2024, 11));
    struct table *t = table_new(&f->arena, "everything", "Everything", "全部");
    table_add_column(t, "text", TABLE_TEXT, "Text", "内容", 0);
    table_add_column(t, "people", TABLE_INT, "People", "人次", 0);
    table_add_column(t, "budget", TABLE_MONEY_FEN, "Budget", "预算", 0);
    table_add_column(t, "spent_fen", TABLE_MONEY_FEN, "Spent", "支出", 0);
    table_add_column(t, "held_on", TABLE_DAY, "Held on", "日期", 0);
    table_add_column(t, "month", TABLE_MONTH, "Month", "月份", 0);
    table_add_column(t, "months", TABLE_MONTH_SET, "Months", "各月", 0);
    table_add_column(t, "synced_at_ms", TABLE_INSTANT_MS, "Synced", "同步", 0);
    table_add_column(t, "closed", TABLE_BOOL, "Closed", "关闭", 0);
    table_add_column(t, "state", TABLE_ENUM, "State", "状态", 0);
    table_add_column(t, "done_rate", TABLE_RATIO, "Done", "完成率", 0);
    table_add_column(t, "id", TABLE_UUID, "Id", "标识", TABLE_DATA_ONLY);
    table_add_row(t);
    table_put_text(t, "迎新<年> & \"联欢\",\n第二行");
    table_put_int(t, 120);
    table_put_int(t, 50000);
    table_put_int(t, -105);
    table_put_text(t, "2024-09-01");
    table_put_int(t, month_make(2024, 9));
    table_put_int(t, months);
    table_put_int(t, 1725179400123);
    table_put_bool(t, true);
    table_put_enum(t, "done", "done", "完成");
    table_put_ratio(t, 7, 8);
    table_put_text(t, "00000000-0000-7000-8000-000000000000");
    table_add_row(t);
    table_add_total(t);
    table_put_text(t, "合计");
    table_put_int(t, 120);
    table_add_note(t, "截至昨日");
    return t;
}

static void json_carries_values_for_programs(void **state)
{
    struct fixture *f = *state;
    const struct table *t = every_type(f);
    write_all(f, "json", &t, 1);
    json_t *document = json_loadb(f->out.data, f->out.len_bytes, 0, NULL);
    assert_non_null(document);
    assert_string_equal(json_string_value(json_object_get(document, "name")), "everything");
    json_t *rows = json_object_get(document, "rows"), *row = json_array_get(rows, 0), *months = json_object_get(row, "months");
    assert_int_equal(json_array_size(rows), 2);
    assert_string_equal(json_string_value(json_object_get(row, "text")), "迎新<年> & \"联欢\",\n第二行");
    assert_int_equal(json_integer_value(json_object_get(row, "budget_fen")), 50000);
    assert_int_equal(json_integer_value(json_object_get(row, "spent_fen")), -105);
    assert_string_equal(json_string_value(json_object_get(row, "month")), "2024-09");
    assert_int_equal(json_array_size(months), 2);
    assert_string_equal(json_string_value(json_array_get(months, 1)), "2024-11");
    assert_string_equal(json_string_value(json_object_get(row, "synced_at")), "2024-09-01T16:30:00.123+08:00");
    assert_true(json_is_true(json_object_get(row, "closed")));
    assert_string_equal(json_string_value(json_object_get(row, "state")), "done");
    assert_true(json_real_value(json_object_get(row, "done_rate")) == 0.875);
    assert_true(json_is_null(json_object_get(json_array_get(rows, 1), "months")));
    assert_int_equal(json_integer_value(json_object_get(json_object_get(document, "total"), "people")), 120);
    assert_string_equal(json_string_value(json_array_get(json_object_get(document, "notes"), 0)), "截至昨日");
    json_decref(document);
}

static void json_of_several_tables_lists_them(void **state)
{
    struct fixture *f = *state;
    const struct table *tables[] = {every_type(f), every_type(f)};
    write_all(f, "json", tables, 2);
    json_t *document = json_loadb(f->out.data, f->out.len_bytes, 0, NULL);
    assert_int_equal(json_array_size(json_object_get(document, "tables")), 2);
    json_decref(document);
}

static struct table *one_text(struct fixture *f, const char *text)
{
    struct table *t = table_new(&f->arena, "t", NULL, NULL);
    table_add_column(t, "text", TABLE_TEXT, "Text", "内容", 0);
    table_add_row(t);
    table_put_text(t, text);
    return t;
}

static void json_cannot_steer_a_terminal_and_keeps_the_text(void **state)
{
    struct fixture *f = *state;
    static const char nasty[] = "a\033[2J\xC2\x9B\xE2\x80\xAE\x7F中";
    const struct table *t = one_text(f, nasty);
    write_all(f, "json", &t, 1);
    assert_null(strchr(f->out.data, '\033'));
    assert_null(strstr(f->out.data, "\xC2\x9B"));
    assert_null(strstr(f->out.data, "\xE2\x80\xAE"));
    json_t *document = json_loadb(f->out.data, f->out.len_bytes, 0, NULL);
    json_t *row = json_array_get(json_object_get(document, "rows"), 0);
    assert_string_equal(json_string_value(json_object_get(row, "text")), nasty);
    json_decref(document);
}

static void json_of_broken_utf8_is_still_json(void **state)
{
    struct fixture *f = *state;
    const struct table *t = one_text(f, "a\xFF\xFE"
                                        "b");
    write_all(f, "json", &t, 1);
    json_t *document = json_loadb(f->out.data, f->out.len_bytes, 0, NULL);
    assert_non_null(document);
    json_decref(document);
}

static void csv_is_what_excel_expects(void **state)
{
    struct fixture *f = *state;
    const struct table *t = every_type(f);
    write_all(f, "csv", &t, 1);
    assert_string_equal(buf_text(&f->out),
                        "\xEF\xBB\xBF内容,人次,预算,支出,日期,月份,各月,同步,关闭,状态,完成率,标识\r\n"
                        "\"迎新<年> & \"\"联欢\"\",\n第二行\",120,500.00,-1.05,2024-09-01,2024-09,\"2024-09,11\",2024-09-01 "
                        "16:30,是,完成,87.5%,00000000-0000-7000-8000-000000000000\r\n"
                        ",,,,,,,,,,,\r\n"
                        "合计,120,,,,,,,,,,\r\n");
}

static void csv_runs_no_formulas(void **state)
{
    struct fixture *f = *state;
    static const char *const cases[][2] = {
        {"=1+1", "'=1+1"},         {"+1", "'+1"},   {"-1", "'-1"},         {"@SUM(A1)", "'@SUM(A1)"}, {"\r=1", "'=1"},
        {"\xE2\x80\x8E=1", "'=1"}, {"＝1", "'＝1"}, {"=a,b", "\"'=a,b\""}, {"\n=1", "\"'\n=1\""},     {"1=1", "1=1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct table *t = one_text(f, cases[i][0]);
        write_all(f, "csv", &t, 1);
        const char *field = strstr(buf_text(&f->out), "\r\n") + 2;
        assert_int_equal(strlen(field), strlen(cases[i][1]) + 2);
        assert_memory_equal(field, cases[i][1], strlen(cases[i][1]));
    }
    const struct table *t = one_text(f, "\t=1");
    write_all(f, "csv", &t, 1);
    assert_null(strchr(buf_text(&f->out), '\t'));
}

static void groups_become_a_column_in_files(void **state)
{
    struct fixture *f = *state;
    struct table *t = table_new(&f->arena, "t", NULL, NULL);
    table_add_column(t, "n", TABLE_INT, "N", "数", 0);
    table_begin_group(t, "东片");
    table_add_row(t);
    table_put_int(t, 1);
    const struct table *const_t = t;
    write_all(f, "csv", &const_t, 1);
    assert_string_equal(buf_text(&f->out), "\xEF\xBB\xBF分组,数\r\n东片,1\r\n");
}

static void html_escapes_everything(void **state)
{
    struct fixture *f = *state;
    struct table *t = table_new(&f->arena, "t", "</title><script>", NULL);
    table_add_column(t, "text", TABLE_TEXT, "<b>", NULL, 0);
    table_add_row(t);
    table_put_text(t, "<script>alert(\"1\" & '2')</script>");
    table_add_note(t, "<i>");
    const struct table *const_t = t;
    write_all(f, "html", &const_t, 1);
    const char *html = buf_text(&f->out);
    assert_null(strstr(html, "<script"));
    assert_null(strstr(html, "<b>"));
    assert_null(strstr(html, "<i>"));
    assert_non_null(strstr(html, "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;"));
    assert_non_null(strstr(html, "<html lang=\"zh-CN\">"));
}

static void html_elements_are_closed_in_order(void **state)
{
    struct fixture *f = *state;
    const struct table *tables[] = {every_type(f), every_type(f)};
    write_all(f, "html", tables, 2);
    /* All but the void <meta> is well-formed XML, so an XML parser can judge it. */
    char *meta = strstr(f->out.data, "<meta");
    memset(meta, ' ', strcspn(meta, "\n"));
    XML_Parser parser = XML_ParserCreate(NULL);
    assert_int_equal(XML_Parse(parser, f->out.data, (int)f->out.len_bytes, 1), XML_STATUS_OK);
    XML_ParserFree(parser);
}

/* The named part of the workbook in out, checked to be XML. */
static const char *part_of(struct fixture *f, const char *name)
{
    zip_error_t error;
    zip_source_t *source = zip_source_buffer_create(f->out.data, f->out.len_bytes, 0, &error);
    zip_t *zip = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
    assert_non_null(zip);
    zip_file_t *file = zip_fopen(zip, name, 0);
    if (!file) {
        zip_discard(zip);
        return NULL;
    }
    char piece[4096];
    buf_reset(&f->part);
    for (zip_int64_t n; (n = zip_fread(file, piece, sizeof piece)) > 0;)
        buf_put(&f->part, piece, (size_t)n);
    zip_fclose(file);
    zip_discard(zip);
    XML_Parser parser = XML_ParserCreate(NULL);
    assert_int_equal(XML_Parse(parser, f->part.data, (int)f->part.len_bytes, 1), XML_STATUS_OK);
    XML_ParserFree(parser);
    return buf_text(&f->part);
}

static void xlsx_holds_numbers_dates_and_print_set_up(void **state)
{
    struct fixture *f = *state;
    const struct table *t = every_type(f);
    write_all(f, "xlsx", &t, 1);
    const char *sheet = part_of(f, "xl/worksheets/sheet1.xml");
    assert_non_null(sheet);
    assert_non_null(strstr(sheet, "<v>500</v>")); /* yuan */
    assert_non_null(strstr(sheet, "<v>-1.05</v>"));
    assert_non_null(strstr(sheet, "<v>45536</v>")); /* 2024-09-01 */
    assert_non_null(strstr(sheet, "<v>45536.687")); /* 16:30 in the zone */
    assert_non_null(strstr(sheet, "<v>0.875</v>"));
    assert_non_null(strstr(sheet, "state=\"frozen\""));
    assert_non_null(strstr(sheet, "paperSize=\"9\""));
    assert_non_null(strstr(sheet, "orientation=\"landscape\""));
    assert_non_null(strstr(sheet, "fitToHeight=\"0\""));
    assert_non_null(strstr(sheet, "<autoFilter"));
    assert_non_null(strstr(part_of(f, "xl/workbook.xml"), "<sheet name=\"全部\""));
    assert_non_null(strstr(part_of(f, "xl/workbook.xml"), "_xlnm.Print_Titles"));
    assert_non_null(strstr(part_of(f, "xl/sharedStrings.xml"), "迎新&lt;年&gt; &amp; \"联欢\",\n第二行"));
}

static void xlsx_survives_every_bad_sheet_name(void **state)
{
    struct fixture *f = *state;
    static const char *const titles[] = {
        "a[b]:c*d?e/f\\g",
        "'quoted'",
        "History",
        "history",
        "",
        "同名",
        "同名",
        "同名",
        "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十",
        "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十",
        "\xFF\xFE",
        "Sheet & <Name>",
        "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀",
    };
    size_t n = sizeof titles / sizeof titles[0];
    const struct table *tables[sizeof titles / sizeof titles[0]];
    for (size_t i = 0; i < n; i++) {
        struct table *t = table_new(&f->arena, "t", titles[i], NULL);
        table_add_column(t, "k", TABLE_TEXT, "K", NULL, 0);
        tables[i] = t;
    }
    write_all(f, "xlsx", tables, n);
    const char *book = part_of(f, "xl/workbook.xml");
    assert_non_null(strstr(book, "name=\"同名\""));
    assert_non_null(strstr(book, "name=\"同名 (3)\""));
    assert_non_null(strstr(book, "name=\"a b  c d e f g\""));
    assert_non_null(strstr(book, "name=\"History_\""));
    assert_non_null(part_of(f, "xl/worksheets/sheet13.xml"));
}

static void xlsx_takes_hostile_and_endless_text(void **state)
{
    struct fixture *f = *state;
    char *endless = arena_alloc(&f->arena, 40001);
    memset(endless, 'x', 40000);
    struct table *t = table_new(&f->arena, "t", "报表 & 1", NULL);
    table_add_column(t, "text", TABLE_TEXT, "Text", "内容", 0);
    table_add_column(t, "day", TABLE_DAY, "Day", "日期", 0);
    static const char *const texts[] = {"\001\033\xFF]]>", "=1+1", "\xEF\xBF\xBF\xEF\xBF\xBE", "2024-13-99"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        table_add_row(t);
        table_put_text(t, texts[i]);
        table_put_text(t, texts[i]);
    }
    table_add_row(t);
    table_put_text(t, endless);
    const struct table *const_t = t;
    write_all(f, "xlsx", &const_t, 1);
    const char *sheet = part_of(f, "xl/worksheets/sheet1.xml");
    assert_non_null(sheet);
    assert_null(strstr(sheet, "<f>")); /* no formula */
    const char *strings = part_of(f, "xl/sharedStrings.xml");
    assert_non_null(strstr(strings, "2024-13-99"));
    assert_non_null(strstr(strings, "x…</t>"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(json_carries_values_for_programs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(json_of_several_tables_lists_them, set_up, tear_down),
        cmocka_unit_test_setup_teardown(json_cannot_steer_a_terminal_and_keeps_the_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(json_of_broken_utf8_is_still_json, set_up, tear_down),
        cmocka_unit_test_setup_teardown(csv_is_what_excel_expects, set_up, tear_down),
        cmocka_unit_test_setup_teardown(csv_runs_no_formulas, set_up, tear_down),
        cmocka_unit_test_setup_teardown(groups_become_a_column_in_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(html_escapes_everything, set_up, tear_down),
        cmocka_unit_test_setup_teardown(html_elements_are_closed_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(xlsx_holds_numbers_dates_and_print_set_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(xlsx_survives_every_bad_sheet_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(xlsx_takes_hostile_and_endless_text, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
