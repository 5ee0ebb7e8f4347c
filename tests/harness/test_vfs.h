/* SPDX-License-Identifier: Apache-2.0
 *
 * A disk in memory for SQLite, with named files and faults on demand. It keeps what a program wrote apart from what was synced, so
 * that a power cut can lose what a real one may lose: each write since the last sync is kept, lost or torn at a 512-byte sector, by
 * the seed.
 *
 *   struct test_disk *disk = test_disk_new(seed);
 *   sql_open("server.db", SQL_WRITER, test_disk_vfs(disk), …);
 *   test_disk_fail(disk, TEST_DISK_DIE, 17);   … work until it dies …
 *   test_disk_power_cut(disk);                 close the connections, open again
 *
 * Connections of several threads may share a disk. Equal seeds and equal work give equal disks. */
#ifndef TESTS_HARNESS_TEST_VFS_H
#define TESTS_HARNESS_TEST_VFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct test_disk;

struct test_disk *test_disk_new(uint64_t seed);
/* After every connection to it is closed. */
void test_disk_free(struct test_disk *disk);
/* The name to give to sql_open(). */
const char *test_disk_vfs(const struct test_disk *disk);

/* What fails, once, at the after-th such operation from now (1: the next). Planning another of the same kind replaces it; after 0
 * cancels it. */
enum test_disk_fault {
    TEST_DISK_READ,  /* an I/O error */
    TEST_DISK_WRITE, /* an I/O error, nothing written */
    TEST_DISK_SYNC,  /* an fsync error: the process under test ends by it */
    TEST_DISK_DIE,   /* at a write, truncate, sync or delete: the machine stops; everything fails until power_cut() or kill() */
    TEST_DISK_FAULTS
};
void test_disk_fail(struct test_disk *disk, enum test_disk_fault fault, uint64_t after);
bool test_disk_is_dead(const struct test_disk *disk);

/* Files may grow by that many bytes in all from now on, then the disk is full; negative: no bound (as at first). */
void test_disk_set_free(struct test_disk *disk, int64_t bytes);

/* Power fails and comes back: unsynced writes, new files and deletions are kept, lost or torn. Connections still open are dead:
 * they hear only I/O errors and must be closed. Pending faults are forgotten. */
void test_disk_power_cut(struct test_disk *disk);
/* Every process using the disk is killed: nothing written is lost, locks and shared memory are. */
void test_disk_kill(struct test_disk *disk);

/* The files, as an operator with a hex editor and cp would reach them. Lengths are of what the programs see. */
bool test_disk_has(const struct test_disk *disk, const char *name);
size_t test_disk_size(const struct test_disk *disk, const char *name);
void test_disk_poke(struct test_disk *disk, const char *name, size_t at, uint8_t byte); /* durable; makes and extends the file */
/* Copies a file (and its -wal, when there is one) of one disk to another or the same; the old one of that name goes. */
void test_disk_copy(const struct test_disk *from, const char *name, struct test_disk *to, const char *new_name);
void test_disk_remove(struct test_disk *disk, const char *name); /* with its -wal */

/* Since test_disk_new(). */
uint64_t test_disk_writes(const struct test_disk *disk);
uint64_t test_disk_syncs(const struct test_disk *disk);
uint64_t test_disk_sleeps(const struct test_disk *disk); /* begun by connections that wait for a lock */

#endif
