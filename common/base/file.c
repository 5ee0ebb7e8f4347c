/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE_BYTES ((size_t)64 << 10)

static enum status fail(struct err *err, const char *what, const char *path, int number)
{
    char text[128];
    enum status s = number == ENOENT ? STATUS_NOT_FOUND : number == EACCES || number == EPERM ? STATUS_DENIED : STATUS_FAILED;
    return err_set(err, s, "cannot %s %s: %s", what, path, err_errno(number, text, sizeof text));
}

static enum status read_all(int fd, const char *path, size_t max_bytes, struct buf *out, struct err *err)
{
    size_t before = out->len_bytes;
    for (;;) {
        if (!buf_reserve(out, PIECE_BYTES))
            return err_set(err, STATUS_NO_MEMORY, "no memory to read %s", path);
        ssize_t n = read(fd, out->data + out->len_bytes, PIECE_BYTES);
        if (n == 0)
            return STATUS_OK;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail(err, "read", path, errno);
        out->len_bytes += (size_t)n;
        out->data[out->len_bytes] = '\0';
        if (out->len_bytes - before > max_bytes)
            return err_set(err, STATUS_TOO_LARGE, "%s is larger than %zu bytes", path, max_bytes);
    }
}

enum status file_read(const char *path, size_t max_bytes, struct buf *out, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(err, "open", path, errno);
    size_t before = out->len_bytes;
    enum status s = read_all(fd, path, max_bytes, out, err);
    if (s && out->data) {
        out->len_bytes = before;
        out->data[before] = '\0';
    }
    close(fd);
    return s;
}

static bool write_all(int fd, const char *data, size_t bytes)
{
    while (bytes) {
        ssize_t n = write(fd, data, bytes);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0) {
            data += n;
            bytes -= (size_t)n;
        }
    }
    return true;
}

enum status file_sync_folder_of(const char *path, struct err *err)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t length = !slash ? 0 : slash == path ? 1 : (size_t)(slash - path);
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)length : 1, slash ? path : ".");
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum status s = STATUS_OK;
    if (fd < 0 || fsync(fd) != 0)
        s = fail(err, "sync", folder, errno);
    if (fd >= 0)
        close(fd);
    return s;
}

enum status file_write(const char *path, const void *data, size_t bytes, unsigned mode, struct err *err)
{
    char temporary[PATH_MAX];
    if ((size_t)snprintf(temporary, sizeof temporary, "%s.new-XXXXXX", path) >= sizeof temporary)
        return err_set(err, STATUS_TOO_LARGE, "the path %s is too long", path);
    int fd = mkstemp(temporary);
    if (fd < 0)
        return fail(err, "create a file beside", path, errno);
    bool whole = write_all(fd, data, bytes) && fchmod(fd, (mode_t)mode) == 0 && fsync(fd) == 0;
    int number = errno;
    if (close(fd) != 0 && whole) {
        number = errno;
        whole = false;
    }
    if (whole && rename(temporary, path) == 0)
        return file_sync_folder_of(path, err);
    number = whole ? errno : number;
    unlink(temporary);
    return fail(err, "write", path, number);
}

enum status file_rename(const char *from, const char *to, struct err *err)
{
    if (rename(from, to) != 0)
        return fail(err, "rename a file to", to, errno);
    return file_sync_folder_of(to, err);
}
