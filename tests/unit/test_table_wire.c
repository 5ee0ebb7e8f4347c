/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "common/table/table_wire.h"
#include "common/wire/message.h"
#include "tests/harness/test.h"

static struct table *sample(struct arena *arena)
{
    struct table *t = table_new(arena, "schools", "Schools", "学校");
    table_add_column(t, "code", TABLE_TEXT, "Code", "代码", TABLE_FIXED);
    table_add_column(t, "state", TABLE_ENUM, "State", "状态", 0);
    table_add_column(t, "spent_fen", TABLE_MONEY_FEN, "Spent", "支出", 0);
    table_begin_group(t, "东片");
    table_add_row(t);
    table_put_text(t, "SY01");
    table_put_enum(t, "done", "done", "完成");
    table_put_int(t, -125000);
    table_begin_group(t, NULL);
    table_add_row(t);
    table_put_text(t, "SY02");
    table_add_total(t);
    table_put_null(t);
    table_put_null(t);
    table_put_int(t, 7);
    table_add_note(t, "as of yesterday");
    return t;
}

static void a_table_survives_the_wire(void **state)
{
    (void)state;
    struct arena arena;
    struct err err;
    arena_init(&arena, 0);
    struct table *table = sample(&arena), *back;
    Lianxin__Table *wire;
    assert_int_equal(table_to_wire(&arena, table, &wire, &err), STATUS_OK);
    size_t bytes = lianxin__table__get_packed_size(wire);
    uint8_t *data = arena_alloc(&arena, bytes);
    lianxin__table__pack(wire, data);
    ProtobufCMessage *message;
    assert_int_equal(message_decode(&arena, &lianxin__table__descriptor, data, bytes, &message, &err), STATUS_OK);
    assert_int_equal(table_from_wire(&arena, (Lianxin__Table *)message, &back, &err), STATUS_OK);
    assert_true(table_equal(table, back));
    arena_done(&arena);
}

static void a_table_whose_cells_do_not_fit_is_refused(void **state)
{
    (void)state;
    struct arena arena;
    struct err err;
    arena_init(&arena, 0);
    struct table *back = NULL;
    Lianxin__Table *wire;
    assert_int_equal(table_to_wire(&arena, sample(&arena), &wire, &err), STATUS_OK);
    wire->lines[0]->cells[0]->has_number = true; /* a number in a column of texts */
    assert_int_equal(table_from_wire(&arena, wire, &back, &err), STATUS_PROTOCOL);
    wire->lines[0]->cells[0]->has_number = false;
    wire->n_columns--; /* one cell more than there are columns */
    assert_int_equal(table_from_wire(&arena, wire, &back, &err), STATUS_PROTOCOL);
    assert_null(back);
    arena_done(&arena);
}

static void an_answer_without_its_table_is_refused(void **state)
{
    (void)state;
    struct arena arena;
    struct err err;
    arena_init(&arena, 0);
    struct table *back = NULL;
    assert_int_equal(table_from_wire(&arena, NULL, &back, &err), STATUS_PROTOCOL);
    assert_null(back);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_survives_the_wire),
        cmocka_unit_test(a_table_whose_cells_do_not_fit_is_refused),
        cmocka_unit_test(an_answer_without_its_table_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
