/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "common/table/xlsx_file.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

/* libxlsxwriter 1.1 writes to a path only: the path is that of a file in memory. */
enum status xlsx_file_open(struct xlsx_file *file, struct err *err)
{
    char path[64], why[128];
    int fd = memfd_create("workbook", MFD_CLOEXEC);
    if (fd < 0)
        return err_set(err, STATUS_NO_MEMORY, "no room to make the workbook in: %s", err_errno(errno, why, sizeof why));
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    lxw_workbook *workbook = workbook_new(path);
    if (!workbook) {
        close(fd);
        return err_set(err, STATUS_NO_MEMORY, "no memory to make the workbook");
    }
    *file = (struct xlsx_file){workbook, fd};
    return STATUS_OK;
}

static enum status read_back(int fd, struct buf *out, struct err *err)
{
    char piece[16384], why[128];
    for (off_t at = 0;;) {
        ssize_t got = pread(fd, piece, sizeof piece, at);
        if (got == 0)
            return STATUS_OK;
        if (got < 0)
            return err_set(err, STATUS_FAILED, "the workbook could not be read back: %s", err_errno(errno, why, sizeof why));
        buf_put(out, piece, (size_t)got);
        at += got;
    }
}

enum status xlsx_file_close(struct xlsx_file *file, enum status filled, struct buf *out, struct err *err)
{
    enum status s = filled;
    lxw_error closed = workbook_close(file->workbook); /* frees it in any case */
    if (s == STATUS_OK && closed != LXW_NO_ERROR)
        s = err_set(err, STATUS_FAILED, "the workbook could not be written: %s", lxw_strerror(closed));
    if (s == STATUS_OK)
        s = read_back(file->fd, out, err);
    close(file->fd);
    return s;
}
