/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <time.h>

#include "common/db/sql.h"
#include "tests/harness/test_vfs.h"

#define HELD_MS 30

static struct sql *opened(struct test_disk *disk)
{
    struct sql *db = NULL;
    struct err err;
    assert_int_equal(sql_open("db", SQL_WRITER, test_disk_vfs(disk), &db, &err), STATUS_OK);
    return db;
}

static void *commit_later(void *db)
{
    struct err err;
    nanosleep(&(struct timespec){.tv_nsec = HELD_MS * 1000000L}, NULL);
    return sql_commit(db, &err) == STATUS_OK ? db : NULL;
}

/* On the disk in memory as on a real one: the tests of several threads rest on it. */
static void a_connection_waits_for_the_lock_of_another(void **state)
{
    struct test_disk *disk = test_disk_new(7);
    struct sql *holder = opened(disk), *waiter = opened(disk);
    struct err err;
    pthread_t thread;
    void *committed;
    (void)state;
    assert_int_equal(sql_begin(holder, &err), STATUS_OK);
    assert_int_equal(pthread_create(&thread, NULL, commit_later, holder), 0);
    enum status st = sql_begin(waiter, &err);
    pthread_join(thread, &committed);
    assert_int_equal(st, STATUS_OK);
    assert_ptr_equal(committed, holder);
    sql_rollback(waiter);
    sql_close(waiter);
    sql_close(holder);
    test_disk_free(disk);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connection_waits_for_the_lock_of_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
