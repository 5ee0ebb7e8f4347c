/* SPDX-License-Identifier: Apache-2.0
 *
 * Every sample plan in tests/data/plans gives exactly the result that stands beside it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "client/cmd/import_json.h"
#include "tests/harness/samples.h"

static void import_sample(const char *name, const struct buf *bytes, struct arena *arena, struct import_result *result)
{
    struct err err = {0};
    struct import_source source = {.name = name, .data = buf_text(bytes), .size_bytes = bytes->len_bytes};
    if (import_read(&source, arena, result, &err) != STATUS_OK)
        fail_msg("%s: %s", name, err.text);
}

static void check_sample(const char *path, const char *name, void *context)
{
    struct arena arena;
    struct buf bytes, expected, got;
    struct import_result result;
    struct err err = {0};
    arena_init(&arena, IMPORT_ARENA_BYTES);
    samples_read(path, &bytes);
    samples_read(arena_printf(&arena, "%s.json", path), &expected);
    import_sample(name, &bytes, &arena, &result);
    buf_init(&got, 0);
    assert_int_equal(import_json_put(&result, &got, &err), STATUS_OK);
    if (strcmp(buf_text(&got), buf_text(&expected)) != 0)
        fail_msg("%s: the result is another than %s.json says", name, name);
    buf_done(&got);
    buf_done(&expected);
    buf_done(&bytes);
    arena_done(&arena);
    ++*(size_t *)context;
}

static void every_sample_gives_the_result_beside_it(void **state)
{
    (void)state;
    size_t n = 0;
    samples_each(SAMPLES_PLANS, check_sample, &n);
    assert_true(n >= 40);
}

static void the_same_bytes_give_the_same_result(void **state)
{
    (void)state;
    size_t n = 0;
    check_sample(SAMPLES_PLANS "/merged_cells.docx", "merged_cells.docx", &n);
    check_sample(SAMPLES_PLANS "/merged_cells.docx", "merged_cells.docx", &n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sample_gives_the_result_beside_it),
        cmocka_unit_test(the_same_bytes_give_the_same_result),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
