/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/health.h"

#include "server/service/backup.h"
#include "server/service/job_run.h"

#define HOUR_MS INT64_C(3600000)
#define LATE_MS (26 * HOUR_MS) /* a day, and two hours for the run itself */
#define OLD_MS (50 * HOUR_MS)  /* a backup: two nights were missed */
#define MIB (1024.0 * 1024.0)

/* ---- lines ---- */

void health_init(struct health *health, struct arena *arena, int64_t now_ms, int32_t zone_s)
{
    struct table *table = table_new(arena, "status", "Status", "状态");
    table_add_column(table, "what", TABLE_ENUM, "What", "项目", TABLE_FIXED);
    table_add_column(table, "value", TABLE_TEXT, "Value", "值", TABLE_WRAP);
    table_add_column(table, "state", TABLE_ENUM, "State", "判断", TABLE_FIXED);
    table_add_column(table, "advice", TABLE_ENUM, "What to do", "如何处理", TABLE_WRAP);
    *health = (struct health){.table = table, .arena = arena, .now_ms = now_ms, .zone_s = zone_s};
}

static void put_state(struct table *table, enum health_state state)
{
    switch (state) {
    case HEALTH_WELL:
        table_put_enum(table, "well", "", "");
        return;
    case HEALTH_NOTE:
        table_put_enum(table, "note", "note", "注意");
        return;
    case HEALTH_UNWELL:
        table_put_enum(table, "unwell", "UNWELL", "异常");
        return;
    }
}

void health_add(struct health *health, const char *key, const char *label, const char *label_zh, const char *value,
                enum health_state state, const struct health_advice *advice)
{
    table_add_row(health->table);
    table_put_enum(health->table, key, label, label_zh);
    table_put_text(health->table, value ? value : "-");
    put_state(health->table, state);
    if (advice)
        table_put_enum(health->table, advice->key, advice->text, advice->text_zh);
    else
        table_put_null(health->table);
    health->unwell = health->unwell || state == HEALTH_UNWELL;
}

const char *health_time(const struct health *health, int64_t at_ms)
{
    char text[CLOCK_TIME_BYTES];
    if (!at_ms)
        return "-";
    clock_format_time(at_ms, health->zone_s, text);
    return arena_strdup(health->arena, text);
}

/* ---- the disk ---- */

static const struct health_advice make_room = {
    "make_room", "make room on the disk of the data folder: below min_free what schools send waits with them",
    "请在数据目录所在磁盘腾出空间：低于 min_free 时各单位的提交会留在本机等待"};

static void add_space(struct health *health, struct core *core)
{
    const struct host *host = &core->config.host;
    uint64_t least = core_settings(core)->min_free_bytes;
    struct host_space space;
    if (!host->find_space || !host->find_space(host->context, &space))
        return;
    enum health_state state = space.free_bytes < least ? HEALTH_UNWELL : space.free_bytes / 2 < least ? HEALTH_NOTE : HEALTH_WELL;
    health_add(health, "disk", "disk: free of all, MiB", "磁盘：可用/总量（MiB）",
               arena_printf(health->arena, "%.0f / %.0f", (double)space.free_bytes / MIB, (double)space.total_bytes / MIB), state,
               state == HEALTH_WELL ? NULL : &make_room);
}

/* ---- jobs ---- */

static const struct health_advice see_log = {"see_log", "the log tells more (journalctl -u lianxind); it is tried again by itself",
                                             "日志中有详情（journalctl -u lianxind）；系统会自动重试"};
static const struct health_advice be_up_at_night = {
    "be_up_at_night", "the server was not running, or its clock was wrong, when the job's time came: keep it running",
    "到点时服务器没有运行或时钟不对：请让服务器保持运行"};

struct watched_job {
    const char *job, *label, *label_zh;
};
static const struct watched_job brief_job = {"nightly", "nightly brief", "每日汇总"};
static const struct watched_job backup_job = {"backup", "nightly backup run", "每日备份任务"};

static enum status find_founded(struct work *work, int64_t *out, struct err *err)
{
    struct sql_statement *s;
    enum status st = sql_prepare(work->desk->sql, "SELECT created_ms FROM district WHERE id = 1", &s, err);
    return st ? st : sql_find_int(s, out, err);
}

static enum status add_job(struct health *health, struct work *work, const struct watched_job *job, int64_t founded_ms,
                           struct err *err)
{
    char date[CLOCK_DAY_BYTES], today[CLOCK_DAY_BYTES];
    const char *fault = NULL;
    int64_t ended_ms = 0, fault_ms = 0;
    clock_format_day(health->now_ms, health->zone_s, today);
    enum status st = job_run_find_newest(work->desk->sql, job->job, today, date, &ended_ms, err);
    if (st == STATUS_OK)
        st = job_fault_find(work->desk->sql, work->arena, job->job, &fault, &fault_ms, err);
    if (st)
        return st;
    bool late = health->now_ms - (ended_ms ? ended_ms : founded_ms) > LATE_MS;
    const char *value = health_time(health, ended_ms);
    if (fault)
        value = arena_printf(health->arena, "%s; %s: %s", value, health_time(health, fault_ms), fault);
    health_add(health, job->job, job->label, job->label_zh, value, fault || late ? HEALTH_UNWELL : HEALTH_WELL,
               fault  ? &see_log
               : late ? &be_up_at_night
                      : NULL);
    return STATUS_OK;
}

/* ---- backups ---- */

static const struct health_advice make_backup = {
    "make_backup",
    "lianxind backup makes one now; without a nightly one (backup_keep, backup_folder) a broken disk loses the district",
    "执行 lianxind backup 立即备份；请开启每日备份（backup_keep、backup_folder），否则磁盘损坏会丢失全区数据"};

static enum status add_backup(struct health *health, struct work *work, int64_t founded_ms, struct err *err)
{
    int64_t made_ms;
    enum status st = backup_find_newest(work->desk->sql, &made_ms, err);
    if (st)
        return st;
    /* one of tomorrow was made while the clock was wrong: nobody knows its age */
    bool old = health->now_ms - (made_ms ? made_ms : founded_ms) > OLD_MS || made_ms > health->now_ms + HOUR_MS;
    const char *value = made_ms ? arena_printf(health->arena, "%s (%lld h)", health_time(health, made_ms),
                                               (long long)((health->now_ms - made_ms) / HOUR_MS))
                                : NULL;
    health_add(health, "backup_made", "last verified backup, its age", "最近一次核验过的备份及距今小时数", value,
               old ? HEALTH_UNWELL : HEALTH_WELL, old ? &make_backup : NULL);
    return STATUS_OK;
}

enum status health_add_core(struct health *health, struct work *work, struct err *err)
{
    struct core *core = work->desk->core;
    const struct settings *settings = core_settings(core);
    int64_t founded_ms = 0;
    enum status st = find_founded(work, &founded_ms, err);
    add_space(health, core);
    if (st == STATUS_OK && settings->nightly_minutes >= 0)
        st = add_job(health, work, &brief_job, founded_ms, err);
    if (st == STATUS_OK && settings->backup_minutes >= 0)
        st = add_job(health, work, &backup_job, founded_ms, err);
    if (st == STATUS_OK)
        st = add_backup(health, work, founded_ms, err);
    return st;
}
