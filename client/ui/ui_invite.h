/* SPDX-License-Identifier: Apache-2.0
 *
 * What is said of invitations by whoever makes them: the district's lead or the operator. */
#ifndef CLIENT_UI_UI_INVITE_H
#define CLIENT_UI_UI_INVITE_H

#include "client/ui/ui.h"

void ui_invite_one(struct ui *ui, const char *person, const char *invitation, int64_t expires_ms);
/* person NULL: no device is replaced. synced_ms: its last whole sync; 0: never. */
void ui_invite_replaced(struct ui *ui, const char *person, int64_t synced_ms);
/* Into the file of -o, which nobody else may read: whoever reads it can join. */
enum status ui_invite_all(struct ui *ui, const struct table *invitations, struct err *err) MUST_CHECK;

#endif
