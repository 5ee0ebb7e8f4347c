/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/returned.h"

#include "client/cmd/report_name.h"
#include "client/cmd/work.h"

static bool say_plan(void *context, const struct record *record)
{
    struct cmd *cmd = context;
    const Lianxin__Plan *plan = work_plan(record);
    if (!record->dead && plan->state == LIANXIN__PLAN_STATE__PLAN_STATE_RETURNED)
        ui_warn(&cmd->ui, _("the district returned %s: %s; change it, then: lianxin plan submit"), plan->title ? plan->title : "",
                plan->state_reason ? plan->state_reason : "");
    return true;
}

static bool say_report(void *context, const struct record *record)
{
    struct cmd *cmd = context;
    const Lianxin__Report *report = report_of(record);
    if (!record->dead && report->state == LIANXIN__REPORT_STATE__REPORT_STATE_RETURNED)
        ui_warn(&cmd->ui, _("the district returned the %s: %s; change it, then: lianxin report submit %s"),
                report_name(cmd, report), report->state_reason ? report->state_reason : "",
                report_handle(cmd, &record->id, report));
    return true;
}

enum status returned_say(struct cmd *cmd, struct err *err)
{
    struct store *store = cache_store(cmd->cache);
    if (cmd_is_district(cmd))
        return STATUS_OK;
    enum status s =
        store_walk(store, schema_find_kind_by_name(cmd->schema, "plan"), cmd->identity.stream, NULL, 0, say_plan, cmd, err);
    return s == STATUS_OK ? store_walk(store, schema_find_kind_by_name(cmd->schema, "report"), cmd->identity.stream, NULL, 0,
                                       say_report, cmd, err)
                          : s;
}
