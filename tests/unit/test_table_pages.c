/* SPDX-License-Identifier: Apache-2.0
 *
 * A table that comes in pages is the same as one that comes whole. */
#include <jansson.h>
#include <string.h>

#include "common/table/table_pages.h"
#include "tests/harness/test.h"

static const struct table_style style = {.chinese = true, .zone_s = 28800};

static struct table *make(struct arena *arena, int from, int to, bool total)
{
    struct table *t = table_new(arena, "schools", "Schools", "学校");
    table_add_column(t, "code", TABLE_TEXT, "Code", "代码", 0);
    table_add_column(t, "spent_fen", TABLE_MONEY_FEN, "Spent", "支出", 0);
    for (int i = from; i < to; i++) {
        table_add_row(t);
        table_put_printf(t, "SY%02d “\"\\\x7f", i);
        table_put_int(t, i);
    }
    if (total) {
        table_add_total(t);
        table_put_null(t);
        table_put_int(t, 99);
        table_add_note(t, "as of yesterday");
    }
    return t;
}

static json_t *whole_json(const struct table *table)
{
    struct buf out;
    struct err err;
    buf_init(&out, 0);
    assert_int_equal(table_write(table_writer_find("json"), &table, 1, &style, &out, &err), STATUS_OK);
    json_t *json = json_loads(buf_text(&out), 0, NULL);
    buf_done(&out);
    assert_non_null(json);
    return json;
}

static json_t *paged_json(struct table *const *pages, size_t n)
{
    struct buf out, all;
    struct table_pages writer;
    buf_init(&out, 0);
    buf_init(&all, 0);
    table_pages_init(&writer, &out, &style);
    for (size_t i = 0; i < n; i++) {
        table_pages_add(&writer, pages[i]);
        buf_puts(&all, buf_text(&out));
        buf_reset(&out);
    }
    table_pages_end(&writer, pages[n - 1]);
    buf_puts(&all, buf_text(&out));
    json_error_t why;
    json_t *json = json_loads(buf_text(&all), 0, &why);
    if (!json)
        fail_msg("%s in %s", why.text, buf_text(&all));
    assert_null(strstr(buf_text(&all), "\x7f"));
    buf_done(&out);
    buf_done(&all);
    return json;
}

static void pages_give_the_same_json_as_the_whole(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    struct table *pages[] = {make(&arena, 0, 3, false), make(&arena, 3, 4, false), make(&arena, 4, 6, true)};
    json_t *whole = whole_json(make(&arena, 0, 6, true)), *paged = paged_json(pages, 3);
    assert_true(json_equal(whole, paged));
    json_decref(whole);
    json_decref(paged);
    arena_done(&arena);
}

static void one_empty_page_is_a_table_without_rows(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    struct table *page = make(&arena, 0, 0, false);
    json_t *whole = whole_json(page), *paged = paged_json(&page, 1);
    assert_true(json_equal(whole, paged));
    json_decref(whole);
    json_decref(paged);
    arena_done(&arena);
}

static void appended_pages_are_the_whole_table(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    struct table *table = make(&arena, 0, 0, false);
    table_append(table, make(&arena, 0, 3, false));
    table_append(table, make(&arena, 3, 3, false));
    table_append(table, make(&arena, 3, 6, true));
    assert_true(table_equal(table, make(&arena, 0, 6, true)));
    arena_done(&arena);
}

static void a_page_of_another_shape_is_refused_when_the_table_is_written(void **state)
{
    (void)state;
    struct arena arena;
    struct err err;
    struct buf out;
    arena_init(&arena, 0);
    buf_init(&out, 0);
    struct table *table = make(&arena, 0, 1, false), *other = table_new(&arena, "other", NULL, NULL);
    table_add_column(other, "code", TABLE_TEXT, "Code", "代码", 0);
    table_append(table, other);
    const struct table *tables[] = {table};
    assert_int_equal(table_write(table_writer_find("json"), tables, 1, &style, &out, &err), STATUS_INVALID);
    buf_done(&out);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_give_the_same_json_as_the_whole),
        cmocka_unit_test(one_empty_page_is_a_table_without_rows),
        cmocka_unit_test(appended_pages_are_the_whole_table),
        cmocka_unit_test(a_page_of_another_shape_is_refused_when_the_table_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
