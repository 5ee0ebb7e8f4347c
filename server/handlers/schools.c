/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/schools.h"

#include "common/table/table_wire.h"
#include "server/handlers/fill.h"
#include "server/handlers/handler.h"

enum status handle_schools(struct work *work, const Lianxin__SchoolsRequest *request, Lianxin__SchoolsReply *reply, struct err *err)
{
    struct schools_list list;
    enum status st = schools_list(work, &list, err);

    (void)request;
    if (st == STATUS_OK)
        st = table_to_wire(work->arena, list.table, &reply->table, err);
    if (st != STATUS_OK)
        return st;
    reply->heads = ARENA_ARRAY(work->arena, list.n, Lianxin__StreamHead *);
    for (; reply->n_heads < list.n; reply->n_heads++) {
        const struct schools_head *from = &list.heads[reply->n_heads];
        Lianxin__StreamHead *head = ARENA_NEW(work->arena, Lianxin__StreamHead);

        lianxin__stream_head__init(head);
        head->has_stream = head->has_rev = true;
        head->stream = from->stream;
        head->rev = from->rev;
        head->code = fill_text(work->arena, from->code);
        reply->heads[reply->n_heads] = head;
    }
    return STATUS_OK;
}
