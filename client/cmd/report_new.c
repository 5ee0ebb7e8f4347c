/* SPDX-License-Identifier: Apache-2.0
 *
 * report new: makes a draft, or counts and changes it again. */
#include <string.h>

#include "client/cmd/change.h"
#include "client/cmd/input.h"
#include "client/cmd/report.h"
#include "client/cmd/send.h"
#include "common/domain/month.h"
#include "common/record/text.h"

#define FIGURE_MAX 1000000000
#define MONTHS_BACK 5 /* input_month() looks at most five months ahead: a report is about the past */

struct period {
    Lianxin__ReportKind kind;
    int32_t first, last;
};

static enum status read_month(struct cmd *cmd, const char *option, int32_t now, int32_t preset, int32_t *out, struct err *err)
{
    const char *text = cmd_option(cmd, option);
    if (text)
        return input_month(&cmd->arena, text, now - MONTHS_BACK, out, err);
    *out = preset;
    return STATUS_OK;
}

/* A summary is of the current plan's term unless something else is said, a month report of this month. */
static enum status read_period(struct cmd *cmd, const struct work *work, struct period *out, struct err *err)
{
    bool summary = cmd_option(cmd, "summary");
    const struct record *plan = work_current_plan(work, LIANXIN__BODY__BODY_UNION);
    int32_t first = plan ? work_plan(plan)->first_month : 0, last = plan ? work_plan(plan)->last_month : 0;
    if (summary && cmd_option(cmd, "month"))
        return err_set(err, STATUS_USAGE, _("a summary has --from and --to, not --month"));
    if (!summary && (cmd_option(cmd, "from") || cmd_option(cmd, "to")))
        return err_set(err, STATUS_USAGE, _("--from and --to are for a summary; write --summary, or --month for a month report"));
    *out = (struct period){summary ? LIANXIN__REPORT_KIND__REPORT_KIND_SUMMARY : LIANXIN__REPORT_KIND__REPORT_KIND_MONTH, 0, 0};
    enum status s = read_month(cmd, summary ? "from" : "month", work->month, summary ? first : work->month, &out->first, err);
    if (s == STATUS_OK)
        s = read_month(cmd, "to", work->month, summary ? last : out->first, &out->last, err);
    if (s != STATUS_OK)
        return s;
    if (!out->first || !out->last)
        return err_set(err, STATUS_USAGE, _("which months is the summary about? --from 2024-09 --to 2025-01"));
    if (out->first > work->month)
        return err_set(err, STATUS_USAGE, _("that month has not begun; nothing can be reported yet"));
    return STATUS_OK;
}

/* --- what the officer says --- */

static enum status parse_value(struct cmd *cmd, enum report_figure figure, const char *text, int64_t *value, struct err *err)
{
    if (report_figure_at(figure)->type == TABLE_MONEY_FEN)
        return input_money(&cmd->arena, text, value, err);
    return input_count(&cmd->arena, text, FIGURE_MAX, value, err);
}

/* KEY=VALUE; without a value the counted one counts again. */
static enum status set_figure(struct cmd *cmd, Lianxin__Report *report, const char *typed, struct err *err)
{
    const char *text = input_fold(&cmd->arena, typed), *equals = strchr(text, '=');
    const char *name = equals ? input_fold(&cmd->arena, arena_strndup(&cmd->arena, text, (size_t)(equals - text))) : "";
    enum report_figure figure;
    int64_t value;
    if (!report_figure_find(name, &figure))
        return err_set(err, STATUS_USAGE, _("\"%s\" is not understood; write --set people=50, spent=500, held=3 or finished=2"),
                       typed);
    const char *said = input_fold(&cmd->arena, equals + 1);
    enum status s = *said ? parse_value(cmd, figure, said, &value, err) : STATUS_OK;
    if (s == STATUS_OK)
        report_state_figure(report, figure, *said ? &value : NULL);
    return s;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* The officer's text stays until another file is given or --counted; else the list is made again. */
static enum status set_text(struct cmd *cmd, Lianxin__Report *report, const struct report_counted *counted, struct err *err)
{
    const char *path = cmd_option(cmd, "from-file");
    enum status s = STATUS_OK;
    if (path && (s = report_read_text(cmd, path, &report->text, err)) == STATUS_OK)
        report->source_name = arena_strdup(&cmd->arena, base_name(path));
    else if (!path && cmd_option(cmd, "counted"))
        report->source_name = NULL;
    if (s == STATUS_OK && !report->source_name)
        report->text = counted->text;
    return s;
}

static enum status fill(struct cmd *cmd, const struct report_work *work, Lianxin__Report *report, struct err *err)
{
    struct report_counted counted;
    report_recount(cmd, work, report, &counted);
    report_put_counted(&cmd->arena, report, &counted);
    for (enum report_figure i = 0; cmd_option(cmd, "counted") && i < REPORT_FIGURES; i++)
        report_state_figure(report, i, NULL);
    enum status s = set_text(cmd, report, &counted, err);
    const char *typed;
    for (size_t i = 0; s == STATUS_OK && (typed = cmd_option_at(cmd, "set", i)); i++)
        s = set_figure(cmd, report, typed, err);
    return s;
}

/* --- the record --- */

static enum status check_state(struct cmd *cmd, const struct uuid *id, const Lianxin__Report *report, struct err *err)
{
    switch (report->state) {
    case LIANXIN__REPORT_STATE__REPORT_STATE_DRAFT:
    case LIANXIN__REPORT_STATE__REPORT_STATE_RETURNED:
        return STATUS_OK;
    case LIANXIN__REPORT_STATE__REPORT_STATE_SUBMITTED:
        return err_set(err, STATUS_EXISTS, _("the %s was submitted already; `lianxin report withdraw %s` takes it back"),
                       report_name(cmd, report), report_handle(cmd, id, report));
    case LIANXIN__REPORT_STATE__REPORT_STATE_ACCEPTED:
    case _LIANXIN__REPORT_STATE_IS_INT_SIZE:
        break;
    }
    return err_set(err, STATUS_EXISTS, _("the district has accepted the %s; ask it to return the report"),
                   report_name(cmd, report));
}

static Lianxin__Report *begin(struct cmd *cmd, const struct period *period, const struct record *record)
{
    Lianxin__Report *report = (Lianxin__Report *)change_copy(cmd, change_kind(cmd, "report"), record);
    report->has_report_kind = report->has_first_month = report->has_last_month = report->has_state = 1;
    report->report_kind = period->kind;
    report->first_month = period->first;
    report->last_month = period->last;
    if (!record)
        report->state = LIANXIN__REPORT_STATE__REPORT_STATE_DRAFT;
    return report;
}

/* For people only: a program gets one document, what became of the change, and asks `report show` for the report. */
static void show(struct cmd *cmd, const struct uuid *id, const Lianxin__Report *report)
{
    if (cmd->ui.json)
        return;
    const struct field *state = kind_find_field_by_name(change_kind(cmd, "report"), "state");
    report_print(cmd, report, schema_enum_label(state, report->state, cmd->ui.chinese));
    ui_print(&cmd->ui, _("to change a figure: lianxin report new … --set people=50; to hand it in: lianxin report submit %s\n"),
             report_handle(cmd, id, report));
}

enum status report_make(struct cmd *cmd, struct err *err)
{
    struct report_work work;
    struct period period;
    struct change change = {0};
    enum status s = send_prepare(cmd, err);
    if (s == STATUS_OK)
        s = report_load(cmd, &work, err);
    if (s == STATUS_OK)
        s = read_period(cmd, &work.work, &period, err);
    if (s != STATUS_OK)
        return s;
    struct uuid id = report_id(work.work.stream, period.kind, period.first, period.last);
    const struct record *record = report_find(&work, &id);
    if (record && (s = check_state(cmd, &id, report_of(record), err)) != STATUS_OK)
        return s;
    Lianxin__Report *report = begin(cmd, &period, record);
    if (period.kind == LIANXIN__REPORT_KIND__REPORT_KIND_SUMMARY && !record && !cmd_option(cmd, "from-file"))
        return err_set(err, STATUS_USAGE, _("a summary needs its text: --from-file FILE"));
    if ((s = fill(cmd, &work, report, err)) != STATUS_OK)
        return s;
    change_add(cmd, &change, change_kind(cmd, "report"), &id, record, &report->base);
    const char *note = arena_printf(&cmd->arena, "report new %s", report_handle(cmd, &id, report));
    if (change.n && (s = change_commit(cmd, work.work.stream, &change, note, err)) != STATUS_OK)
        return s;
    show(cmd, &id, report);
    if (!change.n)
        ui_print(&cmd->ui, "%s\n", _("nothing has changed since"));
    return send_change(cmd, err);
}
