/* SPDX-License-Identifier: Apache-2.0
 *
 * due: what the district expects by which day. The district sees it, its lead says it. */
#include <string.h>

#include "client/cmd/change.h"
#include "client/cmd/device.h"
#include "client/cmd/input.h"
#include "common/domain/month.h"
#include "common/table/table_wire.h"
#include "proto/records.pb-c.h"

#define MONTHS_BEHIND 6  /* a last month without a year follows the first within a year */
#define MONTHS_FOR_DAY 9 /* a day without a year is at most two months before its period, or within the ten that follow */

static const struct field *due_field(struct cmd *cmd, const char *name)
{
    return kind_find_field_by_name(change_kind(cmd, "due"), name);
}

static enum status read_enum(struct cmd *cmd, const char *field, const char *text, uint32_t *out, struct err *err)
{
    int64_t value;
    if (!schema_enum_parse(due_field(cmd, field), input_fold(&cmd->arena, text), &value))
        return err_set(err, STATUS_USAGE, _("\"%s\" is not understood: %s"), text,
                       strcmp(field, "what") == 0 ? _("plan, month_report or summary")
                                                  : _("a stage is kindergarten, primary, junior, senior and so on"));
    *out = (uint32_t)value;
    return STATUS_OK;
}

/* --schools SY01,SY02、SY03 */
static void read_schools(struct cmd *cmd, Lianxin__DuePutRequest *request)
{
    const char *text = cmd_option(cmd, "schools");
    const char *at = text ? input_fold(&cmd->arena, text) : "";
    request->schools = ARENA_ARRAY(&cmd->arena, strlen(at) + 1, char *);
    while (*at) {
        const char *comma = "、";
        size_t n = strcspn(at, ", ");
        const char *chinese = strstr(at, comma);
        if (chinese && (size_t)(chinese - at) < n)
            n = (size_t)(chinese - at);
        if (n)
            request->schools[request->n_schools++] = arena_strndup(&cmd->arena, at, n);
        at += n;
        at += strncmp(at, comma, strlen(comma)) == 0 ? strlen(comma) : *at != '\0';
    }
}

static enum status read_month(struct cmd *cmd, const char *option, int32_t near, int32_t *out, struct err *err)
{
    const char *text = cmd_option(cmd, option);
    return text ? input_month(&cmd->arena, text, near, out, err) : STATUS_OK;
}

/* A day to come, unlike those of activities: 12-5 for November is this year's. */
static enum status read_day(struct cmd *cmd, const char *text, int32_t first, char **out, struct err *err)
{
    const char *folded = input_fold(&cmd->arena, text);
    int32_t latest = first + MONTHS_FOR_DAY;
    if (strspn(folded, "0123456789") == strlen(folded))
        return err_set(err, STATUS_USAGE, _("\"%s\": which month? Write 12-5 or 2024-12-05"), text);
    *out = arena_alloc(&cmd->arena, CLOCK_DAY_BYTES);
    return input_day(&cmd->arena, folded, arena_printf(&cmd->arena, "%04d-%02d-28", month_year(latest), month_of_year(latest)),
                     *out, err);
}

/* The options; what was not given stays as it is. */
static enum status read_options(struct cmd *cmd, Lianxin__DuePutRequest *request, struct err *err)
{
    const char *stage = cmd_option(cmd, "stage"), *area = cmd_option(cmd, "area"), *title = cmd_option(cmd, "title");
    const char *day = cmd_option(cmd, "day");
    enum status s = read_month(cmd, "month", cmd_month(cmd), &request->first_month, err);
    int32_t first = request->first_month ? request->first_month : cmd_month(cmd);
    if (s == STATUS_OK)
        s = read_month(cmd, "to", first + MONTHS_BEHIND, &request->last_month, err);
    if (s == STATUS_OK && stage)
        s = read_enum(cmd, "stage", stage, &request->stage, err);
    if (s == STATUS_OK && day)
        s = read_day(cmd, day, first, &request->day, err);
    request->has_first_month = request->first_month != 0;
    request->has_last_month = request->last_month != 0;
    request->has_stage = stage != NULL;
    request->area = area ? arena_strdup(&cmd->arena, area) : NULL;
    request->title = title ? arena_strdup(&cmd->arena, title) : NULL;
    read_schools(cmd, request);
    return s;
}

static enum status ask_list(struct cmd *cmd, struct table **out, struct err *err)
{
    Lianxin__DueListRequest request = LIANXIN__DUE_LIST_REQUEST__INIT;
    ProtobufCMessage *message;
    enum status s = device_call(cmd, MESSAGE_due_list, &request.base, &message, err);
    return s == STATUS_OK ? table_from_wire(&cmd->arena, ((const Lianxin__DueListReply *)message)->table, out, err) : s;
}

static enum status run_list(struct cmd *cmd, struct err *err)
{
    struct table *table;
    enum status s = ask_list(cmd, &table, err);
    return s == STATUS_OK ? ui_table(&cmd->ui, table, err) : s;
}

/* What is expected now, in full: that of one id. */
static enum status show_one(struct cmd *cmd, const char *id, struct err *err)
{
    struct table *table;
    enum status s = ask_list(cmd, &table, err);
    if (s != STATUS_OK)
        return s;
    struct table_row *row = table->rows;
    while (row && (row->cells[0].kind != TABLE_CELL_TEXT || strcmp(row->cells[0].text, id) != 0))
        row = row->next;
    if (!row)
        return STATUS_OK;
    row->next = NULL;
    table->rows = table->last_row = row;
    table->n_rows = 1;
    return ui_table(&cmd->ui, table, err);
}

static enum status put(struct cmd *cmd, const Lianxin__DuePutRequest *request, const char *done, struct err *err)
{
    char text[UUID_TEXT_BYTES] = "";
    ProtobufCMessage *message;
    struct uuid id;
    if (cmd->identity.role < ROLE_LEAD)
        return err_reason(err, REASON_ROLE, cmd->ui.chinese ? cmd->verb->name_zh : cmd->verb->name,
                          role_label(ROLE_LEAD, cmd->ui.chinese), NULL);
    if (cmd->ui.output_path)
        return cmd_refuse_output(cmd, err);
    enum status s = device_call(cmd, MESSAGE_due_put, &request->base, &message, err);
    if (s != STATUS_OK)
        return s;
    const Lianxin__DuePutReply *reply = (const Lianxin__DuePutReply *)message;
    if (uuid_from_bytes(reply->id.data, reply->id.len, &id))
        uuid_format(&id, text);
    ui_print(&cmd->ui, "%s %s\n", reply->changed ? done : _("nothing changed:"), text);
    return show_one(cmd, text, err);
}

static enum status run_add(struct cmd *cmd, struct err *err)
{
    Lianxin__DuePutRequest request = LIANXIN__DUE_PUT_REQUEST__INIT;
    if (cmd->n_args < 2 || !cmd_option(cmd, "month") || !cmd_option(cmd, "day"))
        return err_set(err, STATUS_USAGE,
                       _("say what, for which month and by which day: due add month_report --month 3 --day 4-5"));
    request.has_what = true;
    enum status s = read_enum(cmd, "what", cmd->args[1], &request.what, err);
    if (s == STATUS_OK)
        s = read_options(cmd, &request, err);
    return s == STATUS_OK ? put(cmd, &request, _("due:"), err) : s;
}

static enum status change(struct cmd *cmd, Lianxin__DuePutRequest *request, const char *done, struct err *err)
{
    if (cmd->n_args < 2)
        return err_set(err, STATUS_USAGE, _("say which: the start of its id (`lianxin due list --json`)"));
    request->due = arena_strdup(&cmd->arena, cmd->args[1]);
    enum status s = read_options(cmd, request, err);
    return s == STATUS_OK ? put(cmd, request, done, err) : s;
}

static enum status run_edit(struct cmd *cmd, struct err *err)
{
    Lianxin__DuePutRequest request = LIANXIN__DUE_PUT_REQUEST__INIT;
    return change(cmd, &request, _("changed:"), err);
}

static enum status run_close(struct cmd *cmd, struct err *err)
{
    Lianxin__DuePutRequest request = LIANXIN__DUE_PUT_REQUEST__INIT;
    request.has_closed = request.closed = true;
    return change(cmd, &request, _("no longer due:"), err);
}

static const struct verb_part parts[] = {
    {"add", "增加", false, run_add},
    {"list", "列表", false, run_list},
    {"edit", "修改", false, run_edit},
    {"close", "关闭", false, run_close},
};

static const struct option options[] = {
    {"month", "月份", N_("MONTH"), N_("the period, or its first month")},
    {"to", "止", N_("MONTH"), N_("the last month of the period")},
    {"day", "日期", N_("DAY"), N_("by when")},
    {"schools", "单位", N_("CODES"), N_("only these, with commas")},
    {"stage", "学段", N_("STAGE"), N_("only schools of this stage")},
    {"area", "片", N_("AREA"), N_("only schools of this area")},
    {"title", "标题", N_("TEXT"), N_("what people call it")},
};

const struct verb verb_due = {
    .name = "due",
    .name_zh = "应报",
    .arguments = N_("add WHAT|list|edit ID|close ID"),
    .summary = N_("what schools hand in by which day (district; changed by its lead)"),
    .help = N_("  lianxin due list\n"
               "  lianxin due add month_report --month 3 --day 4-5\n"
               "  lianxin due add plan --month 2026-03 --to 2026-07 --day 2026-03-15 --stage primary\n"
               "  lianxin due edit 0191a5c3 --day 4-8     another day; the rest stays\n"
               "  lianxin due close 0191a5c3              expected no longer"),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .min_arguments = 1,
    .max_arguments = 2,
    .flags = VERB_HOME | VERB_TABLE | VERB_DISTRICT,
    .parts = parts,
    .n_parts = sizeof parts / sizeof parts[0],
};
