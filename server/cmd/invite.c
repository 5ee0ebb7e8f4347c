/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "common/base/role.h"
#include "server/cmd/cmd.h"
#include "server/cmd/invite_all.h"

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
    if (text && (!*text || *end || !days || days > 90))
        return err_set(err, STATUS_USAGE, _("--days: \"%s\" is not 1 to 90"), text);
    *out = (uint32_t)days;
    return STATUS_OK;
}

static enum status run_invite(struct cmd *cmd, struct err *err)
{
    Lianxin__InviteRequest request = LIANXIN__INVITE_REQUEST__INIT;
    const char *school = cmd_option(cmd, "school"), *person = cmd_option(cmd, "person"), *phone = cmd_option(cmd, "phone");
    ProtobufCMessage *message;
    char until[CLOCK_TIME_BYTES];
    if (cmd_option(cmd, "all")) {
        enum status read = read_days(cmd_option(cmd, "days"), &request.days, err);
        return read ? read : invite_all(cmd, request.days, err);
    }
    if (!person || !school == !cmd_option(cmd, "district"))
        return err_set(err, STATUS_USAGE, _("name whom: --school CODE --person NAME, or --district --person NAME"));
    request.school = school ? arena_strdup(&cmd->arena, school) : NULL;
    request.person = arena_strdup(&cmd->arena, person);
    request.phone = phone ? arena_strdup(&cmd->arena, phone) : NULL;
    enum status st = read_role(cmd_option(cmd, "role"), &request.role, err);
    if (st == STATUS_OK)
        st = read_days(cmd_option(cmd, "days"), &request.days, err);
    request.has_role = request.role != 0;
    request.has_days = request.days != 0;
    if (st == STATUS_OK)
        st = cmd_ask(cmd, MESSAGE_invite, &request.base, &message, err);
    if (st)
        return st;
    const Lianxin__InviteReply *reply = (const Lianxin__InviteReply *)message;
    clock_format_time(reply->expires_ms, cmd->ui.zone_s, until);
    cmd_say(cmd,
            arena_printf(&cmd->arena,
                         _("Give this to %s, by a way that only they can read; it works once, until %s:\n\n  %s\n\nThey type: "
                           "lianxin join, and paste it"),
                         person, until, reply->invitation),
            json_pack("{s:s, s:s, s:s, s:I}", "invitation", reply->invitation, "person", person, "expires", until, "expires_ms",
                      (json_int_t)reply->expires_ms));
    return STATUS_OK;
}

static const struct option options[] = {
    {"all", NULL, N_("one for each school without a device, into the file of -o"), 0},
    {"school", "CODE", N_("for the officer of this school"), 0},
    {"district", NULL, N_("for staff of the district"), 0},
    {"person", "NAME", N_("whom it is for; needed"), 0},
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
                "  lianxind invite --all -o 邀请.csv",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .run = run_invite,
};
