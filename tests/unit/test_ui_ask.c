/* SPDX-License-Identifier: Apache-2.0
 *
 * Questions to a person at the terminal. */
#include "tests/unit/ui_fixture.h"

static void yes_and_no_are_understood_in_both_languages(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *answer;
        bool preset;
        int meant;
    } cases[] = {
        {"y", false, 1}, {"YES", false, 1}, {"是", false, 1}, {"好的", false, 1}, {"ｙ", false, 1},    {"n", true, 0},
        {"否", true, 0}, {" 不 ", true, 0}, {"", true, 1},    {"", false, 0},     {"maybe", true, -1}, {"\xFF", true, -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(ui_parse_yes(&f->arena, cases[i].answer, cases[i].preset), cases[i].meant);
}

static void numbers_may_be_typed_full_width(void **state)
{
    struct fixture *f = *state;
    int64_t answer = 0;
    type(f, "２０２４\n");
    assert_int_equal(ui_ask_int(&f->ui, "Which year?", 2000, 2100, &answer, &f->err), STATUS_OK);
    assert_int_equal(answer, 2024);
    type(f, "1999\n20x4\n　２０２５　\n");
    assert_int_equal(ui_ask_int(&f->ui, "Which year?", 2000, 2100, &answer, &f->err), STATUS_OK);
    assert_int_equal(answer, 2025);
}

static void a_choice_is_one_of_the_numbered_list(void **state)
{
    struct fixture *f = *state;
    static const char *const choices[] = {"甲", "乙\033[1m", "丙"};
    size_t chosen = 9;
    type(f, "4\n2\n");
    assert_int_equal(ui_ask_choice(&f->ui, "Which one?", choices, 3, &chosen, &f->err), STATUS_OK);
    assert_int_equal(chosen, 1);
    assert_non_null(strstr(log_text(f), "  3  丙\n"));
    assert_null(strchr(log_text(f), '\033'));
}

static void without_a_usable_answer_the_caller_hears_so(void **state)
{
    struct fixture *f = *state;
    int64_t number = 7;
    const char *text = "before";
    type(f, "x\ny\nz\n2024\n");
    assert_int_equal(ui_ask_int(&f->ui, "Which year?", 2000, 2100, &number, &f->err), STATUS_NOT_UNDERSTOOD);
    type(f, "");
    assert_int_equal(ui_ask_int(&f->ui, "Which year?", 2000, 2100, &number, &f->err), STATUS_NOT_UNDERSTOOD);
    f->ui.in_is_tty = false;
    assert_int_equal(ui_ask_int(&f->ui, "Go on?", 0, 1, &number, &f->err), STATUS_NOT_UNDERSTOOD);
    assert_non_null(strstr(f->err.text, "Go on?"));
    assert_int_equal(ui_ask_text(&f->ui, "Why?", &f->arena, &text, &f->err), STATUS_NOT_UNDERSTOOD);
    assert_int_equal(number, 7);
    assert_string_equal(text, "before");
}

static void an_answer_in_words_is_trimmed_and_composed(void **state)
{
    struct fixture *f = *state;
    const char *text = NULL;
    type(f, "  因天气原因 e\xCC\x81 \r\n");
    assert_int_equal(ui_ask_text(&f->ui, "Why?", &f->arena, &text, &f->err), STATUS_OK);
    assert_string_equal(text, "因天气原因 \xC3\xA9");
    type(f, "\xFF\n");
    assert_int_equal(ui_ask_text(&f->ui, "Why?", &f->arena, &text, &f->err), STATUS_NOT_UNDERSTOOD);
}

static void an_endless_line_is_one_wrong_answer(void **state)
{
    struct fixture *f = *state;
    int64_t number = 0;
    char *keys = arena_alloc(&f->arena, 20000);
    memset(keys, '9', 19000);
    memcpy(keys + 19000, "\n2024\n", sizeof "\n2024\n");
    type(f, keys);
    assert_int_equal(ui_ask_int(&f->ui, "Which year?", 2000, 2100, &number, &f->err), STATUS_OK);
    assert_int_equal(number, 2024);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(yes_and_no_are_understood_in_both_languages, set_up, tear_down),
        cmocka_unit_test_setup_teardown(numbers_may_be_typed_full_width, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_choice_is_one_of_the_numbered_list, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_a_usable_answer_the_caller_hears_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_answer_in_words_is_trimmed_and_composed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_endless_line_is_one_wrong_answer, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
