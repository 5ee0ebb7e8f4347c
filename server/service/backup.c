/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/backup.h"

#include "server/service/journal.h"

enum status backup_forget(struct work *work, const char *path, struct err *err)
{
    static const char *const texts[] = {"DELETE FROM backup_stream WHERE path = $path", "DELETE FROM backup WHERE path = $path"};
    enum status st = STATUS_OK;
    work_write(work);
    for (size_t i = 0; st == STATUS_OK && i < sizeof texts / sizeof texts[0]; i++) {
        struct sql_statement *s;
        st = sql_prepare(work->desk->sql, texts[i], &s, err);
        if (st)
            return st;
        sql_bind_text(s, "$path", path);
        st = sql_execute(s, err);
    }
    return st;
}

/* A backup that claims more than there is would make clients let go of what no backup holds. */
static enum status check_backup(struct work *work, const struct backup *backup, struct err *err)
{
    if (!backup->path || backup->path[0] != '/')
        return err_reason(err, REASON_ARGUMENT, "path", "the backup's absolute path is needed", NULL);
    if (backup->epoch != work->desk->core->epoch)
        return err_reason(err, REASON_ARGUMENT, "epoch", "the backup is not of this life of the database", NULL);
    for (size_t i = 0; i < backup->n_streams; i++) {
        uint64_t head;
        enum status st = journal_head_rev(work->desk->sql, backup->streams[i].stream, &head, err);
        if (st)
            return st;
        if (backup->streams[i].rev > head)
            return err_reason(err, REASON_ARGUMENT, "streams", "the backup is ahead of the database", NULL);
    }
    return STATUS_OK;
}

static enum status insert_backup(struct work *work, const struct backup *backup, struct err *err)
{
    struct sql_statement *s;
    enum status st = sql_prepare(
        work->desk->sql, "INSERT INTO backup (path, made_ms, epoch, bytes) VALUES ($path, $made_ms, $epoch, $bytes)", &s, err);
    if (st)
        return st;
    sql_bind_text(s, "$path", backup->path);
    sql_bind_int(s, "$made_ms", backup->made_ms);
    sql_bind_int(s, "$epoch", (int64_t)backup->epoch);
    sql_bind_int(s, "$bytes", (int64_t)backup->bytes);
    return sql_execute(s, err);
}

static enum status insert_stream(struct work *work, const char *path, const struct backup_stream *stream, struct err *err)
{
    struct sql_statement *s;
    enum status st =
        sql_prepare(work->desk->sql, "INSERT INTO backup_stream (path, stream, rev) VALUES ($path, $stream, $rev)", &s, err);
    if (st)
        return st;
    sql_bind_text(s, "$path", path);
    sql_bind_int(s, "$stream", stream->stream);
    sql_bind_int(s, "$rev", (int64_t)stream->rev);
    return sql_execute(s, err);
}

enum status backup_put(struct work *work, const struct backup *backup, struct err *err)
{
    enum status st = check_backup(work, backup, err);
    if (st == STATUS_OK)
        st = backup_forget(work, backup->path, err);
    if (st == STATUS_OK)
        st = insert_backup(work, backup, err);
    for (size_t i = 0; st == STATUS_OK && i < backup->n_streams; i++)
        st = insert_stream(work, backup->path, &backup->streams[i], err);
    return st;
}

enum status backup_list(struct work *work, const struct backup **out, size_t *n_out, struct err *err)
{
    struct backup *backups = ARENA_ARRAY(work->arena, LIMIT_BACKUPS, struct backup);
    struct sql_statement *s;
    bool row = true;
    size_t n = 0;
    enum status st = sql_prepare(work->desk->sql,
                                 "SELECT path, made_ms, epoch, bytes,"
                                 " coalesce((SELECT sum(rev) FROM backup_stream s WHERE s.path = backup.path), 0) AS commits"
                                 " FROM backup ORDER BY epoch, commits, made_ms, path",
                                 &s, err);
    if (st)
        return st;
    while (n < LIMIT_BACKUPS && (st = sql_step(s, &row, err)) == STATUS_OK && row)
        backups[n++] = (struct backup){.path = arena_strdup(work->arena, sql_text(s, 0)),
                                       .made_ms = sql_int(s, 1),
                                       .epoch = (uint64_t)sql_int(s, 2),
                                       .bytes = (uint64_t)sql_int(s, 3),
                                       .commits = (uint64_t)sql_int(s, 4)};
    sql_reset(s);
    if (st)
        return st;
    *out = backups;
    *n_out = n;
    return STATUS_OK;
}

enum status backup_find_newest(struct sql *db, int64_t *made_ms, struct err *err)
{
    struct sql_statement *s;
    enum status st = sql_prepare(db, "SELECT max(made_ms) FROM backup", &s, err);
    return st ? st : sql_find_int(s, made_ms, err);
}

enum status backup_find_safe_rev(struct work *work, uint32_t stream, uint64_t *out, struct err *err)
{
    struct sql_statement *s;
    int64_t rev;
    enum status st = sql_prepare(work->desk->sql,
                                 "SELECT min(CASE WHEN b.rev IS NULL THEN 0 ELSE b.rev END) FROM backup LEFT JOIN backup_stream b"
                                 " ON b.path = backup.path AND b.stream = $stream",
                                 &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$stream", stream);
    st = sql_find_int(s, &rev, err);
    if (st == STATUS_OK)
        *out = (uint64_t)rev;
    return st;
}
