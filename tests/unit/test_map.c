/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "common/base/map.h"
#include "tests/harness/test.h"

static const uint8_t seed[MAP_SEED_BYTES] = "sixteen bytes ..";

static void what_was_put_is_found_and_nothing_else(void **state)
{
    (void)state;
    struct arena arena;
    struct map map;
    arena_init(&arena, 0);
    map_init(&map, &arena, sizeof(uint32_t), sizeof(uint64_t), seed);
    uint32_t absent = 7;
    assert_null(map_find(&map, &absent));
    for (uint32_t key = 0; key < 10000; key += 2)
        *(uint64_t *)map_put(&map, &key) = (uint64_t)key * 3;
    assert_int_equal(map.n, 5000);
    for (uint32_t key = 0; key < 10000; key++) {
        uint64_t *value = map_find(&map, &key);
        if (key % 2)
            assert_null(value);
        else
            assert_int_equal(*value, (uint64_t)key * 3);
    }
    arena_done(&arena);
}

static void entries_keep_their_order_and_number(void **state)
{
    (void)state;
    struct arena arena;
    struct map map;
    arena_init(&arena, 0);
    map_init(&map, &arena, 3, 1, seed);
    for (unsigned i = 0; i < 300; i++) {
        uint8_t key[3] = {(uint8_t)(i % 7), (uint8_t)(i >> 8), (uint8_t)i};
        *(uint8_t *)map_put(&map, key) = (uint8_t)i;
    }
    for (unsigned i = 0; i < 300; i++) {
        const void *key;
        uint8_t *value = map_at(&map, i, &key);
        assert_int_equal(*value, (uint8_t)i);
        assert_int_equal(((const uint8_t *)key)[2], (uint8_t)i);
        assert_int_equal(map_index(&map, value), i);
    }
    arena_done(&arena);
}

static void putting_again_gives_the_same_value(void **state)
{
    (void)state;
    struct arena arena;
    struct map map;
    arena_init(&arena, 0);
    map_init(&map, &arena, sizeof(uint32_t), sizeof(int), seed);
    uint32_t key = 42;
    *(int *)map_put(&map, &key) = 5;
    assert_int_equal(*(int *)map_put(&map, &key), 5);
    assert_int_equal(map.n, 1);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_is_found_and_nothing_else),
        cmocka_unit_test(entries_keep_their_order_and_number),
        cmocka_unit_test(putting_again_gives_the_same_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
