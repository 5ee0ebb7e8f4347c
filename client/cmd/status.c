/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/cmd/change.h"
#include "client/cmd/delivery.h"
#include "client/cmd/returned.h"
#include "proto/records.pb-c.h"

struct state {
    struct outbox_list waiting, parked;
    uint64_t conflicts;
    int64_t synced_ms, tried_ms, exported_ms; /* exported: a bundle whose answer is not back */
    struct err failure;                       /* of the last try */
};

static bool count_open(void *context, const struct record *record)
{
    uint64_t *n = context;
    const Lianxin__Conflict *conflict = (const Lianxin__Conflict *)record->message;
    *n += !record->dead && conflict->state == LIANXIN__CONFLICT_STATE__CONFLICT_STATE_OPEN;
    return true;
}

static enum status read_state(struct cmd *cmd, struct state *out, struct err *err)
{
    struct cache_stream_list streams = {NULL, 0}; /* the district counts those of the schools it looked at */
    struct cache *cache = cmd->cache;
    enum status s = outbox_list(cache, &cmd->arena, OUTBOX_WAITING, &out->waiting, err);
    if (s == STATUS_OK)
        s = outbox_list(cache, &cmd->arena, OUTBOX_PARKED, &out->parked, err);
    if (s == STATUS_OK)
        s = cache_find_int(cache, CACHE_META_synced_ms, &out->synced_ms, err);
    if (s == STATUS_OK)
        s = cache_find_int(cache, CACHE_META_tried_ms, &out->tried_ms, err);
    if (s == STATUS_OK)
        s = cache_find_int(cache, CACHE_META_exported_ms, &out->exported_ms, err);
    if (s == STATUS_OK)
        s = cache_find_failure(cache, &out->failure, err);
    if (s == STATUS_OK)
        s = cache_stream_list(cache, &cmd->arena, &streams, err);
    for (size_t i = 0; i < streams.n && s == STATUS_OK; i++)
        s = store_walk(cache_store(cache), schema_find_kind_by_name(cmd->schema, "conflict"), streams.items[i].stream, NULL, 0,
                       count_open, &out->conflicts, err);
    return s;
}

static enum status show_table(struct cmd *cmd, const struct state *state, struct err *err)
{
    struct table *t = table_new(&cmd->arena, "status", NULL, NULL);
    char text[UI_ERROR_BYTES];
    static const struct {
        const char *key;
        enum table_type type;
        const char *label, *label_zh;
    } columns[] = {{"person", TABLE_TEXT, "person", "姓名"},
                   {"role", TABLE_TEXT, "role", "身份"},
                   {"school_code", TABLE_TEXT, "code", "代码"},
                   {"school_name", TABLE_TEXT, "school", "单位"},
                   {"district", TABLE_TEXT, "district", "区"},
                   {"unsent", TABLE_INT, "not sent", "未发送"},
                   {"refused", TABLE_INT, "refused", "被拒"},
                   {"conflicts", TABLE_INT, "conflicts", "冲突"},
                   {"synced_ms", TABLE_INSTANT_MS, "last sync", "上次同步"},
                   {"tried_ms", TABLE_INSTANT_MS, "last try", "上次尝试"},
                   {"exported_ms", TABLE_INSTANT_MS, "exported", "已导出"},
                   {"failure", TABLE_TEXT, "why it failed", "失败原因"}};
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        table_add_column(t, columns[i].key, columns[i].type, columns[i].label, columns[i].label_zh, 0);
    table_add_row(t);
    table_put_text(t, cmd->identity.person);
    table_put_text(t, role_name((enum role)cmd->identity.role));
    table_put_text(t, cmd->identity.school_code);
    table_put_text(t, cmd->identity.school_name);
    table_put_text(t, cmd->identity.district);
    table_put_int(t, (int64_t)state->waiting.n);
    table_put_int(t, (int64_t)state->parked.n);
    table_put_int(t, (int64_t)state->conflicts);
    table_put_instant(t, state->synced_ms);
    table_put_instant(t, state->tried_ms);
    table_put_instant(t, state->exported_ms);
    table_put_text(t, state->failure.status ? ui_error_text(&cmd->ui, &state->failure, text, sizeof text) : NULL);
    return ui_table(&cmd->ui, t, err);
}

/* Each line of reasons is in English and, behind a tab, in Chinese. */
static const char *reasons_text(struct cmd *cmd, const char *reasons)
{
    const char *text = "";
    while (*reasons) {
        size_t line = strcspn(reasons, "\n"), english = strcspn(reasons, "\t\n");
        const char *from = cmd->ui.chinese && english < line ? reasons + english + 1 : reasons;
        size_t bytes = from == reasons ? english : line - english - 1;
        text = arena_printf(&cmd->arena, "%s%s%.*s", text, *text ? "; " : "", (int)bytes, from);
        reasons += line + (reasons[line] == '\n');
    }
    return text;
}

static void list_rows(struct cmd *cmd, const struct outbox_list *rows)
{
    for (size_t i = 0; i < rows->n; i++) {
        const struct outbox_row *row = &rows->items[i];
        ui_print(&cmd->ui, "  %s  %s%s%s\n", cmd_time(cmd, row->made_ms), change_note(cmd, row->note), *row->reasons ? ": " : "",
                 reasons_text(cmd, row->reasons));
    }
}

static void show_text(struct cmd *cmd, const struct state *at)
{
    struct ui *ui = &cmd->ui;
    char text[UI_ERROR_BYTES];
    const struct cache_identity *id = &cmd->identity;
    ui_print(ui, "%s · %s · %s (%s)\n", id->district, *id->school_name ? id->school_name : _("district"), id->person,
             role_label((enum role)id->role, ui->chinese));
    ui_print(ui, _("last sync: %s\n"), cmd_time(cmd, at->synced_ms));
    if (at->failure.status)
        ui_print(ui, _("last try: %s, %s\n"), cmd_time(cmd, at->tried_ms), ui_error_text(ui, &at->failure, text, sizeof text));
    ui_print(ui, _("not sent yet: %zu\n"), at->waiting.n);
    list_rows(cmd, &at->waiting);
    if (at->exported_ms)
        ui_print(ui, _("exported for the district: %s; its answer is not back yet\n"), cmd_time(cmd, at->exported_ms));
    if (at->parked.n)
        ui_print(ui, _("refused by the server, not in your plan any more: %zu\n"), at->parked.n);
    list_rows(cmd, &at->parked);
    ui_print(ui, at->conflicts ? _("conflicts: %llu; see `lianxin conflicts`\n") : _("conflicts: %llu\n"),
             (unsigned long long)at->conflicts);
}

static enum status forget_refused(struct cmd *cmd, const struct outbox_list *parked, struct err *err)
{
    enum status s = STATUS_OK;
    for (size_t i = 0; i < parked->n && s == STATUS_OK; i++)
        s = outbox_drop(cmd->cache, parked->items[i].stream, parked->items[i].sequence, err);
    if (s == STATUS_OK)
        ui_print(&cmd->ui, _("forgotten: %zu refused change(s)\n"), parked->n);
    return s;
}

static bool writes(const struct cmd *cmd)
{
    return cmd_option(cmd, "forget") != NULL;
}

static enum status run(struct cmd *cmd, struct err *err)
{
    struct state state = {0};
    enum status s = read_state(cmd, &state, err);
    if (s != STATUS_OK)
        return s;
    if (cmd_option(cmd, "forget"))
        return forget_refused(cmd, &state.parked, err);
    if (cmd->ui.json || cmd->ui.output_path)
        return show_table(cmd, &state, err);
    show_text(cmd, &state);
    s = delivery_warn_late(cmd, err);
    return s == STATUS_OK ? returned_say(cmd, err) : s;
}

static const struct option options[] = {
    {"forget", "清除", NULL, N_("forget the changes the server refused, after you have read them")},
};

const struct verb verb_status = {
    .name = "status",
    .name_zh = "状态",
    .arguments = "",
    .summary = N_("who you are here, what is not sent, what needs you"),
    .help = N_("  lianxin status\n  lianxin status --forget      after reading what was refused"),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .flags = VERB_HOME | VERB_TABLE,
    .writes = writes,
    .run = run,
};
