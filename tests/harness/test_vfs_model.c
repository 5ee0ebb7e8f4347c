/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/test_vfs_model.h"

#include <stdlib.h>
#include <string.h>

#define SECTOR_BYTES 512u

/* ---- bytes and randomness ---- */

void *disk_must(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

void bytes_resize(struct bytes *b, size_t len)
{
    if (len > b->cap) {
        b->cap = len < 4096 ? 8192 : len * 2;
        b->data = disk_must(realloc(b->data, b->cap));
    }
    if (len > b->len)
        memset(b->data + b->len, 0, len - b->len);
    b->len = len;
}

void bytes_write(struct bytes *b, size_t at, const void *data, size_t len)
{
    if (at + len > b->len)
        bytes_resize(b, at + len);
    if (len > 0)
        memcpy(b->data + at, data, len);
}

void bytes_copy(struct bytes *to, const struct bytes *from)
{
    bytes_resize(to, 0);
    bytes_write(to, 0, from->data, from->len);
}

uint64_t disk_random(struct test_disk *disk)
{
    uint64_t z = disk->random += 0x9e3779b97f4a7c15u; /* splitmix64 */

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* ---- files ---- */

struct file *file_find(const struct test_disk *disk, const char *name)
{
    for (struct file *f = disk->files; f; f = f->next)
        if (f->name && !f->deleted && strcmp(f->name, name) == 0)
            return f;
    return NULL;
}

struct file *file_new(struct test_disk *disk, const char *name)
{
    struct file *f = disk_must(calloc(1, sizeof *f));

    f->name = name ? disk_must(strdup(name)) : NULL;
    f->next = disk->files;
    disk->files = f;
    return f;
}

static void pending_drop(struct file *f)
{
    while (f->first) {
        struct pending *p = f->first;

        f->first = p->next;
        free(p);
    }
    f->last = NULL;
}

void file_drop_shm(struct file *f)
{
    for (int i = 0; i < SHM_REGIONS; i++) {
        free(f->shm[i]);
        f->shm[i] = NULL;
    }
}

void file_free(struct test_disk *disk, struct file *f)
{
    struct file **at = &disk->files;

    while (*at != f)
        at = &(*at)->next;
    *at = f->next;
    pending_drop(f);
    file_drop_shm(f);
    free(f->seen.data);
    free(f->synced.data);
    free(f->name);
    free(f);
}

void file_add_pending(struct file *f, bool truncate, size_t at, const void *data, size_t len)
{
    struct pending *p = disk_must(malloc(sizeof *p + len));

    *p = (struct pending){.truncate = truncate, .at = at, .len = len};
    if (len > 0)
        memcpy(p->data, data, len);
    if (f->last)
        f->last->next = p;
    else
        f->first = p;
    f->last = p;
}

void file_sync(struct file *f)
{
    for (const struct pending *p = f->first; p; p = p->next) {
        if (p->truncate)
            bytes_resize(&f->synced, p->at);
        else
            bytes_write(&f->synced, p->at, p->data, p->len);
    }
    pending_drop(f);
    f->named_durably = true;
}

/* Each unsynced write is kept whole, lost, or kept sector by sector. */
static void file_lose(struct test_disk *disk, struct file *f)
{
    for (struct pending *p = f->first; p; p = p->next) {
        uint64_t fate = disk_random(disk) % 3;

        if (fate == 0)
            continue;
        if (p->truncate) {
            bytes_resize(&f->synced, p->at);
            continue;
        }
        for (size_t at = 0; at < p->len;) {
            size_t n = SECTOR_BYTES - (p->at + at) % SECTOR_BYTES;

            n = n < p->len - at ? n : p->len - at;
            if (fate == 1 || disk_random(disk) % 2)
                bytes_write(&f->synced, p->at + at, p->data + at, n);
            at += n;
        }
    }
    pending_drop(f);
    bytes_copy(&f->seen, &f->synced);
}

/* ---- room ---- */

/* How many of the bytes from old_len to new_len there is room for. */
size_t disk_take_free(struct test_disk *disk, size_t old_len, size_t new_len)
{
    size_t grow = new_len > old_len ? new_len - old_len : 0;

    if (disk->free_bytes < 0)
        return grow;
    if (grow > (size_t)disk->free_bytes)
        grow = (size_t)disk->free_bytes;
    disk->free_bytes -= (int64_t)grow;
    return grow;
}

void disk_give_free(struct test_disk *disk, size_t bytes)
{
    if (disk->free_bytes >= 0)
        disk->free_bytes += (int64_t)bytes;
}

/* ---- names and lives ---- */

static void forget_deleted(struct test_disk *disk, const char *name)
{
    for (struct file *f = disk->files, *next; f; f = next) {
        next = f->next;
        if (f->deleted && strcmp(f->name, name) == 0)
            file_free(disk, f);
    }
}

/* Takes a file's name away; it goes with its last handle. */
static void file_unname(struct test_disk *disk, struct file *f)
{
    free(f->name);
    f->name = NULL;
    if (f->handles == 0)
        file_free(disk, f);
}

void file_delete(struct test_disk *disk, struct file *f, bool durably)
{
    forget_deleted(disk, f->name);
    disk_give_free(disk, f->seen.len);
    if (f->named_durably && !durably) {
        struct file *ghost = file_new(disk, f->name);

        ghost->deleted = true;
        ghost->named_durably = true;
        bytes_copy(&ghost->synced, &f->synced);
    }
    file_unname(disk, f);
}

/* Old handles keep the old file, under no name, so that they find neither locks nor memory that the next life uses. */
static void file_leave_to_the_dead(struct test_disk *disk, struct file *f)
{
    struct file *heir;

    if (!f->name || f->handles == 0)
        return;
    heir = file_new(disk, f->name);
    bytes_copy(&heir->seen, &f->seen);
    bytes_copy(&heir->synced, &f->synced);
    heir->first = f->first;
    heir->last = f->last;
    heir->named_durably = f->named_durably;
    f->first = f->last = NULL;
    file_unname(disk, f);
}

void disk_begin_next_life(struct test_disk *disk)
{
    for (struct file *f = disk->files, *next; f; f = next) {
        next = f->next;
        file_leave_to_the_dead(disk, f);
    }
    for (struct file *f = disk->files; f; f = f->next)
        if (f->name)
            file_drop_shm(f);
    memset(disk->fault_in, 0, sizeof disk->fault_in);
    disk->dead = false;
    disk->life++;
}

void file_meet_power_cut(struct test_disk *disk, struct file *f)
{
    if (!f->name)
        return;
    if (f->deleted) {
        if (file_find(disk, f->name) || disk_random(disk) % 2) {
            file_free(disk, f);
            return;
        }
        f->deleted = false;
        bytes_copy(&f->seen, &f->synced);
        return;
    }
    file_lose(disk, f);
    if (!f->named_durably && disk_random(disk) % 2)
        file_free(disk, f);
}

/* ---- faults ---- */

/* Counts an operation of a kind down; true when it is the one to fail. */
bool disk_strikes(struct test_disk *disk, enum test_disk_fault fault)
{
    return disk->fault_in[fault] > 0 && --disk->fault_in[fault] == 0;
}
