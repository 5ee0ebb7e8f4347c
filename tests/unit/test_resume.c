/* SPDX-License-Identifier: Apache-2.0
 *
 * Interrupted syncs: where they go on, what they leave behind, when they are tried again. */
#include <stdio.h>
#include <string.h>

#include "client/sync/retry.h"
#include "tests/harness/test.h"
#include "tests/harness/test_author.h"
#include "tests/harness/test_school.h"

#define MANY 10000u
#define LOG_BYTES_MAX ((size_t)1 << 20)

struct world {
    struct test_server server;
    struct test_client first, second;
};

static void set_limits(struct world *world, uint32_t rows, uint32_t page_bytes)
{
    struct settings settings = *core_settings(world->server.core);
    settings.snapshot_rows = rows;
    settings.page_bytes = page_bytes;
    core_change_settings(world->server.core, &settings);
}

static int start(void **state)
{
    struct world *world = test_calloc(1, sizeof *world);
    test_school_open(&world->server, 1, 1, (struct test_client *[]){&world->first, NULL});
    test_client_join(&world->second, &world->server, "SY01", "李老师", 12);
    *state = world;
    return 0;
}

static int stop(void **state)
{
    struct world *world = *state;
    test_school_close(&world->server, (struct test_client *[]){&world->first, &world->second, NULL});
    test_free(world);
    return 0;
}

/* One sync of which the call number `after` is cut, and the process is gone. */
static enum status cut_sync(struct test_client *client, enum test_line_fault fault, unsigned after)
{
    enum status s = test_client_cut_sync(client, fault, after);
    test_client_kill(client);
    return s;
}

/* Work of both kinds, so that a sync pushes several times, takes a snapshot in pages and pulls rows after it. */
static void prepare(struct world *world, unsigned round)
{
    char text[48];
    for (unsigned i = 0; i < 6; i++) {
        snprintf(text, sizeof text, "person=老师%u.%u", round, i);
        assert_int_equal(test_client_edit(&world->first, "activity", 1, text, NULL), STATUS_OK);
    }
    test_client_must_sync(&world->first);
    snprintf(text, sizeof text, "lead=处室%u", round);
    assert_int_equal(test_client_edit(&world->second, "activity", 1, text, NULL), STATUS_OK);
    test_client_new_activity(&world->second, 1, 100 + round);
}

static void a_sync_cut_at_any_request_or_answer_goes_on_at_the_next(void **state)
{
    struct world *world = *state;
    set_limits(world, 3, 300);
    unsigned round = 0;
    for (enum test_line_fault fault = TEST_LINE_LOSE_REQUEST; fault <= TEST_LINE_LOSE_REPLY; fault++) {
        bool reached = true;
        for (unsigned after = 0; reached; after++, round++) {
            assert_true(after < 200);
            prepare(world, round);
            reached = cut_sync(&world->second, fault, after) == STATUS_UNAVAILABLE;
            uint64_t before = test_client_stream(&world->first).rev;
            test_client_must_sync(&world->second);
            test_client_must_sync(&world->first);
            struct cache_stream a = test_client_stream(&world->first), b = test_client_stream(&world->second);
            assert_int_equal(a.rev, before + 2); /* each push once */
            assert_int_equal(b.rev, a.rev);
            assert_true(cache_stream_verified(&b));
            assert_true(stream_hash_equal(&a.base, &b.base));
            assert_int_equal(test_client_outbox(&world->second, OUTBOX_WAITING) + test_client_outbox(&world->second, OUTBOX_TAKEN),
                             0);
            assert_int_equal(test_client_open_conflicts(&world->second), 0);
        }
        assert_true(round > 8);
    }
}

/* A plan of many activities in a few pushes. */
static void fill_server(struct world *world)
{
    struct test_author author;
    struct edit *edits = test_calloc(2000, sizeof *edits);
    test_author_open(&author, &world->server, &world->first.line.peer, 0);
    for (unsigned n = 2; n < MANY + 2; n += 2000) {
        for (unsigned i = 0; i < 2000; i++)
            edits[i] = test_author_new_activity(&author, 1, n + i);
        const Lianxin__PushReply *reply = test_author_push(&author, edits, 2000);
        assert_non_null(reply);
        assert_int_equal(reply->status, STATUS_OK);
    }
    test_author_close(&author);
    test_free(edits);
}

static uint64_t staged(struct test_client *client)
{
    struct sql_statement *row;
    bool found = false;
    assert_int_equal(sql_prepare(store_sql(cache_store(client->cache)), "SELECT count(*) FROM staged", &row, &client->err),
                     STATUS_OK);
    assert_int_equal(sql_step(row, &found, &client->err), STATUS_OK);
    uint64_t n = (uint64_t)sql_int(row, 0);
    sql_reset(row);
    return n;
}

static void a_first_pull_of_10000_records_goes_on_where_it_stopped(void **state)
{
    struct world *world = *state;
    uint64_t held = 0;
    unsigned cuts = 0, calls = 0;
    fill_server(world);
    set_limits(world, 1, 50000);
    while (cut_sync(&world->second, TEST_LINE_LOSE_REPLY, 4) == STATUS_UNAVAILABLE) {
        uint64_t now = staged(&world->second);
        assert_true(now > held || now == 0); /* 0: it is whole, and the rest was cut */
        held = now;
        calls += world->second.line.calls;
        assert_true(++cuts < 100);
    }
    calls += world->second.line.calls;
    assert_true(cuts > 4);
    assert_true(calls < cuts * 6);
    test_client_must_sync(&world->second);
    assert_non_null(test_client_field(&world->second, "activity", MANY + 1, "text"));
    struct cache_stream line = test_client_stream(&world->second);
    assert_true(cache_stream_verified(&line));
    assert_int_equal(staged(&world->second), 0);
}

static void two_hundred_interrupted_syncs_leave_nothing_behind(void **state)
{
    struct world *world = *state;
    size_t early = 0, late = 0;
    set_limits(world, 3, 300);
    prepare(world, 0);
    for (unsigned i = 0; i < 200; i++) {
        (void)!cut_sync(&world->second, i % 2 ? TEST_LINE_LOSE_REPLY : TEST_LINE_LOSE_REQUEST, i % 3);
        assert_true(!test_disk_has(world->second.disk, "cache.db-wal") ||
                    test_disk_size(world->second.disk, "cache.db-wal") < LOG_BYTES_MAX);
        late = test_disk_size(world->second.disk, "cache.db");
        early = i == 19 ? late : early;
    }
    assert_true(late <= early + 65536);
    test_client_must_sync(&world->second);
    test_client_must_sync(&world->first);
    assert_string_equal(test_client_field(&world->first, "activity", 1, "lead"), "处室0");
}

/* ---- trying again ---- */

struct attempt {
    int64_t now_ms, slept_ms;
    unsigned tries, until; /* the try that succeeds */
    enum status failure;
};

static int64_t mono_ms(void *context)
{
    return ((struct attempt *)context)->now_ms;
}

static void pass(void *context, int64_t ms)
{
    struct attempt *attempt = context;
    attempt->now_ms += ms;
    attempt->slept_ms += ms;
}

static void roll(void *context, void *out, size_t bytes)
{
    (void)context;
    memset(out, 0x55, bytes);
}

static enum status attempt_once(void *context, struct sync_report *report, struct err *err)
{
    struct attempt *attempt = context;
    report->pushed = 1;
    if (++attempt->tries >= attempt->until)
        return STATUS_OK;
    return err_set(err, attempt->failure, "no");
}

static enum status try_for(struct attempt *attempt, int64_t wait_ms, struct sync_report *report, struct err *err)
{
    const struct clock clock = {.now_ms = mono_ms, .mono_ms = mono_ms, .context = attempt};
    const struct random random = {.fill = roll};
    const struct retry retry = {.clock = &clock, .random = &random, .sleep = pass, .sleep_context = attempt, .wait_ms = wait_ms};
    return retry_run(&retry, attempt_once, attempt, report, err);
}

static void a_server_that_is_away_is_tried_again_with_longer_and_uneven_pauses(void **state)
{
    (void)state;
    struct random random = random_system();
    for (unsigned n = 1; n < 20; n++) {
        int64_t longest = n > 7 ? RETRY_LONGEST_MS : RETRY_FIRST_MS << (n - 1);
        int64_t pause_ms = retry_pause_ms(&random, n);
        assert_in_range(pause_ms, longest / 2, longest);
    }
    struct attempt attempt = {.until = 4, .failure = STATUS_UNAVAILABLE};
    struct sync_report report;
    struct err err;
    assert_int_equal(try_for(&attempt, 60000, &report, &err), STATUS_OK);
    assert_int_equal(attempt.tries, 4);
    assert_int_equal(report.pushed, 4);
    assert_in_range(attempt.slept_ms, 1750, 3500);
}

static void trying_again_ends_in_time_and_at_what_no_pause_mends(void **state)
{
    (void)state;
    struct attempt away = {.until = 1000, .failure = STATUS_UNAVAILABLE}, once = away,
                   denied = {.until = 1000, .failure = STATUS_DENIED};
    struct sync_report report;
    struct err err;
    assert_int_equal(try_for(&away, 10000, &report, &err), STATUS_UNAVAILABLE);
    assert_true(away.tries > 2 && away.slept_ms <= 10000);
    assert_int_equal(try_for(&once, 0, &report, &err), STATUS_UNAVAILABLE);
    assert_int_equal(once.tries, 1);
    assert_int_equal(try_for(&denied, 10000, &report, &err), STATUS_DENIED);
    assert_int_equal(denied.tries, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_sync_cut_at_any_request_or_answer_goes_on_at_the_next, start, stop),
        cmocka_unit_test_setup_teardown(a_first_pull_of_10000_records_goes_on_where_it_stopped, start, stop),
        cmocka_unit_test_setup_teardown(two_hundred_interrupted_syncs_leave_nothing_behind, start, stop),
        cmocka_unit_test(a_server_that_is_away_is_tried_again_with_longer_and_uneven_pauses),
        cmocka_unit_test(trying_again_ends_in_time_and_at_what_no_pause_mends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
