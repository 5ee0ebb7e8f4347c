/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/activity.h"

#include "client/cmd/send.h"
#include "common/domain/month.h"

enum status activity_finish(struct cmd *cmd, const Lianxin__Activity *activity, const char *what, struct err *err)
{
    char month[MONTH_TEXT_BYTES] = "";
    if (activity->months)
        month_format(month_set_first(activity->months), month);
    if (cmd->ui.chinese) /* texts end in a full stop there */
        ui_print(&cmd->ui, "%s：%s  %s  %s\n", what, activity->number, month, activity->text);
    else
        ui_print(&cmd->ui, "%s  %s  %s: %s\n", activity->number, month, activity->text, what);
    ui_print(&cmd->ui, "%s\n", _("to take it back: lianxin undo"));
    return send_change(cmd, err);
}
