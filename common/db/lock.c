/* SPDX-License-Identifier: Apache-2.0 */
#include "common/db/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define PID_TEXT_BYTES 24

struct lock {
    int fd;
};

/* The file stays when the lock is let go: removing it would let two processes lock two files of one name. */
static enum status refuse(int fd, const char *path, struct err *err)
{
    char pid[PID_TEXT_BYTES] = "";
    ssize_t n = pread(fd, pid, sizeof pid - 1, 0);

    pid[n > 0 ? n : 0] = 0;
    pid[strspn(pid, "0123456789")] = 0;
    return err_set(err, STATUS_LOCKED, "%s is held by process %s: wait until it is done, or stop it", path,
                   *pid ? pid : "(unknown)");
}

/* For the words of refuse() only, so a full disk does not keep anybody from opening the database. */
static void note_holder(int fd)
{
    char pid[PID_TEXT_BYTES];
    int n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());

    if (ftruncate(fd, 0) != 0 || pwrite(fd, pid, (size_t)n, 0) != n)
        (void)!ftruncate(fd, 0);
}

enum status lock_open(const char *folder, struct lock **out, struct err *err)
{
    struct lock *lock = NULL;
    char path[PATH_MAX], why[128];
    enum status st;
    int fd;

    if (snprintf(path, sizeof path, "%s/lock", folder) >= (int)sizeof path)
        return err_set(err, STATUS_USAGE, "the folder's name is too long: %s", folder);
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_set(err, STATUS_UNAVAILABLE, "%s cannot be opened: %s", path, err_errno(errno, why, sizeof why));
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        st = errno == EWOULDBLOCK
                 ? refuse(fd, path, err)
                 : err_set(err, STATUS_UNAVAILABLE, "%s cannot be locked: %s", path, err_errno(errno, why, sizeof why));
        goto out;
    }
    lock = malloc(sizeof *lock);
    st = lock ? STATUS_OK : err_set(err, STATUS_NO_MEMORY, "no memory for %s", path);
out:
    if (st != STATUS_OK) {
        close(fd);
        return st;
    }
    note_holder(fd);
    lock->fd = fd;
    *out = lock;
    return STATUS_OK;
}

void lock_close(struct lock *lock)
{
    if (!lock)
        return;
    close(lock->fd);
    free(lock);
}
