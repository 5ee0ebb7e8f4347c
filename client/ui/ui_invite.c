/* SPDX-License-Identifier: Apache-2.0 */
#include "client/ui/ui_invite.h"

#include "client/ui/lang.h"
#include "common/base/clock.h"

void ui_invite_one(struct ui *ui, const char *person, const char *invitation, int64_t expires_ms)
{
    char until[CLOCK_TIME_BYTES];
    clock_format_time(expires_ms, ui->zone_s, until);
    ui_print(ui,
             _("Give this to %s, by a way that only they can read; it works once, until %s:\n\n  %s\n\nThey type: "
               "lianxin join, and paste it"),
             person, until, invitation);
    ui_print(ui, "\n");
}

void ui_invite_replaced(struct ui *ui, const char *person, int64_t synced_ms)
{
    char last[CLOCK_TIME_BYTES];
    if (!person)
        return;
    clock_format_time(synced_ms, ui->zone_s, last);
    ui_print(ui,
             _("The device of %s is revoked as soon as the new one has joined. Its last whole sync: %s; what was done there later "
               "must be "
               "synced there first.\n"),
             person, synced_ms ? last : _("never"));
}

enum status ui_invite_all(struct ui *ui, const struct table *invitations, struct err *err)
{
    ui->output_mode = 0600;
    enum status s = ui_table(ui, invitations, err);
    if (s == STATUS_OK)
        ui_print(ui, _("%zu invitation(s); each works once. Give every school its own line only\n"), invitations->n_rows);
    return s;
}
