/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/recover.h"

#include "server/handlers/fill.h"
#include "server/handlers/handler.h"

enum status handle_offer(struct work *work, const Lianxin__OfferRequest *request, Lianxin__OfferReply *reply, struct err *err)
{
    struct row *rows = ARENA_ARRAY(work->arena, request->n_rows, struct row);
    struct offer offer = {
        .stream = request->stream, .rows = rows, .n = request->n_rows, .epoch = request->epoch, .rev = request->rev};
    struct offer_done done;
    for (size_t i = 0; i < request->n_rows; i++) {
        struct sha256 hmac;
        enum status st = fill_read_digest(&request->rows[i]->hmac, "hmac", &hmac, err);
        if (st)
            return st;
        rows[i] = row_of(request->rows[i]->body.data, request->rows[i]->body.len, &hmac);
    }
    enum status st = recover_offer(work, &offer, &done, err);
    if (st)
        return st;
    reply->has_recovered = reply->has_known = reply->has_refused = reply->has_head = true;
    reply->recovered = done.recovered;
    reply->known = done.known;
    reply->refused = done.refused;
    reply->head = done.head;
    return STATUS_OK;
}
