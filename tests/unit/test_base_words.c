/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "common/base/words.h"
#include "tests/harness/test.h"

#define LIST(X) X("工会主席") X("工会") X("会") X("No") X("主席") X("工会") X("·") X("×月")

#define TEXT(text) text,
#define FIRST(text) WORDS_FIRST(text),
#define LAST(text) WORDS_LAST(text),
static const char *const texts[] = {LIST(TEXT)};
static const uint8_t firsts[] = {LIST(FIRST)}, lasts[] = {LIST(LAST)};
static const struct words by_first = WORDS(texts, firsts), by_last = WORDS(texts, lasts);

#define NONE (sizeof texts / sizeof texts[0])

static void words_a_text_begins_with_are_found_in_the_order_of_the_list(void **state)
{
    (void)state;
    assert_int_equal(words_find_first(&by_first, "工会主席张三", 0), 0);
    assert_int_equal(words_find_first(&by_first, "工会主席张三", 1), 1);
    assert_int_equal(words_find_first(&by_first, "工会主席张三", 2), 5);
    assert_int_equal(words_find_first(&by_first, "工会主席张三", 6), NONE);
    assert_int_equal(words_find_first(&by_first, "No.", 0), 3);
    assert_int_equal(words_find_first(&by_first, "N", 0), NONE);
    assert_int_equal(words_find_first(&by_first, "·慰问", 0), 6);
    assert_int_equal(words_find_first(&by_first, "×月", 0), 7);
    assert_int_equal(words_find_first(&by_first, "工", 0), NONE);
    assert_int_equal(words_find_first(&by_first, "", 0), NONE);
}

static void words_a_text_is_or_ends_with_are_found(void **state)
{
    (void)state;
    assert_int_equal(words_find_whole(&by_first, "工会", 0), 1);
    assert_int_equal(words_find_whole(&by_first, "工会", 2), 5);
    assert_int_equal(words_find_whole(&by_first, "工会组", 0), NONE);
    assert_int_equal(words_find_last(&by_last, "校工会", strlen("校工会"), 0), 1);
    assert_int_equal(words_find_last(&by_last, "校工会", strlen("校工会"), 2), 2);
    assert_int_equal(words_find_last(&by_last, "会", strlen("会"), 0), 2);
    assert_int_equal(words_find_last(&by_last, "席", strlen("席"), 0), NONE);
    assert_int_equal(words_find_last(&by_last, "", 0, 0), NONE);
}

static void a_text_cut_inside_a_character_is_not_read_past_its_end(void **state)
{
    static const char cut[][3] = {"\xE5", "\xE5\xB7"}; /* 工 without its end */
    (void)state;
    for (size_t i = 0; i < sizeof cut / sizeof cut[0]; i++) {
        char *copy = strdup(cut[i]);
        assert_int_equal(words_find_first(&by_first, copy, 0), NONE);
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_a_text_begins_with_are_found_in_the_order_of_the_list),
        cmocka_unit_test(words_a_text_is_or_ends_with_are_found),
        cmocka_unit_test(a_text_cut_inside_a_character_is_not_read_past_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
