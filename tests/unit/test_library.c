/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cmd/library.h"
#include "tests/harness/test.h"

static void versions_compare_by_their_numbers(void **state)
{
    (void)state;
    assert_true(library_compare("3.40.1", "3.51.3") < 0);
    assert_true(library_compare("3.51.3", "3.51.3") == 0);
    assert_true(library_compare("3.100", "3.51.3") > 0);
    assert_true(library_compare("2.1.12-stable", "2.1.6") > 0);
    assert_true(library_compare("3.0", "3.0.0") == 0);
    assert_true(library_compare("3", "3.0.1") < 0);
}

static void each_library_has_its_line(void **state)
{
    struct health health;
    struct arena arena;
    (void)state;
    arena_init(&arena, 0);
    health_init(&health, &arena, 0, 0);
    library_tell(&health);
    assert_int_equal(health.table->n_rows, 4);
    assert_false(health.unwell); /* on the Debian this is built for */
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_compare_by_their_numbers),
        cmocka_unit_test(each_library_has_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
