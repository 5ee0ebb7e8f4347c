/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/step.h"

#include <string.h>

#include "client/cmd/change.h"
#include "client/cmd/send.h"
#include "common/record/rules.h"

static const struct field *field_of(const struct record *record, const char *name)
{
    return kind_find_field_by_name(record->kind, name);
}

static int64_t state_of(struct cmd *cmd, const struct record *record)
{
    return record_get(&cmd->arena, record->message, field_of(record, "state")).number;
}

static enum status check_typed(struct cmd *cmd, const struct step *step, struct err *err)
{
    const char *reason = cmd_option(cmd, "reason");
    if (step->district && !cmd_is_district(cmd))
        return err_reason(err, REASON_ROLE, step->word, role_label(ROLE_DISTRICT, cmd->ui.chinese), NULL);
    if (step->needs_reason && (!reason || !*reason))
        return err_set(err, STATUS_USAGE, _("say why, for the school to read: --reason \"…\""));
    if (!step->needs_reason && reason)
        return err_set(err, STATUS_USAGE, _("a reason goes with return only; nothing was changed"));
    return STATUS_OK;
}

static enum status check_step(struct cmd *cmd, const struct record *record, const struct step *step, int64_t to, const char *name,
                              struct err *err)
{
    const struct field *field = field_of(record, "state");
    int64_t from = state_of(cmd, record);
    const char *from_name = schema_enum_name(field, from);
    enum writer writer = cmd_is_district(cmd) ? WRITER_DISTRICT : WRITER_SCHOOL;
    if (from_name && rules_step_allowed(record->kind, from_name, step->to, writer))
        return STATUS_OK;
    return err_set(err, STATUS_INVALID, _("%s is \"%s\" and cannot become \"%s\""), name,
                   from_name ? schema_enum_label(field, from, cmd->ui.chinese) : "?",
                   schema_enum_label(field, to, cmd->ui.chinese));
}

/* A draft was not handed in; what was returned keeps the time at which it had been. */
static enum status set_fields(struct cmd *cmd, const struct record *record, const struct step *step, int64_t to,
                              ProtobufCMessage *after, struct err *err)
{
    const char *reason = step->needs_reason ? cmd_option(cmd, "reason") : NULL;
    struct value state = {.type = VALUE_INT, .number = to}, why = {0};
    if (reason)
        why = (struct value){.type = VALUE_TEXT, .data = reason, .bytes = strlen(reason)};
    enum status s = record_set(&cmd->arena, after, field_of(record, "state"), state, err);
    if (s == STATUS_OK)
        s = record_set(&cmd->arena, after, field_of(record, "state_reason"), why, err);
    if (s == STATUS_OK && strcmp(step->to, "draft") == 0)
        record_clear(after, field_of(record, "submitted_at"));
    return s == STATUS_OK ? record_validate(record->kind, after, record->message, false, err) : s;
}

enum status step_take(struct cmd *cmd, const struct record *record, const struct step *step, const char *name, const char *handle,
                      struct err *err)
{
    struct change change = {.own = step->district};
    int64_t to;
    enum status s = check_typed(cmd, step, err);
    if (s != STATUS_OK)
        return s;
    if (!schema_enum_parse(field_of(record, "state"), step->to, &to))
        return err_set(err, STATUS_FAILED, "state %s", step->to);
    const char *label = schema_enum_label(field_of(record, "state"), to, cmd->ui.chinese);
    if (state_of(cmd, record) == to && !step->needs_reason) {
        ui_print(&cmd->ui, _("%s: is \"%s\" already\n"), name, label);
        return STATUS_OK;
    }
    ProtobufCMessage *after = change_copy(cmd, record->kind, record);
    if ((s = check_step(cmd, record, step, to, name, err)) != STATUS_OK ||
        (s = set_fields(cmd, record, step, to, after, err)) != STATUS_OK)
        return s;
    change_add(cmd, &change, record->kind, &record->id, record, after);
    const char *note = arena_printf(&cmd->arena, "%s %s%s%s", record->kind->name, step->word, *handle ? " " : "", handle);
    if ((s = change_commit(cmd, record->stream, &change, note, err)) != STATUS_OK)
        return s;
    ui_print(&cmd->ui, cmd->ui.chinese ? "%s：%s\n%s\n" : "%s: %s\n%s\n", name, label, _("to take it back: lianxin undo"));
    return send_change(cmd, err);
}

/* --- what came back --- */

enum status step_check_read(struct cmd *cmd, const struct record *record, const char *name, struct err *err)
{
    const char *state = schema_enum_name(field_of(record, "state"), state_of(cmd, record));
    if (!cmd->news || !state || strcmp(state, "returned") != 0)
        return STATUS_OK;
    return err_set(err, STATUS_INVALID, _("%s was returned just now: %s; nothing was handed in. Change it, then submit it again"),
                   name, cmd_field(cmd, record->message, field_of(record, "state_reason")));
}
