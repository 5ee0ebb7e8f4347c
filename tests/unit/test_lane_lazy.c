/* SPDX-License-Identifier: Apache-2.0
 *
 * What the write lane writes lazily, and by when. */
#include "tests/unit/lane_fixture.h"

#define TICK_MS 5000
#define LAZY_MS 60000 /* nothing known for longer than that is lost by a power cut */

static void note_presence(struct fixture *f)
{
    for (unsigned i = 0; i < SCHOOLS; i++)
        presence_note(f->server.core->presence, &f->authors[i].instance, f->authors[i].stream, f->server.now_ms, true);
}

static void assert_presence_since(struct fixture *f, int64_t since_ms)
{
    for (unsigned i = 0; i < SCHOOLS; i++) {
        struct presence_times times = presence_of_stream(f->server.core->presence, f->authors[i].stream);
        assert_true(times.seen_ms >= since_ms);
        assert_true(times.synced_ms >= since_ms);
    }
}

static void cut_power(struct fixture *f)
{
    test_disk_power_cut(f->server.disk);
    test_server_restart(&f->server);
}

static void steady_work_does_not_keep_presence_from_being_written(void **state)
{
    struct fixture *f = *state;
    struct test_request requests[SCHOOLS];
    for (unsigned n = 1; n <= LAZY_MS / TICK_MS + 1; n++) {
        f->server.now_ms += TICK_MS;
        note_presence(f);
        push_group(f, requests, n);
        assert_all_accepted(f, requests, n);
    }
    assert_int_equal(test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM instance"), SCHOOLS + 1); /* and its own */
    cut_power(f);
    assert_presence_since(f, f->server.now_ms - LAZY_MS);
}

/* The log is too short to be worth a checkpoint, and nobody writes any more. */
static void an_idle_lane_writes_presence_although_the_log_is_short(void **state)
{
    struct fixture *f = *state;
    struct test_request requests[SCHOOLS];
    push_group(f, requests, 1);
    assert_all_accepted(f, requests, 1);
    (void)lanes_step(f->server.lanes);
    note_presence(f);
    f->server.now_ms += LAZY_MS;
    (void)lanes_step(f->server.lanes);
    assert_int_equal(test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM instance"), SCHOOLS + 1); /* and its own */
    cut_power(f);
    assert_presence_since(f, f->server.now_ms - LAZY_MS);
}

static void presence_that_could_not_be_written_is_written_later(void **state)
{
    struct fixture *f = *state;
    note_presence(f);
    int64_t noted_ms = f->server.now_ms;
    f->server.now_ms += LAZY_MS;
    test_disk_fail(f->server.disk, TEST_DISK_WRITE, 1);
    (void)lanes_step(f->server.lanes);
    test_disk_fail(f->server.disk, TEST_DISK_WRITE, 0);
    assert_int_equal(test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM presence"), 0);
    f->server.now_ms += LAZY_MS;
    (void)lanes_step(f->server.lanes);
    cut_power(f);
    assert_presence_since(f, noted_ms);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(steady_work_does_not_keep_presence_from_being_written),
        TEST(an_idle_lane_writes_presence_although_the_log_is_short),
        TEST(presence_that_could_not_be_written_is_written_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
