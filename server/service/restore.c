/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/restore.h"

#include "server/service/journal.h"

static enum status execute(struct sql *db, const char *text, const char *name, int64_t value, struct err *err)
{
    struct sql_statement *s;
    enum status st = sql_prepare(db, text, &s, err);
    if (st)
        return st;
    sql_bind_int(s, name, value);
    return sql_execute(s, err);
}

/* Epochs must grow, also where the clock went backwards. */
static enum status change_district(struct core *core, uint64_t epoch, struct err *err)
{
    struct uuid instance = uuid_new(&core->config.clock, &core->config.random);
    struct sql_statement *s;
    enum status st =
        sql_prepare(core->writer.sql, "UPDATE district SET epoch = $epoch, instance = $instance WHERE id = 1", &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$epoch", (int64_t)epoch);
    sql_bind_uuid(s, "$instance", &instance);
    return sql_execute(s, err);
}

struct noting {
    struct sql *db;
    uint64_t epoch;
};

static enum status note_stream(void *context, uint32_t stream, uint64_t rev, struct err *err)
{
    const struct noting *noting = context;
    struct sql_statement *s;
    enum status st =
        sql_prepare(noting->db, "INSERT INTO restore_stream (epoch, stream, rev) VALUES ($epoch, $stream, $rev)", &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$epoch", (int64_t)noting->epoch);
    sql_bind_int(s, "$stream", stream);
    sql_bind_int(s, "$rev", (int64_t)rev);
    return sql_execute(s, err);
}

static enum status note_restore(struct core *core, uint64_t epoch, int64_t now_ms, const struct backup *from, struct err *err)
{
    struct sql *db = core->writer.sql;
    struct sql_statement *s;
    enum status st = sql_prepare(db,
                                 "INSERT INTO restore (epoch, before, restored_ms, backup_ms)"
                                 " VALUES ($epoch, $before, $restored_ms, $backup_ms)",
                                 &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$epoch", (int64_t)epoch);
    sql_bind_int(s, "$before", (int64_t)core->epoch);
    sql_bind_int(s, "$restored_ms", now_ms);
    sql_bind_int(s, "$backup_ms", from->made_ms);
    st = sql_execute(s, err);
    return st ? st : journal_visit_heads(db, note_stream, &(struct noting){db, epoch}, err);
}

static enum status begin_life(struct core *core, const struct backup *from, struct err *err)
{
    struct sql *db = core->writer.sql;
    int64_t now_ms = clock_now_ms(&core->config.clock);
    uint64_t epoch = now_ms > (int64_t)core->epoch ? (uint64_t)now_ms : core->epoch + 1;
    struct work work = {.desk = &core->writer, .now_ms = now_ms};
    enum status st = note_restore(core, epoch, now_ms, from, err);
    if (st == STATUS_OK)
        st = change_district(core, epoch, err);
    if (st == STATUS_OK)
        st = execute(db, "UPDATE invitation SET expires_ms = $now WHERE expires_ms > $now", "$now", now_ms, err);
    if (st == STATUS_OK)
        st = execute(db, "UPDATE device SET unconfirmed_ms = $now WHERE revoked_ms IS NULL", "$now", now_ms, err);
    /* Put while the epoch in memory is still the backup's own. */
    return st ? st : backup_put(&work, from, err);
}

enum status restore_begin_life(struct core *core, const struct backup *from, struct err *err)
{
    enum status st = sql_begin(core->writer.sql, err);
    if (st == STATUS_OK)
        st = begin_life(core, from, err);
    if (st == STATUS_OK)
        st = sql_commit(core->writer.sql, err);
    if (st)
        sql_rollback(core->writer.sql);
    return st;
}
