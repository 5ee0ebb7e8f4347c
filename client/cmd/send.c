/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/send.h"

#include "client/cmd/delivery.h"
#include "client/cmd/engine.h"
#include "client/cmd/renumber.h"
#include "client/cmd/returned.h"
#include "common/record/wording.h"

/* The report of a sync, for programs. */
static enum status print_report(struct cmd *cmd, const struct sync_report *r, uint64_t waiting, struct err *err)
{
    struct table *t = table_new(&cmd->arena, "sync", NULL, NULL);
    const struct {
        const char *key;
        uint64_t value;
    } numbers[] = {{"sent", r->pushed},     {"unsent", waiting},         {"refused", r->parked},
                   {"held", r->held},       {"conflicts", r->conflicts}, {"rows", r->rows},
                   {"records", r->records}, {"repaired", r->repaired},   {"unreadable", r->unreadable}};
    const size_t n = sizeof numbers / sizeof numbers[0];
    for (size_t i = 0; i < n; i++)
        table_add_column(t, numbers[i].key, TABLE_INT, numbers[i].key, NULL, 0);
    table_add_column(t, "compared", TABLE_BOOL, "compared", NULL, 0);
    table_add_column(t, "renewed", TABLE_BOOL, "renewed", NULL, 0);
    table_add_column(t, "server_ms", TABLE_INSTANT_MS, "server time", NULL, 0);
    table_add_row(t);
    for (size_t i = 0; i < n; i++)
        table_put_int(t, (int64_t)numbers[i].value);
    table_put_bool(t, r->compared);
    table_put_bool(t, r->renewed);
    table_put_instant(t, r->server_ms);
    return ui_table(&cmd->ui, t, err);
}

/* What a person has to look at now is the outcome of the command. */
static enum status need_person(const struct sync_report *r, struct err *err)
{
    if (r->parked)
        return err_set(err, STATUS_REFUSED, _("the server refused %llu change(s); `lianxin status` says why"),
                       (unsigned long long)r->parked);
    if (r->conflicts)
        return err_set(err, STATUS_CONFLICT, _("%llu conflict(s): somebody else changed the same thing first"),
                       (unsigned long long)r->conflicts);
    return STATUS_OK;
}

static void sleep_ms(void *context, int64_t ms)
{
    (void)context;
    clock_pause(ms);
}

enum status send_all(struct cmd *cmd, int64_t wait_ms, struct err *err)
{
    struct sync_report report;
    uint64_t waiting = 0;
    const struct retry retry = {.clock = &cmd->clock, .random = &cmd->random, .sleep = sleep_ms, .wait_ms = wait_ms};
    enum status s = engine_run(cmd, &retry, &report, err);
    engine_say_unusual(cmd, &report);
    if (s == STATUS_OK)
        s = outbox_count(cmd->cache, OUTBOX_WAITING, &waiting, err);
    if (s != STATUS_OK)
        return s;
    ui_print(&cmd->ui, _("synced at %s: %llu sent, %llu record(s) changed by others\n"), cmd_time(cmd, report.server_ms),
             (unsigned long long)report.pushed, (unsigned long long)report.records);
    if ((s = returned_say(cmd, err)) != STATUS_OK)
        return s;
    if (cmd->ui.json && (s = print_report(cmd, &report, waiting, err)) != STATUS_OK)
        return s;
    return need_person(&report, err);
}

/* Whether the change has arrived, and how many have not. */
static enum status say_delivered(struct cmd *cmd, enum status sent, const struct sync_report *report, uint64_t waiting,
                                 struct err *err)
{
    bool taken = sent == STATUS_OK && !report->parked && !report->conflicts;
    if (waiting)
        ui_print(&cmd->ui,
                 ngettext("saved here, not sent yet: %llu change waits for `lianxin sync`\n",
                          "saved here, not sent yet: %llu changes wait for `lianxin sync`\n", waiting),
                 (unsigned long long)waiting);
    else if (taken)
        ui_print(&cmd->ui, _("delivered (server time %s); 0 changes wait\n"), cmd_time(cmd, report->server_ms));
    return delivery_warn_late(cmd, err);
}

/* No network is an everyday thing; whatever else kept the server from taking it is worth a line. */
static void say_why(struct cmd *cmd, struct err *why)
{
    char text[UI_ERROR_BYTES];
    if (why->status == STATUS_OK || cmd->offline || why->reason == REASON_UNREACHABLE)
        return;
    wording_apply(cmd->schema, cmd->ui.chinese, why);
    if (why->status == STATUS_UNAVAILABLE)
        ui_warn(&cmd->ui, "%s", ui_error_text(&cmd->ui, why, text, sizeof text));
    else
        ui_error(&cmd->ui, why);
}

static enum status send(struct cmd *cmd, uint64_t *waiting, struct err *err)
{
    struct sync_report report = {0};
    struct err why = cmd->away;
    enum status sent = why.status ? why.status : engine_run(cmd, NULL, &report, &why);
    engine_say_unusual(cmd, &report);
    enum status s = outbox_count(cmd->cache, OUTBOX_WAITING, waiting, err);
    if (s == STATUS_OK)
        s = say_delivered(cmd, sent, &report, *waiting, err);
    if (s != STATUS_OK)
        return s;
    say_why(cmd, &why);
    if (cmd->ui.json && (s = print_report(cmd, &report, *waiting, err)) != STATUS_OK)
        return s;
    return need_person(&report, err);
}

enum status send_change(struct cmd *cmd, struct err *err)
{
    uint64_t waiting;
    return send(cmd, &waiting, err);
}

enum status send_submitted(struct cmd *cmd, struct err *err)
{
    uint64_t waiting;
    enum status s = send(cmd, &waiting, err);
    if (s == STATUS_OK && waiting) { /* said already */
        *err = (struct err){.status = STATUS_UNAVAILABLE};
        return STATUS_UNAVAILABLE;
    }
    return s;
}

enum status send_prepare(struct cmd *cmd, struct err *err)
{
    if (!cmd->part->writes)
        return STATUS_OK;
    if (cmd->ui.output_path)
        return cmd_refuse_output(cmd, err);
    if (!cmd_names_school(cmd))
        send_quietly(cmd);
    return STATUS_OK;
}

enum status send_say_imported(struct cmd *cmd, const struct sync_report *report, struct err *err)
{
    struct ui *ui = &cmd->ui;
    bool changed = false;
    uint64_t waiting = 0;
    enum status s = report->records ? renumber_clashes(cmd, &changed, err) : STATUS_OK;
    engine_say_unusual(cmd, report);
    if (s == STATUS_OK)
        s = outbox_count(cmd->cache, OUTBOX_WAITING, &waiting, err);
    if (s != STATUS_OK)
        return s;
    ui_print(ui, _("the district's answer of %s: %llu change(s) delivered, %llu record(s) changed by others\n"),
             cmd_time(cmd, report->server_ms), (unsigned long long)report->pushed, (unsigned long long)report->records);
    if (waiting)
        ui_print(ui,
                 ngettext("%llu change made since waits for the next `lianxin sync --export` or `lianxin sync`\n",
                          "%llu changes made since wait for the next `lianxin sync --export` or `lianxin sync`\n", waiting),
                 (unsigned long long)waiting);
    if ((s = returned_say(cmd, err)) != STATUS_OK)
        return s;
    if (cmd->ui.json && (s = print_report(cmd, report, waiting, err)) != STATUS_OK)
        return s;
    return need_person(report, err);
}

void send_quietly(struct cmd *cmd)
{
    struct sync_report report;
    struct err why = {0};
    enum status s = engine_run(cmd, NULL, &report, &why);
    if (s == STATUS_OK) {
        cmd->news = report.records;
        engine_say_unusual(cmd, &report);
        if (need_person(&report, &why) != STATUS_OK)
            ui_warn(&cmd->ui, "%s", why.text);
    } else if (s == STATUS_UNAVAILABLE) {
        cmd->away = why;
    }
}
