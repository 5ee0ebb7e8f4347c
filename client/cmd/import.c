/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/import.h"

#include <string.h>

#include "client/cmd/change.h"
#include "client/cmd/import_json.h"
#include "client/cmd/import_records.h"
#include "client/cmd/input.h"
#include "client/cmd/send.h"
#include "common/base/file.h"
#include "common/domain/month.h"

static const struct option options[] = {
    {"dry-run", "预览", NULL, N_("show what would be imported, change nothing")},
    {"from", "起始", N_("[N=]YYYY-MM"),
     N_("the month with which the (N-th) plan begins, where the document does not tell the year")},
    {"only", "只要", "N", N_("only the N-th plan of the file")},
    {"yes", "确认", NULL, N_("do not ask")},
    {"school", "单位", N_("CODE"), N_("import for a school (district only)")},
};

static enum status read_file(struct cmd *cmd, const char *path, struct import_file *out, struct err *err)
{
    struct buf bytes;
    const char *slash = strrchr(path, '/');
    buf_init(&bytes, 0);
    enum status s = file_read(path, IMPORT_MAX_BYTES, &bytes, err);
    if (s == STATUS_OK) {
        out->name = slash ? slash + 1 : path;
        out->digest = sha256_of(buf_text(&bytes), bytes.len_bytes);
        s = import_read(&(struct import_source){out->name, buf_text(&bytes), bytes.len_bytes}, &cmd->arena, &out->result, err);
        if (s != STATUS_OK)
            s = err_prefix(err, "%s", out->name);
    }
    buf_done(&bytes);
    return s;
}

/* --- preview --- */

static const char *months_text(struct cmd *cmd, const struct import_plan *plan, uint64_t months)
{
    const char *text = "";
    for (unsigned m = 0; m < IMPORT_MONTHS; m++) {
        char month[IMPORT_MONTH_TEXT_BYTES];
        if (!(months >> m & 1))
            continue;
        import_month_format(plan->year, m, month);
        text = arena_printf(&cmd->arena, "%s%s%s", text, *text ? " " : "", month);
    }
    return text;
}

static const char *category_label(struct cmd *cmd, const char *name, bool chinese)
{
    const struct field *field = kind_find_field_by_name(change_kind(cmd, "activity"), "category");
    int64_t value;
    return name && schema_enum_parse(field, name, &value) ? schema_enum_label(field, value, chinese) : NULL;
}

static enum status preview_plan(struct cmd *cmd, const struct import_plan *plan, size_t number, struct err *err)
{
    const char *title = arena_printf(&cmd->arena, "%zu. %s · %s", number, plan->title ? plan->title : _("(no title)"),
                                     import_body_text(plan->body, cmd->ui.chinese));
    struct table *t = table_new(&cmd->arena, "plan", title, NULL);
    table_add_column(t, "line", TABLE_INT, "line", "行", TABLE_FIXED);
    table_add_column(t, "months", TABLE_TEXT, "months", "月份", TABLE_WRAP);
    table_add_column(t, "text", TABLE_TEXT, "activity", "活动", TABLE_WRAP);
    table_add_column(t, "category", TABLE_ENUM, "category", "类别", 0);
    table_add_column(t, "lead", TABLE_TEXT, "lead", "责任部门", 0);
    for (size_t i = 0; i < plan->activity_count; i++) {
        const struct import_activity *a = &plan->activities[i];
        table_add_row(t);
        table_put_int(t, a->line);
        table_put_text(t, months_text(cmd, plan, a->months));
        table_put_text(t, a->text);
        if (a->category)
            table_put_enum(t, a->category, category_label(cmd, a->category, false), category_label(cmd, a->category, true));
        else
            table_put_null(t);
        table_put_text(t, a->lead);
    }
    return ui_table(&cmd->ui, t, err);
}

static void preview_doubts(struct cmd *cmd, const struct import_result *result)
{
    if (result->doubt_count)
        ui_print(&cmd->ui, "\n%s\n", _("Please look at:"));
    for (size_t i = 0; i < result->doubt_count; i++) {
        const struct import_doubt *d = &result->doubts[i];
        const char *line = d->line ? arena_printf(&cmd->arena, _("line %u: "), d->line) : "";
        ui_print(&cmd->ui, "  %s%s%s%s%s%s\n", line, import_doubt_text(d->code, cmd->ui.chinese), *d->read ? ": " : "", d->read,
                 *d->other ? " → " : "", d->other);
    }
    if (result->doubts_dropped)
        ui_print(&cmd->ui, _("  and %zu more\n"), result->doubts_dropped);
}

static enum status preview(struct cmd *cmd, const struct import_file *file, struct err *err)
{
    enum status s = STATUS_OK;
    for (size_t i = 0; i < file->result.plan_count && s == STATUS_OK; i++)
        s = preview_plan(cmd, &file->result.plans[i], i + 1, err);
    if (s == STATUS_OK)
        preview_doubts(cmd, &file->result);
    return s;
}

static enum status dry_run(struct cmd *cmd, const struct import_file *file, struct err *err)
{
    struct buf out;
    if (!cmd->ui.json)
        return preview(cmd, file, err);
    buf_init(&out, 0);
    enum status s = import_json_put(&file->result, &out, err);
    if (s == STATUS_OK)
        fwrite(buf_text(&out), 1, out.len_bytes, cmd->ui.out);
    buf_done(&out);
    return s;
}

/* --- which year --- */

/* --from 2=2024-09 for plan 2, --from 2024-09 for those whose document does not tell. */
static enum status find_from(struct cmd *cmd, size_t number, bool named, int32_t *from, bool *found, struct err *err)
{
    const char *text;
    *found = false;
    for (size_t i = 0; (text = cmd_option_at(cmd, "from", i)); i++) {
        const char *folded = input_fold(&cmd->arena, text), *equals = strchr(folded, '=');
        int64_t n = 0;
        enum status s = STATUS_OK;
        if (equals)
            s = input_count(&cmd->arena, arena_strndup(&cmd->arena, folded, (size_t)(equals - folded)), IMPORT_MAX_PLANS, &n, err);
        if (s != STATUS_OK)
            return s;
        if (named ? n != (int64_t)number : equals != NULL)
            continue;
        *found = true;
        return input_month(&cmd->arena, equals ? equals + 1 : folded, cmd_month(cmd), from, err);
    }
    return STATUS_OK;
}

static enum status ask_from(struct cmd *cmd, const struct import_plan *plan, size_t number, int32_t *from, struct err *err)
{
    const char *answer;
    int month = plan->first >= 0 ? plan->first % 12 + 1 : plan->likely_start ? plan->likely_start : 1;
    const char *question =
        arena_printf(&cmd->arena, _("With which month does plan %zu begin (%s)? Year and month, for instance %d-%02d"), number,
                     plan->title ? plan->title : _("(no title)"), month_year(cmd_month(cmd)), month);
    enum status s = ui_ask_text(&cmd->ui, question, &cmd->arena, &answer, err);
    if (s == STATUS_NOT_UNDERSTOOD)
        return err_set(err, s, _("plan %zu does not tell its year; say with which month it begins: --from %zu=%d-%02d"), number,
                       number, month_year(cmd_month(cmd)), month);
    return s == STATUS_OK ? input_month(&cmd->arena, answer, cmd_month(cmd), from, err) : s;
}

static enum status bind(struct cmd *cmd, const struct import_plan *plan, size_t number, size_t n_plans, struct import_binding *out,
                        struct err *err)
{
    int32_t from = 0;
    bool found;
    enum status s = find_from(cmd, number, true, &from, &found, err);
    if (s == STATUS_OK && !found && n_plans > 1)
        found = import_first_month(plan, &from);
    if (s == STATUS_OK && !found)
        s = find_from(cmd, number, false, &from, &found, err);
    if (s == STATUS_OK && !found)
        found = import_first_month(plan, &from);
    if (s == STATUS_OK && !found)
        s = ask_from(cmd, plan, number, &from, err);
    return s == STATUS_OK ? import_bind(plan, from, &cmd->arena, out, err) : s;
}

/* --- import --- */

static enum status import_plan(struct cmd *cmd, uint32_t stream, const struct import_file *file, size_t i, struct err *err)
{
    const struct import_plan *plan = &file->result.plans[i];
    const char *title = plan->title ? plan->title : file->name;
    struct import_binding binding;
    struct import_records records;
    if (plan->first < 0 && !plan->activity_count) {
        ui_warn(&cmd->ui, _("plan %zu \"%s\" has no month schedule; it was left out"), i + 1, title);
        return STATUS_OK;
    }
    enum status s = bind(cmd, plan, i + 1, file->result.plan_count, &binding, err);
    if (s == STATUS_OK)
        s = import_records_make(cmd, stream, file, i, &binding, &records, err);
    if (s != STATUS_OK)
        return s;
    if (records.known) {
        ui_print(&cmd->ui, _("%s: already here, nothing changed\n"), title);
        return STATUS_OK;
    }
    const char *note = arena_printf(&cmd->arena, "import %s", file->name);
    if ((s = cache_change(cmd->cache, stream, records.edits, records.n, note, clock_now_ms(&cmd->clock), NULL, err)) != STATUS_OK)
        return s;
    char first[MONTH_TEXT_BYTES], last[MONTH_TEXT_BYTES];
    month_format(binding.first, first);
    month_format(binding.last, last);
    ui_print(&cmd->ui, _("%s: %zu activities, %s – %s\n"), title, records.activities, first, last);
    return STATUS_OK;
}

static enum status open_stream(struct cmd *cmd, uint32_t *stream, struct err *err)
{
    const char *school = cmd_option(cmd, "school");
    enum status s = cmd_open_cache(cmd, true, err);
    if (s == STATUS_OK)
        s = cache_identity_get(cmd->cache, &cmd->arena, &cmd->identity, err);
    if (s != STATUS_OK)
        return s;
    *stream = cmd->identity.stream;
    if (!school && cmd_is_district(cmd))
        return err_set(err, STATUS_USAGE, _("say for which school: --school CODE"));
    if (school && !cmd_is_district(cmd))
        return err_reason(err, REASON_ROLE, "--school", role_label(ROLE_DISTRICT, cmd->ui.chinese), NULL);
    return school ? send_for_school(cmd, school, stream, err) : STATUS_OK;
}

static enum status confirm(struct cmd *cmd, const struct import_file *file, bool *yes, struct err *err)
{
    *yes = true;
    if (cmd_option(cmd, "yes"))
        return STATUS_OK;
    enum status s = preview(cmd, file, err);
    return s == STATUS_OK ? ui_ask_yes(&cmd->ui, _("Import this? "), true, yes, err) : s;
}

static enum status import_file(struct cmd *cmd, uint32_t stream, const struct import_file *file, int64_t only, struct err *err)
{
    bool yes;
    if (only > (int64_t)file->result.plan_count)
        return err_set(err, STATUS_USAGE, _("%s holds %zu plan(s)"), file->name, file->result.plan_count);
    enum status s = confirm(cmd, file, &yes, err);
    for (size_t i = 0; i < file->result.plan_count && s == STATUS_OK && yes; i++)
        if (!only || only == (int64_t)i + 1)
            s = import_plan(cmd, stream, file, i, err);
    return s;
}

static enum status run(struct cmd *cmd, struct err *err)
{
    uint32_t stream = 0;
    int64_t only = 0;
    bool dry = cmd_option(cmd, "dry-run");
    enum status s = STATUS_OK;
    if (cmd_option(cmd, "only"))
        s = input_count(&cmd->arena, cmd_option(cmd, "only"), IMPORT_MAX_PLANS, &only, err);
    if (s == STATUS_OK && !dry)
        s = open_stream(cmd, &stream, err);
    if (s == STATUS_OK && !dry)
        send_quietly(cmd); /* another device may have imported it already */
    for (size_t i = 0; i < cmd->n_args && s == STATUS_OK; i++) {
        struct import_file file;
        if ((s = read_file(cmd, cmd->args[i], &file, err)) == STATUS_OK)
            s = dry ? dry_run(cmd, &file, err) : import_file(cmd, stream, &file, only, err);
    }
    return s == STATUS_OK && !dry ? send_change(cmd, err) : s;
}

const struct verb verb_import = {
    .name = "import",
    .name_zh = "导入",
    .arguments = N_("FILE…"),
    .summary = N_("read a plan document and take over its activities"),
    .help = N_("  lianxin import 计划.docx                      preview, then ask\n"
               "  lianxin import 计划.txt --dry-run             preview only\n"
               "  lianxin import 计划.txt --from 2024-09 --yes  where the document does not tell the year\n"
               "  lianxin import 计划.txt --from 2=2025-01      for the second plan of the file\n"
               "Importing the same file again changes nothing. Exit code 7: something must be said first, for instance the year."),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .min_arguments = 1,
    .max_arguments = -1,
    .flags = VERB_PATIENT,
    .run = run,
};
