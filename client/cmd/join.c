/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/device.h"
#include "client/cmd/send.h"

/* An invitation may come in pieces, as it was wrapped in a message. */
static const char *join_pieces(struct cmd *cmd)
{
    const char *text = "";
    for (size_t i = 0; i < cmd->n_args; i++)
        text = arena_printf(&cmd->arena, "%s%s", text, cmd->args[i]);
    return text;
}

static enum status check_new(struct cmd *cmd, struct err *err)
{
    struct cache_identity id;
    struct err none;
    if (cache_identity_get(cmd->cache, &cmd->arena, &id, &none) != STATUS_OK)
        return STATUS_OK;
    return err_set(err, STATUS_EXISTS, _("the data folder \"%s\" already belongs to %s (%s); use another folder with --home"),
                   cmd->home, id.person, *id.school_name ? id.school_name : id.district);
}

static enum status run(struct cmd *cmd, struct err *err)
{
    struct invitation invitation;
    enum status s = invitation_parse(&cmd->arena, join_pieces(cmd), &invitation, err);
    if (s == STATUS_OK)
        s = cmd_open_cache(cmd, true, err);
    if (s == STATUS_OK)
        s = check_new(cmd, err);
    if (s == STATUS_OK)
        s = device_enrol(cmd, &invitation, err);
    if (s != STATUS_OK)
        return s;
    const struct cache_identity *id = &cmd->identity;
    ui_print(&cmd->ui, _("joined %s: %s, %s\n"), id->district, id->person,
             *id->school_name ? id->school_name : role_label((enum role)id->role, cmd->ui.chinese));
    return send_all(cmd, SEND_WAIT_MS, err);
}

const struct verb verb_join = {
    .name = "join",
    .name_zh = "加入",
    .arguments = "INVITATION",
    .summary = N_("join the district with an invitation"),
    .help = N_("The district gives you one line of text that begins with lx1-. Paste it; line breaks do no harm:\n"
               "  lianxin join lx1-0A4R…\n"
               "It works once. The key of this computer never leaves it."),
    .min_arguments = 1,
    .max_arguments = -1,
    .flags = VERB_PATIENT,
    .run = run,
};
