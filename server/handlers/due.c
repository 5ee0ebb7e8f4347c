/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/due.h"

#include "common/table/table_wire.h"
#include "server/handlers/fill.h"
#include "server/handlers/handler.h"

enum status handle_due_put(struct work *work, const Lianxin__DuePutRequest *request, Lianxin__DuePutReply *reply, struct err *err)
{
    struct due_wish wish = {.due = request->due,
                            .what = request->what,
                            .first_month = request->first_month,
                            .last_month = request->last_month,
                            .day = request->day,
                            .area = request->area,
                            .title = request->title,
                            .schools = request->schools,
                            .n_schools = request->n_schools,
                            .stage = request->stage,
                            .has_closed = request->has_closed,
                            .closed = request->closed};
    struct due_done done;
    enum status st = due_put(work, &wish, &done, err);
    if (st)
        return st;
    reply->has_id = reply->has_rev = reply->has_changed = true;
    reply->id = fill_uuid(work->arena, &done.id);
    reply->rev = done.rev;
    reply->changed = done.changed;
    return STATUS_OK;
}

enum status handle_due_list(struct work *work, const Lianxin__DueListRequest *request, Lianxin__DueListReply *reply,
                            struct err *err)
{
    struct table *table;
    (void)request;
    enum status st = due_list(work, &table, err);
    return st ? st : table_to_wire(work->arena, table, &reply->table, err);
}
