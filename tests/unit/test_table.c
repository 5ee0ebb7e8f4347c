/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "common/table/table_writer.h"
#include "tests/harness/test.h"

static const struct table_style style = {.chinese = true, .zone_s = 28800};

static struct table *small(struct arena *arena, int64_t value)
{
    struct table *t = table_new(arena, "t", "T", "表");
    table_add_column(t, "name", TABLE_TEXT, "Name", "名称", 0);
    table_add_column(t, "value", TABLE_INT, "Value", "值", 0);
    table_add_row(t);
    table_put_text(t, "甲");
    table_put_int(t, value);
    return t;
}

static enum status write_json(const struct table *t, struct err *err)
{
    struct buf out;
    buf_init(&out, 0);
    enum status s = table_write(table_writer_find("json"), &t, 1, &style, &out, err);
    if (s != STATUS_OK)
        assert_string_equal(buf_text(&out), "");
    buf_done(&out);
    return s;
}

static void tables_built_alike_are_equal(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    assert_true(table_equal(small(&arena, 1), small(&arena, 1)));
    assert_false(table_equal(small(&arena, 1), small(&arena, 2)));
    struct table *noted = small(&arena, 1), *longer = small(&arena, 1), *total = small(&arena, 1);
    table_add_note(noted, "n");
    table_add_row(longer);
    table_add_total(total);
    assert_false(table_equal(small(&arena, 1), noted));
    assert_false(table_equal(small(&arena, 1), longer));
    assert_false(table_equal(longer, small(&arena, 1)));
    assert_false(table_equal(longer, total));
    arena_done(&arena);
}

static void what_is_put_is_copied(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    char text[] = "before";
    struct table *t = table_new(&arena, "t", text, NULL);
    table_add_column(t, "k", TABLE_TEXT, text, NULL, 0);
    table_add_row(t);
    table_put_text(t, text);
    memcpy(text, "behind", sizeof text);
    assert_string_equal(t->title, "before");
    assert_string_equal(t->columns[0].label_zh, "before");
    assert_string_equal(t->rows->cells[0].text, "before");
    arena_done(&arena);
}

static void cells_not_put_are_null(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    struct table *t = small(&arena, 1);
    table_add_row(t);
    assert_int_equal(t->last_row->cells[1].kind, TABLE_CELL_NULL);
    assert_int_equal(write_json(t, NULL), STATUS_OK);
    arena_done(&arena);
}

static void wrong_use_is_reported_when_the_table_is_written(void **state)
{
    (void)state;
    struct arena arena;
    struct err err;
    arena_init(&arena, 0);
    struct table *too_many = small(&arena, 1), *wrong_type = small(&arena, 1), *no_row = table_new(&arena, "t", NULL, NULL);
    struct table *late_column = small(&arena, 1), *number_as_text = table_new(&arena, "t", NULL, NULL);
    table_put_int(too_many, 3);
    table_add_row(wrong_type);
    table_put_int(wrong_type, 3);
    table_put_int(no_row, 3);
    table_add_column(late_column, "k", TABLE_TEXT, "K", NULL, 0);
    table_add_column(number_as_text, "k", TABLE_INT, "K", NULL, 0);
    table_add_row(number_as_text);
    table_put_text(number_as_text, "3");
    const struct table *wrong[] = {too_many, wrong_type, no_row, late_column, number_as_text};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(write_json(wrong[i], &err), STATUS_INVALID);
    arena_done(&arena);
}

static void a_spent_budget_is_reported_when_the_table_is_written(void **state)
{
    (void)state;
    struct arena arena;
    struct err err;
    arena_init(&arena, 32768);
    struct table *t = table_new(&arena, "t", NULL, NULL);
    table_add_column(t, "k", TABLE_TEXT, "K", NULL, 0);
    for (int i = 0; i < 10000; i++) {
        table_add_row(t);
        table_put_text(t, "a text of some length that eats the budget");
    }
    assert_int_equal(write_json(t, &err), STATUS_NO_MEMORY);
    arena_done(&arena);
}

static void an_output_that_cannot_grow_is_reported_and_left_as_it_was(void **state)
{
    (void)state;
    struct arena arena;
    struct buf out;
    struct err err;
    arena_init(&arena, 0);
    const struct table *t = small(&arena, 1);
    size_t n;
    const struct table_writer *writers = table_writer_list(&n);
    assert_int_equal(n, 5);
    for (size_t i = 0; i < n; i++) {
        buf_init(&out, 20);
        buf_puts(&out, "before");
        assert_int_equal(table_write(&writers[i], &t, 1, &style, &out, &err), STATUS_TOO_LARGE);
        assert_string_equal(buf_text(&out), "before");
        buf_done(&out);
    }
    arena_done(&arena);
}

static void a_ratio_is_rounded_and_null_over_nothing(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    struct table *t = table_new(&arena, "t", NULL, NULL);
    table_add_column(t, "a", TABLE_RATIO, "A", NULL, 0);
    table_add_column(t, "b", TABLE_RATIO, "B", NULL, 0);
    table_add_row(t);
    table_put_ratio(t, 2, 3);
    table_put_ratio(t, 1, 0);
    assert_int_equal(t->rows->cells[0].number, 6667);
    assert_int_equal(t->rows->cells[1].kind, TABLE_CELL_NULL);
    arena_done(&arena);
}

static void a_writer_is_found_by_name_and_by_file_name(void **state)
{
    (void)state;
    assert_string_equal(table_writer_find("csv")->name, "csv");
    assert_null(table_writer_find("pdf"));
    assert_string_equal(table_writer_find_for_file("报表.XLSX")->name, "xlsx");
    assert_string_equal(table_writer_find_for_file("/a.b/c.html")->name, "html");
    assert_null(table_writer_find_for_file("report"));
    assert_null(table_writer_find_for_file("report."));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_built_alike_are_equal),
        cmocka_unit_test(what_is_put_is_copied),
        cmocka_unit_test(cells_not_put_are_null),
        cmocka_unit_test(wrong_use_is_reported_when_the_table_is_written),
        cmocka_unit_test(a_spent_budget_is_reported_when_the_table_is_written),
        cmocka_unit_test(an_output_that_cannot_grow_is_reported_and_left_as_it_was),
        cmocka_unit_test(a_ratio_is_rounded_and_null_over_nothing),
        cmocka_unit_test(a_writer_is_found_by_name_and_by_file_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
