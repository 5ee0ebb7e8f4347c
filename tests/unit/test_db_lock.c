/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/db/lock.h"
#include "tests/harness/test.h"

struct fixture {
    char folder[40];
    struct err err;
};

static int setup(void **state)
{
    static struct fixture f;

    snprintf(f.folder, sizeof f.folder, "/tmp/lianxin-lock-XXXXXX");
    assert_non_null(mkdtemp(f.folder));
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char path[64];

    snprintf(path, sizeof path, "%s/lock", f->folder);
    unlink(path);
    return rmdir(f->folder);
}

static void a_folder_is_locked_once(void **state)
{
    struct fixture *f = *state;
    struct lock *first = NULL, *second = NULL;
    char pid[24];

    assert_int_equal(lock_open(f->folder, &first, &f->err), STATUS_OK);
    assert_int_equal(lock_open(f->folder, &second, &f->err), STATUS_LOCKED);
    assert_null(second);
    snprintf(pid, sizeof pid, "process %ld:", (long)getpid());
    assert_non_null(strstr(f->err.text, pid));
    lock_close(first);
    assert_int_equal(lock_open(f->folder, &second, &f->err), STATUS_OK);
    lock_close(second);
}

static void another_process_is_named_and_its_death_frees_the_folder(void **state)
{
    struct fixture *f = *state;
    struct lock *lock = NULL;
    char pid[24], byte;
    int ready[2];
    pid_t child;

    assert_int_equal(pipe(ready), 0);
    child = fork();
    if (child == 0) {
        if (lock_open(f->folder, &lock, &f->err) != STATUS_OK || write(ready[1], "x", 1) != 1)
            _exit(1);
        pause();
        _exit(0);
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    assert_int_equal(lock_open(f->folder, &lock, &f->err), STATUS_LOCKED);
    snprintf(pid, sizeof pid, "process %ld:", (long)child);
    assert_non_null(strstr(f->err.text, pid));
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(lock_open(f->folder, &lock, &f->err), STATUS_OK);
    lock_close(lock);
}

static void a_folder_that_is_not_there_cannot_be_locked(void **state)
{
    struct fixture *f = *state;
    struct lock *lock = NULL;

    assert_int_equal(lock_open("/tmp/lianxin-no-such-folder", &lock, &f->err), STATUS_UNAVAILABLE);
    assert_null(lock);
}

static void a_link_in_place_of_the_lock_is_not_followed(void **state)
{
    struct fixture *f = *state;
    struct lock *lock = NULL;
    char path[64];

    snprintf(path, sizeof path, "%s/lock", f->folder);
    assert_int_equal(symlink("/tmp/lianxin-lock-target", path), 0);
    assert_int_equal(lock_open(f->folder, &lock, &f->err), STATUS_UNAVAILABLE);
    assert_int_not_equal(access("/tmp/lianxin-lock-target", F_OK), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_folder_is_locked_once),
        TEST(another_process_is_named_and_its_death_frees_the_folder),
        TEST(a_folder_that_is_not_there_cannot_be_locked),
        TEST(a_link_in_place_of_the_lock_is_not_followed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
