/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/status.h"

#include <string.h>

#include "server/service/health.h"
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
    enum status st = sql_prepare(work->desk->sql, text, &s, err);
    if (st)
        return st;
    if (strstr(text, "$now"))
        sql_bind_int(s, "$now", work->now_ms);
    return sql_find_int(s, out, err);
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

static const struct health_advice confirm = {
    "confirm_devices", "lianxind device list, then device confirm ID or --all: until then they are turned away",
    "执行 lianxind device list，再用 device confirm ID 或 --all 确认；确认前这些设备无法同步"};
static const struct health_advice wait_for_clients = {
    "wait_for_clients", "clients that still hold it bring it back when they sync; ask those that have not synced since the restore",
    "仍持有这些内容的客户端同步后会自动找回；请提醒恢复后尚未同步的单位"};

struct saying {
    struct work *work;
    struct health *health;
};

static void say_missing(void *context, uint32_t stream, uint64_t epoch, uint64_t missing, const char *ranges)
{
    struct saying *s = context;
    health_add(s->health, "lost", "not brought back yet", "尚未找回",
               arena_printf(s->work->arena, "stream %u: %llu of before the restore (%s; epoch %llu)", stream,
                            (unsigned long long)missing, ranges, (unsigned long long)epoch),
               HEALTH_NOTE, &wait_for_clients);
}

static enum status add_figures(struct work *work, struct health *health, struct err *err)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < sizeof figures / sizeof figures[0]; i++) {
        int64_t n;
        st = count(work, figures[i].text, &n, err);
        if (st)
            break;
        bool waits = n && strcmp(figures[i].key, "unconfirmed") == 0;
        health_add(health, figures[i].key, figures[i].label, figures[i].label_zh, arena_printf(work->arena, "%lld", (long long)n),
                   waits ? HEALTH_NOTE : HEALTH_WELL, waits ? &confirm : NULL);
    }
    uint64_t commits;
    if (st == STATUS_OK)
        st = count_commits(work, &commits, err);
    if (st == STATUS_OK)
        health_add(health, "commits", "commits", "提交", arena_printf(work->arena, "%llu", (unsigned long long)commits),
                   HEALTH_WELL, NULL);
    return st;
}

enum status status_table(struct work *work, struct table **out, bool *well, struct err *err)
{
    struct core *core = work->desk->core;
    struct health health;
    struct saying saying = {.work = work, .health = &health};
    health_init(&health, work->arena, work->now_ms, core->config.clock.zone_s);
    health_add(&health, "district", "district", "区", core_settings(core)->district, HEALTH_WELL, NULL);
    health_add(&health, "software", "software", "软件", LIANXIN_VERSION, HEALTH_WELL, NULL);
    health_add(&health, "epoch", "epoch", "纪元", arena_printf(work->arena, "%llu", (unsigned long long)core->epoch), HEALTH_WELL,
               NULL);
    if (core->config.host.tell)
        core->config.host.tell(core->config.host.context, &health);
    enum status st = health_add_core(&health, work, err);
    if (st == STATUS_OK)
        st = add_figures(work, &health, err);
    if (st == STATUS_OK)
        st = loss_list(work, say_missing, &saying, err);
    if (st)
        return st;
    *out = health.table;
    *well = !health.unwell;
    return STATUS_OK;
}
