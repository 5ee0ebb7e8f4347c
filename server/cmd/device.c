/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/role.h"
#include "common/base/uuid.h"
#include "server/cmd/cmd.h"

static enum status run_list(struct cmd *cmd, struct err *err)
{
    Lianxin__DeviceListRequest request = LIANXIN__DEVICE_LIST_REQUEST__INIT;
    const char *school = cmd_option(cmd, "school");
    ProtobufCMessage *reply;
    request.school = school ? arena_strdup(&cmd->arena, school) : NULL;
    enum status st = cmd_ask(cmd, MESSAGE_device_list, &request.base, &reply, err);
    return st ? st : cmd_show(cmd, ((const Lianxin__DeviceListReply *)reply)->table, err);
}

static enum status run_revoke(struct cmd *cmd, struct err *err)
{
    Lianxin__DeviceRevokeRequest request = LIANXIN__DEVICE_REVOKE_REQUEST__INIT;
    char text[UUID_TEXT_BYTES] = "";
    ProtobufCMessage *message;
    struct uuid device;
    request.device = arena_strdup(&cmd->arena, cmd->args[0]);
    enum status st = cmd_ask(cmd, MESSAGE_device_revoke, &request.base, &message, err);
    if (st)
        return st;
    const Lianxin__DeviceRevokeReply *reply = (const Lianxin__DeviceRevokeReply *)message;
    if (uuid_from_bytes(reply->device.data, reply->device.len, &device))
        uuid_format(&device, text);
    cmd_say(cmd, arena_printf(&cmd->arena, _("revoked: %s, of %s; refused from the next request on"), text, reply->person),
            json_pack("{s:s, s:s*}", "device", text, "person", reply->person));
    return STATUS_OK;
}

static enum status run_confirm(struct cmd *cmd, struct err *err)
{
    Lianxin__DeviceConfirmRequest request = LIANXIN__DEVICE_CONFIRM_REQUEST__INIT;
    ProtobufCMessage *message;
    bool all = cmd_option(cmd, "all") != NULL;
    if (all == (cmd->n_args == 1))
        return err_set(err, STATUS_USAGE, _("name one device by the start of its id, or all that wait by --all"));
    request.has_all = request.all = all;
    request.device = all ? NULL : arena_strdup(&cmd->arena, cmd->args[0]);
    enum status st = cmd_ask(cmd, MESSAGE_device_confirm, &request.base, &message, err);
    if (st)
        return st;
    unsigned n = ((const Lianxin__DeviceConfirmReply *)message)->confirmed;
    cmd_say(cmd, arena_printf(&cmd->arena, _("confirmed: %u device(s)"), n), json_pack("{s:i}", "confirmed", (int)n));
    return STATUS_OK;
}

static char *text_of(struct cmd *cmd, const char *option)
{
    const char *value = cmd_option(cmd, option);
    return value ? arena_strdup(&cmd->arena, value) : NULL;
}

static enum status run_readmit(struct cmd *cmd, struct err *err)
{
    Lianxin__DeviceReadmitRequest request = LIANXIN__DEVICE_READMIT_REQUEST__INIT;
    const char *role_name = cmd_option(cmd, "role");
    int role = role_name ? role_parse(role_name) : 0;
    ProtobufCMessage *reply;
    if (role < 0)
        return err_set(err, STATUS_USAGE, _("\"%s\" is no role: district or lead"), role_name);
    if (!cmd_option(cmd, "school") == !cmd_option(cmd, "district") || !cmd_option(cmd, "person"))
        return err_set(err, STATUS_USAGE, _("name whose it is: --school CODE --person NAME, or --district --person NAME"));
    request.key = arena_strdup(&cmd->arena, cmd->args[0]);
    request.school = text_of(cmd, "school");
    request.person = text_of(cmd, "person");
    request.phone = text_of(cmd, "phone");
    request.has_role = role != 0;
    request.role = (uint32_t)role;
    enum status st = cmd_ask(cmd, MESSAGE_device_readmit, &request.base, &reply, err);
    if (st)
        return st;
    cmd_say(cmd, arena_printf(&cmd->arena, _("readmitted: the device of %s; it goes on with its next sync"), request.person),
            json_pack("{s:s}", "person", request.person));
    return STATUS_OK;
}

static const struct option readmit_options[] = {
    {"school", "CODE", N_("the school it works for"), 0},
    {"district", NULL, N_("it is the district's own"), 0},
    {"person", "NAME", N_("whose it is"), 0},
    {"role", "ROLE", N_("district or lead, with --district"), 0},
    {"phone", "NUMBER", N_("how to reach them"), 0},
};
const struct verb verb_device_readmit = {
    .name = "device readmit",
    .arguments = "KEY",
    .summary = N_("after a restore, know a device again that joined after the backup; KEY is what it shows"),
    .examples = "  lianxind device readmit 5f0c…e1 --school SY01 --person 王芳",
    .options = readmit_options,
    .n_options = sizeof readmit_options / sizeof readmit_options[0],
    .min_arguments = 1,
    .max_arguments = 1,
    .run = run_readmit,
};

static const struct option confirm_options[] = {
    {"all", NULL, N_("every device that waits"), 0},
};
const struct verb verb_device_confirm = {
    .name = "device confirm",
    .arguments = "[ID]",
    .summary = N_("let a device in again after a restore; ID is the start of its id"),
    .examples = "  lianxind device confirm 0191a5c3\n  lianxind device confirm --all",
    .options = confirm_options,
    .n_options = sizeof confirm_options / sizeof confirm_options[0],
    .max_arguments = 1,
    .run = run_confirm,
};

static const struct option list_options[] = {
    {"school", "CODE", N_("only this school's"), 0},
};
const struct verb verb_device_list = {
    .name = "device list",
    .arguments = "",
    .summary = N_("list the devices: whose, which school, last seen"),
    .examples = "  lianxind device list --school SY01",
    .options = list_options,
    .n_options = sizeof list_options / sizeof list_options[0],
    .run = run_list,
};
const struct verb verb_device_revoke = {
    .name = "device revoke",
    .arguments = "ID",
    .summary = N_("shut a device out, at once; ID is the start of its id"),
    .examples = "  lianxind device list --json      # shows the ids\n  lianxind device revoke 0191a5c3",
    .min_arguments = 1,
    .max_arguments = 1,
    .run = run_revoke,
};
