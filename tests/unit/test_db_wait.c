/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "common/db/sql.h"
#include "tests/harness/test.h"
#include "tests/harness/test_vfs.h"

#define LOOKS_MAX 60000 /* a millisecond apart: only a test that fails gets there */

struct holder {
    struct test_disk *disk;
    struct sql *db;
    atomic_bool given_up; /* by the waiter */
    bool committed;
};

static struct sql *opened(struct test_disk *disk)
{
    struct sql *db = NULL;
    struct err err;
    assert_int_equal(sql_open("db", SQL_WRITER, test_disk_vfs(disk), &db, &err), STATUS_OK);
    return db;
}

/* Not before the other connection has met the lock, however late its thread comes to that. */
static void *commit_once_waited_for(void *context)
{
    struct holder *holder = context;
    struct err err;
    for (unsigned i = 0; i < LOOKS_MAX && !test_disk_sleeps(holder->disk) && !atomic_load(&holder->given_up); i++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    holder->committed = sql_commit(holder->db, &err) == STATUS_OK;
    return NULL;
}

/* On the disk in memory as on a real one: the tests of several threads rest on it. */
static void a_connection_waits_for_the_lock_of_another(void **state)
{
    struct test_disk *disk = test_disk_new(7);
    struct holder holder = {.disk = disk, .db = opened(disk)};
    struct sql *waiter = opened(disk);
    struct err err;
    pthread_t thread;
    (void)state;
    assert_int_equal(sql_begin(holder.db, &err), STATUS_OK);
    assert_int_equal(test_disk_sleeps(disk), 0);
    assert_int_equal(pthread_create(&thread, NULL, commit_once_waited_for, &holder), 0);
    enum status st = sql_begin(waiter, &err);
    atomic_store(&holder.given_up, true);
    pthread_join(thread, NULL);
    assert_int_equal(st, STATUS_OK);
    assert_true(holder.committed);
    assert_true(test_disk_sleeps(disk) > 0);
    sql_rollback(waiter);
    sql_close(waiter);
    sql_close(holder.db);
    test_disk_free(disk);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connection_waits_for_the_lock_of_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
