/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "common/wire/invitation.h"
#include "tests/harness/test.h"

static const char *const addresses[] = {"10.20.30.40:7443", "union.example:7443"};

static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

static struct invitation sample(void)
{
    struct invitation i = {.addresses = addresses, .n_addresses = 2};
    memset(i.pin.bytes, 0xA5, sizeof i.pin.bytes);
    memset(i.id, 0x3C, sizeof i.id);
    memset(i.secret, 0x0F, sizeof i.secret);
    return i;
}

static const char *sample_text(void)
{
    struct invitation i = sample();
    struct err err;
    const char *text = NULL;
    assert_int_equal(invitation_format(&arena, &i, &text, &err), STATUS_OK);
    return text;
}

static void assert_is_sample(const char *text)
{
    struct invitation want = sample(), got;
    struct err err = {0};
    if (invitation_parse(&arena, text, &got, &err) != STATUS_OK)
        fail_msg("%s: %s", text, err.text);
    assert_int_equal(got.n_addresses, 2);
    assert_string_equal(got.addresses[0], addresses[0]);
    assert_string_equal(got.addresses[1], addresses[1]);
    assert_memory_equal(&got.pin, &want.pin, sizeof want.pin);
    assert_memory_equal(got.id, want.id, sizeof want.id);
    assert_memory_equal(got.secret, want.secret, sizeof want.secret);
}

static void assert_refused(const char *text, const char *because)
{
    struct invitation got = {.n_addresses = 77};
    struct err err = {0};
    assert_int_equal(invitation_parse(&arena, text, &got, &err), STATUS_USAGE);
    assert_non_null(strstr(err.text, because));
    assert_int_equal(got.n_addresses, 77);
}

static void an_invitation_comes_back_as_it_was(void **state)
{
    (void)state;
    const char *text = sample_text();
    assert_int_equal(strncmp(text, "lx1-", 4), 0);
    assert_is_sample(text);
}

static void what_people_paste_is_understood(void **state)
{
    (void)state;
    const char *text = sample_text();
    assert_is_sample(arena_printf(&arena, "  %.40s\r\n   %.30s \t%s。\n", text, text + 40, text + 70));
    assert_is_sample(arena_printf(&arena, "邀请码：“%s”", text));
    assert_is_sample(arena_printf(&arena, "l\nx\n1\n-\n%s", text + 4));
    char *upper = arena_strdup(&arena, text), *wide = arena_alloc(&arena, 3 * strlen(text) + 1), *out = wide;
    for (char *p = upper; *p; p++)
        *p = *p >= 'a' && *p <= 'z' ? (char)(*p - 32) : *p == '0' ? 'O' : *p == '1' ? 'I' : *p;
    assert_is_sample(upper);
    for (const char *p = text; *p; p++) { /* U+FF01..U+FF5E are ASCII in full width */
        unsigned code = 0xFF01u + (unsigned)(*p - '!');
        *out++ = (char)(0xE0 | code >> 12);
        *out++ = (char)(0x80 | (code >> 6 & 0x3F));
        *out++ = (char)(0x80 | (code & 0x3F));
    }
    *out = '\0';
    assert_is_sample(wide);
}

static void every_cut_invitation_is_called_cut(void **state)
{
    (void)state;
    const char *text = sample_text();
    for (size_t n = 4; n + 2 < strlen(text); n++)
        assert_refused(arena_strndup(&arena, text, n), "cut short");
}

static void every_single_mistyped_digit_is_noticed(void **state)
{
    (void)state;
    const char *text = sample_text();
    for (size_t i = 4; text[i + 1]; i++) {
        char *wrong = arena_strdup(&arena, text);
        wrong[i] = wrong[i] == '7' ? '8' : '7';
        struct invitation got;
        assert_int_equal(invitation_parse(&arena, wrong, &got, NULL), STATUS_USAGE);
    }
}

static void what_is_no_invitation_is_called_so(void **state)
{
    (void)state;
    assert_refused("", "no invitation");
    assert_refused("hello", "no invitation");
    assert_refused("lx1", "no invitation");
    assert_refused("\xff\xfe", "no invitation");
    assert_refused("lx1-uuuuuuuu", "mistyped");
    assert_refused(arena_printf(&arena, "%s00000000", sample_text()), "added");
}

static void an_invitation_without_a_usable_address_is_not_made(void **state)
{
    (void)state;
    struct invitation i = sample();
    const char *text = "untouched";
    i.n_addresses = 0;
    assert_int_equal(invitation_format(&arena, &i, &text, NULL), STATUS_INVALID);
    char long_address[300];
    memset(long_address, 'a', sizeof long_address - 1);
    long_address[sizeof long_address - 1] = '\0';
    i.addresses = (const char *const[]){long_address};
    i.n_addresses = 1;
    assert_int_equal(invitation_format(&arena, &i, &text, NULL), STATUS_INVALID);
    assert_string_equal(text, "untouched");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_invitation_comes_back_as_it_was, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_people_paste_is_understood, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_cut_invitation_is_called_cut, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_single_mistyped_digit_is_noticed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_invitation_is_called_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_invitation_without_a_usable_address_is_not_made, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
