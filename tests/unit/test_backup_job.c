/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "server/jobs/jobs.h"
#include "server/service/backup.h"
#include "server/service/status.h"
#include "tests/harness/test.h"
#include "tests/harness/test_client.h"
#include "tests/harness/test_sql.h"

#define CHINA 28800
#define HOUR_MS INT64_C(3600000)
#define MIB UINT64_C(1048576)

/* A machine whose disk and backups the test commands. */
struct machine {
    uint64_t free_bytes;
    unsigned started, stopped;
    bool ended;
    const char *fault;
};

struct fixture {
    struct test_server server;
    struct settings settings;
    struct machine machine;
    struct err err;
};

static bool find_space(void *context, struct host_space *out)
{
    const struct machine *machine = context;
    *out = (struct host_space){.free_bytes = machine->free_bytes, .total_bytes = 100 * MIB};
    return true;
}

static enum status backup_start(void *context, struct err *err)
{
    struct machine *machine = context;
    (void)err;
    machine->started++;
    machine->ended = false;
    return STATUS_OK;
}

static enum status backup_poll(void *context, bool *ended, struct err *err)
{
    const struct machine *machine = context;
    *ended = machine->ended;
    return machine->ended && machine->fault ? err_set(err, STATUS_FAILED, "%s", machine->fault) : STATUS_OK;
}

static void backup_stop(void *context)
{
    ((struct machine *)context)->stopped++;
}

/* An instant of the district's calendar. */
static int64_t at(int day_of_march, int hour, int minute)
{
    return clock_day_from_civil(2025, 3, day_of_march) * 24 * HOUR_MS + hour * HOUR_MS + minute * 60000 - CHINA * 1000;
}

static int setup(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;
    memset(f, 0, sizeof *f);
    test_server_open(&f->server, 9);
    f->machine.free_bytes = 50 * MIB;
    f->server.core->config.host = (struct host){.find_space = find_space,
                                                .backup_start = backup_start,
                                                .backup_poll = backup_poll,
                                                .backup_stop = backup_stop,
                                                .context = &f->machine};
    f->settings = f->server.config.settings;
    f->settings.backup_minutes = 90;
    f->settings.min_free_bytes = 10 * MIB;
    f->server.now_ms = at(5, 1, 0);
    core_change_settings(f->server.core, &f->settings);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    test_server_close(&((struct fixture *)*state)->server);
    return 0;
}

static void later(struct fixture *f, int64_t ms)
{
    f->server.now_ms += ms;
    test_server_settle(&f->server);
}

/* ---- the nightly backup ---- */

static void a_backup_runs_beside_the_lane_which_goes_on(void **state)
{
    struct fixture *f = *state;
    test_server_settle(&f->server);
    assert_int_equal(f->machine.started, 0);
    later(f, HOUR_MS);
    assert_int_equal(f->machine.started, 1);
    test_server_add_school(&f->server, "SY01", "School"); /* written while the backup is made */
    later(f, JOBS_WAIT_MS);
    assert_int_equal(test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM job_run"), 0);
    f->machine.ended = true;
    later(f, JOBS_WAIT_MS);
    assert_int_equal(
        test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM job_run WHERE job = 'backup' AND date = '2025-03-05'"),
        1);
    later(f, 12 * HOUR_MS);
    assert_int_equal(f->machine.started, 1);
    later(f, 12 * HOUR_MS);
    assert_int_equal(f->machine.started, 2);
}

static void a_failed_backup_is_told_and_tried_again(void **state)
{
    struct fixture *f = *state;
    f->machine.fault = "the disk of the backups is gone";
    later(f, HOUR_MS);
    f->machine.ended = true;
    later(f, JOBS_WAIT_MS);
    assert_int_equal(
        test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM job_fault WHERE job = 'backup' AND fault LIKE '%disk%'"),
        1);
    assert_int_equal(test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM job_run"), 0);
    f->machine.fault = NULL;
    later(f, JOBS_RETRY_MS);
    assert_int_equal(f->machine.started, 2);
    f->machine.ended = true;
    later(f, JOBS_WAIT_MS);
    assert_int_equal(test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM job_fault"), 0);
    assert_int_equal(test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM job_run WHERE job = 'backup'"), 1);
}

static void a_backup_without_end_is_given_up(void **state)
{
    struct fixture *f = *state;
    later(f, HOUR_MS);
    later(f, 7 * HOUR_MS);
    assert_int_equal(f->machine.stopped, 1);
    assert_int_equal(test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM job_fault WHERE job = 'backup'"), 1);
}

static void a_clock_that_was_ahead_does_not_stop_the_backups(void **state)
{
    struct fixture *f = *state;
    later(f, ((int64_t)4000 * 24 + 1) * HOUR_MS);
    f->machine.ended = true;
    later(f, JOBS_WAIT_MS);
    assert_int_equal(test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM job_run WHERE job = 'backup'"), 1);
    f->server.now_ms = at(6, 2, 0);
    unsigned before = f->machine.started;
    later(f, JOBS_LOOK_MS);
    assert_int_equal(f->machine.started, before + 1);
    f->machine.ended = true;
    later(f, JOBS_WAIT_MS);
    assert_int_equal(
        test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM job_run WHERE job = 'backup' AND date = '2025-03-06'"),
        1);
    later(f, HOUR_MS);
    assert_int_equal(f->machine.started, before + 1);
}

/* ---- what is safe ---- */

static void put_backup(struct fixture *f, const char *path, uint64_t rev, const char *gone)
{
    struct caller operator= {.role = ROLE_OPERATOR};
    struct arena arena;
    struct work work = {.desk = &f->server.core->writer, .arena = &arena, .caller = &operator, .now_ms = f->server.now_ms };
    struct backup_stream stream = {.stream = 1, .rev = rev};
    struct backup backup = {
        .path = path, .made_ms = f->server.now_ms, .epoch = f->server.core->epoch, .bytes = 1, .streams = &stream, .n_streams = 1};
    arena_init(&arena, 0);
    assert_int_equal(backup_put(&work, &backup, &f->err), STATUS_OK);
    if (gone)
        assert_int_equal(backup_forget(&work, gone, &f->err), STATUS_OK);
    arena_done(&arena);
}

static uint64_t safe_rev(struct fixture *f)
{
    struct work work = {.desk = &f->server.core->writer};
    uint64_t rev = 99;
    assert_int_equal(backup_find_safe_rev(&work, 1, &rev, &f->err), STATUS_OK);
    return rev;
}

static void what_is_safe_is_what_the_oldest_kept_backup_holds(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 3; i++)
        test_server_add_school(&f->server, (const char *[]){"SY01", "SY02", "SY03"}[i], "School");
    assert_int_equal(safe_rev(f), 0);
    put_backup(f, "/b/1.zip", 1, NULL);
    put_backup(f, "/b/2.zip", 2, NULL);
    assert_int_equal(safe_rev(f), 1);
    put_backup(f, "/b/3.zip", 3, "/b/1.zip"); /* as pruning does */
    assert_int_equal(safe_rev(f), 2);
}

/* ---- a disk that fills up ---- */

/* The oldest go first, by what they hold: a clock may have run wrong when one was made. */
static void backups_are_listed_in_their_order_whatever_the_clock_said(void **state)
{
    struct fixture *f = *state;
    const struct backup *list;
    struct arena arena;
    size_t n;
    struct err err;
    for (int i = 0; i < 2; i++)
        test_server_add_school(&f->server, (const char *[]){"SY01", "SY02"}[i], "School");
    arena_init(&arena, 0);
    f->server.now_ms += INT64_C(900) * 86400000;
    put_backup(f, "/b/z-first.zip", 1, NULL);
    f->server.now_ms -= INT64_C(900) * 86400000;
    put_backup(f, "/b/a-second.zip", 2, NULL);
    struct work work = {.desk = &f->server.core->writer, .arena = &arena};
    assert_int_equal(backup_list(&work, &list, &n, &err), STATUS_OK);
    assert_int_equal(n, 2);
    assert_string_equal(list[0].path, "/b/z-first.zip");
    assert_string_equal(list[1].path, "/b/a-second.zip");
    arena_done(&arena);
}

static void below_min_free_changes_wait_and_reading_goes_on(void **state)
{
    struct fixture *f = *state;
    struct test_client writer, reader;
    test_server_add_school(&f->server, "SY01", "School");
    test_client_join(&writer, &f->server, "SY01", "Wang", 3);
    test_client_join(&reader, &f->server, "SY01", "Li", 4);
    test_client_new_plan(&writer, 1);
    test_client_must_sync(&writer);
    test_client_new_activity(&writer, 1, 1);
    f->machine.free_bytes = 10 * MIB - 1;
    assert_int_equal(test_client_sync(&writer), STATUS_UNAVAILABLE);
    assert_int_equal(writer.err.reason, REASON_DISK_LOW);
    assert_int_equal(test_client_outbox(&writer, OUTBOX_WAITING), 1);
    test_client_must_sync(&reader);
    assert_non_null(test_client_field(&reader, "plan", 1, "title"));
    f->machine.free_bytes = 10 * MIB;
    test_client_must_sync(&writer); /* the same sequence, taken now */
    assert_int_equal(test_client_outbox(&writer, OUTBOX_WAITING), 0);
    test_client_close(&writer);
    test_client_close(&reader);
}

/* ---- the status ---- */

static const char *state_of(struct fixture *f, struct arena *arena, const char *what, bool *well)
{
    struct work work = {.desk = &f->server.core->writer, .arena = arena, .now_ms = f->server.now_ms};
    struct table *table;
    assert_int_equal(status_table(&work, &table, well, &f->err), STATUS_OK);
    for (const struct table_row *row = table->rows; row; row = row->next)
        if (strcmp(row->cells[0].text, what) == 0)
            return row->cells[2].text;
    fail_msg("the status has no line %s", what);
    return NULL;
}

static void the_status_says_what_is_wrong(void **state)
{
    struct fixture *f = *state;
    struct arena arena;
    bool well;
    arena_init(&arena, 0);
    f->server.now_ms = 1725148800000 + HOUR_MS; /* just founded */
    assert_string_equal(state_of(f, &arena, "backup_made", &well), "well");
    assert_true(well);
    f->machine.free_bytes = 15 * MIB;
    assert_string_equal(state_of(f, &arena, "disk", &well), "note");
    assert_true(well);
    f->machine.free_bytes = MIB;
    assert_string_equal(state_of(f, &arena, "disk", &well), "unwell");
    assert_false(well);
    f->machine.free_bytes = 50 * MIB;
    f->server.now_ms += 51 * HOUR_MS;
    assert_string_equal(state_of(f, &arena, "backup_made", &well), "unwell");
    assert_string_equal(state_of(f, &arena, "backup", &well), "unwell"); /* the job is late */
    test_server_add_school(&f->server, "SY01", "School");
    put_backup(f, "/b/1.zip", 1, NULL);
    assert_string_equal(state_of(f, &arena, "backup_made", &well), "well");
    f->server.now_ms -= 24 * HOUR_MS; /* the clock was a day ahead then */
    assert_string_equal(state_of(f, &arena, "backup_made", &well), "unwell");
    arena_done(&arena);
}

/* ---- old records ---- */

static void what_is_older_than_log_days_goes_slice_by_slice(void **state)
{
    struct fixture *f = *state;
    struct err *err = &f->err;
    f->settings.backup_minutes = -1;
    f->settings.log_days = 400;
    core_change_settings(f->server.core, &f->settings);
    assert_int_equal(sql_run(f->server.core->writer.sql,
                             "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99)"
                             " INSERT INTO brief (date, made_ms, body) SELECT date('2023-01-01', i || ' days'), 0, x'' FROM n;"
                             "INSERT INTO brief (date, made_ms, body) VALUES ('2024-03-01', 0, x'');"
                             "INSERT INTO job_run (job, date, began_ms, ended_ms) VALUES ('nightly', '2023-01-01', 0, 0)",
                             err),
                     STATUS_OK);
    test_server_settle(&f->server);
    int64_t after_one = test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM brief");
    assert_in_range(after_one, 2, 100); /* one slice, not all */
    for (int i = 0; i < 20; i++)
        later(f, JOBS_LOOK_MS);
    assert_int_equal(test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM brief"), 1);
    assert_int_equal(test_sql_number(f->server.core->writer.sql, "SELECT count(*) FROM job_run WHERE date < '2024-01-01'"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_backup_runs_beside_the_lane_which_goes_on),
        TEST(a_failed_backup_is_told_and_tried_again),
        TEST(a_backup_without_end_is_given_up),
        TEST(a_clock_that_was_ahead_does_not_stop_the_backups),
        TEST(backups_are_listed_in_their_order_whatever_the_clock_said),
        TEST(what_is_safe_is_what_the_oldest_kept_backup_holds),
        TEST(below_min_free_changes_wait_and_reading_goes_on),
        TEST(the_status_says_what_is_wrong),
        TEST(what_is_older_than_log_days_goes_slice_by_slice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
