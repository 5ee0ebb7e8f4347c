/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/missing.h"

#include "common/table/table_wire.h"
#include "server/handlers/handler.h"

enum status handle_missing(struct work *work, const Lianxin__MissingRequest *request, Lianxin__MissingReply *reply, struct err *err)
{
    struct missing_wish wish = {.what = request->what, .n_what = request->n_what, .month = request->month};
    struct table *table;
    enum status st = missing_list(work, &wish, &table, err);
    return st ? st : table_to_wire(work->arena, table, &reply->table, err);
}
