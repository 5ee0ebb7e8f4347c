/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/brief.h"

#include "common/wire/check.h"
#include "server/handlers/fill.h"
#include "server/handlers/handler.h"
#include "server/service/aggregate.h"

enum status handle_brief(struct work *work, const Lianxin__BriefRequest *request, Lianxin__BriefReply *reply, struct err *err)
{
    const ProtobufCMessageDescriptor *descriptor = &lianxin__brief_reply__descriptor;
    const Lianxin__BriefReply *stored;
    ProtobufCMessage *message;
    struct brief brief;
    enum status st = brief_get(work->desk->sql, work->arena, request->date, &brief, err);

    if (st == STATUS_OK)
        st = wire_check(descriptor, brief.body, brief.body_bytes, err);
    if (st == STATUS_OK)
        st = wire_unpack(work->arena, descriptor, brief.body, brief.body_bytes, &message, err);
    if (st != STATUS_OK)
        return st;
    stored = (const Lianxin__BriefReply *)message;
    reply->date = fill_text(work->arena, brief.date);
    reply->has_made_ms = true;
    reply->made_ms = brief.made_ms;
    reply->tables = stored->tables;
    reply->n_tables = stored->n_tables;
    return STATUS_OK;
}

enum status handle_aggregate(struct work *work, const Lianxin__AggregateRequest *request, Lianxin__AggregateReply *reply,
                             struct err *err)
{
    struct aggregate_done done;
    enum status st = aggregate_run(work, request->date, &done, err);

    if (st != STATUS_OK)
        return st;
    reply->date = fill_text(work->arena, done.date);
    reply->has_made_ms = reply->has_replaced = true;
    reply->made_ms = work->now_ms;
    reply->replaced = done.replaced;
    return STATUS_OK;
}
