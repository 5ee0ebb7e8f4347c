/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/push.h"

#include "server/handlers/fill.h"
#include "server/handlers/handler.h"

enum status handle_push(struct work *work, const Lianxin__PushRequest *request, Lianxin__PushReply *reply, struct err *err)
{
    struct push push = {.stream = request->stream,
                        .sequence = request->sequence,
                        .payload = request->payload.data,
                        .payload_bytes = request->payload.len,
                        .has_held = request->has_held_rev,
                        .held_rev = request->held_rev,
                        .epoch = request->epoch};
    struct push_done done;
    enum status st = fill_read_uuid(&request->instance, "instance", &push.instance, err);
    if (st == STATUS_OK)
        st = push_accept(work, &push, &done, err);
    if (st)
        return st;
    reply->has_status = reply->has_time_ms = reply->has_last_sequence = true;
    reply->status = (uint32_t)done.status;
    reply->time_ms = done.time_ms;
    reply->last_sequence = done.last_sequence;
    reply->has_rev = done.rev != 0;
    reply->rev = done.rev;
    reply->n_results = done.n_results;
    reply->results = arena_copy(work->arena, done.results, done.n_results * sizeof *done.results);
    reply->n_reasons = done.n_reasons;
    reply->reasons = arena_copy(work->arena, done.reasons, done.n_reasons * sizeof *done.reasons);
    return STATUS_OK;
}
