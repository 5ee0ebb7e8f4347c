/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/report_name.h"

#include "common/record/text.h"

#define ID_DIGITS 8

static const char *field_text(struct cmd *cmd, const Lianxin__Report *report, const char *name)
{
    return record_text(&cmd->arena, &report->base, kind_find_field_by_name(schema_find_kind_by_name(cmd->schema, "report"), name),
                       cmd->ui.chinese, cmd->clock.zone_s);
}

static const char *period_text(struct cmd *cmd, const Lianxin__Report *report)
{
    const char *first = field_text(cmd, report, "first_month");
    if (report->first_month == report->last_month)
        return first;
    return arena_printf(&cmd->arena, "%s – %s", first, field_text(cmd, report, "last_month"));
}

const char *report_name(struct cmd *cmd, const Lianxin__Report *report)
{
    return arena_printf(&cmd->arena, "%s %s", field_text(cmd, report, "report_kind"), period_text(cmd, report));
}

const char *report_handle(struct cmd *cmd, const struct uuid *id, const Lianxin__Report *report)
{
    char text[UUID_TEXT_BYTES];
    if (report->report_kind == LIANXIN__REPORT_KIND__REPORT_KIND_MONTH)
        return field_text(cmd, report, "first_month");
    uuid_format(id, text);
    return arena_strndup(&cmd->arena, text, ID_DIGITS);
}
