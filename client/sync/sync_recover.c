/* SPDX-License-Identifier: Apache-2.0 */
#include "client/sync/sync_internal.h"

static bool is_of_other_life(const struct sync_session *session, const struct cache_stream *line)
{
    return line->epoch != session->hello->epoch;
}

void sync_fill_offer(const struct cache_stream *line, const struct offer_page *page, struct arena *arena,
                     Lianxin__OfferRequest *out)
{
    lianxin__offer_request__init(out);
    out->has_stream = out->has_epoch = out->has_rev = 1;
    out->stream = line->stream;
    out->epoch = line->epoch;
    out->rev = line->rev;
    out->rows = ARENA_ARRAY(arena, page->n, Lianxin__Row *);
    for (; out->n_rows < page->n; out->n_rows++) {
        const struct row *from = &page->rows[out->n_rows];
        Lianxin__Row *to = ARENA_NEW(arena, Lianxin__Row);
        lianxin__row__init(to);
        to->has_body = to->has_hmac = 1;
        to->body = (ProtobufCBinaryData){.data = arena_copy(arena, from->body, from->body_bytes), .len = from->body_bytes};
        to->hmac = (ProtobufCBinaryData){.data = arena_copy(arena, from->hmac.bytes, SHA256_BYTES), .len = SHA256_BYTES};
        out->rows[out->n_rows] = to;
    }
}

static enum status offer_page(struct sync_session *session, struct arena *arena, const struct cache_stream *line,
                              const struct offer_page *page, const Lianxin__OfferReply **reply, struct err *err)
{
    Lianxin__OfferRequest request;
    ProtobufCMessage *message;
    sync_fill_offer(line, page, arena, &request);
    enum status s = transport_call(session->sync->transport, MESSAGE_offer, &request.base, arena, &message, err);
    if (s == STATUS_OK)
        *reply = (const Lianxin__OfferReply *)message;
    return s;
}

/* Every kept row of an earlier life, oldest first; at least one request, which tells the server how far that life went. */
static enum status offer_rows(struct sync_session *session, const struct cache_stream *line, struct err *err)
{
    struct cache *cache = session->sync->cache;
    struct offer_page page = {0};
    struct arena arena;
    enum status s;
    arena_init(&arena, SYNC_ARENA_BYTES);
    do {
        const Lianxin__OfferReply *reply = NULL;
        arena_reset(&arena);
        s = cache_list_offer(cache, &arena, line->stream, session->hello->epoch, &page, SYNC_PAGE_BYTES, err);
        if (s == STATUS_OK)
            s = offer_page(session, &arena, line, &page, &reply, err);
        if (s == STATUS_OK) {
            session->report->recovered += reply->recovered;
            s = cache_note_offered(cache, line->stream, reply->head, err);
        }
    } while (s == STATUS_OK && page.n);
    arena_done(&arena);
    return s;
}

/* What the server took before it was restored it may not have any more: it is sent again, and answered from the journal where it
 * is there. This comes after the offer, so that a row that came back answers. */
static enum status recover_stream(struct sync_session *session, const struct cache_stream *line, struct err *err)
{
    int64_t again = 0;
    enum status s = line->rev ? offer_rows(session, line, err) : STATUS_OK;
    if (s == STATUS_OK)
        s = outbox_untake(session->sync->cache, line->stream, &again, err);
    return s == STATUS_OK && again && !line->rev ? cache_note_offered(session->sync->cache, line->stream, 0, err) : s;
}

enum status sync_recover(struct sync_session *session, uint32_t **streams, size_t *n, struct err *err)
{
    struct cache_stream_list list;
    enum status s = cache_stream_list(session->sync->cache, &session->arena, &list, err);
    if (s != STATUS_OK)
        return s;
    *streams = ARENA_ARRAY(&session->arena, list.n, uint32_t);
    *n = 0;
    for (size_t i = 0; i < list.n && s == STATUS_OK; i++) {
        if (!is_of_other_life(session, &list.items[i]))
            continue;
        s = recover_stream(session, &list.items[i], err);
        if (s == STATUS_OK && list.items[i].rev)
            (*streams)[(*n)++] = list.items[i].stream;
        if (s == STATUS_DENIED && err->reason == REASON_STREAM)
            s = STATUS_OK; /* read once, not ours to read any more */
        s = sync_go_on(session, list.items[i].stream, s, err);
    }
    session->recovering |= *n != 0;
    return s;
}
