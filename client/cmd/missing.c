/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/missing.h"

#include <stdio.h>
#include <string.h>

#include "client/cmd/change.h"
#include "client/cmd/device.h"
#include "client/cmd/input.h"
#include "common/domain/month.h"
#include "common/table/table_wire.h"
#include "proto/records.pb-c.h"

#define MONTHS_BACK 5

/* Those who have not handed in one thing that is due. */
struct reminder {
    const struct table *table;
    const struct table_row *row; /* the first of them */
    const char *names;
};

static const struct table_cell *cell(const struct table *table, const struct table_row *row, const char *key)
{
    static const struct table_cell none = {.kind = TABLE_CELL_NULL, .text = ""};
    for (size_t i = 0; i < table->n_columns; i++)
        if (strcmp(table->columns[i].key, key) == 0)
            return row->cells[i].kind == TABLE_CELL_NULL ? &none : &row->cells[i];
    return &none;
}

static const char *text_of(const struct table *table, const struct table_row *row, const char *key)
{
    const struct table_cell *found = cell(table, row, key);
    return found->kind == TABLE_CELL_TEXT ? found->text : "";
}

static const char *month_words(struct cmd *cmd, int32_t month)
{
    char text[MONTH_TEXT_BYTES];
    if (!cmd->ui.chinese) {
        month_format(month, text);
        return arena_strdup(&cmd->arena, text);
    }
    if (month_year(month) == month_year(cmd_month(cmd)))
        return arena_printf(&cmd->arena, "%d月", month_of_year(month));
    return arena_printf(&cmd->arena, "%d年%d月", month_year(month), month_of_year(month));
}

static const char *day_words(struct cmd *cmd, const char *day)
{
    int year, month, number;
    if (!cmd->ui.chinese || sscanf(day, "%4d-%2d-%2d", &year, &month, &number) != 3)
        return day;
    if (year == month_year(cmd_month(cmd)))
        return arena_printf(&cmd->arena, "%d月%d日", month, number);
    return arena_printf(&cmd->arena, "%d年%d月%d日", year, month, number);
}

/* "3月月报", or what the district called it. */
static const char *what_words(struct cmd *cmd, const struct reminder *r)
{
    const char *title = text_of(r->table, r->row, "title");
    const struct table_cell *what = cell(r->table, r->row, "what");
    int32_t first = (int32_t)cell(r->table, r->row, "first_month")->number;
    int32_t last = (int32_t)cell(r->table, r->row, "last_month")->number;
    const char *label = cmd->ui.chinese ? what->label_zh : what->label;
    if (*title)
        return title;
    label = label ? label : what->text;
    if (first == last)
        return arena_printf(&cmd->arena, cmd->ui.chinese ? "%s%s" : "%s %s", month_words(cmd, first), label);
    return arena_printf(&cmd->arena, cmd->ui.chinese ? "%s至%s%s" : "%s – %s %s", month_words(cmd, first), month_words(cmd, last),
                        label);
}

static void add_reminder(struct cmd *cmd, struct table *table, const struct reminder *r)
{
    const char *day = text_of(r->table, r->row, "day"), *what = what_words(cmd, r), *by = day_words(cmd, day);
    bool over = strcmp(change_today(cmd), day) > 0;
    table_add_note(table,
                   over ? arena_printf(&cmd->arena,
                                       _("Reminder: the %s of these is missing: %s. It was due on %s; please hand it in now."),
                                       what, r->names, by)
                        : arena_printf(&cmd->arena, _("Reminder: the %s of these is not in yet: %s. Please hand it in by %s."),
                                       what, r->names, by));
}

/* One line for each thing due; those who cannot know of it are not reminded. The lines stand under the table one after another. */
static void add_reminders(struct cmd *cmd, struct table *table)
{
    struct reminder r = {.table = table};
    for (const struct table_row *row = table->rows; row; row = row->next) {
        if (strcmp(text_of(table, row, "state"), "untold") == 0)
            continue;
        if (r.row && strcmp(text_of(table, r.row, "due"), text_of(table, row, "due")) != 0) {
            add_reminder(cmd, table, &r);
            r.row = NULL;
        }
        const char *name = text_of(table, row, "name");
        r.names = r.row ? arena_printf(&cmd->arena, "%s%s%s", r.names, cmd->ui.chinese ? "、" : ", ", name) : name;
        r.row = r.row ? r.row : row;
    }
    if (r.row)
        add_reminder(cmd, table, &r);
}

static enum status ask(struct cmd *cmd, bool plans, struct table **out, struct err *err)
{
    uint32_t what[] = {LIANXIN__DUE_WHAT__DUE_WHAT_MONTH_REPORT, LIANXIN__DUE_WHAT__DUE_WHAT_SUMMARY};
    Lianxin__MissingRequest request = LIANXIN__MISSING_REQUEST__INIT;
    const char *month = cmd_option(cmd, "month");
    ProtobufCMessage *message;
    if (plans)
        what[0] = LIANXIN__DUE_WHAT__DUE_WHAT_PLAN;
    request.what = what;
    request.n_what = plans ? 1 : 2;
    request.has_month = month != NULL;
    enum status s = month ? input_month(&cmd->arena, month, cmd_month(cmd) - MONTHS_BACK, &request.month, err) : STATUS_OK;
    if (s == STATUS_OK)
        s = device_call(cmd, MESSAGE_missing, &request.base, &message, err);
    return s == STATUS_OK ? table_from_wire(&cmd->arena, ((const Lianxin__MissingReply *)message)->table, out, err) : s;
}

enum status missing_show(struct cmd *cmd, bool plans, struct err *err)
{
    struct table *table;
    if (!cmd_is_district(cmd))
        return err_reason(err, REASON_ROLE, "--missing", role_label(ROLE_DISTRICT, cmd->ui.chinese), NULL);
    enum status s = ask(cmd, plans, &table, err);
    if (s != STATUS_OK)
        return s;
    add_reminders(cmd, table);
    if (!table->n_rows)
        table_add_note(table, _("nothing that is due is missing"));
    return ui_table(&cmd->ui, table, err);
}
