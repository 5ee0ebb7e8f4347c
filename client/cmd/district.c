/* SPDX-License-Identifier: Apache-2.0
 *
 * schools, brief: what the district sees of all schools at once. */
#include <string.h>

#include "client/cmd/change.h"
#include "client/cmd/device.h"
#include "client/cmd/input.h"
#include "common/table/table_wire.h"

/* --- schools --- */

static enum status run_schools(struct cmd *cmd, struct err *err)
{
    Lianxin__SchoolsRequest request = LIANXIN__SCHOOLS_REQUEST__INIT;
    ProtobufCMessage *message;
    struct table *table;
    enum status s = device_call(cmd, MESSAGE_schools, &request.base, &message, err);
    if (s == STATUS_OK)
        s = table_from_wire(&cmd->arena, ((const Lianxin__SchoolsReply *)message)->table, &table, err);
    return s == STATUS_OK ? ui_table(&cmd->ui, table, err) : s;
}

const struct verb verb_schools = {
    .name = "schools",
    .name_zh = "单位",
    .arguments = "",
    .summary = N_("all schools: plan, progress, last sync (district only)"),
    .help = N_("  lianxin schools\n"
               "  lianxin schools -o 各单位.xlsx"),
    .flags = VERB_HOME | VERB_TABLE | VERB_DISTRICT,
    .run = run_schools,
};

/* --- brief --- */

static const struct option brief_options[] = {
    {"date", "日期", N_("DAY"), N_("the brief of that day (default: the newest)")},
};

/* The district's staff are the ones who would miss it. */
static void note_backup(struct cmd *cmd, struct table *table)
{
    size_t at = 0;
    while (at < table->n_columns && strcmp(table->columns[at].key, "backup_age_days") != 0)
        at++;
    if (at == table->n_columns || !table->rows)
        return;
    const struct table_cell *age = &table->rows->cells[at];
    if (age->kind == TABLE_CELL_NULL)
        table_add_note(table, _("the server has never been backed up: ask the operator"));
    else
        table_add_note(table, arena_printf(&cmd->arena,
                                           ngettext("the server's last backup is %lld day old",
                                                    "the server's last backup is %lld days old", (unsigned long)age->number),
                                           (long long)age->number));
}

static enum status show_brief(struct cmd *cmd, const Lianxin__BriefReply *reply, struct err *err)
{
    const struct table **tables = ARENA_ARRAY(&cmd->arena, reply->n_tables + 1, const struct table *);
    enum status s = STATUS_OK;
    for (size_t i = 0; i < reply->n_tables && s == STATUS_OK; i++) {
        struct table *table;
        if ((s = table_from_wire(&cmd->arena, reply->tables[i], &table, err)) != STATUS_OK)
            break;
        if (i == 0) {
            table_add_note(table, arena_printf(&cmd->arena, _("as of %s"), cmd_time(cmd, reply->made_ms)));
            note_backup(cmd, table);
        }
        tables[i] = table;
    }
    return s == STATUS_OK ? ui_tables(&cmd->ui, tables, reply->n_tables, err) : s;
}

static enum status run_brief(struct cmd *cmd, struct err *err)
{
    Lianxin__BriefRequest request = LIANXIN__BRIEF_REQUEST__INIT;
    ProtobufCMessage *message;
    const char *date = cmd_option(cmd, "date");
    char day[CLOCK_DAY_BYTES];
    enum status s = date ? input_day(&cmd->arena, date, change_today(cmd), day, err) : STATUS_OK;
    if (s != STATUS_OK)
        return s;
    request.date = date ? day : NULL;
    s = device_call(cmd, MESSAGE_brief, &request.base, &message, err);
    return s == STATUS_OK ? show_brief(cmd, (const Lianxin__BriefReply *)message, err) : s;
}

const struct verb verb_brief = {
    .name = "brief",
    .name_zh = "简报",
    .arguments = "",
    .summary = N_("what the server found last night (district only)"),
    .help = N_("  lianxin brief\n"
               "  lianxin brief --date 9-12 -o 简报.xlsx"),
    .options = brief_options,
    .n_options = sizeof brief_options / sizeof brief_options[0],
    .flags = VERB_HOME | VERB_TABLE | VERB_DISTRICT,
    .run = run_brief,
};
