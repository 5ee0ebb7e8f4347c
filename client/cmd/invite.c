/* SPDX-License-Identifier: Apache-2.0
 *
 * invite, device: who may join, for the district's lead. */
#include <string.h>

#include "client/cmd/cmd.h"
#include "client/cmd/device.h"
#include "client/cmd/input.h"
#include "client/cmd/print_json.h"
#include "client/ui/ui_invite.h"
#include "common/table/table_wire.h"

#define DAYS_MAX 90

static enum status check_lead(struct cmd *cmd, struct err *err)
{
    if (cmd->identity.role >= ROLE_LEAD)
        return STATUS_OK;
    return err_reason(err, REASON_ROLE, cmd->ui.chinese ? cmd->verb->name_zh : cmd->verb->name,
                      role_label(ROLE_LEAD, cmd->ui.chinese), NULL);
}

static enum status show_all(struct cmd *cmd, const Lianxin__InviteReply *reply, struct err *err)
{
    struct table *table;
    enum status s = table_from_wire(&cmd->arena, reply->invitations, &table, err);
    return s == STATUS_OK ? ui_invite_all(&cmd->ui, table, err) : s;
}

static enum status show_one(struct cmd *cmd, const Lianxin__InviteReply *reply, struct err *err)
{
    if (cmd->ui.json)
        return print_json(cmd,
                          json_pack("{s:s, s:s*, s:I, s:s*}", "invitation", reply->invitation, "person", reply->person,
                                    "expires_ms", (json_int_t)reply->expires_ms, "replaced_person", reply->replaced_person),
                          err);
    ui_invite_one(&cmd->ui, reply->person, reply->invitation, reply->expires_ms);
    ui_invite_replaced(&cmd->ui, reply->replaced_person, reply->replaced_synced_ms);
    return STATUS_OK;
}

static enum status check_whom(struct cmd *cmd, struct err *err)
{
    bool school = cmd_option(cmd, "school"), district = cmd_option(cmd, "district"), all = cmd_option(cmd, "all"),
         replace = cmd_option(cmd, "replace");
    enum status s = check_lead(cmd, err);
    if (s != STATUS_OK)
        return s;
    if (school + district + all + replace != 1 || (!cmd_option(cmd, "person") && (school || district)))
        return err_set(err, STATUS_USAGE,
                       _("name whom: --school CODE --person NAME, --district --person NAME, --replace DEVICE or --all"));
    if (all && !cmd->ui.output_path)
        return err_set(err, STATUS_USAGE, _("name the file the invitations go to: invite --all -o 邀请.csv"));
    return cmd->ui.output_path && !all ? cmd_refuse_output(cmd, err) : STATUS_OK;
}

static char *option_text(struct cmd *cmd, const char *name)
{
    const char *value = cmd_option(cmd, name);
    return value ? arena_strdup(&cmd->arena, input_fold(&cmd->arena, value)) : NULL;
}

static enum status run_invite(struct cmd *cmd, struct err *err)
{
    Lianxin__InviteRequest request = LIANXIN__INVITE_REQUEST__INIT;
    const char *days = cmd_option(cmd, "days");
    ProtobufCMessage *message;
    int64_t n = 0;
    request.school = option_text(cmd, "school");
    request.person = option_text(cmd, "person");
    request.phone = option_text(cmd, "phone");
    request.replace = option_text(cmd, "replace");
    request.has_all = request.all = cmd_option(cmd, "all") != NULL;
    request.has_role = cmd_option(cmd, "lead") != NULL;
    request.role = request.has_role ? ROLE_LEAD : 0;
    enum status s = check_whom(cmd, err);
    if (s == STATUS_OK && days)
        s = input_count(&cmd->arena, days, DAYS_MAX, &n, err);
    request.has_days = n != 0;
    request.days = (uint32_t)n;
    if (s == STATUS_OK)
        s = device_call(cmd, MESSAGE_invite, &request.base, &message, err);
    if (s != STATUS_OK)
        return s;
    const Lianxin__InviteReply *reply = (const Lianxin__InviteReply *)message;
    return request.all ? show_all(cmd, reply, err) : show_one(cmd, reply, err);
}

static const struct option invite_options[] = {
    {"all", "全部", NULL, N_("one for each school without a device, into the file of -o")},
    {"school", "单位", N_("CODE"), N_("for the officer of this school")},
    {"district", "区级", NULL, N_("for staff of the district")},
    {"lead", "负责人", NULL, N_("with --district: for its lead")},
    {"replace", "接替", N_("DEVICE"),
     N_("for who follows on this device (start of its id); it is revoked when the new one has joined")},
    {"person", "姓名", N_("NAME"), N_("whom it is for")},
    {"phone", "电话", N_("PHONE"), N_("how to reach them")},
    {"days", "天数", "N", N_("how long it is good; 7 unless configured otherwise")},
};

const struct verb verb_invite = {
    .name = "invite",
    .name_zh = "邀请",
    .arguments = "",
    .summary = N_("make invitations for people's computers (the district's lead)"),
    .help = N_("  lianxin invite --all -o 邀请.csv                    every school without a device\n"
               "  lianxin invite --school SY01 --person 王芳 --phone 13900000000\n"
               "  lianxin invite --replace 0191a5c3 --person 李芳     a new officer, or a new computer\n"
               "  lianxin invite --district --person 陈静"),
    .options = invite_options,
    .n_options = sizeof invite_options / sizeof invite_options[0],
    .flags = VERB_HOME | VERB_DISTRICT | VERB_TABLE,
    .run = run_invite,
};

/* --- device --- */

static enum status run_list(struct cmd *cmd, struct err *err)
{
    Lianxin__DeviceListRequest request = LIANXIN__DEVICE_LIST_REQUEST__INIT;
    ProtobufCMessage *message;
    struct table *table;
    request.school = option_text(cmd, "school");
    enum status s = check_lead(cmd, err);
    if (s == STATUS_OK)
        s = device_call(cmd, MESSAGE_device_list, &request.base, &message, err);
    if (s == STATUS_OK)
        s = table_from_wire(&cmd->arena, ((const Lianxin__DeviceListReply *)message)->table, &table, err);
    return s == STATUS_OK ? ui_table(&cmd->ui, table, err) : s;
}

static enum status run_revoke(struct cmd *cmd, struct err *err)
{
    Lianxin__DeviceRevokeRequest request = LIANXIN__DEVICE_REVOKE_REQUEST__INIT;
    ProtobufCMessage *message;
    if (cmd->ui.output_path)
        return cmd_refuse_output(cmd, err);
    if (cmd->n_args < 2)
        return err_set(err, STATUS_USAGE, _("say which: the start of its id (`lianxin device list`)"));
    request.device = arena_strdup(&cmd->arena, cmd->args[1]);
    enum status s = check_lead(cmd, err);
    if (s == STATUS_OK)
        s = device_call(cmd, MESSAGE_device_revoke, &request.base, &message, err);
    if (s == STATUS_OK)
        ui_print(&cmd->ui, _("revoked: %s, of %s; refused from the next request on"), cmd->args[1],
                 ((const Lianxin__DeviceRevokeReply *)message)->person);
    if (s == STATUS_OK)
        ui_print(&cmd->ui, "\n");
    return s;
}

static const struct verb_part device_parts[] = {{"list", "列表", false, run_list}, {"revoke", "停用", false, run_revoke}};

static const struct option device_options[] = {{"school", "单位", N_("CODE"), N_("list: only those of this school")}};

const struct verb verb_device = {
    .name = "device",
    .name_zh = "设备",
    .arguments = N_("list|revoke ID"),
    .summary = N_("who has joined with which computer (the district's lead)"),
    .help = N_("  lianxin device list\n"
               "  lianxin device list --school SY01\n"
               "  lianxin device revoke 0191a5c3     lost or stolen; lianxin invite --replace brings a new one"),
    .options = device_options,
    .n_options = 1,
    .max_arguments = 2,
    .flags = VERB_HOME | VERB_DISTRICT | VERB_TABLE,
    .parts = device_parts,
    .n_parts = sizeof device_parts / sizeof device_parts[0],
};
