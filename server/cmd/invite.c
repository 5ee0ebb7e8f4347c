/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "client/ui/ui_invite.h"
#include "common/base/role.h"
#include "common/table/table_wire.h"
#include "server/cmd/cmd.h"
#include "server/service/enrol.h"

static enum status read_role(const char *text, uint32_t *out, struct err *err)
{
    int role = text ? role_parse(text) : 0;
    if (role < 0)
        return err_set(err, STATUS_USAGE, _("\"%s\" is no role: district or lead"), text);
    *out = (uint32_t)role;
    return STATUS_OK;
}

static enum status read_days(const char *text, uint32_t *out, struct err *err)
{
    char *end = NULL;
    unsigned long days = text ? strtoul(text, &end, 10) : 0;
    if (text && (!*text || *end || !days || days > ENROL_DAYS_MAX))
        return err_set(err, STATUS_USAGE, _("--days: \"%s\" is not 1 to 90"), text);
    *out = (uint32_t)days;
    return STATUS_OK;
}

static enum status show_all(struct cmd *cmd, const Lianxin__InviteReply *reply, struct err *err)
{
    struct table *table;
    enum status st = table_from_wire(&cmd->arena, reply->invitations, &table, err);
    return st ? st : ui_invite_all(&cmd->ui, table, err);
}

static void show_one(struct cmd *cmd, const Lianxin__InviteReply *reply)
{
    char until[CLOCK_TIME_BYTES];
    clock_format_time(reply->expires_ms, cmd->ui.zone_s, until);
    if (cmd->ui.json)
        cmd_say_json(cmd,
                     json_pack("{s:s, s:s, s:s, s:I, s:s?}", "invitation", reply->invitation, "person", reply->person, "expires",
                               until, "expires_ms", (json_int_t)reply->expires_ms, "replaced_person", reply->replaced_person));
    else
        ui_invite_one(&cmd->ui, reply->person, reply->invitation, reply->expires_ms);
    ui_invite_replaced(&cmd->ui, reply->replaced_person, reply->replaced_synced_ms);
}

static enum status check_whom(struct cmd *cmd, struct err *err)
{
    bool school = cmd_option(cmd, "school"), district = cmd_option(cmd, "district"), all = cmd_option(cmd, "all"),
         replace = cmd_option(cmd, "replace");
    if (school + district + all + replace != 1 || (!cmd_option(cmd, "person") && (school || district)))
        return err_set(err, STATUS_USAGE,
                       _("name whom: --school CODE --person NAME, --district --person NAME, --replace DEVICE or --all"));
    if (all && !cmd->ui.output_path)
        return err_set(err, STATUS_USAGE, _("name the file the invitations go to: invite --all -o 邀请.csv"));
    return all ? ui_check_output_path(cmd->ui.output_path, err) : STATUS_OK;
}

static char *option_text(struct cmd *cmd, const char *name)
{
    const char *value = cmd_option(cmd, name);
    return value ? arena_strdup(&cmd->arena, value) : NULL;
}

static enum status run_invite(struct cmd *cmd, struct err *err)
{
    Lianxin__InviteRequest request = LIANXIN__INVITE_REQUEST__INIT;
    ProtobufCMessage *message;
    request.school = option_text(cmd, "school");
    request.person = option_text(cmd, "person");
    request.phone = option_text(cmd, "phone");
    request.replace = option_text(cmd, "replace");
    request.has_all = request.all = cmd_option(cmd, "all") != NULL;
    enum status st = check_whom(cmd, err);
    if (st == STATUS_OK)
        st = read_role(cmd_option(cmd, "role"), &request.role, err);
    if (st == STATUS_OK)
        st = read_days(cmd_option(cmd, "days"), &request.days, err);
    request.has_role = request.role != 0;
    request.has_days = request.days != 0;
    if (st == STATUS_OK)
        st = cmd_ask(cmd, MESSAGE_invite, &request.base, &message, err);
    if (st)
        return st;
    const Lianxin__InviteReply *reply = (const Lianxin__InviteReply *)message;
    if (request.all)
        return show_all(cmd, reply, err);
    show_one(cmd, reply);
    return STATUS_OK;
}

static const struct option options[] = {
    {"all", NULL, N_("one for each school without a device, into the file of -o"), 0},
    {"school", "CODE", N_("for the officer of this school"), 0},
    {"district", NULL, N_("for staff of the district"), 0},
    {"replace", "DEVICE", N_("for who follows on this device (start of its id); it is revoked when the new one has joined"), 0},
    {"person", "NAME", N_("whom it is for"), 0},
    {"phone", "PHONE", N_("how to reach them"), 0},
    {"role", "ROLE", N_("district (usual) or lead, with --district"), 0},
    {"days", "N", N_("how long it is good; 7 unless configured otherwise"), 0},
};
const struct verb verb_invite = {
    .name = "invite",
    .arguments = "",
    .summary = N_("make an invitation for one person's device"),
    .examples = "  lianxind invite --school SY01 --person 王芳 --phone 13900000000\n"
                "  lianxind invite --district --person 陈静 --role lead\n"
                "  lianxind invite --replace 0191a5c3 --person 李芳\n"
                "  lianxind invite --all -o 邀请.csv",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .run = run_invite,
};
