/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/status.h"

#include <string.h>

#include "server/service/journal.h"
#include "server/service/loss.h"

/* One line of the status: a question with one number for an answer. */
struct figure {
    const char *key, *label, *label_zh;
    const char *text; /* SQL */
};

static const struct figure figures[] = {
    {"schools", "schools", "单位", "SELECT count(*) FROM school WHERE stream = 1 AND dead = 0"},
    {"devices", "devices enrolled", "已加入设备", "SELECT count(*) FROM device WHERE revoked_ms IS NULL"},
    {"unconfirmed", "devices that wait since a restore", "恢复后待确认设备",
     "SELECT count(*) FROM device WHERE unconfirmed_ms IS NOT NULL AND revoked_ms IS NULL"},
    {"revoked", "devices revoked", "已停用设备", "SELECT count(*) FROM device WHERE revoked_ms IS NOT NULL"},
    {"invitations", "invitations not used", "未使用的邀请",
     "SELECT count(*) FROM invitation WHERE device IS NULL AND expires_ms > $now"},
    {"conflicts", "open conflicts", "待处理冲突", "SELECT count(*) FROM conflict WHERE dead = 0 AND state = 1"},
};

static enum status count(struct work *work, const char *text, int64_t *out, struct err *err)
{
    struct sql_statement *s;
    bool row;
    enum status st = sql_prepare(work->desk->sql, text, &s, err);
    if (st)
        return st;
    if (strstr(text, "$now"))
        sql_bind_int(s, "$now", work->now_ms);
    st = sql_step(s, &row, err);
    if (st == STATUS_OK)
        *out = row ? sql_int(s, 0) : 0;
    sql_reset(s);
    return st;
}

/* Revisions have no gaps, so the heads add up to the rows: counting those would read the whole journal. */
static enum status count_commits(struct work *work, uint64_t *out, struct err *err)
{
    uint32_t stream = 0;
    uint64_t rev, sum = 0;
    enum status st;
    while ((st = journal_next_stream(work->desk->sql, stream, &stream, err)) == STATUS_OK && stream) {
        st = journal_head_rev(work->desk->sql, stream, &rev, err);
        if (st)
            break;
        sum += rev;
    }
    if (st == STATUS_OK)
        *out = sum;
    return st;
}

struct saying {
    struct work *work;
    struct table *table;
};

static void add_line(struct table *table, const char *key, const char *label, const char *label_zh, const char *value)
{
    table_add_row(table);
    table_put_enum(table, key, label, label_zh);
    table_put_text(table, value);
}

static void say_missing(void *context, uint32_t stream, uint64_t epoch, uint64_t missing, const char *ranges)
{
    struct saying *s = context;
    add_line(s->table, "lost", "not brought back yet", "尚未找回",
             arena_printf(s->work->arena, "stream %u: %llu of before the restore (%s; epoch %llu)", stream,
                          (unsigned long long)missing, ranges, (unsigned long long)epoch));
}

enum status status_table(struct work *work, struct table **out, struct err *err)
{
    struct core *core = work->desk->core;
    struct arena *arena = work->arena;
    struct table *table = table_new(arena, "status", "Status", "状态");
    enum status st = STATUS_OK;
    table_add_column(table, "what", TABLE_ENUM, "What", "项目", TABLE_FIXED);
    table_add_column(table, "value", TABLE_TEXT, "Value", "值", TABLE_WRAP);
    add_line(table, "district", "district", "区", core_settings(core)->district);
    add_line(table, "software", "software", "软件", LIANXIN_VERSION);
    add_line(table, "epoch", "epoch", "纪元", arena_printf(arena, "%llu", (unsigned long long)core->epoch));
    for (size_t i = 0; st == STATUS_OK && i < sizeof figures / sizeof figures[0]; i++) {
        int64_t n;
        st = count(work, figures[i].text, &n, err);
        if (st == STATUS_OK)
            add_line(table, figures[i].key, figures[i].label, figures[i].label_zh, arena_printf(arena, "%lld", (long long)n));
    }
    uint64_t commits;
    if (st == STATUS_OK)
        st = count_commits(work, &commits, err);
    if (st)
        return st;
    add_line(table, "commits", "commits", "提交", arena_printf(arena, "%llu", (unsigned long long)commits));
    struct saying saying = {.work = work, .table = table};
    st = loss_list(work, say_missing, &saying, err);
    if (st)
        return st;
    *out = table;
    return STATUS_OK;
}
