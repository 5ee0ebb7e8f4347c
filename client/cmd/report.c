/* SPDX-License-Identifier: Apache-2.0
 *
 * report: what a school tells the district about a month or a term. */
#include "client/cmd/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client/cmd/change.h"
#include "client/cmd/delivery.h"
#include "client/cmd/input.h"
#include "client/cmd/missing.h"
#include "client/cmd/print_json.h"
#include "client/cmd/school.h"
#include "client/cmd/send.h"
#include "client/cmd/step.h"
#include "common/domain/month.h"
#include "common/record/text.h"
#include "common/table/table_record.h"

#define MONTHS_BACK 5

static const struct option options[] = {
    {"month", "月份", N_("MONTH"), N_("new: the month it is about (default: this month); list --missing: what is due for it")},
    {"set", "填写", N_("FIGURE=N"), N_("new: your own figure beside the counted one; may be repeated")},
    {"from-file", "文件", N_("FILE"), N_("new: the text, from a plain text file")},
    {"counted", "按统计", NULL, N_("new: forget your own figures and text, take what is counted")},
    {"summary", "总结", NULL, N_("new: a summary instead of a month report")},
    {"from", "起", N_("MONTH"), N_("new --summary: its first month (default: the current plan's)")},
    {"to", "止", N_("MONTH"), N_("new --summary: its last month")},
    {"school", "单位", N_("CODE"), N_("another school's (district only)")},
    {"reason", "原因", N_("TEXT"), N_("return: why, for the school to read")},
    {"missing", "未报", NULL, N_("list: the schools that have not handed in what is due (district only)")},
};

enum status report_load(struct cmd *cmd, struct report_work *out, struct err *err)
{
    uint32_t stream;
    enum status s = school_get_stream(cmd, &stream, err);
    if (s == STATUS_OK)
        s = work_load(cmd, stream, &out->work, err);
    if (s != STATUS_OK)
        return s;
    return store_list(cache_store(cmd->cache), &cmd->arena, change_kind(cmd, "report"), out->work.stream, NULL, (struct value){0},
                      &out->reports, err);
}

const struct record *report_find(const struct report_work *work, const struct uuid *id)
{
    for (size_t i = 0; i < work->reports.n; i++)
        if (uuid_equal(&work->reports.items[i]->id, id))
            return work->reports.items[i];
    return NULL;
}

void report_recount(struct cmd *cmd, const struct report_work *work, const Lianxin__Report *report, struct report_counted *out)
{
    const struct report_source source = {&work->work.plans, &work->work.activities, &work->work.occurrences};
    report_count(&cmd->arena, &source, report->first_month, report->last_month, out);
}

static const struct field *report_field(struct cmd *cmd, const char *name)
{
    return kind_find_field_by_name(change_kind(cmd, "report"), name);
}

/* --- show --- */

const char *report_figure_text(struct cmd *cmd, enum report_figure figure, int64_t value)
{
    if (report_figure_at(figure)->type != TABLE_MONEY_FEN)
        return arena_printf(&cmd->arena, "%" PRId64, value);
    return arena_printf(&cmd->arena, "%s%" PRId64 ".%02d", value < 0 ? "-" : "", (int64_t)llabs(value) / 100,
                        (int)(llabs(value) % 100));
}

void report_print(struct cmd *cmd, const Lianxin__Report *report, const char *state)
{
    struct ui *ui = &cmd->ui;
    ui_print(ui, "%s  [%s]%s%s\n", report_name(cmd, report), state, report->state_reason ? "  " : "",
             report->state_reason ? report->state_reason : "");
    for (enum report_figure i = 0; i < REPORT_FIGURES; i++) {
        const Lianxin__Figure *figure = report_find_figure(report, i);
        if (!figure)
            continue;
        const struct report_figure_row *row = report_figure_at(i);
        ui_print(ui, "  %s: %s", ui->chinese ? row->label_zh : row->label, report_figure_text(cmd, i, report_figure_value(figure)));
        if (figure->has_stated)
            ui_print(ui, _(" (stated; counted: %s)"), report_figure_text(cmd, i, figure->counted));
        ui_print(ui, "\n");
    }
    if (report->text && *report->text)
        ui_print(ui, "\n%s\n", report->text);
    ui_print(ui, "\n");
}

/* --- a table of reports --- */

static const char *const fields[] = {"report_kind", "first_month", "last_month", "state", "state_reason", "submitted_at"};
#define FIELDS (sizeof fields / sizeof fields[0])

static struct table *new_table(struct cmd *cmd, bool with_text)
{
    struct table *table = table_new(&cmd->arena, "reports", NULL, NULL);
    for (size_t i = 0; i < FIELDS; i++)
        table_add_field(table, report_field(cmd, fields[i]), strcmp(fields[i], "state_reason") == 0 ? TABLE_DATA_ONLY : 0);
    for (enum report_figure i = 0; i < REPORT_FIGURES; i++) {
        const struct report_figure_row *row = report_figure_at(i);
        table_add_column(table, row->key, row->type, row->label, row->label_zh, 0);
    }
    for (enum report_figure i = 0; i < REPORT_FIGURES; i++) {
        const struct report_figure_row *row = report_figure_at(i);
        table_add_column(table, arena_printf(&cmd->arena, "counted_%s", row->key), row->type,
                         arena_printf(&cmd->arena, "%s, counted", row->label),
                         arena_printf(&cmd->arena, "%s（统计）", row->label_zh), TABLE_DATA_ONLY);
    }
    table_add_column(table, "unsent", TABLE_BOOL, "unsent", "未送达", TABLE_DATA_ONLY);
    if (with_text)
        table_add_field(table, report_field(cmd, "text"), 0);
    table_add_column(table, "id", TABLE_UUID, "id", "标识", TABLE_DATA_ONLY);
    return table;
}

static void add_row(struct cmd *cmd, struct table *table, const struct record *record, bool with_text)
{
    const Lianxin__Report *report = report_of(record);
    table_add_row(table);
    for (size_t i = 0; i < FIELDS; i++)
        if (strcmp(fields[i], "state") == 0)
            delivery_put_state(cmd, table, record);
        else
            table_put_field(table, record->message, report_field(cmd, fields[i]), cmd->ui.chinese);
    for (int counted = 0; counted < 2; counted++)
        for (enum report_figure i = 0; i < REPORT_FIGURES; i++) {
            const Lianxin__Figure *figure = report_find_figure(report, i);
            if (figure)
                table_put_int(table, counted ? figure->counted : report_figure_value(figure));
            else
                table_put_null(table);
        }
    table_put_bool(table, delivery_is_pending(cmd, record));
    if (with_text)
        table_put_text(table, report->text);
    table_put_uuid(table, &record->id);
}

static int compare(const void *left, const void *right)
{
    const struct record *a = *(struct record *const *)left, *b = *(struct record *const *)right;
    const Lianxin__Report *x = report_of(a), *y = report_of(b);
    if (x->last_month != y->last_month)
        return x->last_month > y->last_month ? -1 : 1;
    if (x->report_kind != y->report_kind)
        return x->report_kind < y->report_kind ? -1 : 1;
    return memcmp(a->id.bytes, b->id.bytes, UUID_BYTES);
}

/* The newest first. */
static enum status run_list(struct cmd *cmd, struct err *err)
{
    struct report_work loaded, *work = &loaded;
    if (cmd_option(cmd, "missing"))
        return missing_show(cmd, false, err);
    enum status s = report_load(cmd, work, err);
    if (s != STATUS_OK)
        return s;
    struct table *table = new_table(cmd, false);
    struct record **records = arena_copy(&cmd->arena, work->reports.items, work->reports.n * sizeof *records);
    qsort(records, work->reports.n, sizeof *records, compare);
    for (size_t i = 0; i < work->reports.n; i++)
        add_row(cmd, table, records[i], false);
    work_table_note_freshness(cmd, table, &work->work);
    return ui_table(&cmd->ui, table, err);
}

/* --- which report --- */

static bool is_meant(struct cmd *cmd, const struct record *record, const char *text, int32_t now)
{
    const Lianxin__Report *report = report_of(record);
    int64_t kind;
    int32_t month;
    struct err none;
    if (schema_enum_parse(report_field(cmd, "report_kind"), text, &kind))
        return report->report_kind == (Lianxin__ReportKind)kind;
    if (input_month(&cmd->arena, text, now - MONTHS_BACK, &month, &none) == STATUS_OK)
        return report->report_kind == LIANXIN__REPORT_KIND__REPORT_KIND_MONTH && report->first_month == month;
    return work_id_begins(&record->id, text);
}

enum status report_get(struct cmd *cmd, const struct report_work *work, const struct record **out, struct err *err)
{
    const char *text = cmd->n_args > 1 ? input_fold(&cmd->arena, cmd->args[1]) : NULL;
    const struct record *found = NULL;
    size_t n = 0;
    for (size_t i = 0; i < work->reports.n; i++)
        if (!text || is_meant(cmd, work->reports.items[i], text, work->work.month)) {
            found = work->reports.items[i];
            n++;
        }
    if (!n && text)
        return err_set(err, STATUS_NOT_FOUND,
                       _("there is no report \"%s\"; `lianxin report list` shows them, `lianxin report new` makes one"), text);
    if (!n)
        return err_set(err, STATUS_NOT_FOUND, _("there is no report yet; `lianxin report new --month 3` makes one"));
    if (n > 1)
        return err_set(err, STATUS_USAGE,
                       _("%zu reports could be meant; name the month, or the start of the id (`lianxin report list --json`)"), n);
    *out = found;
    return STATUS_OK;
}

/* For the parts that are about one: prepared, and with *work loaded. */
static enum status open_report(struct cmd *cmd, struct report_work *work, const struct record **out, struct err *err)
{
    enum status s = send_prepare(cmd, err);
    if (s == STATUS_OK)
        s = report_load(cmd, work, err);
    return s == STATUS_OK ? report_get(cmd, work, out, err) : s;
}

static enum status run_show(struct cmd *cmd, struct err *err)
{
    struct report_work work;
    const struct record *record;
    enum status s = open_report(cmd, &work, &record, err);
    if (s != STATUS_OK)
        return s;
    if (cmd->ui.json && !cmd->ui.output_path)
        return print_json(cmd, record_json(&cmd->arena, cmd->schema, record), err);
    if (cmd->ui.output_path) {
        struct table *table = new_table(cmd, true);
        add_row(cmd, table, record, true);
        return ui_table(&cmd->ui, table, err);
    }
    report_print(cmd, report_of(record), delivery_state(cmd, record, cmd->ui.chinese));
    if (cmd_is_district(cmd))
        ui_print(&cmd->ui, _("as of %s\n"), delivery_freshness(cmd, work.work.stream));
    return STATUS_OK;
}

/* --- submit, withdraw --- */

static void warn_if_counted_changed(struct cmd *cmd, const struct report_work *work, const Lianxin__Report *report)
{
    struct report_counted counted;
    report_recount(cmd, work, report, &counted);
    for (enum report_figure i = 0; i < REPORT_FIGURES; i++) {
        const Lianxin__Figure *figure = report_find_figure(report, i);
        const struct report_figure_row *row = report_figure_at(i);
        if (figure && figure->counted != counted.figures[i])
            ui_warn(&cmd->ui, _("%s: the report says %s, the records now add up to %s"),
                    cmd->ui.chinese ? row->label_zh : row->label, report_figure_text(cmd, i, figure->counted),
                    report_figure_text(cmd, i, counted.figures[i]));
    }
}

static enum status run_submit(struct cmd *cmd, struct err *err)
{
    struct report_work work;
    const struct record *record;
    struct change change = {0};
    enum status s = open_report(cmd, &work, &record, err);
    if (s != STATUS_OK)
        return s;
    const Lianxin__Report *report = report_of(record);
    if (report->state == LIANXIN__REPORT_STATE__REPORT_STATE_SUBMITTED ||
        report->state == LIANXIN__REPORT_STATE__REPORT_STATE_ACCEPTED) {
        ui_print(&cmd->ui, _("%s: submitted already\n"), report_name(cmd, report));
        return send_submitted(cmd, err);
    }
    if ((s = step_check_read(cmd, record, report_name(cmd, report), err)) != STATUS_OK)
        return s;
    warn_if_counted_changed(cmd, &work, report);
    Lianxin__Report *after = (Lianxin__Report *)change_copy(cmd, record->kind, record);
    const char *handle = report_handle(cmd, &record->id, after);
    after->has_state = after->has_submitted_at = 1;
    after->state = LIANXIN__REPORT_STATE__REPORT_STATE_SUBMITTED;
    after->state_reason = NULL;
    after->submitted_at = clock_now_ms(&cmd->clock);
    change_add(cmd, &change, record->kind, &record->id, record, &after->base);
    if ((s = change_commit(cmd, work.work.stream, &change, arena_printf(&cmd->arena, "report submit %s", handle), err)) !=
        STATUS_OK)
        return s;
    ui_print(&cmd->ui, _("%s: submitted; to take it back: lianxin report withdraw %s\n"), report_name(cmd, after), handle);
    return send_submitted(cmd, err);
}

/* --- withdraw; the district's answer --- */

static enum status take_step(struct cmd *cmd, const struct step *step, struct err *err)
{
    struct report_work work;
    const struct record *record;
    enum status s = open_report(cmd, &work, &record, err);
    if (s != STATUS_OK)
        return s;
    return step_take(cmd, record, step, report_name(cmd, report_of(record)), report_handle(cmd, &record->id, report_of(record)),
                     err);
}

static enum status run_withdraw(struct cmd *cmd, struct err *err)
{
    static const struct step step = {.word = "withdraw", .to = "draft"};
    return take_step(cmd, &step, err);
}

static enum status run_accept(struct cmd *cmd, struct err *err)
{
    static const struct step step = {.word = "accept", .to = "accepted", .district = true};
    return take_step(cmd, &step, err);
}

static enum status run_return(struct cmd *cmd, struct err *err)
{
    static const struct step step = {.word = "return", .to = "returned", .district = true, .needs_reason = true};
    return take_step(cmd, &step, err);
}

static const struct verb_part parts[] = {
    {"new", "新建", true, report_make},   {"list", "列表", false, run_list},        {"show", "查看", false, run_show},
    {"submit", "提交", true, run_submit}, {"withdraw", "撤回", true, run_withdraw}, {"accept", "接收", true, run_accept},
    {"return", "退回", true, run_return},
};

const struct verb verb_report = {
    .name = "report",
    .name_zh = "上报",
    .arguments = N_("new|list|show|submit|withdraw|accept|return [REPORT]"),
    .summary = N_("reports to the district: made from what was held, then handed in"),
    .help = N_("  lianxin report new --month 3                 counted from what was held in March\n"
               "  lianxin report new --month 3 --set people=50  your own figure; both are kept\n"
               "  lianxin report new --summary --from-file 总结.txt\n"
               "  lianxin report show 3\n"
               "  lianxin report submit 3                      also without a network\n"
               "  lianxin report withdraw 3                    take it back until it is accepted\n"
               "  lianxin report list --missing --month 3       the district: who has not, and a reminder to paste\n"
               "  lianxin report accept 3 --school SY01         the district has taken it\n"
               "  lianxin report return 3 --school SY01 --reason \"figures\"  the school changes it and submits again"),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .min_arguments = 1,
    .max_arguments = 2,
    .flags = VERB_HOME | VERB_TABLE,
    .writes = cmd_names_school,
    .parts = parts,
    .n_parts = sizeof parts / sizeof parts[0],
};
