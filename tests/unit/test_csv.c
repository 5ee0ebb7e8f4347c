/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/csv.h"
#include "tests/harness/test.h"

struct fixture {
    struct arena arena;
    struct csv csv;
};

static int setup(void **state)
{
    static struct fixture fixture;
    arena_init(&fixture.arena, 0);
    *state = &fixture;
    return 0;
}

static int teardown(void **state)
{
    arena_done(&((struct fixture *)*state)->arena);
    return 0;
}

static void cells_are_split_trimmed_and_unquoted(void **state)
{
    struct fixture *f = *state;
    csv_open(&f->csv, &f->arena, "代码 , 名称,片\r\nSY01,\"育才,\"\"小学\"\"\" ,\r\n");
    assert_true(csv_read(&f->csv));
    assert_int_equal(f->csv.n_cells, 3);
    assert_string_equal(f->csv.cells[0], "代码");
    assert_string_equal(f->csv.cells[1], "名称");
    assert_true(csv_read(&f->csv));
    assert_int_equal(f->csv.n_cells, 3);
    assert_string_equal(f->csv.cells[1], "育才,\"小学\"");
    assert_string_equal(f->csv.cells[2], "");
    assert_false(csv_read(&f->csv));
}

static void blank_rows_are_passed_over_and_lines_are_counted(void **state)
{
    struct fixture *f = *state;
    csv_open(&f->csv, &f->arena, "a,b\n\n ,\n1,2");
    assert_true(csv_read(&f->csv));
    assert_int_equal(f->csv.line, 1);
    assert_true(csv_read(&f->csv));
    assert_int_equal(f->csv.line, 4);
    assert_string_equal(f->csv.cells[1], "2");
    assert_false(csv_read(&f->csv));
}

static void tabs_and_semicolons_separate_too(void **state)
{
    struct fixture *f = *state;
    csv_open(&f->csv, &f->arena, "a;b");
    assert_true(csv_read(&f->csv));
    assert_int_equal(f->csv.n_cells, 2);
    csv_open(&f->csv, &f->arena, "a\tb,c");
    assert_true(csv_read(&f->csv));
    assert_int_equal(f->csv.n_cells, 2);
    assert_string_equal(f->csv.cells[1], "b,c");
}

static void a_forgotten_quote_ends_with_its_line(void **state)
{
    struct fixture *f = *state;
    csv_open(&f->csv, &f->arena, "a,\"b\nc,d\n");
    assert_true(csv_read(&f->csv));
    assert_string_equal(f->csv.cells[1], "b");
    assert_true(csv_read(&f->csv));
    assert_string_equal(f->csv.cells[0], "c");
}

static void a_row_of_too_many_cells_keeps_the_first(void **state)
{
    struct fixture *f = *state;
    csv_open(&f->csv, &f->arena, "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34\nx");
    assert_true(csv_read(&f->csv));
    assert_int_equal(f->csv.n_cells, CSV_COLUMNS_MAX);
    assert_true(csv_read(&f->csv));
    assert_string_equal(f->csv.cells[0], "x");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(cells_are_split_trimmed_and_unquoted),    TEST(blank_rows_are_passed_over_and_lines_are_counted),
        TEST(tabs_and_semicolons_separate_too),        TEST(a_forgotten_quote_ends_with_its_line),
        TEST(a_row_of_too_many_cells_keeps_the_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
