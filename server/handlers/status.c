/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/status.h"

#include "common/table/table_wire.h"
#include "server/handlers/handler.h"
#include "server/service/check.h"

enum status handle_status(struct work *work, const Lianxin__StatusRequest *request, Lianxin__StatusReply *reply, struct err *err)
{
    struct table *table;
    bool well;
    (void)request;
    enum status st = status_table(work, &table, &well, err);
    if (st)
        return st;
    reply->has_well = true;
    reply->well = well;
    return table_to_wire(work->arena, table, &reply->table, err);
}

enum status handle_check(struct work *work, const Lianxin__CheckRequest *request, Lianxin__CheckReply *reply, struct err *err)
{
    struct table *table;
    bool ok;
    (void)request;
    enum status st = check_all(work, &table, &ok, err);
    if (st)
        return st;
    reply->has_ok = true;
    reply->ok = ok;
    return table_to_wire(work->arena, table, &reply->table, err);
}
