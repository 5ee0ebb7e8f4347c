/* SPDX-License-Identifier: Apache-2.0
 *
 * The methods of an open file; each holds the disk's mutex. */
#include "tests/harness/test_vfs_model.h"

#include <stdlib.h>
#include <string.h>

/* False when the operation must fail because the machine is dead or dies by it. */
static bool alive(struct handle *h)
{
    return h->life == h->disk->life && !h->disk->dead;
}

static bool survives_change(struct handle *h)
{
    if (alive(h) && disk_strikes(h->disk, TEST_DISK_DIE))
        h->disk->dead = true;
    return alive(h);
}

static struct handle *enter(sqlite3_file *file)
{
    struct handle *h = (struct handle *)file;

    pthread_mutex_lock(&h->disk->mutex);
    return h;
}

static int leave(struct handle *h, int code)
{
    pthread_mutex_unlock(&h->disk->mutex);
    return code;
}

static void unlock_to(struct handle *h, int level)
{
    struct file *f = h->file;

    if (f->exclusive == h && level < SQLITE_LOCK_PENDING)
        f->exclusive = NULL;
    if (f->reserved == h && level < SQLITE_LOCK_RESERVED)
        f->reserved = NULL;
    if (h->lock >= SQLITE_LOCK_SHARED && level < SQLITE_LOCK_SHARED)
        f->shared--;
    h->lock = level;
}

static void shm_unlock_all(struct handle *h)
{
    for (int i = 0; i < SHM_LOCKS; i++) {
        if (h->file->shm_exclusive[i] == h)
            h->file->shm_exclusive[i] = NULL;
        if (h->shm_shared & (1u << i))
            h->file->shm_shared[i]--;
    }
    h->shm_shared = 0;
}

static int x_close(sqlite3_file *file)
{
    struct handle *h = enter(file);

    if (h->life == h->disk->life) { /* the locks of a former life are gone already */
        unlock_to(h, SQLITE_LOCK_NONE);
        shm_unlock_all(h);
    }
    h->file->handles--;
    if (!h->file->name && h->file->handles == 0)
        file_free(h->disk, h->file);
    return leave(h, SQLITE_OK);
}

static int x_read(sqlite3_file *file, void *out, int amount, sqlite3_int64 offset)
{
    struct handle *h = enter(file);
    const struct bytes *seen = &h->file->seen;
    size_t at = (size_t)offset, want = (size_t)amount, n = at < seen->len ? seen->len - at : 0;

    if (!alive(h) || disk_strikes(h->disk, TEST_DISK_READ))
        return leave(h, SQLITE_IOERR_READ);
    n = n < want ? n : want;
    if (n > 0)
        memcpy(out, seen->data + at, n);
    memset((uint8_t *)out + n, 0, want - n);
    return leave(h, n == want ? SQLITE_OK : SQLITE_IOERR_SHORT_READ);
}

static int x_write(sqlite3_file *file, const void *data, int amount, sqlite3_int64 offset)
{
    struct handle *h = enter(file);
    struct file *f = h->file;
    size_t at = (size_t)offset, want = (size_t)amount, old = f->seen.len, n;

    if (!survives_change(h) || disk_strikes(h->disk, TEST_DISK_WRITE))
        return leave(h, SQLITE_IOERR_WRITE);
    h->disk->writes++;
    n = old + disk_take_free(h->disk, old, at + want); /* the end the file can have */
    n = n >= at + want ? want : n > at ? n - at : 0;
    if (n > 0) { /* a real disk, too, writes what fits */
        bytes_write(&f->seen, at, data, n);
        file_add_pending(f, false, at, data, n);
    }
    return leave(h, n == want ? SQLITE_OK : SQLITE_FULL);
}

static int x_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct handle *h = enter(file);

    if (!survives_change(h))
        return leave(h, SQLITE_IOERR_TRUNCATE);
    if ((size_t)size < h->file->seen.len) {
        disk_give_free(h->disk, h->file->seen.len - (size_t)size);
        bytes_resize(&h->file->seen, (size_t)size);
        file_add_pending(h->file, true, (size_t)size, NULL, 0);
    }
    return leave(h, SQLITE_OK);
}

static int x_sync(sqlite3_file *file, int flags)
{
    struct handle *h = enter(file);

    (void)flags;
    if (!survives_change(h))
        return leave(h, SQLITE_IOERR);
    if (disk_strikes(h->disk, TEST_DISK_SYNC))
        return leave(h, SQLITE_IOERR_FSYNC);
    h->disk->syncs++;
    file_sync(h->file);
    return leave(h, SQLITE_OK);
}

static int x_file_size(sqlite3_file *file, sqlite3_int64 *out)
{
    struct handle *h = enter(file);

    if (!alive(h))
        return leave(h, SQLITE_IOERR_FSTAT);
    *out = (sqlite3_int64)h->file->seen.len;
    return leave(h, SQLITE_OK);
}

static int x_lock(sqlite3_file *file, int level)
{
    struct handle *h = enter(file);
    struct file *f = h->file;

    if (!alive(h))
        return leave(h, SQLITE_IOERR_LOCK);
    if (level <= h->lock)
        return leave(h, SQLITE_OK);
    if (f->exclusive && f->exclusive != h)
        return leave(h, SQLITE_BUSY);
    if (h->lock < SQLITE_LOCK_SHARED) {
        f->shared++;
        h->lock = SQLITE_LOCK_SHARED;
    }
    if (level >= SQLITE_LOCK_RESERVED) {
        if (f->reserved && f->reserved != h)
            return leave(h, SQLITE_BUSY);
        f->reserved = h;
        h->lock = SQLITE_LOCK_RESERVED;
    }
    if (level == SQLITE_LOCK_EXCLUSIVE) {
        f->exclusive = h;
        h->lock = SQLITE_LOCK_PENDING;
        if (f->shared > 1)
            return leave(h, SQLITE_BUSY);
        h->lock = SQLITE_LOCK_EXCLUSIVE;
    }
    return leave(h, SQLITE_OK);
}

static int x_unlock(sqlite3_file *file, int level)
{
    struct handle *h = enter(file);

    if (h->life == h->disk->life)
        unlock_to(h, level);
    return leave(h, SQLITE_OK);
}

static int x_check_reserved(sqlite3_file *file, int *out)
{
    struct handle *h = enter(file);

    *out = h->file->reserved != NULL;
    return leave(h, alive(h) ? SQLITE_OK : SQLITE_IOERR_CHECKRESERVEDLOCK);
}

static int x_file_control(sqlite3_file *file, int op, void *argument)
{
    (void)file;
    (void)op;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int x_sector_size(sqlite3_file *file)
{
    (void)file;
    return 4096;
}

static int x_device_characteristics(sqlite3_file *file)
{
    (void)file;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int x_shm_map(sqlite3_file *file, int region, int bytes, int extend, void volatile **out)
{
    struct handle *h = enter(file);

    *out = NULL;
    if (!alive(h) || region >= SHM_REGIONS)
        return leave(h, SQLITE_IOERR_SHMMAP);
    if (!h->file->shm[region] && extend)
        h->file->shm[region] = disk_must(calloc(1, (size_t)bytes));
    *out = h->file->shm[region];
    return leave(h, SQLITE_OK);
}

static bool shm_may_lock(const struct handle *h, int i, bool exclusive)
{
    const struct file *f = h->file;
    int others = f->shm_shared[i] - ((h->shm_shared >> i) & 1);

    return (!f->shm_exclusive[i] || f->shm_exclusive[i] == h) && (!exclusive || others == 0);
}

static void shm_set_lock(struct handle *h, int i, int flags)
{
    struct file *f = h->file;
    uint8_t bit = (uint8_t)(1u << i);

    if (flags & SQLITE_SHM_EXCLUSIVE) {
        f->shm_exclusive[i] = flags & SQLITE_SHM_LOCK ? h : NULL;
    } else if (flags & SQLITE_SHM_LOCK) {
        f->shm_shared[i] += !(h->shm_shared & bit);
        h->shm_shared |= bit;
    } else {
        f->shm_shared[i] -= !!(h->shm_shared & bit);
        h->shm_shared &= (uint8_t)~bit;
    }
}

static int x_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    struct handle *h = enter(file);

    if (!alive(h))
        return leave(h, flags & SQLITE_SHM_UNLOCK ? SQLITE_OK : SQLITE_IOERR_SHMLOCK);
    for (int i = offset; flags & SQLITE_SHM_LOCK && i < offset + n; i++)
        if (!shm_may_lock(h, i, flags & SQLITE_SHM_EXCLUSIVE))
            return leave(h, SQLITE_BUSY);
    for (int i = offset; i < offset + n; i++)
        shm_set_lock(h, i, flags);
    return leave(h, SQLITE_OK);
}

static void x_shm_barrier(sqlite3_file *file)
{
    leave(enter(file), SQLITE_OK);
}

static int x_shm_unmap(sqlite3_file *file, int remove)
{
    struct handle *h = enter(file);

    if (h->life == h->disk->life) {
        shm_unlock_all(h);
        if (remove)
            file_drop_shm(h->file);
    }
    return leave(h, SQLITE_OK);
}

const sqlite3_io_methods test_vfs_file_methods = {
    .iVersion = 2,
    .xClose = x_close,
    .xRead = x_read,
    .xWrite = x_write,
    .xTruncate = x_truncate,
    .xSync = x_sync,
    .xFileSize = x_file_size,
    .xLock = x_lock,
    .xUnlock = x_unlock,
    .xCheckReservedLock = x_check_reserved,
    .xFileControl = x_file_control,
    .xSectorSize = x_sector_size,
    .xDeviceCharacteristics = x_device_characteristics,
    .xShmMap = x_shm_map,
    .xShmLock = x_shm_lock,
    .xShmBarrier = x_shm_barrier,
    .xShmUnmap = x_shm_unmap,
};
