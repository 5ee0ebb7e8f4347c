/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/test_vfs_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- the disk as SQLite sees it ---- */

static struct test_disk *disk_of(sqlite3_vfs *vfs)
{
    struct test_disk *disk = vfs->pAppData;

    pthread_mutex_lock(&disk->mutex);
    return disk;
}

static int disk_leave(struct test_disk *disk, int code)
{
    pthread_mutex_unlock(&disk->mutex);
    return code;
}

static int x_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
    struct test_disk *disk = disk_of(vfs);
    struct handle *h = (struct handle *)file;
    struct file *f = name ? file_find(disk, name) : NULL;

    memset(h, 0, sizeof *h);
    if (disk->dead || (!f && name && !(flags & SQLITE_OPEN_CREATE)))
        return disk_leave(disk, SQLITE_CANTOPEN);
    if (!f)
        f = file_new(disk, name);
    f->handles++;
    h->disk = disk;
    h->file = f;
    h->life = disk->life;
    h->base.pMethods = &test_vfs_file_methods;
    if (out_flags)
        *out_flags = flags;
    return disk_leave(disk, SQLITE_OK);
}

static int x_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
    struct test_disk *disk = disk_of(vfs);
    struct file *f = file_find(disk, name);

    if (!disk->dead && disk_strikes(disk, TEST_DISK_DIE))
        disk->dead = true;
    if (disk->dead)
        return disk_leave(disk, SQLITE_IOERR_DELETE);
    if (!f)
        return disk_leave(disk, SQLITE_IOERR_DELETE_NOENT);
    file_delete(disk, f, sync_folder);
    return disk_leave(disk, SQLITE_OK);
}

static int x_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    struct test_disk *disk = disk_of(vfs);
    const struct file *f = file_find(disk, name);

    *out = f && (flags != SQLITE_ACCESS_EXISTS || f->seen.len > 0 || f->named_durably);
    return disk_leave(disk, SQLITE_OK);
}

static int x_full_pathname(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
    (void)vfs;
    return snprintf(out, (size_t)size, "%s", name) < size ? SQLITE_OK : SQLITE_CANTOPEN;
}

static int x_randomness(sqlite3_vfs *vfs, int size, char *out)
{
    struct test_disk *disk = disk_of(vfs);

    for (int i = 0; i < size; i++)
        out[i] = (char)disk_random(disk);
    return disk_leave(disk, size);
}

/* In truth: who waits for a lock waits for another thread, which may need the processor to give it back. */
static int x_sleep(sqlite3_vfs *vfs, int us)
{
    struct test_disk *disk = disk_of(vfs);

    disk->sleeps++;
    (void)disk_leave(disk, SQLITE_OK);
    nanosleep(&(struct timespec){.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000L}, NULL);
    return us;
}

static int x_current_time(sqlite3_vfs *vfs, double *out)
{
    (void)vfs;
    *out = 2460676.5; /* 2025-01-01: nothing here may depend on it */
    return SQLITE_OK;
}

static int x_last_error(sqlite3_vfs *vfs, int size, char *out)
{
    (void)vfs;
    if (size > 0)
        *out = 0;
    return 0;
}

/* ---- for tests ---- */

struct test_disk *test_disk_new(uint64_t seed)
{
    struct test_disk *disk = disk_must(calloc(1, sizeof *disk));

    disk->random = seed;
    disk->free_bytes = -1;
    pthread_mutex_init(&disk->mutex, NULL);
    snprintf(disk->name, sizeof disk->name, "test-disk-%p", (void *)disk);
    disk->vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = sizeof(struct handle),
        .mxPathname = 512,
        .zName = disk->name,
        .pAppData = disk,
        .xOpen = x_open,
        .xDelete = x_delete,
        .xAccess = x_access,
        .xFullPathname = x_full_pathname,
        .xRandomness = x_randomness,
        .xSleep = x_sleep,
        .xCurrentTime = x_current_time,
        .xGetLastError = x_last_error,
    };
    if (sqlite3_vfs_register(&disk->vfs, 0) != SQLITE_OK)
        abort();
    return disk;
}

void test_disk_free(struct test_disk *disk)
{
    if (!disk)
        return;
    sqlite3_vfs_unregister(&disk->vfs);
    while (disk->files)
        file_free(disk, disk->files);
    pthread_mutex_destroy(&disk->mutex);
    free(disk);
}

const char *test_disk_vfs(const struct test_disk *disk)
{
    return disk->name;
}

/* The mutex is not part of what a const disk promises to keep. */
static struct test_disk *hold(const struct test_disk *disk)
{
    struct test_disk *held = disk->vfs.pAppData;

    pthread_mutex_lock(&held->mutex);
    return held;
}

static void release(struct test_disk *disk)
{
    pthread_mutex_unlock(&disk->mutex);
}

void test_disk_fail(struct test_disk *disk, enum test_disk_fault fault, uint64_t after)
{
    hold(disk);
    disk->fault_in[fault] = after;
    release(disk);
}

bool test_disk_is_dead(const struct test_disk *disk)
{
    struct test_disk *held = hold(disk);
    bool dead = held->dead;

    release(held);
    return dead;
}

void test_disk_set_free(struct test_disk *disk, int64_t bytes)
{
    hold(disk);
    disk->free_bytes = bytes;
    release(disk);
}

void test_disk_power_cut(struct test_disk *disk)
{
    hold(disk);
    disk_begin_next_life(disk);
    for (struct file *f = disk->files, *next; f; f = next) {
        next = f->next;
        file_meet_power_cut(disk, f);
    }
    release(disk);
}

void test_disk_kill(struct test_disk *disk)
{
    hold(disk);
    disk_begin_next_life(disk);
    release(disk);
}

bool test_disk_has(const struct test_disk *disk, const char *name)
{
    struct test_disk *held = hold(disk);
    bool has = file_find(held, name) != NULL;

    release(held);
    return has;
}

size_t test_disk_size(const struct test_disk *disk, const char *name)
{
    struct test_disk *held = hold(disk);
    const struct file *f = file_find(held, name);
    size_t size = f ? f->seen.len : 0;

    release(held);
    return size;
}

void test_disk_poke(struct test_disk *disk, const char *name, size_t at, uint8_t byte)
{
    struct file *f;

    hold(disk);
    f = file_find(disk, name);
    if (!f)
        f = file_new(disk, name);
    bytes_write(&f->seen, at, &byte, 1);
    file_add_pending(f, false, at, &byte, 1);
    file_sync(f);
    release(disk);
}

static void remove_one(struct test_disk *disk, const char *name)
{
    struct file *f;

    hold(disk);
    f = file_find(disk, name);
    if (f)
        file_delete(disk, f, true);
    release(disk);
}

static void copy_one(const struct test_disk *from, const char *name, struct test_disk *to, const char *new_name)
{
    struct bytes data = {0};
    struct test_disk *held = hold(from);
    const struct file *f = file_find(held, name);
    bool found = f != NULL;

    if (f)
        bytes_copy(&data, &f->seen);
    release(held);
    remove_one(to, new_name);
    hold(to);
    if (found) {
        struct file *copy = file_new(to, new_name);

        bytes_copy(&copy->seen, &data);
        bytes_copy(&copy->synced, &data);
        copy->named_durably = true;
    }
    release(to);
    free(data.data);
}

void test_disk_copy(const struct test_disk *from, const char *name, struct test_disk *to, const char *new_name)
{
    char log[512], new_log[512];

    snprintf(log, sizeof log, "%s-wal", name);
    snprintf(new_log, sizeof new_log, "%s-wal", new_name);
    copy_one(from, name, to, new_name);
    copy_one(from, log, to, new_log);
}

void test_disk_remove(struct test_disk *disk, const char *name)
{
    char log[512];

    snprintf(log, sizeof log, "%s-wal", name);
    remove_one(disk, name);
    remove_one(disk, log);
}

uint64_t test_disk_writes(const struct test_disk *disk)
{
    struct test_disk *held = hold(disk);
    uint64_t n = held->writes;

    release(held);
    return n;
}

uint64_t test_disk_syncs(const struct test_disk *disk)
{
    struct test_disk *held = hold(disk);
    uint64_t n = held->syncs;

    release(held);
    return n;
}

uint64_t test_disk_sleeps(const struct test_disk *disk)
{
    struct test_disk *held = hold(disk);
    uint64_t n = held->sleeps;

    release(held);
    return n;
}
