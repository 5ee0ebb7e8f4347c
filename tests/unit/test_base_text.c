/* SPDX-License-Identifier: Apache-2.0
 *
 * UTF-8, digests and month sets. */
#include <stdlib.h>
#include <string.h>

#include "common/base/sha256.h"
#include "common/base/utf8.h"
#include "common/base/clock.h"
#include "common/domain/month.h"
#include "tests/harness/test.h"

static void malformed_utf8_is_found_at_its_first_bad_byte(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t bytes, at;
    } wrong[] = {
        {"ab\xFF", 3, 2},   {"\xC0\x80", 2, 0}, {"\xE0\x80\x80", 3, 0}, {"\xED\xA0\x80", 3, 0},     {"\xF4\x90\x80\x80", 4, 0},
        {"\xE4\xB8", 2, 0}, {"a\0b", 3, 1},     {"中\x80", 4, 3},       {"\xF0\x80\x80\x80", 4, 0}, {"\xF8\x88\x80\x80\x80", 5, 0},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        size_t at = 99;
        assert_false(utf8_check(wrong[i].text, wrong[i].bytes, &at));
        assert_int_equal(at, wrong[i].at);
    }
    assert_true(utf8_check("a中😀\xF4\x8F\xBF\xBF", strlen("a中😀\xF4\x8F\xBF\xBF"), NULL));
    assert_true(utf8_check("", 0, NULL));
}

static void every_code_point_survives_encoding_and_decoding(void **state)
{
    (void)state;
    for (uint32_t code = 1; code <= 0x10FFFF; code++) {
        char text[4];
        uint32_t back = 0;
        if (code >= 0xD800 && code <= 0xDFFF)
            continue;
        size_t n = utf8_put(code, text);
        if (utf8_next(text, n, &back) != n || back != code || (n > 1 && utf8_next(text, n - 1, &back) != 0))
            fail_msg("U+%04X", code);
    }
}

static void width_counts_terminal_columns(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t narrow, wide;
    } cases[] = {
        {"abc", 3, 3}, {"工会计划", 8, 8}, {"，。（）", 8, 8},  {"“三八”", 6, 8},       {"…", 1, 2}, {"①", 1, 2},
        {"ｱ", 1, 1},   {"Ａ", 2, 2},       {"e\xCC\x81", 1, 1}, {"\xEF\xBB\xBF", 0, 0}, {"😀", 2, 2}, {"", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(utf8_width(cases[i].text, strlen(cases[i].text), false), cases[i].narrow);
        assert_int_equal(utf8_width(cases[i].text, strlen(cases[i].text), true), cases[i].wide);
    }
}

static void fitting_never_cuts_a_character(void **state)
{
    (void)state;
    static const char text[] = "a中e\xCC\x81“b";
    static const size_t narrow[] = {0, 1, 1, 4, 7, 10, 11, 11}, wide[] = {0, 1, 1, 4, 7, 7, 10, 11};
    for (size_t columns = 0; columns < 8; columns++) {
        assert_int_equal(utf8_fit(text, strlen(text), columns, false), narrow[columns]);
        assert_int_equal(utf8_fit(text, strlen(text), columns, true), wide[columns]);
    }
    assert_int_equal(utf8_fit("\xFF\xFF", 2, 1, false), 1);
}

static void safe_text_cannot_steer_anything(void **state)
{
    (void)state;
    static const struct {
        const char *text, *line, *lines;
    } cases[] = {
        {"plain 中文", "plain 中文", "plain 中文"},
        {"a\033[31mb", "a\xEF\xBF\xBD[31mb", "a\xEF\xBF\xBD[31mb"},
        {"a\xC2\x9B"
         "31mb",
         "a\xEF\xBF\xBD"
         "31mb",
         "a\xEF\xBF\xBD"
         "31mb"},
        {"a\tb\r\nc\xE2\x80\xA8"
         "d",
         "a b c d", "a b\nc\nd"},
        {"x\xE2\x80\xAE\xE2\x81\xA6\xE2\x80\x8F\xD8\x9Cy", "xy", "xy"},
        {"\xFF\x7F", "\xEF\xBF\xBD\xEF\xBF\xBD", "\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\xEF\xBF\xBF\xEF\xBF\xBE", "\xEF\xBF\xBD\xEF\xBF\xBD", "\xEF\xBF\xBD\xEF\xBF\xBD"},
    };
    struct arena arena;
    struct buf out;
    arena_init(&arena, 0);
    buf_init(&out, 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        buf_reset(&out);
        utf8_put_safe(&out, cases[i].text, strlen(cases[i].text), true);
        assert_string_equal(buf_text(&out), cases[i].lines);
        assert_string_equal(utf8_safe(&arena, cases[i].text), cases[i].line);
    }
    buf_done(&out);
    arena_done(&arena);
}

static void folding_is_for_matching_and_composing_for_storing(void **state)
{
    (void)state;
    struct arena arena, tiny;
    arena_init(&arena, 0);
    arena_init(&tiny, 16);
    assert_string_equal(utf8_nfc(&arena, "e\xCC\x81１２①"), "\xC3\xA9１２①");
    assert_string_equal(utf8_nfkc(&arena, "１２，①ｱ"), "12,1ア");
    assert_null(utf8_nfc(&arena, "\xFF"));
    assert_null(utf8_nfkc(&tiny, "a text longer than the budget of the arena"));
    arena_done(&tiny);
    arena_done(&arena);
}

/* FIPS 180-4 examples, and the million a's. */
static void sha256_gives_the_published_digests(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    char text[SHA256_TEXT_BYTES];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sha256 h = sha256_of(cases[i][0], strlen(cases[i][0]));
        sha256_format(&h, text);
        assert_string_equal(text, cases[i][1]);
    }
    struct sha256_stream s;
    sha256_start(&s);
    for (int i = 0; i < 1000000 / 8; i++)
        sha256_add(&s, "aaaaaaaa", 8);
    struct sha256 h = sha256_finish(&s), other = h;
    sha256_format(&h, text);
    assert_string_equal(text, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    assert_true(sha256_equal(&h, &other));
    other.bytes[31] ^= 1;
    assert_false(sha256_equal(&h, &other));
}

/* RFC 4231 section 4.2 to 4.5; HMAC pads a short key with zeros, so do we. */
static void hmac_gives_the_published_digests(void **state)
{
    (void)state;
    uint8_t keys[4][SHA256_BYTES] = {{0}}, data[2][50];
    memset(keys[0], 0x0b, 20);
    memcpy(keys[1], "Jefe", 4);
    memset(keys[2], 0xaa, 20);
    for (uint8_t i = 0; i < 25; i++)
        keys[3][i] = (uint8_t)(i + 1);
    memset(data[0], 0xdd, 50);
    memset(data[1], 0xcd, 50);
    const struct {
        const void *data;
        size_t bytes;
        const char *digest;
    } cases[] = {
        {"Hi There", 8, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {"what do ya want for nothing?", 28, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {data[0], 50, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        {data[1], 50, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[SHA256_TEXT_BYTES];
        struct sha256 h = hmac_sha256(keys[i], cases[i].data, cases[i].bytes);
        sha256_format(&h, text);
        assert_string_equal(text, cases[i].digest);
    }
}

static void a_month_is_read_in_one_form_only(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",        "2024-9", "2024-13",  "2024-00",    "0000-01",
                                        "2024/09", "24-09",  "2024-09 ", "２０２４-09"};
    int32_t month = 7;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(month_parse(wrong[i], &month));
    assert_int_equal(month, 7);
    for (int32_t m = 12; m < 120000; m++) {
        char text[MONTH_TEXT_BYTES];
        month_format(m, text);
        if (!month_is_valid(m) || !month_parse(text, &month) || month != m || month_make(month_year(m), month_of_year(m)) != m)
            fail_msg("month %d: %s", m, text);
    }
    assert_false(month_is_valid(11));
    assert_false(month_is_valid(120000));
    assert_int_equal(month_make(2024, 9), 24296);
    assert_int_equal(month_at(INT64_C(1725119999999), CLOCK_ZONE_CHINA_S), month_make(2024, 8)); /* 23:59 there */
    assert_int_equal(month_at(INT64_C(1725120000000), CLOCK_ZONE_CHINA_S), month_make(2024, 9));
}

static void a_month_set_has_one_encoding_in_whatever_order_it_is_built(void **state)
{
    (void)state;
    static const int offsets[] = {0, 3, 39, 12, 3};
    int64_t up = 0, down = 0;
    for (int i = 0; i < 5; i++) {
        assert_true(month_set_add(&up, 24296 + offsets[i]));
        assert_true(month_set_add(&down, 24296 + offsets[4 - i]));
    }
    assert_true(up == down);
    assert_true(month_set_is_valid(up));
    assert_int_equal(month_set_count(up), 4);
    assert_int_equal(month_set_first(up), 24296);
    assert_int_equal(month_set_last(up), 24296 + 39);
}

static void a_month_set_walks_its_months_upward(void **state)
{
    (void)state;
    int64_t set = 0;
    int32_t month = INT32_MIN;
    assert_false(month_set_next(0, &month));
    assert_true(month_set_add(&set, 24300));
    assert_true(month_set_add(&set, 24298));
    assert_true(month_set_next(set, &month));
    assert_int_equal(month, 24298);
    assert_true(month_set_next(set, &month));
    assert_int_equal(month, 24300);
    assert_false(month_set_next(set, &month));
    assert_true(month_set_has(set, 24298));
    assert_false(month_set_has(set, 24299));
    assert_false(month_set_has(set, 24297));
    assert_false(month_set_has(0, 24298));
}

static void a_month_set_refuses_what_it_cannot_hold(void **state)
{
    (void)state;
    int64_t set = 0;
    assert_true(month_set_add(&set, 24296));
    int64_t before = set;
    assert_false(month_set_add(&set, 24296 + MONTH_SET_SPAN));
    assert_false(month_set_add(&set, 24296 - MONTH_SET_SPAN));
    assert_false(month_set_add(&set, 0));
    assert_true(set == before);
    assert_true(month_set_add(&set, 24296 - MONTH_SET_SPAN + 1));
    assert_true(month_set_has(set, 24296));
    assert_false(month_set_is_valid(-1));
    assert_false(month_set_is_valid(1));
    assert_false(month_set_is_valid((int64_t)24296 << 40 | 2));
    assert_true(month_set_is_valid(0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(malformed_utf8_is_found_at_its_first_bad_byte),
        cmocka_unit_test(every_code_point_survives_encoding_and_decoding),
        cmocka_unit_test(width_counts_terminal_columns),
        cmocka_unit_test(fitting_never_cuts_a_character),
        cmocka_unit_test(safe_text_cannot_steer_anything),
        cmocka_unit_test(folding_is_for_matching_and_composing_for_storing),
        cmocka_unit_test(sha256_gives_the_published_digests),
        cmocka_unit_test(hmac_gives_the_published_digests),
        cmocka_unit_test(a_month_is_read_in_one_form_only),
        cmocka_unit_test(a_month_set_has_one_encoding_in_whatever_order_it_is_built),
        cmocka_unit_test(a_month_set_walks_its_months_upward),
        cmocka_unit_test(a_month_set_refuses_what_it_cannot_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
