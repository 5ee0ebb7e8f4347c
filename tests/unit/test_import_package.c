/* SPDX-License-Identifier: Apache-2.0
 *
 * .docx and .xlsx files made in memory: what Word and Excel write, and what somebody hostile writes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/fuzz/fuzz_import_package.h"

#define DOCX(body) "<w:document xmlns:w=\"x\"><w:body>" body "</w:body></w:document>"
#define P(text) "<w:p><w:r><w:t>" text "</w:t></w:r></w:p>"
#define CELL(text) "<w:tc>" P(text) "</w:tc>"
#define ROW(cells) "<w:tr>" cells "</w:tr>"

static const char *const docx_names[] = {"word/document.xml", "word/numbering.xml", "word/styles.xml", NULL};
static const char *const xlsx_names[] = {"xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels",
                                         "xl/sharedStrings.xml",     "xl/styles.xml",   NULL};

static enum status read_parts(const char *file, const char *const *names, const char *parts, struct arena *arena,
                              struct import_result *out, struct err *err)
{
    struct buf zip;
    buf_init(&zip, 0);
    fuzz_put_package(&zip, names, (const uint8_t *)parts, strlen(parts));
    struct import_source source = {.name = file, .data = zip.data, .size_bytes = zip.len_bytes};
    enum status s = import_read(&source, arena, out, err);
    buf_done(&zip);
    return s;
}

static struct import_plan read_docx_body(const char *parts, struct arena *arena)
{
    struct import_result result;
    struct err err = {0};
    if (read_parts("a.docx", docx_names, parts, arena, &result, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    return result.plans[0];
}

static void check_refused(const char *file, const char *const *names, const char *parts, const char *says)
{
    struct arena arena;
    struct import_result result;
    struct err err = {0};
    arena_init(&arena, IMPORT_ARENA_BYTES);
    assert_int_equal(read_parts(file, names, parts, &arena, &result, &err), STATUS_NOT_UNDERSTOOD);
    if (!strstr(err.text, says))
        fail_msg("\"%s\" does not say \"%s\"", err.text, says);
    arena_done(&arena);
}

/* head, then body times over, then tail. */
static void check_repeated_refused(const char *head, const char *body, size_t times, const char *tail, const char *says)
{
    struct buf text;
    buf_init(&text, 0);
    buf_puts(&text, head);
    for (size_t i = 0; i < times; i++)
        buf_puts(&text, body);
    buf_puts(&text, tail);
    check_refused("a.docx", docx_names, buf_text(&text), says);
    buf_done(&text);
}

static void bombs_are_defused(void **state)
{
    (void)state;
    check_refused("a.docx", docx_names, "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "document type");
    check_refused("a.xlsx", xlsx_names, "<worksheet/>\n=====\n<!DOCTYPE a []><workbook/>", "document type");
    check_refused("a.docx", docx_names, "<a><b></a>", "damaged inside");
    check_repeated_refused("<a>", "<a>", 300, "", "levels deep");
    check_repeated_refused("<a>", "<p>", 20, "", "paragraphs");
    check_repeated_refused("<a>", "<tbl><tr><tc>", 20, "", "tables");
    check_repeated_refused("<a>", "<p/>", 30000, "</a>", "lines");
    check_repeated_refused("<a><p><r><t>", "慰问慰问慰问慰问", 3000, "</t></r></p></a>", "longer");
}

static void macros_and_other_archives_are_refused(void **state)
{
    (void)state;
    static const char *const macro[] = {"word/document.xml", "word/vbaProject.bin", NULL};
    static const char *const other[] = {"a.txt", NULL};
    check_refused("a.docx", macro, DOCX(P("工会工作计划")) FUZZ_SEPARATOR "x", "macros");
    check_refused("a.docx", other, "x", "no Word document");
}

static void a_million_entries_are_refused_by_their_count(void **state)
{
    (void)state;
    struct buf zip;
    struct arena arena;
    struct import_result result;
    struct err err = {0};
    buf_init(&zip, 0);
    arena_init(&arena, 0);
    fuzz_put_package(&zip, docx_names, (const uint8_t *)"", 0);
    memset(zip.data + zip.len_bytes - 14, 0xFF, 4); /* both counts of the end record */
    struct import_source source = {.name = "a.docx", .data = zip.data, .size_bytes = zip.len_bytes};
    assert_int_equal(import_read(&source, &arena, &result, &err), STATUS_NOT_UNDERSTOOD);
    assert_non_null(strstr(err.text, "entries"));
    arena_done(&arena);
    buf_done(&zip);
}

static void tracked_insertions_stay_and_deletions_go(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    struct import_plan plan = read_docx_body(
        DOCX(P("2024年工会工作计划")
                 P("三月") "<w:p><w:r><w:t>1、庆三八</w:t></w:r><w:del><w:r><w:delText>和六一</w:delText></w:r></w:del>"
                           "<w:ins><w:r><w:t>与植树</w:t></w:r></w:ins></w:p>" P("四月") P("1、春游")),
        &arena);
    assert_string_equal(plan.activities[0].text, "庆三八与植树");
    arena_done(&arena);
}

static void automatic_numbers_count_as_if_they_were_written(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    struct import_plan plan = read_docx_body(
        DOCX(P("2024年工会工作计划") "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId "
                                     "w:val=\"5\"/></w:numPr></w:pPr><w:r><w:t>指导思想</w:t></w:r></w:p>"
                                     "<w:p><w:pPr><w:pStyle w:val=\"H\"/></w:pPr><w:r><w:t>安排</w:t></w:r></w:p>" P("三月") P("a")
                                         P("四月") P("b")) FUZZ_SEPARATOR
        "<n><abstractNum abstractNumId=\"7\"><lvl ilvl=\"0\"><start val=\"1\"/><numFmt val=\"chineseCounting\"/>"
        "<lvlText val=\"%1、\"/></lvl></abstractNum><num numId=\"5\"><abstractNumId val=\"7\"/></num></n>" FUZZ_SEPARATOR
        "<s><style styleId=\"H\"><numPr><numId val=\"5\"/></numPr></style></s>",
        &arena);
    assert_string_equal(plan.sections[0].label, "一、");
    assert_string_equal(plan.sections[1].label, "二、");
    assert_string_equal(plan.sections[1].heading, "安排");
    arena_done(&arena);
}

static void merged_month_cells_reach_all_their_rows(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    struct import_plan plan = read_docx_body(
        DOCX(P("2024年工会工作计划") "<w:tbl>" ROW(CELL("月份") CELL("工作内容"))
                 ROW("<w:tc><w:tcPr><w:vMerge w:val=\"restart\"/></w:tcPr>" P("三月") "</w:tc>" CELL("庆三八"))
                     ROW("<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>" CELL("植树")) ROW(CELL("四月") CELL("春游")) "</w:tbl>"),
        &arena);
    assert_int_equal(plan.activity_count, 3);
    assert_string_equal(plan.activities[1].header, "三月");
    assert_int_equal(plan.activities[1].months, 1 << 2);
    assert_int_equal(plan.activities[1].position, 1);
    arena_done(&arena);
}

static void workbooks_show_what_a_person_sees(void **state)
{
    (void)state;
    struct arena arena;
    struct import_result result;
    struct err err = {0};
    arena_init(&arena, 0);
    enum status s = read_parts(
        "a.xlsx", xlsx_names,
        "<w><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"inlineStr\"><is><t>工作内容</t></is></c></row>"
        "<row r=\"2\"><c r=\"A2\" s=\"1\"><v>45359</v></c><c r=\"B2\" t=\"s\"><v>1</v></c></row>"
        "<row r=\"3\" hidden=\"1\"><c r=\"A3\" t=\"str\"><v>五月</v></c><c r=\"B3\" t=\"str\"><v>隐藏</v></c></row>"
        "<row r=\"4\"><c r=\"A4\" s=\"2\"><v>4</v></c><c r=\"B4\" t=\"str\"><f>A1</f><v>春游</v></c>"
        "<c r=\"C4\" t=\"str\"><v>=DISPIMG(\"x\",1)</v></c></row></sheetData></w>" FUZZ_SEPARATOR
        "<w xmlns:r=\"r\"><sheets><sheet name=\"计划\" sheetId=\"1\" r:id=\"rId1\"/></sheets></w>" FUZZ_SEPARATOR
        "<r><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/></r>" FUZZ_SEPARATOR
        "<s><si><t>月份</t></si><si><r><t>庆</t></r><r><t>三八</t></r><rPh><t>pinyin</t></rPh></si></s>" FUZZ_SEPARATOR
        "<s><numFmts><numFmt numFmtId=\"176\" formatCode=\"m&quot;月&quot;\"/><numFmt numFmtId=\"177\" "
        "formatCode=\"0&quot;月&quot;\"/></numFmts>"
        "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"176\"/><xf numFmtId=\"177\"/></cellXfs></s>",
        &arena, &result, &err);
    if (s != STATUS_OK)
        fail_msg("%s", err.text);
    assert_int_equal(result.plans[0].activity_count, 2);
    assert_string_equal(result.plans[0].activities[0].header, "3月");
    assert_string_equal(result.plans[0].activities[0].text, "庆三八");
    assert_string_equal(result.plans[0].activities[1].header, "4月");
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bombs_are_defused),
        cmocka_unit_test(macros_and_other_archives_are_refused),
        cmocka_unit_test(a_million_entries_are_refused_by_their_count),
        cmocka_unit_test(tracked_insertions_stay_and_deletions_go),
        cmocka_unit_test(automatic_numbers_count_as_if_they_were_written),
        cmocka_unit_test(merged_month_cells_reach_all_their_rows),
        cmocka_unit_test(workbooks_show_what_a_person_sees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
