/* SPDX-License-Identifier: Apache-2.0
 *
 * Arenas, bufs, errors, statuses. */
#include <stdio.h>
#include <string.h>

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/err.h"
#include "common/base/utf8.h"
#include "tests/harness/test.h"

static void an_arena_gives_zeroed_aligned_memory(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    for (int round = 0; round < 2; round++) {
        for (size_t bytes = 0; bytes < 300; bytes++) {
            unsigned char *p = arena_alloc(&arena, bytes);
            assert_int_equal((uintptr_t)p % 16, 0);
            for (size_t i = 0; i < bytes; i++)
                assert_int_equal(p[i], 0);
            memset(p, 0xAA, bytes);
        }
        arena_reset(&arena); /* what is reused is zeroed, too */
        assert_int_equal(arena.used_bytes, 0);
    }
    arena_done(&arena);
}

static void an_arena_keeps_to_its_budget_and_recovers_on_reset(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1000);
    assert_non_null(arena_try_alloc(&arena, 900));
    assert_null(arena_try_alloc(&arena, 200));
    assert_null(arena_try_alloc(&arena, SIZE_MAX));
    assert_non_null(arena_try_alloc(&arena, 80));
    assert_true(arena.used_bytes <= 1000);
    assert_non_null(arena_alloc(&arena, 64)); /* the program's own needs are counted, not refused */
    assert_null(arena_try_alloc(&arena, 1));
    arena_reset(&arena);
    assert_non_null(arena_try_alloc(&arena, 900));
    arena_done(&arena);
}

static void an_allocation_larger_than_a_chunk_leaves_the_others_alone(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    char *before = arena_strdup(&arena, "before"), *large = arena_alloc(&arena, 1 << 20),
         *after = arena_printf(&arena, "%s-%d", "a", 1);
    memset(large, 'x', 1 << 20);
    assert_string_equal(before, "before");
    assert_string_equal(after, "a-1");
    assert_string_equal(arena_strndup(&arena, "一二三", 3), "一");
    arena_done(&arena);
}

static void a_buf_is_always_a_string_and_drains_from_the_front(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 0);
    assert_string_equal(buf_text(&buf), "");
    for (int i = 0; i < 1000; i++)
        buf_printf(&buf, "%d,", i % 10);
    assert_int_equal(buf.len_bytes, 2000);
    assert_int_equal(strlen(buf_text(&buf)), 2000);
    buf_drain(&buf, 1996);
    assert_string_equal(buf_text(&buf), "8,9,");
    buf_drain(&buf, 100);
    assert_string_equal(buf_text(&buf), "");
    buf_done(&buf);
}

static void a_buf_past_its_limit_fails_and_stays_failed(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf, 10);
    buf_puts(&buf, "12345678");
    buf_puts(&buf, "90");
    assert_false(buf.failed);
    buf_putc(&buf, 'x');
    assert_true(buf.failed);
    assert_false(buf_reserve(&buf, 0));
    assert_string_equal(buf_text(&buf), "1234567890");
    buf_reset(&buf);
    assert_true(buf_reserve(&buf, 10));
    assert_false(buf_reserve(&buf, SIZE_MAX));
    buf_done(&buf);
}

static void an_error_is_cut_at_a_character(void **state)
{
    (void)state;
    struct err err;
    char text[ERR_TEXT_BYTES * 2] = "";
    for (size_t shift = 0; shift < 4; shift++) {
        memset(text, 'x', shift);
        for (size_t i = shift; i + 4 < sizeof text; i += 3)
            memcpy(text + i, "中", 4);
        assert_int_equal(err_set(&err, STATUS_INVALID, "%s", text), STATUS_INVALID);
        assert_true(strlen(err.text) > ERR_TEXT_BYTES - 5);
        assert_true(utf8_check(err.text, strlen(err.text), NULL));
        assert_int_equal(err_prefix(&err, "context"), STATUS_INVALID);
        assert_true(utf8_check(err.text, strlen(err.text), NULL));
        assert_memory_equal(err.text, "context: ", 9);
    }
}

static void an_error_may_be_filled_from_its_own_text(void **state)
{
    (void)state;
    struct err err;
    err_set(&err, STATUS_FAILED, "inner");
    assert_int_equal(err_set(&err, STATUS_INVALID, "outer %s", err.text), STATUS_INVALID);
    assert_string_equal(err.text, "outer inner");
    assert_int_equal(err_set(NULL, STATUS_DENIED, "nobody listens"), STATUS_DENIED);
}

static void every_status_has_words_in_both_languages(void **state)
{
    (void)state;
    static const enum status all[] = {
#define STATUS(number, name, exit_code, text, text_zh) STATUS_##name,
#include "common/base/status.def"
#undef STATUS
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        assert_string_not_equal(status_name(all[i]), "UNKNOWN");
        assert_string_not_equal(status_text(all[i], 0), status_text(all[i], 1));
        assert_in_range(status_exit_code(all[i]), 0, 7);
        assert_true((status_exit_code(all[i]) == 0) == (all[i] == STATUS_OK));
        for (size_t k = 0; k < i; k++)
            assert_int_not_equal(all[i], all[k]);
    }
    assert_string_equal(status_name((enum status)9999), "UNKNOWN");
    assert_int_equal(status_exit_code((enum status)9999), 1);
}

static void an_array_that_grows_keeps_what_is_in_it(void **state)
{
    (void)state;
    struct arena arena;
    uint32_t *items = NULL;
    size_t room = 0;
    arena_init(&arena, 0);
    for (uint32_t n = 0; n < 1000; n++) {
        ARENA_MORE(&arena, items, n, &room);
        assert_true(room > n && room <= 2 * (size_t)n + 16);
        items[n] = n;
    }
    for (uint32_t n = 0; n < 1000; n++)
        assert_int_equal(items[n], n);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_array_that_grows_keeps_what_is_in_it),
        cmocka_unit_test(an_arena_gives_zeroed_aligned_memory),
        cmocka_unit_test(an_arena_keeps_to_its_budget_and_recovers_on_reset),
        cmocka_unit_test(an_allocation_larger_than_a_chunk_leaves_the_others_alone),
        cmocka_unit_test(a_buf_is_always_a_string_and_drains_from_the_front),
        cmocka_unit_test(a_buf_past_its_limit_fails_and_stays_failed),
        cmocka_unit_test(an_error_is_cut_at_a_character),
        cmocka_unit_test(an_error_may_be_filled_from_its_own_text),
        cmocka_unit_test(every_status_has_words_in_both_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
