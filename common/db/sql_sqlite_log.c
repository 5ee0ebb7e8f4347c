/* SPDX-License-Identifier: Apache-2.0
 *
 * SQLite writes each page of its log by two calls, a head of 24 bytes and the page. Here what follows upon itself is gathered and
 * written at once, no later than the log is synced: before any commit is told, and before anybody else may look at it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/db/sql_sqlite.h"

#define GATHER_BYTES ((size_t)64 << 10) /* SQLite's own VFS cannot write 128 KiB at once */

/* The file of the VFS below lies behind it. */
struct log_file {
    sqlite3_file base;
    uint8_t *data; /* NULL until first needed */
    size_t bytes;  /* to write at */
    sqlite3_int64 at;
};

static sqlite3_file *real_of(sqlite3_file *file)
{
    return (sqlite3_file *)((struct log_file *)(void *)file + 1);
}

/* What could not be written is not kept: the transaction has failed, and the next one writes there again. */
static int flush(sqlite3_file *file)
{
    struct log_file *f = (struct log_file *)(void *)file;
    sqlite3_file *real = real_of(file);
    size_t bytes = f->bytes;
    f->bytes = 0;
    return bytes ? real->pMethods->xWrite(real, f->data, (int)bytes, f->at) : SQLITE_OK;
}

static bool has_room(struct log_file *f, size_t bytes)
{
    if (!f->data)
        f->data = malloc(GATHER_BYTES);
    return f->data && bytes <= GATHER_BYTES - f->bytes;
}

static int log_write(sqlite3_file *file, const void *data, int bytes, sqlite3_int64 at)
{
    struct log_file *f = (struct log_file *)(void *)file;
    sqlite3_file *real = real_of(file);
    bool follows = at == f->at + (sqlite3_int64)f->bytes && has_room(f, (size_t)bytes);
    int code = follows ? SQLITE_OK : flush(file);
    if (code != SQLITE_OK)
        return code;
    if (!has_room(f, (size_t)bytes))
        return real->pMethods->xWrite(real, data, bytes, at);
    if (!f->bytes)
        f->at = at;
    memcpy(f->data + f->bytes, data, (size_t)bytes);
    f->bytes += (size_t)bytes;
    return SQLITE_OK;
}

static int log_close(sqlite3_file *file)
{
    sqlite3_file *real = real_of(file);
    int written = flush(file), closed = real->pMethods->xClose(real);
    free(((struct log_file *)(void *)file)->data);
    return written != SQLITE_OK ? written : closed;
}

static int log_read(sqlite3_file *file, void *out, int bytes, sqlite3_int64 at)
{
    sqlite3_file *real = real_of(file);
    int code = flush(file);
    return code != SQLITE_OK ? code : real->pMethods->xRead(real, out, bytes, at);
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 bytes)
{
    sqlite3_file *real = real_of(file);
    int code = flush(file);
    return code != SQLITE_OK ? code : real->pMethods->xTruncate(real, bytes);
}

static int log_sync(sqlite3_file *file, int flags)
{
    sqlite3_file *real = real_of(file);
    int code = flush(file);
    return code != SQLITE_OK ? code : real->pMethods->xSync(real, flags);
}

static int log_size(sqlite3_file *file, sqlite3_int64 *out)
{
    sqlite3_file *real = real_of(file);
    int code = flush(file);
    return code != SQLITE_OK ? code : real->pMethods->xFileSize(real, out);
}

static int log_lock(sqlite3_file *file, int lock)
{
    sqlite3_file *real = real_of(file);
    return real->pMethods->xLock(real, lock);
}

static int log_unlock(sqlite3_file *file, int lock)
{
    sqlite3_file *real = real_of(file);
    return real->pMethods->xUnlock(real, lock);
}

static int log_check_lock(sqlite3_file *file, int *out)
{
    sqlite3_file *real = real_of(file);
    return real->pMethods->xCheckReservedLock(real, out);
}

static int log_control(sqlite3_file *file, int operation, void *argument)
{
    sqlite3_file *real = real_of(file);
    return real->pMethods->xFileControl(real, operation, argument);
}

static int log_sector(sqlite3_file *file)
{
    sqlite3_file *real = real_of(file);
    return real->pMethods->xSectorSize(real);
}

static int log_device(sqlite3_file *file)
{
    sqlite3_file *real = real_of(file);
    return real->pMethods->xDeviceCharacteristics(real);
}

static const sqlite3_io_methods log_methods = {
    .iVersion = 1,
    .xClose = log_close,
    .xRead = log_read,
    .xWrite = log_write,
    .xTruncate = log_truncate,
    .xSync = log_sync,
    .xFileSize = log_size,
    .xLock = log_lock,
    .xUnlock = log_unlock,
    .xCheckReservedLock = log_check_lock,
    .xFileControl = log_control,
    .xSectorSize = log_sector,
    .xDeviceCharacteristics = log_device,
};

/* What a transaction gathered and did not keep is not written: on a full disk it would fail the next one, which may fit where it
 * was. Nothing else is here then, since every commit is synced. */
static void drop(void *context)
{
    struct sql *db = context;
    sqlite3_file *file = NULL;
    (void)sqlite3_file_control(db->handle, NULL, SQLITE_FCNTL_JOURNAL_POINTER, (void *)&file);
    if (file && file->pMethods == &log_methods)
        ((struct log_file *)(void *)file)->bytes = 0;
}

/* ---- the VFS ---- */

static sqlite3_vfs *below(sqlite3_vfs *vfs)
{
    return vfs->pAppData;
}

/* Only the log is wrapped: every other file is the VFS's below itself. */
static int x_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
    struct log_file *f = (struct log_file *)(void *)file;
    if (!(flags & SQLITE_OPEN_WAL))
        return below(vfs)->xOpen(below(vfs), name, file, flags, out_flags);
    *f = (struct log_file){.bytes = 0};
    sqlite3_file *real = real_of(file);
    real->pMethods = NULL;
    int code = below(vfs)->xOpen(below(vfs), name, real, flags, out_flags);
    if (real->pMethods)
        f->base.pMethods = &log_methods;
    return code;
}

static int x_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
    return below(vfs)->xDelete(below(vfs), name, sync_folder);
}

static int x_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    return below(vfs)->xAccess(below(vfs), name, flags, out);
}

static int x_full_pathname(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
    return below(vfs)->xFullPathname(below(vfs), name, size, out);
}

static int x_randomness(sqlite3_vfs *vfs, int size, char *out)
{
    return below(vfs)->xRandomness(below(vfs), size, out);
}

static int x_sleep(sqlite3_vfs *vfs, int us)
{
    return below(vfs)->xSleep(below(vfs), us);
}

static int x_current_time(sqlite3_vfs *vfs, double *out)
{
    return below(vfs)->xCurrentTime(below(vfs), out);
}

static int x_last_error(sqlite3_vfs *vfs, int size, char *out)
{
    return below(vfs)->xGetLastError(below(vfs), size, out);
}

int sql_sqlite_gather(struct sql *db)
{
    sqlite3_vfs *real = sqlite3_vfs_find(db->vfs);
    if (!real)
        return SQLITE_ERROR;
    snprintf(db->gather_name, sizeof db->gather_name, "gather-%p", (void *)db);
    db->gather = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = (int)sizeof(struct log_file) + real->szOsFile,
        .mxPathname = real->mxPathname,
        .zName = db->gather_name,
        .pAppData = real,
        .xOpen = x_open,
        .xDelete = x_delete,
        .xAccess = x_access,
        .xFullPathname = x_full_pathname,
        .xRandomness = x_randomness,
        .xSleep = x_sleep,
        .xCurrentTime = x_current_time,
        .xGetLastError = x_last_error,
    };
    return sqlite3_vfs_register(&db->gather, 0);
}

void sql_sqlite_gather_watch(struct sql *db)
{
    sqlite3_rollback_hook(db->handle, drop, db);
}

void sql_sqlite_gather_end(struct sql *db)
{
    if (db->gather.zName)
        sqlite3_vfs_unregister(&db->gather);
}
