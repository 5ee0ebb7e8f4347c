/* SPDX-License-Identifier: Apache-2.0 */
#include "common/db/sql_sqlite.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A reader meets the writer's lock only while the log is recovered after a crash. */
#define BUSY_WAIT_MS 5000
#define COLUMNS_MAX 256

/* ---- errors ---- */

static enum status status_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_NOMEM:
        return STATUS_NO_MEMORY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return STATUS_CORRUPT;
    case SQLITE_TOOBIG:
        return STATUS_TOO_LARGE;
    case SQLITE_CONSTRAINT:
        return code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_ROWID
                   ? STATUS_EXISTS
                   : STATUS_INVALID;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_PROTOCOL:
        return STATUS_UNAVAILABLE;
    default:
        return STATUS_FAILED;
    }
}

/* After a failed fsync the kernel may have dropped the dirty pages and call the next fsync a success: nothing that this process
 * still believes about the disk can be trusted, so it must not acknowledge anything any more. */
static void die_of_fsync(int code)
{
    static const char message[] = "database: fsync failed; stopping, because what was written may be lost\n";

    if (code != SQLITE_IOERR_FSYNC && code != SQLITE_IOERR_DIR_FSYNC)
        return;
    (void)!write(STDERR_FILENO, message, sizeof message - 1);
    abort();
}

enum status sql_sqlite_fail(struct sql *db, int code, const char *doing, struct err *err)
{
    die_of_fsync(code);
    if ((code & 0xff) == SQLITE_FULL || code == SQLITE_IOERR_SHMSIZE)
        return err_reason(err, REASON_DISK_FULL_HERE, NULL);
    return err_set(err, status_of(code), "%s: %s (SQLite %d)", doing,
                   db->handle ? sqlite3_errmsg(db->handle) : sqlite3_errstr(code), code);
}

/* ---- open and close ---- */

static int note_commit(void *context, sqlite3 *handle, const char *name, int frames)
{
    struct sql *db = context;

    (void)handle;
    (void)name;
    if (frames < db->log_frames) /* the log was begun again from its start */
        db->log_frames_done = 0;
    db->log_frames = frames;
    return SQLITE_OK;
}

struct setting {
    const char *set, *get, *value;
    enum sql_mode first, last; /* whom it is for */
};

/* Every setting is read back: a pragma that did not take says nothing by itself. The change to WAL goes through a rollback journal,
 * whose removal must be on the disk before the first commit: were the journal found again after a power cut, the log would be
 * ignored. */
static const struct setting settings[] = {
    {"PRAGMA synchronous=EXTRA", "PRAGMA synchronous", "3", SQL_WRITER, SQL_WRITER},
    {"PRAGMA journal_mode=WAL", "PRAGMA journal_mode", "wal", SQL_WRITER, SQL_WRITER},
    {"PRAGMA journal_mode", "PRAGMA journal_mode", "wal", SQL_READER, SQL_READER},
    {"PRAGMA synchronous=FULL", "PRAGMA synchronous", "2", SQL_WRITER, SQL_READER},
    {"PRAGMA foreign_keys=ON", "PRAGMA foreign_keys", "1", SQL_WRITER, SQL_READER},
    {"PRAGMA trusted_schema=OFF", "PRAGMA trusted_schema", "0", SQL_WRITER, SQL_READER},
    {"PRAGMA cell_size_check=ON", "PRAGMA cell_size_check", "1", SQL_WRITER, SQL_READER},
    {"PRAGMA temp_store=MEMORY", "PRAGMA temp_store", "2", SQL_WRITER, SQL_READER},
    {"PRAGMA cache_size=-16384", "PRAGMA cache_size", "-16384", SQL_WRITER, SQL_READER},
    {"PRAGMA wal_autocheckpoint=0", "PRAGMA wal_autocheckpoint", "0", SQL_WRITER, SQL_READER},
    {"PRAGMA query_only=ON", "PRAGMA query_only", "1", SQL_READER, SQL_READER},
};

static enum status apply_setting(struct sql *db, const struct setting *setting, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    const char *value;
    enum status st = STATUS_OK;
    int code = sqlite3_exec(db->handle, setting->set, NULL, NULL, NULL);

    if (code == SQLITE_OK)
        code = sqlite3_prepare_v2(db->handle, setting->get, -1, &stmt, NULL);
    if (code != SQLITE_OK || (code = sqlite3_step(stmt)) != SQLITE_ROW) {
        st = sql_sqlite_fail(db, code, setting->set, err);
        goto out;
    }
    value = (const char *)sqlite3_column_text(stmt, 0);
    if (!value || strcmp(value, setting->value) != 0)
        st = err_set(err, STATUS_UNAVAILABLE, "%s did not take: it is %s", setting->set, value ? value : "unknown");
out:
    sqlite3_finalize(stmt);
    return st;
}

static enum status configure(struct sql *db, struct err *err)
{
    enum status st = STATUS_OK;

    sqlite3_busy_timeout(db->handle, BUSY_WAIT_MS);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    /* A reader that happens to be the last to close must not checkpoint either. */
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, db->mode == SQL_READER, NULL);
    for (size_t i = 0; st == STATUS_OK && i < sizeof settings / sizeof *settings; i++)
        if (settings[i].first <= db->mode && db->mode <= settings[i].last)
            st = apply_setting(db, &settings[i], err);
    if (st == STATUS_OK) /* after wal_autocheckpoint, which takes the hook for itself */
        sqlite3_wal_hook(db->handle, note_commit, db);
    if (st == STATUS_OK && db->mode == SQL_WRITER)
        sql_sqlite_gather_watch(db);
    return st;
}

/* On a full disk there may be no room for the index that processes share: somebody who only looks does without it, and shares with
 * nobody meanwhile. */
static enum status open_alone(struct sql *db, const char *path, int flags, struct err *err)
{
    static const struct setting alone = {"PRAGMA locking_mode=EXCLUSIVE", "PRAGMA locking_mode", "exclusive", SQL_READER,
                                         SQL_READER};
    sqlite3_close(db->handle);
    db->handle = NULL;
    int code = sqlite3_open_v2(path, &db->handle, flags, db->vfs);
    enum status st = code == SQLITE_OK ? apply_setting(db, &alone, err) : sql_sqlite_fail(db, code, "open", err);
    return st == STATUS_OK ? configure(db, err) : st;
}

/* A process killed between writing the log and its fsync leaves a commit that the next one reads, and would vouch for, although a
 * power cut can still take it. A checkpoint syncs the log before it moves anything; that it then finds no room does no harm. */
static enum status keep_what_is_there(struct sql *db, struct err *err)
{
    int code = sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    bool synced = code == SQLITE_OK || (code & 0xff) == SQLITE_FULL || (code & 0xff) == SQLITE_BUSY;
    return synced ? STATUS_OK : sql_sqlite_fail(db, code, "checkpoint", err);
}

const char *sql_library_version(void)
{
    return sqlite3_libversion();
}

enum status sql_open(const char *path, enum sql_mode mode, const char *vfs, struct sql **out, struct err *err)
{
    struct sql *db = calloc(1, sizeof *db);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | (mode == SQL_WRITER ? SQLITE_OPEN_CREATE : 0);
    enum status st = STATUS_OK;
    int code;

    if (!db)
        return err_set(err, STATUS_NO_MEMORY, "no memory to open %s", path);
    db->mode = mode;
    if (vfs && !(db->vfs = strdup(vfs))) {
        st = err_set(err, STATUS_NO_MEMORY, "no memory to open %s", path);
        goto out;
    }
    code = mode == SQL_WRITER ? sql_sqlite_gather(db) : SQLITE_OK;
    if (code == SQLITE_OK)
        code = sqlite3_open_v2(path, &db->handle, flags, mode == SQL_WRITER ? db->gather_name : vfs);
    st = code == SQLITE_OK ? configure(db, err) : sql_sqlite_fail(db, code, "open", err);
    if (st != STATUS_OK && mode == SQL_READER && err->reason == REASON_DISK_FULL_HERE)
        st = open_alone(db, path, flags, err);
    if (st == STATUS_OK && mode == SQL_WRITER)
        st = keep_what_is_there(db, err);
    if (st != STATUS_OK)
        st = err_prefix(err, "%s", path);
out:
    if (st != STATUS_OK)
        sql_close(db);
    else
        *out = db;
    return st;
}

void sql_close(struct sql *db)
{
    if (!db)
        return;
    for (size_t i = 0; i < SQL_CACHE_BUCKETS; i++) {
        while (db->cache[i]) {
            struct sql_statement *s = db->cache[i];

            db->cache[i] = s->next;
            sql_finish(s);
        }
    }
    sqlite3_finalize(db->begin);
    sqlite3_finalize(db->commit);
    sqlite3_finalize(db->rollback);
    sqlite3_close(db->handle);
    sql_sqlite_gather_end(db);
    free(db->vfs);
    free(db);
}

enum status sql_run(struct sql *db, const char *text, struct err *err)
{
    int code = sqlite3_exec(db->handle, text, NULL, NULL, NULL);

    return code == SQLITE_OK ? STATUS_OK : sql_sqlite_fail(db, code, "run", err);
}

/* ---- transactions ---- */

/* Prepared once: parsing them took as long as a small request's own statements. */
static int run_kept(struct sql *db, sqlite3_stmt **kept, const char *text)
{
    int code = *kept ? SQLITE_OK : sqlite3_prepare_v3(db->handle, text, -1, SQLITE_PREPARE_PERSISTENT, kept, NULL);

    if (code != SQLITE_OK)
        return code;
    code = sqlite3_step(*kept);
    sqlite3_reset(*kept);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

enum status sql_begin(struct sql *db, struct err *err)
{
    int code = run_kept(db, &db->begin, db->mode == SQL_WRITER ? "BEGIN IMMEDIATE" : "BEGIN");

    return code == SQLITE_OK ? STATUS_OK : sql_sqlite_fail(db, code, "begin", err);
}

enum status sql_commit(struct sql *db, struct err *err)
{
    int code = run_kept(db, &db->commit, "COMMIT");
    enum status st;

    if (code == SQLITE_OK)
        return STATUS_OK;
    st = sql_sqlite_fail(db, code, "commit", err);
    sql_rollback(db);
    return st;
}

void sql_rollback(struct sql *db)
{
    if (sql_in_transaction(db))
        (void)run_kept(db, &db->rollback, "ROLLBACK");
}

bool sql_in_transaction(struct sql *db)
{
    return !sqlite3_get_autocommit(db->handle);
}

int64_t sql_changes(struct sql *db)
{
    return sqlite3_changes64(db->handle);
}

int64_t sql_total_changes(struct sql *db)
{
    return sqlite3_total_changes64(db->handle);
}

enum status sql_checkpoint(struct sql *db, struct err *err)
{
    int in_log = 0, done = 0;
    int code;

    if (db->mode != SQL_WRITER)
        return err_set(err, STATUS_FAILED, "a reader does not checkpoint");
    code = sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, &in_log, &done);
    if (code != SQLITE_OK)
        return sql_sqlite_fail(db, code, "checkpoint", err);
    db->log_frames = in_log > 0 ? in_log : 0;
    db->log_frames_done = done > 0 ? done : 0;
    return STATUS_OK;
}

int64_t sql_log_frames(struct sql *db)
{
    return db->log_frames - db->log_frames_done;
}

/* ---- the whole database ---- */

enum status sql_table_columns(struct sql *db, struct arena *arena, const char *table, const char *const **names, size_t *n,
                              struct err *err)
{
    const char **list = ARENA_ARRAY(arena, COLUMNS_MAX, const char *);
    struct sql_statement *s = NULL;
    size_t found = 0;
    bool row = true;
    enum status st = sql_prepare(db, "SELECT name FROM pragma_table_info($table)", &s, err);

    if (st != STATUS_OK)
        return st;
    sql_bind_text(s, "$table", table);
    while ((st = sql_step(s, &row, err)) == STATUS_OK && row) {
        if (found == COLUMNS_MAX) {
            sql_reset(s);
            return err_set(err, STATUS_TOO_LARGE, "table %s has more than %d columns", table, COLUMNS_MAX);
        }
        list[found++] = arena_strdup(arena, sql_text(s, 0));
    }
    if (st == STATUS_OK) {
        *names = list;
        *n = found;
    }
    return st;
}

enum status sql_integrity_check(struct sql *db, void (*say)(void *context, const char *problem), void *context, struct err *err)
{
    struct sql_statement *s = NULL;
    size_t problems = 0;
    bool row = true;
    enum status st = sql_prepare_once(db, "PRAGMA integrity_check(100)", &s, err);

    while (st == STATUS_OK && (st = sql_step(s, &row, err)) == STATUS_OK && row) {
        if (strcmp(sql_text(s, 0), "ok") == 0)
            continue;
        problems++;
        if (say)
            say(context, sql_text(s, 0));
    }
    sql_finish(s);
    if (st == STATUS_OK && problems > 0)
        st = err_set(err, STATUS_CORRUPT, "the database is damaged (%zu problems); restore a backup", problems);
    return st;
}

static enum status copy_pages(struct sql *db, sqlite3 *to, const char *path, struct err *err)
{
    sqlite3_backup *copy = sqlite3_backup_init(to, "main", db->handle, "main");
    int code = copy ? sqlite3_backup_step(copy, -1) : sqlite3_extended_errcode(to);

    if (copy) {
        int finish = sqlite3_backup_finish(copy);

        code = code == SQLITE_DONE ? finish : code;
    }
    if (code == SQLITE_OK)
        return STATUS_OK;
    die_of_fsync(code);
    return err_set(err, status_of(code), "copy to %s: %s", path, sqlite3_errstr(code));
}

enum status sql_copy_to(struct sql *db, const char *path, struct err *err)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(db->vfs);
    sqlite3 *to = NULL;
    int exists = 0;
    enum status st;
    int code;

    if (vfs->xAccess(vfs, path, SQLITE_ACCESS_EXISTS, &exists) != SQLITE_OK || exists)
        return err_set(err, STATUS_EXISTS, "%s exists already", path);
    code = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, db->vfs);
    /* A journal file deleted at the end could come back by a power cut and undo the copy; a copy cut off is no copy anyway. */
    if (code == SQLITE_OK)
        code = sqlite3_exec(to, "PRAGMA journal_mode = MEMORY", NULL, NULL, NULL);
    st = code == SQLITE_OK ? copy_pages(db, to, path, err) : err_set(err, STATUS_UNAVAILABLE, "%s: %s", path, sqlite3_errstr(code));
    sqlite3_close(to);
    if (st != STATUS_OK)
        vfs->xDelete(vfs, path, 0);
    return st;
}
