/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cmd/invite_all.h"

#include <string.h>

#include "common/table/table_wire.h"

static size_t column(const struct table *table, const char *key)
{
    size_t i = 0;
    while (i < table->n_columns && strcmp(table->columns[i].key, key) != 0)
        i++;
    return i;
}

static const struct table_cell *cell(const struct table *table, const struct table_row *row, const char *key)
{
    static const struct table_cell none = {.kind = TABLE_CELL_NULL};
    size_t i = column(table, key);
    return i < table->n_columns ? &row->cells[i] : &none;
}

static enum status read_table(struct cmd *cmd, const Lianxin__Table *wire, struct table **out, struct err *err)
{
    if (!wire)
        return err_reason(err, REASON_MALFORMED, "an answer without its table", NULL);
    return table_from_wire(&cmd->arena, wire, out, err);
}

static enum status ask_tables(struct cmd *cmd, struct table **schools, struct table **devices, struct err *err)
{
    Lianxin__SchoolsRequest of_schools = LIANXIN__SCHOOLS_REQUEST__INIT;
    Lianxin__DeviceListRequest of_devices = LIANXIN__DEVICE_LIST_REQUEST__INIT;
    ProtobufCMessage *reply;
    enum status st = cmd_ask(cmd, MESSAGE_schools, &of_schools.base, &reply, err);
    if (st == STATUS_OK)
        st = read_table(cmd, ((const Lianxin__SchoolsReply *)reply)->table, schools, err);
    if (st == STATUS_OK)
        st = cmd_ask(cmd, MESSAGE_device_list, &of_devices.base, &reply, err);
    return st ? st : read_table(cmd, ((const Lianxin__DeviceListReply *)reply)->table, devices, err);
}

static bool has_device(const struct table *devices, const char *code)
{
    for (const struct table_row *row = devices->rows; row; row = row->next) {
        const struct table_cell *school = cell(devices, row, "school");
        if (school->kind == TABLE_CELL_TEXT && strcmp(school->text, code) == 0 &&
            cell(devices, row, "revoked_ms")->kind == TABLE_CELL_NULL)
            return true;
    }
    return false;
}

static enum status invite(struct cmd *cmd, const char *code, const char *name, uint32_t days, struct table *out, struct err *err)
{
    Lianxin__InviteRequest request = LIANXIN__INVITE_REQUEST__INIT;
    ProtobufCMessage *message;
    request.school = arena_strdup(&cmd->arena, code);
    request.person = arena_strdup(&cmd->arena, name);
    request.has_days = days != 0;
    request.days = days;
    enum status st = cmd_ask(cmd, MESSAGE_invite, &request.base, &message, err);
    if (st)
        return st;
    const Lianxin__InviteReply *reply = (const Lianxin__InviteReply *)message;
    table_add_row(out);
    table_put_text(out, code);
    table_put_text(out, name);
    table_put_text(out, reply->invitation);
    table_put_int(out, reply->expires_ms);
    return STATUS_OK;
}

enum status invite_all(struct cmd *cmd, uint32_t days, struct err *err)
{
    struct table *schools, *devices, *out = table_new(&cmd->arena, "invitations", "Invitations", "邀请");
    if (!cmd->ui.output_path)
        return err_set(err, STATUS_USAGE, _("name the file the invitations go to: invite --all -o 邀请.csv"));
    enum status st = ui_check_output_path(cmd->ui.output_path, err);
    if (st == STATUS_OK)
        st = ask_tables(cmd, &schools, &devices, err);
    if (st)
        return st;
    table_add_column(out, "school", TABLE_TEXT, "School", "单位", TABLE_FIXED);
    table_add_column(out, "name", TABLE_TEXT, "Name", "名称", 0);
    table_add_column(out, "invitation", TABLE_TEXT, "Invitation", "邀请码", TABLE_FIXED);
    table_add_column(out, "expires_ms", TABLE_INSTANT_MS, "Good until", "有效至", 0);
    for (const struct table_row *row = schools->rows; row && st == STATUS_OK; row = row->next) {
        const char *code = cell(schools, row, "school")->text, *name = cell(schools, row, "name")->text;
        if (code && !has_device(devices, code))
            st = invite(cmd, code, name ? name : code, days, out, err);
    }
    if (st)
        return st;
    cmd->ui.output_mode = 0600; /* whoever reads the file can join */
    if ((st = ui_table(&cmd->ui, out, err)) != STATUS_OK)
        return st;
    ui_print(&cmd->ui, _("%zu invitation(s); each works once. Give every school its own line only\n"), out->n_rows);
    return STATUS_OK;
}
