/* SPDX-License-Identifier: Apache-2.0
 *
 * The inside of tests/harness/test_vfs.h: files, what of them is on the platter, and what a power cut makes of them. */
#ifndef TESTS_HARNESS_TEST_VFS_MODEL_H
#define TESTS_HARNESS_TEST_VFS_MODEL_H

#include <pthread.h>
#include <sqlite3.h>

#include "tests/harness/test_vfs.h"

#define SHM_LOCKS 8
#define SHM_REGIONS 64

struct bytes {
    uint8_t *data;
    size_t len, cap;
};

/* A write or truncate since the last sync. */
struct pending {
    struct pending *next;
    bool truncate;
    size_t at, len;
    uint8_t data[];
};

struct file {
    struct file *next;
    char *name;          /* NULL: a temporary file, its handle's own */
    struct bytes seen;   /* what programs read */
    struct bytes synced; /* what surely survives a power cut */
    struct pending *first, *last;
    bool named_durably; /* its name survives a power cut */
    bool deleted;       /* its removal may not have reached the disk: a power cut may bring it back */
    unsigned handles;
    int shared; /* locks of the rollback kind */
    struct handle *reserved, *exclusive;
    void *shm[SHM_REGIONS];
    int shm_shared[SHM_LOCKS];
    struct handle *shm_exclusive[SHM_LOCKS];
};

struct handle {
    sqlite3_file base;
    struct test_disk *disk;
    struct file *file;
    unsigned life; /* of the disk when it was opened */
    int lock;
    uint8_t shm_shared; /* bit i: holds lock i shared */
};

struct test_disk {
    sqlite3_vfs vfs;
    char name[48];
    pthread_mutex_t mutex;
    struct file *files;
    uint64_t random;
    unsigned life;
    bool dead;
    int64_t free_bytes; /* negative: no bound */
    uint64_t fault_in[TEST_DISK_FAULTS];
    uint64_t writes, syncs, sleeps;
};

/* The methods of an open file. */
extern const sqlite3_io_methods test_vfs_file_methods;

void *disk_must(void *memory);
void bytes_resize(struct bytes *b, size_t len);
void bytes_write(struct bytes *b, size_t at, const void *data, size_t len);
void bytes_copy(struct bytes *to, const struct bytes *from);
uint64_t disk_random(struct test_disk *disk);
struct file *file_find(const struct test_disk *disk, const char *name);
struct file *file_new(struct test_disk *disk, const char *name);
void file_free(struct test_disk *disk, struct file *f);
void file_sync(struct file *f);
void file_delete(struct test_disk *disk, struct file *f, bool durably);
void file_drop_shm(struct file *f);
void file_add_pending(struct file *f, bool truncate, size_t at, const void *data, size_t len);
bool disk_strikes(struct test_disk *disk, enum test_disk_fault fault);
size_t disk_take_free(struct test_disk *disk, size_t old_len, size_t new_len);
void disk_give_free(struct test_disk *disk, size_t bytes);
void disk_begin_next_life(struct test_disk *disk);
void file_meet_power_cut(struct test_disk *disk, struct file *f);

#endif
