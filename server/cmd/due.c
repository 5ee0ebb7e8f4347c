/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "common/record/schema.h"
#include "proto/records.pb-c.h"
#include "server/cmd/app.h"
#include "server/cmd/cmd.h"

static enum status read_what(const char *text, uint32_t *out, struct err *err)
{
    const struct schema *schema;
    struct arena arena;
    int64_t value;
    arena_init(&arena, 0);
    enum status st = schema_new(&arena, schema_source_current(), &schema, err);
    if (st == STATUS_OK &&
        !schema_enum_parse(kind_find_field_by_name(schema_find_kind_by_name(schema, "due"), "what"), text, &value))
        st = err_set(err, STATUS_USAGE, _("\"%s\" is nothing that can be due: plan, month_report or summary (计划、月报、总结)"),
                     text);
    if (st == STATUS_OK)
        *out = (uint32_t)value;
    arena_done(&arena);
    return st;
}

static void read_schools(struct cmd *cmd, Lianxin__DuePutRequest *request)
{
    const char *text = cmd_option(cmd, "schools");
    const char *const *codes = app_split(&cmd->arena, text ? text : "", &request->n_schools);
    request->schools = ARENA_ARRAY(&cmd->arena, request->n_schools, char *);
    for (size_t i = 0; i < request->n_schools; i++)
        request->schools[i] = arena_strdup(&cmd->arena, codes[i]);
}

static enum status read_period(struct cmd *cmd, Lianxin__DuePutRequest *request, struct err *err)
{
    const char *month = cmd_option(cmd, "month"), *to = cmd_option(cmd, "to"), *day = cmd_option(cmd, "day");
    if (!month || !day)
        return err_set(err, STATUS_USAGE,
                       _("--month (or --month and --to) and --day are needed: --month 2024-09 --day 2024-10-08"));
    request->has_first_month = true;
    request->has_last_month = to != NULL;
    request->day = arena_strdup(&cmd->arena, day);
    enum status st = cmd_read_month(month, &request->first_month, err);
    return st ? st : cmd_read_month(to, &request->last_month, err);
}

static enum status put(struct cmd *cmd, const Lianxin__DuePutRequest *request, const char *done, struct err *err)
{
    char text[UUID_TEXT_BYTES] = "";
    ProtobufCMessage *message;
    struct uuid id;
    enum status st = cmd_ask(cmd, MESSAGE_due_put, &request->base, &message, err);
    if (st)
        return st;
    const Lianxin__DuePutReply *reply = (const Lianxin__DuePutReply *)message;
    if (uuid_from_bytes(reply->id.data, reply->id.len, &id))
        uuid_format(&id, text);
    cmd_say(cmd, reply->changed ? arena_printf(&cmd->arena, "%s %s", done, text) : _("nothing changed"),
            json_pack("{s:s, s:b}", "due", text, "changed", (int)reply->changed));
    return STATUS_OK;
}

static enum status run_add(struct cmd *cmd, struct err *err)
{
    Lianxin__DuePutRequest request = LIANXIN__DUE_PUT_REQUEST__INIT;
    const char *area = cmd_option(cmd, "area"), *title = cmd_option(cmd, "title"), *stage = cmd_option(cmd, "stage");
    request.has_what = true;
    request.has_stage = stage != NULL;
    request.area = area ? arena_strdup(&cmd->arena, area) : NULL;
    request.title = title ? arena_strdup(&cmd->arena, title) : NULL;
    read_schools(cmd, &request);
    enum status st = read_what(cmd->args[0], &request.what, err);
    if (st == STATUS_OK)
        st = cmd_read_stage(stage, &request.stage, err);
    if (st == STATUS_OK)
        st = read_period(cmd, &request, err);
    return st ? st : put(cmd, &request, _("due:"), err);
}

static enum status run_close(struct cmd *cmd, struct err *err)
{
    Lianxin__DuePutRequest request = LIANXIN__DUE_PUT_REQUEST__INIT;
    request.due = arena_strdup(&cmd->arena, cmd->args[0]);
    request.has_closed = request.closed = true;
    return put(cmd, &request, _("no longer due:"), err);
}

static enum status run_list(struct cmd *cmd, struct err *err)
{
    Lianxin__DueListRequest request = LIANXIN__DUE_LIST_REQUEST__INIT;
    ProtobufCMessage *reply;
    enum status st = cmd_ask(cmd, MESSAGE_due_list, &request.base, &reply, err);
    return st ? st : cmd_show(cmd, ((const Lianxin__DueListReply *)reply)->table, err);
}

static const struct option options[] = {
    {"month", "MONTH", N_("the period, or its first month; needed"), 0},
    {"to", "MONTH", N_("the last month of the period"), 0},
    {"day", "DAY", N_("by when, 2024-10-08; needed"), 0},
    {"schools", "CODES", N_("only these, with commas"), 0},
    {"stage", "STAGE", N_("only schools of this stage"), 0},
    {"area", "AREA", N_("only schools of this area"), 0},
    {"title", "TEXT", N_("what people call it"), 0},
};
const struct verb verb_due_add = {
    .name = "due add",
    .arguments = "WHAT",
    .summary = N_("say what schools owe by when: plan, month_report, summary"),
    .examples = "  lianxind due add month_report --month 2024-09 --day 2024-10-08\n"
                "  lianxind due add 计划 --month 2024-09 --to 2025-08 --day 2024-09-20 --stage 小学",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .min_arguments = 1,
    .max_arguments = 1,
    .run = run_add,
};
const struct verb verb_due_list = {
    .name = "due list",
    .arguments = "",
    .summary = N_("list what is due"),
    .examples = "  lianxind due list",
    .run = run_list,
};
const struct verb verb_due_close = {
    .name = "due close",
    .arguments = "ID",
    .summary = N_("expect it no longer; ID is the start of its id"),
    .examples = "  lianxind due close 0191a5c3",
    .min_arguments = 1,
    .max_arguments = 1,
    .run = run_close,
};
