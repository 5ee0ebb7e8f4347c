/* SPDX-License-Identifier: Apache-2.0
 *
 * The inside of common/db/sql.h for SQLite. */
#ifndef COMMON_DB_SQL_SQLITE_H
#define COMMON_DB_SQL_SQLITE_H

#include <sqlite3.h>

#include "common/db/sql.h"

#define SQL_CACHE_BUCKETS 256u

struct sql_statement {
    struct sql *db;
    sqlite3_stmt *stmt;
    struct sql_statement *next; /* in its bucket */
    char *text;
    uint32_t hash;
    int fault; /* of a bind; told by the next step */
};

struct sql {
    sqlite3 *handle;
    enum sql_mode mode;
    char *vfs;          /* NULL: the default */
    sqlite3_vfs gather; /* a writer's, over that one: sql_sqlite_log.c */
    char gather_name[32];
    int log_frames;                          /* in the log after the last commit */
    int log_frames_done;                     /* of them in the database already */
    sqlite3_stmt *begin, *commit, *rollback; /* NULL until first used */
    struct sql_statement *cache[SQL_CACHE_BUCKETS];
};

/* The error of a result code, in words. Ends the process when an fsync failed. */
enum status sql_sqlite_fail(struct sql *db, int code, const char *doing, struct err *err);

/* Makes the VFS that gathers writes of the log, db->gather; a SQLite code. It must outlive the handle. */
int sql_sqlite_gather(struct sql *db);
/* Once db->handle is open: from then on what is rolled back is not written any more. */
void sql_sqlite_gather_watch(struct sql *db);
void sql_sqlite_gather_end(struct sql *db);

#endif
