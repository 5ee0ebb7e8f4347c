/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/invite.h"

#include <string.h>

#include "common/table/table_wire.h"
#include "common/wire/invitation.h"
#include "server/handlers/fill.h"
#include "server/handlers/handler.h"

_Static_assert(ENROL_ID_BYTES == INVITATION_ID_BYTES && ENROL_SECRET_BYTES == INVITATION_SECRET_BYTES, "one invitation");

static enum status format(struct work *work, const struct invite_done *done, const char **text, struct err *err)
{
    const struct settings *settings = core_settings(work->desk->core);
    struct invitation invitation = {.addresses = settings->addresses, .n_addresses = settings->n_addresses, .pin = done->pin};
    memcpy(invitation.id, done->id, sizeof done->id);
    memcpy(invitation.secret, done->secret, sizeof done->secret);
    return invitation_format(work->arena, &invitation, text, err);
}

static enum status invite_all(struct work *work, uint32_t days, Lianxin__InviteReply *reply, struct err *err)
{
    struct invite_school *schools;
    struct table *table = table_new(work->arena, "invitations", "Invitations", "邀请");
    size_t n;
    enum status st = invite_make_all(work, days, &schools, &n, err);
    if (st)
        return st;
    table_add_column(table, "school", TABLE_TEXT, "School", "单位", TABLE_FIXED);
    table_add_column(table, "name", TABLE_TEXT, "Name", "名称", 0);
    table_add_column(table, "invitation", TABLE_TEXT, "Invitation", "邀请码", TABLE_FIXED);
    table_add_column(table, "expires_ms", TABLE_INSTANT_MS, "Good until", "有效至", 0);
    for (size_t i = 0; i < n; i++) {
        const char *text;
        if ((st = format(work, &schools[i].done, &text, err)) != STATUS_OK)
            return st;
        table_add_row(table);
        table_put_text(table, schools[i].code);
        table_put_text(table, schools[i].name);
        table_put_text(table, text);
        table_put_int(table, schools[i].done.expires_ms);
    }
    return table_to_wire(work->arena, table, &reply->invitations, err);
}

enum status handle_invite(struct work *work, const Lianxin__InviteRequest *request, Lianxin__InviteReply *reply, struct err *err)
{
    struct invite_wish wish = {.school = request->school,
                               .person = request->person,
                               .phone = request->phone,
                               .role = request->role > ROLE_OPERATOR ? ROLE_OPERATOR : (enum role)request->role,
                               .days = request->days,
                               .replace = request->replace};
    struct invite_done done;
    const char *text;
    if (request->all)
        return invite_all(work, request->days, reply, err);
    enum status st = invite_make(work, &wish, &done, err);
    if (st == STATUS_OK)
        st = format(work, &done, &text, err);
    if (st)
        return st;
    reply->invitation = fill_text(work->arena, text);
    reply->has_expires_ms = true;
    reply->expires_ms = done.expires_ms;
    reply->person = fill_text(work->arena, done.person);
    reply->replaced_person = fill_text(work->arena, done.replaced_person);
    reply->has_replaced_synced_ms = done.replaced_synced_ms != 0;
    reply->replaced_synced_ms = done.replaced_synced_ms;
    return STATUS_OK;
}
