/* SPDX-License-Identifier: Apache-2.0 */
#include "common/table/table_wire.h"
#include "server/cmd/cmd.h"

static enum status run_status(struct cmd *cmd, struct err *err)
{
    Lianxin__StatusRequest request = LIANXIN__STATUS_REQUEST__INIT;
    ProtobufCMessage *message;
    enum status st = cmd_ask(cmd, MESSAGE_status, &request.base, &message, err);
    if (st)
        return st;
    const Lianxin__StatusReply *reply = (const Lianxin__StatusReply *)message;
    st = cmd_show(cmd, reply->table, err);
    if (st == STATUS_OK && !reply->well)
        st = err_set(err, STATUS_FAILED, _("the server is not well; the table says what"));
    return st;
}

/* Eighty schools make hundreds of lines: a person sees what is wrong, or that nothing is. */
static enum status show_checks(struct cmd *cmd, const Lianxin__CheckReply *reply, struct err *err)
{
    struct table *table;
    if (cmd->ui.json || cmd->ui.output_path || !reply->ok || !reply->table)
        return cmd_show(cmd, reply->table, err);
    enum status st = table_from_wire(&cmd->arena, reply->table, &table, err);
    if (st == STATUS_OK)
        ui_print(&cmd->ui,
                 _("%zu checks, all well: the database is whole, and every journal replays to the records that are there\n"),
                 table->n_rows);
    return st;
}

static enum status run_check(struct cmd *cmd, struct err *err)
{
    Lianxin__CheckRequest request = LIANXIN__CHECK_REQUEST__INIT;
    ProtobufCMessage *message;
    enum status st = cmd_ask(cmd, MESSAGE_check, &request.base, &message, err);
    if (st)
        return st;
    const Lianxin__CheckReply *reply = (const Lianxin__CheckReply *)message;
    st = show_checks(cmd, reply, err);
    if (st == STATUS_OK && !reply->ok)
        st = err_set(err, STATUS_CORRUPT,
                     _("what is stored does not agree with itself; keep the folder as it is and restore a backup"));
    return st;
}

static enum status run_aggregate(struct cmd *cmd, struct err *err)
{
    Lianxin__AggregateRequest request = LIANXIN__AGGREGATE_REQUEST__INIT;
    const char *date = cmd_option(cmd, "date");
    ProtobufCMessage *message;
    request.date = date ? arena_strdup(&cmd->arena, date) : NULL;
    enum status st = cmd_ask(cmd, MESSAGE_aggregate, &request.base, &message, err);
    if (st)
        return st;
    const Lianxin__AggregateReply *reply = (const Lianxin__AggregateReply *)message;
    cmd_say(cmd,
            arena_printf(&cmd->arena, reply->replaced ? _("the brief of %s was made again") : _("the brief of %s is made"),
                         reply->date),
            json_pack("{s:s, s:b}", "date", reply->date, "replaced", (int)reply->replaced));
    return STATUS_OK;
}

const struct verb verb_status = {
    .name = "status",
    .arguments = "",
    .summary = N_("how the server is"),
    .examples = "  lianxind status",
    .run = run_status,
};
const struct verb verb_check = {
    .name = "check",
    .arguments = "",
    .summary = N_("does what is stored agree with itself: replay the journal and compare"),
    .examples = "  lianxind check",
    .run = run_check,
};
static const struct option aggregate_options[] = {
    {"date", "DAY", N_("the day, 2024-09-30; today unless given"), 0},
};
const struct verb verb_aggregate = {
    .name = "aggregate",
    .arguments = "",
    .summary = N_("make the brief of a day now"),
    .examples = "  lianxind aggregate\n  lianxind aggregate --date 2024-09-30",
    .options = aggregate_options,
    .n_options = sizeof aggregate_options / sizeof aggregate_options[0],
    .run = run_aggregate,
};
