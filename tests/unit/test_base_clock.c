/* SPDX-License-Identifier: Apache-2.0
 *
 * Days, ids and log lines. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/base/buf.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/uuid.h"
#include "tests/harness/test.h"

#define CHINA 28800

static int64_t fixed_now(void *context)
{
    return *(int64_t *)context;
}

/* Counts up, so that every byte is known. */
static void counting_fill(void *context, void *out, size_t bytes)
{
    uint8_t *next = context;
    for (size_t i = 0; i < bytes; i++)
        ((uint8_t *)out)[i] = (*next)++;
}

static void days_agree_with_the_c_library_over_ten_thousand_years(void **state)
{
    (void)state;
    for (int64_t day = -719162; day < 2932897; day++) { /* 0001-01-01 … 9999-12-31 */
        time_t t = (time_t)day * 86400;
        struct tm tm;
        int year, month, mday;
        clock_civil_from_day(day, &year, &month, &mday);
        assert_non_null(gmtime_r(&t, &tm));
        if (year != tm.tm_year + 1900 || month != tm.tm_mon + 1 || mday != tm.tm_mday ||
            clock_day_from_civil(year, month, mday) != day)
            fail_msg("day %lld is %d-%d-%d", (long long)day, year, month, mday);
    }
}

static void known_days_have_their_known_numbers(void **state)
{
    (void)state;
    assert_int_equal(clock_day_from_civil(1970, 1, 1), 0);
    assert_int_equal(clock_day_from_civil(1969, 12, 31), -1);
    assert_int_equal(clock_day_from_civil(2000, 2, 29), 11016);
    assert_int_equal(clock_day_from_civil(2024, 9, 1), 19967);
}

static void an_instant_is_a_day_of_the_zone(void **state)
{
    (void)state;
    static const struct {
        int64_t at_ms;
        int32_t zone_s;
        const char *time;
    } cases[] = {
        {0, 0, "1970-01-01 00:00:00"},
        {0, CHINA, "1970-01-01 08:00:00"},
        {-1, 0, "1969-12-31 23:59:59"},
        {-1000, 0, "1969-12-31 23:59:59"},
        {1709222399999, CHINA, "2024-02-29 23:59:59"},
        {1709222400000, CHINA, "2024-03-01 00:00:00"},
        {0, -3600, "1969-12-31 23:00:00"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char day[CLOCK_DAY_BYTES], time[CLOCK_TIME_BYTES];
        clock_format_time(cases[i].at_ms, cases[i].zone_s, time);
        clock_format_day(cases[i].at_ms, cases[i].zone_s, day);
        assert_string_equal(time, cases[i].time);
        assert_memory_equal(time, day, CLOCK_DAY_BYTES - 1);
    }
}

static void a_wild_instant_stays_inside_its_buffer(void **state)
{
    (void)state;
    static const int64_t wild[] = {INT64_MIN, INT64_MIN / 1000, INT64_MAX / 1000, INT64_MAX};
    for (size_t i = 0; i < sizeof wild / sizeof wild[0]; i++) {
        char time[CLOCK_TIME_BYTES];
        clock_format_time(wild[i], CHINA, time);
        assert_int_equal(strlen(time), CLOCK_TIME_BYTES - 1);
    }
}

static void the_systems_clock_and_randomness_are_real(void **state)
{
    (void)state;
    struct clock clock = clock_system(CHINA);
    struct random random = random_system();
    uint8_t a[16] = {0}, b[16] = {0};
    int64_t mono = clock_mono_ms(&clock);
    assert_true(clock_now_ms(&clock) > 1700000000000);
    assert_true(clock_mono_ms(&clock) >= mono);
    random_fill(&random, a, sizeof a);
    random_fill(&random, b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
}

static void a_new_id_holds_time_version_and_variant(void **state)
{
    (void)state;
    int64_t now = 0x0123456789AB;
    uint8_t next = 0xF0;
    struct clock clock = {.now_ms = fixed_now, .context = &now};
    struct random random = {.fill = counting_fill, .context = &next};
    struct uuid id = uuid_new(&clock, &random);
    char text[UUID_TEXT_BYTES];
    uuid_format(&id, text);
    assert_string_equal(text, "01234567-89ab-76f7-b8f9-fafbfcfdfeff");
    now++;
    struct uuid later = uuid_new(&clock, &random);
    assert_true(memcmp(id.bytes, later.bytes, 6) < 0);
}

static void a_computed_id_depends_on_the_parts_and_their_borders(void **state)
{
    (void)state;
    const struct uuid_part ab_c[] = {{"ab", 2}, {"c", 1}}, a_bc[] = {{"a", 1}, {"bc", 2}};
    struct uuid x = uuid_hash(ab_c, 2), y = uuid_hash(a_bc, 2), again = uuid_hash(ab_c, 2);
    assert_true(uuid_equal(&x, &again));
    assert_false(uuid_equal(&x, &y));
    assert_int_equal(x.bytes[6] >> 4, 8);
    assert_int_equal(x.bytes[8] >> 6, 2);
}

static void an_id_is_parsed_in_one_form_only(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "01234567-89ab-7cde-b123-456789abcde",
        "01234567-89ab-7cde-b123-456789abcdef0",
        "0123456789ab7cdeb123456789abcdef",
        "01234567-89ab-7cde-b123-456789abcdeg",
        "{1234567-89ab-7cde-b123-456789abcdef",
        "01234567-89ab-7cdeb-123-456789abcdef",
    };
    struct uuid id, before;
    char text[UUID_TEXT_BYTES];
    assert_true(uuid_parse("01234567-89AB-7cde-B123-456789abcdef", &id));
    uuid_format(&id, text);
    assert_string_equal(text, "01234567-89ab-7cde-b123-456789abcdef");
    before = id;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(uuid_parse(wrong[i], &id));
    assert_false(uuid_from_bytes("too short", 9, &id));
    assert_true(uuid_equal(&id, &before));
    assert_true(uuid_from_bytes("0123456789abcdef", 16, &id));
    assert_true(uuid_is_zero(&(struct uuid){{0}}));
    assert_false(uuid_is_zero(&id));
}

static void keep_line(void *context, const char *line, size_t bytes)
{
    buf_put(context, line, bytes);
}

static void a_log_line_is_one_line_whatever_a_peer_says(void **state)
{
    (void)state;
    int64_t now = 1725179400123;
    struct buf lines;
    buf_init(&lines, 0);
    struct log log = {
        .write = keep_line, .context = &lines, .level = LOG_INFO, .clock = {.now_ms = fixed_now, .context = &now, .zone_s = CHINA}};
    log_event(&log, LOG_DEBUG, "not.shown", NULL);
    log_event(NULL, LOG_ERROR, "no.log", NULL);
    assert_string_equal(buf_text(&lines), "");
    log_event(&log, LOG_WARN, "conn.refused", "peer", "127.0.0.1:40112", "reason", "a \"b\"\\\n\033[2Jx=1", "empty", "", "none",
              (const char *)NULL, NULL);
    assert_string_equal(buf_text(&lines), "2024-09-01T16:30:00.123+08:00 warn conn.refused peer=127.0.0.1:40112 "
                                          "reason=\"a \\\"b\\\"\\\\ \xEF\xBF\xBD[2Jx=1\" empty=\"\" none=\"\"\n");
    assert_int_equal(log_level_parse("warn"), LOG_WARN);
    assert_int_equal(log_level_parse("loud"), -1);
    buf_done(&lines);
}

static void lines_that_strangers_cause_are_counted_beyond_a_limit(void **state)
{
    (void)state;
    int64_t now = 1725179400123;
    unsigned admitted = 0;
    struct log_limit limit = {0};
    struct buf lines;
    buf_init(&lines, 0);
    struct log log = {.write = keep_line,
                      .context = &lines,
                      .level = LOG_INFO,
                      .clock = {.now_ms = fixed_now, .mono_ms = fixed_now, .context = &now, .zone_s = CHINA}};
    for (unsigned i = 0; i < LOG_LIMIT_LINES + 7; i++)
        admitted += log_limit_admit(&limit, &log);
    assert_int_equal(admitted, LOG_LIMIT_LINES);
    log_limit_tick(&limit, &log);
    assert_string_equal(buf_text(&lines), "");
    now += LOG_LIMIT_WINDOW_MS;
    log_limit_tick(&limit, &log);
    assert_non_null(strstr(buf_text(&lines), " warn log.dropped lines=7\n"));
    assert_true(log_limit_admit(&limit, &log));
    buf_done(&lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_agree_with_the_c_library_over_ten_thousand_years),
        cmocka_unit_test(known_days_have_their_known_numbers),
        cmocka_unit_test(an_instant_is_a_day_of_the_zone),
        cmocka_unit_test(a_wild_instant_stays_inside_its_buffer),
        cmocka_unit_test(the_systems_clock_and_randomness_are_real),
        cmocka_unit_test(a_new_id_holds_time_version_and_variant),
        cmocka_unit_test(a_computed_id_depends_on_the_parts_and_their_borders),
        cmocka_unit_test(an_id_is_parsed_in_one_form_only),
        cmocka_unit_test(a_log_line_is_one_line_whatever_a_peer_says),
        cmocka_unit_test(lines_that_strangers_cause_are_counted_beyond_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
