/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/core_open.h"

#include <stdlib.h>
#include <string.h>

#include "server/service/digests.h"
#include "server/service/heads.h"
#include "server/service/news.h"
#include "server/service/presence.h"
#include "server/service/roster.h"
#include "server/service/tables.h"

#define REREAD_ROWS_MAX 50000u /* of the journal by a start after a crash: a fraction of a second */

/* ---- making a district ---- */

static enum status insert_district(struct sql *db, const struct core_config *config, struct err *err)
{
    struct sql_statement *s;
    int64_t now_ms = clock_now_ms(&config->clock);
    struct uuid instance = uuid_new(&config->clock, &config->random);
    enum status st = sql_prepare(
        db, "INSERT INTO district (id, epoch, instance, created_ms) VALUES (1, $epoch, $instance, $created_ms)", &s, err);
    if (st)
        return st;
    /* Epochs must grow: the time does, from one restore to the next. */
    sql_bind_int(s, "$epoch", now_ms);
    sql_bind_uuid(s, "$instance", &instance);
    sql_bind_int(s, "$created_ms", now_ms);
    return sql_execute(s, err);
}

static enum status load_district(struct core *core, bool *found, struct err *err)
{
    struct sql_statement *s;
    bool row;
    enum status st =
        sql_prepare(core->writer.sql, "SELECT epoch, instance, (SELECT count(*) FROM restore) FROM district WHERE id = 1", &s, err);
    if (st == STATUS_OK)
        st = sql_step(s, &row, err);
    if (st)
        return st;
    *found = row;
    if (row) {
        size_t bytes;
        const void *id = sql_blob(s, 1, &bytes);
        core->epoch = (uint64_t)sql_int(s, 0);
        core->restored = sql_int(s, 2) != 0;
        if (!uuid_from_bytes(id, bytes, &core->instance))
            st = err_set(err, STATUS_CORRUPT, "the district's own id is damaged");
    }
    sql_reset(s);
    return st;
}

/* ---- opening ---- */

/* *found: it holds a district. */
static enum status open_writer(struct core *core, bool *found, struct err *err)
{
    struct desk *desk = &core->writer;
    desk->core = core;
    enum status st = sql_open(core->config.path, SQL_WRITER, core->config.vfs, &desk->sql, err);
    if (st == STATUS_OK)
        st = tables_migrate(desk->sql, err);
    if (st == STATUS_OK)
        st = store_open(desk->sql, core->config.schema, true, &desk->store, err);
    if (st == STATUS_OK)
        st = load_district(core, found, err);
    return st;
}

static void free_core(struct core *core)
{
    roster_kept_free(core->writer.roster);
    if (core->writer.store)
        store_close(core->writer.store);
    if (core->writer.sql)
        sql_close(core->writer.sql);
    heads_free(core->writer.heads);
    news_free(core->news);
    presence_free(core->presence);
    settings_kept_free(&core->settings);
    free(core);
}

static void tell_news(void *news, uint32_t stream, uint64_t rev, const struct sha256 *digest)
{
    news_set_head(news, stream, rev, digest);
}

static struct core *new_core(const struct core_config *config)
{
    struct core *core = calloc(1, sizeof *core);
    if (!core)
        return NULL;
    core->config = *config;
    core->news = news_new(&config->random);
    core->writer.heads = heads_new(&config->random, tell_news, core->news);
    core->presence = presence_new();
    if (core->news && core->writer.heads && core->presence && settings_keep(&core->settings, &config->settings))
        return core;
    free_core(core);
    return NULL;
}

enum status core_create(const struct core_config *config, struct err *err)
{
    bool found = false;
    struct core *core = new_core(config);
    if (!core)
        return err_set(err, STATUS_NO_MEMORY, "no memory for the district");
    enum status st = open_writer(core, &found, err);
    if (st == STATUS_OK)
        st = found ? err_set(err, STATUS_EXISTS, "%s holds a district already", config->path)
                   : insert_district(core->writer.sql, config, err);
    free_core(core);
    return st;
}

enum status core_find_upgrade(const struct core_config *config, bool *needed, struct err *err)
{
    struct sql *db;
    bool tables = false, records = false;
    enum status st = sql_open(config->path, SQL_READER, config->vfs, &db, err);
    if (st)
        return st;
    st = tables_are_current(db, &tables, err);
    if (st == STATUS_OK)
        st = store_is_current(db, config->schema, &records, err);
    sql_close(db);
    if (st == STATUS_OK)
        *needed = !tables || !records;
    return st;
}

enum status core_open(const struct core_config *config, struct core **out, struct err *err)
{
    bool found = false;
    struct core *core = new_core(config);
    if (!core)
        return err_set(err, STATUS_NO_MEMORY, "no memory for the district");
    enum status st = open_writer(core, &found, err);
    if (st == STATUS_OK && !found)
        st = err_set(err, STATUS_NOT_FOUND, "%s holds no district; make one with lianxind init", config->path);
    if (st == STATUS_OK)
        st = heads_load(core->writer.heads, core->writer.sql, config->schema, err);
    if (st == STATUS_OK)
        st = presence_load(core->presence, core->writer.sql, err);
    core->writer.flushed_ms = clock_mono_ms(&config->clock);
    if (st == STATUS_OK)
        *out = core;
    else
        free_core(core);
    return st;
}

void core_close(struct core *core)
{
    struct err err;
    if (!core)
        return;
    if (desk_tidy(&core->writer, TIDY_CLOSE, &err))
        log_event(core->config.log, LOG_WARN, "core.untidy", "error", err.text, NULL);
    free_core(core);
}

/* ---- desks ---- */

enum status desk_open_reader(struct core *core, struct desk **out, struct err *err)
{
    struct desk *desk = calloc(1, sizeof *desk);
    if (!desk)
        return err_set(err, STATUS_NO_MEMORY, "no memory for a reader");
    desk->core = core;
    enum status st = sql_open(core->config.path, SQL_READER, core->config.vfs, &desk->sql, err);
    if (st == STATUS_OK)
        st = store_open(desk->sql, core->config.schema, false, &desk->store, err);
    if (st == STATUS_OK)
        *out = desk;
    else
        desk_close_reader(desk);
    return st;
}

void desk_close_reader(struct desk *desk)
{
    if (!desk)
        return;
    digests_free(desk->digests);
    roster_kept_free(desk->roster);
    if (desk->store)
        store_close(desk->store);
    if (desk->sql)
        sql_close(desk->sql);
    free(desk);
}

enum status desk_begin(struct desk *desk, struct err *err)
{
    desk->begun = news_begin(desk->core->news);
    return sql_begin(desk->sql, err);
}

/* Both are caches of the journal's and the devices' truth: a failure loses nothing but the work of finding it again. */
static enum status flush(struct desk *desk, struct err *err)
{
    enum status st = sql_begin(desk->sql, err);
    desk->flushed_ms = clock_mono_ms(&desk->core->config.clock);
    if (st)
        return st;
    st = heads_flush(desk->heads, desk->sql, err);
    if (st == STATUS_OK)
        st = presence_flush(desk->core->presence, desk->sql, err);
    if (st == STATUS_OK)
        st = sql_commit(desk->sql, err);
    if (st == STATUS_OK) {
        heads_flushed(desk->heads);
    } else {
        sql_rollback(desk->sql);
        presence_keep(desk->core->presence);
    }
    return st;
}

void desk_committed(struct desk *desk)
{
    heads_commit(desk->heads);
}

void desk_undone(struct desk *desk)
{
    heads_undo(desk->heads);
}

/* By the time, so that a power cut loses no more however long or short the log is. */
static bool must_flush(struct desk *desk)
{
    size_t rows = heads_unflushed_rows(desk->heads);
    if (rows >= REREAD_ROWS_MAX)
        return true;
    return clock_mono_ms(&desk->core->config.clock) - desk->flushed_ms >= CORE_FLUSH_MS &&
           (rows || presence_is_dirty(desk->core->presence));
}

enum status desk_tidy(struct desk *desk, enum tidy when, struct err *err)
{
    uint32_t bound = core_settings(desk->core)->checkpoint_frames;
    int64_t least = 0;
    switch (when) {
    case TIDY_BUSY:
    case TIDY_REST:
        least = bound;
        break;
    case TIDY_IDLE:
        least = bound / 4;
        break;
    case TIDY_CLOSE:
        break;
    }
    enum status st = when == TIDY_CLOSE || must_flush(desk) ? flush(desk, err) : STATUS_OK;
    return st || sql_log_frames(desk->sql) < least ? st : sql_checkpoint(desk->sql, err);
}
