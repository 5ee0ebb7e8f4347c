/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/month.h"
#include "server/cmd/cmd.h"

static enum status put(struct cmd *cmd, Lianxin__SchoolPutRequest *request, const Lianxin__SchoolPutReply **out, struct err *err)
{
    ProtobufCMessage *reply;
    enum status st = cmd_ask(cmd, MESSAGE_school_put, &request->base, &reply, err);
    if (st == STATUS_OK)
        *out = (const Lianxin__SchoolPutReply *)reply;
    return st;
}

/* The generated strings are not const; cmd's own copies are. */
static char *text_of(struct cmd *cmd, const char *text)
{
    return text ? arena_strdup(&cmd->arena, text) : NULL;
}

static enum status read_options(struct cmd *cmd, Lianxin__SchoolPutRequest *request, struct err *err)
{
    const char *stage = cmd_option(cmd, "stage"), *opened = cmd_option(cmd, "opened"), *closed = cmd_option(cmd, "closed");
    request->area = text_of(cmd, cmd_option(cmd, "area"));
    request->has_stage = stage != NULL;
    request->has_opened = opened != NULL;
    request->has_closed = closed != NULL;
    enum status st = cmd_read_stage(stage, &request->stage, err);
    if (st == STATUS_OK)
        st = cmd_read_month(opened, &request->opened, err);
    return st ? st : cmd_read_month(closed, &request->closed, err);
}

static void say_done(struct cmd *cmd, const char *format, const char *code, const Lianxin__SchoolPutReply *reply)
{
    cmd_say(cmd, reply->changed ? arena_printf(&cmd->arena, "%s %s (%u)", format, code, reply->number) : _("nothing changed"),
            json_pack("{s:s, s:i, s:b}", "code", code, "number", (int)reply->number, "changed", (int)reply->changed));
}

static enum status run_add(struct cmd *cmd, struct err *err)
{
    Lianxin__SchoolPutRequest request = LIANXIN__SCHOOL_PUT_REQUEST__INIT;
    const Lianxin__SchoolPutReply *reply;
    request.has_add = request.add = true;
    request.code = text_of(cmd, cmd->args[0]);
    request.name = text_of(cmd, cmd->args[1]);
    enum status st = read_options(cmd, &request, err);
    if (st == STATUS_OK)
        st = put(cmd, &request, &reply, err);
    if (st == STATUS_OK)
        say_done(cmd, _("added"), request.code, reply);
    return st;
}

static enum status run_edit(struct cmd *cmd, struct err *err)
{
    Lianxin__SchoolPutRequest request = LIANXIN__SCHOOL_PUT_REQUEST__INIT;
    const Lianxin__SchoolPutReply *reply;
    request.code = text_of(cmd, cmd->args[0]);
    request.name = text_of(cmd, cmd_option(cmd, "name"));
    request.new_code = text_of(cmd, cmd_option(cmd, "code"));
    enum status st = read_options(cmd, &request, err);
    if (st == STATUS_OK)
        st = put(cmd, &request, &reply, err);
    if (st == STATUS_OK)
        say_done(cmd, _("changed"), request.code, reply);
    return st;
}

static enum status run_close(struct cmd *cmd, struct err *err)
{
    Lianxin__SchoolPutRequest request = LIANXIN__SCHOOL_PUT_REQUEST__INIT;
    const Lianxin__SchoolPutReply *reply;
    struct clock clock = clock_system(CLOCK_ZONE_CHINA_S);
    const char *month = cmd_option(cmd, "month");
    request.code = text_of(cmd, cmd->args[0]);
    request.has_closed = true;
    request.closed = month_at(clock_now_ms(&clock), clock.zone_s);
    enum status st = month ? cmd_read_month(month, &request.closed, err) : STATUS_OK;
    if (st == STATUS_OK)
        st = put(cmd, &request, &reply, err);
    if (st == STATUS_OK)
        say_done(cmd, _("closed"), request.code, reply);
    return st;
}

static enum status run_list(struct cmd *cmd, struct err *err)
{
    Lianxin__SchoolsRequest request = LIANXIN__SCHOOLS_REQUEST__INIT;
    ProtobufCMessage *reply;
    enum status st = cmd_ask(cmd, MESSAGE_schools, &request.base, &reply, err);
    return st ? st : cmd_show(cmd, ((const Lianxin__SchoolsReply *)reply)->table, err);
}

#define STAGES N_("kindergarten primary junior senior nine_year combined vocational special training office, or the Chinese word")

static const struct option add_options[] = {
    {"stage", "STAGE", STAGES, 0},
    {"area", "AREA", N_("the area (片) it belongs to"), 0},
    {"opened", "MONTH", N_("the first month it counts, 2024-09"), 0},
};
const struct verb verb_school_add = {
    .name = "school add",
    .arguments = "CODE NAME",
    .summary = N_("add a school"),
    .examples = "  lianxind school add SY01 实验小学 --stage 小学 --area 东片",
    .options = add_options,
    .n_options = sizeof add_options / sizeof add_options[0],
    .min_arguments = 2,
    .max_arguments = 2,
    .run = run_add,
};

static const struct option edit_options[] = {
    {"name", "NAME", N_("a new name"), 0},
    {"code", "CODE", N_("a new code"), 0},
    {"stage", "STAGE", STAGES, 0},
    {"area", "AREA", N_("another area; \"\" for none"), 0},
    {"opened", "MONTH", N_("the first month it counts; \"\" for none"), 0},
    {"closed", "MONTH", N_("the last month it counts; \"\" opens it again"), 0},
};
const struct verb verb_school_edit = {
    .name = "school edit",
    .arguments = "CODE",
    .summary = N_("change a school; its number and records stay"),
    .examples = "  lianxind school edit SY01 --name 实验学校 --stage 九年一贯制\n  lianxind school edit SY01 --code SY-01",
    .options = edit_options,
    .n_options = sizeof edit_options / sizeof edit_options[0],
    .min_arguments = 1,
    .max_arguments = 1,
    .run = run_edit,
};

static const struct option close_options[] = {
    {"month", "MONTH", N_("the last month it counts; this month unless given"), 0},
};
const struct verb verb_school_close = {
    .name = "school close",
    .arguments = "CODE",
    .summary = N_("close a school; nothing of it is lost"),
    .examples = "  lianxind school close SY09 --month 2025-07",
    .options = close_options,
    .n_options = sizeof close_options / sizeof close_options[0],
    .min_arguments = 1,
    .max_arguments = 1,
    .run = run_close,
};

const struct verb verb_school_list = {
    .name = "school list",
    .arguments = "",
    .summary = N_("list the schools: who synced when, plan, done rate"),
    .examples = "  lianxind school list\n  lianxind school list --json\n  lianxind school list --output 单位.xlsx",
    .run = run_list,
};
