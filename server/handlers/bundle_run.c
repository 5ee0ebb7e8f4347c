/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "common/wire/bundle.h"
#include "server/handlers/bundle.h"
#include "server/handlers/fill.h"

/* ---- the answer ---- */

ProtobufCBinaryData bundle_pack(struct arena *arena, const ProtobufCMessage *message)
{
    size_t bytes = protobuf_c_message_get_packed_size(message);
    uint8_t *data = arena_alloc(arena, bytes + 1);
    protobuf_c_message_pack(message, data);
    return (ProtobufCBinaryData){.len = bytes, .data = data};
}

static Lianxin__BundleExchange *add_exchange(struct taking *t, uint16_t number)
{
    struct arena *arena = t->work->arena;
    ARENA_MORE(arena, t->answer.exchanges, t->answer.n_exchanges, &t->room);
    Lianxin__BundleExchange *exchange = ARENA_NEW(arena, Lianxin__BundleExchange);
    lianxin__bundle_exchange__init(exchange);
    exchange->has_number = true;
    exchange->number = number;
    t->answer.exchanges[t->answer.n_exchanges++] = exchange;
    return exchange;
}

static Lianxin__Failure *fill_failure(struct arena *arena, const struct err *failure)
{
    Lianxin__Failure *out = ARENA_NEW(arena, Lianxin__Failure);
    lianxin__failure__init(out);
    out->has_status = out->has_reason = true;
    out->status = (uint32_t)failure->status;
    out->reason = (uint32_t)failure->reason;
    out->text = fill_text(arena, failure->text);
    out->arguments = ARENA_ARRAY(arena, ERR_ARGUMENTS, char *);
    for (; out->n_arguments < ERR_ARGUMENTS && failure->arguments[out->n_arguments][0]; out->n_arguments++)
        out->arguments[out->n_arguments] = fill_text(arena, failure->arguments[out->n_arguments]);
    return out;
}

/* ---- one exchange ---- */

/* What the device itself has to hear is part of the answer; whatever else fails, fails the bundle as it would any request. */
static bool is_for_device(const struct work *work, const struct err *failure)
{
    bool inside = failure->reason == REASON_NONE && failure->status != STATUS_INVALID && failure->status != STATUS_DENIED;
    return !inside && !work->wrote && failure->status != STATUS_UNAVAILABLE;
}

/* *reply: NULL after a failure that was put into *exchange. */
static enum status run(struct taking *t, const ProtobufCMessage *request, Lianxin__BundleExchange *exchange,
                       ProtobufCMessage **reply, struct err *err)
{
    struct work *work = t->work;
    bool wrote = work->wrote;
    struct err failure = {0};
    *reply = NULL;
    work->wrote = false;
    enum status st = handler_run(work, message_find((uint16_t)exchange->number), &t->proof, request, reply, &failure);
    bool mine = st && is_for_device(work, &failure);
    work->wrote |= wrote;
    if (st && !mine) {
        *err = failure;
        return st;
    }
    if (st) {
        *reply = NULL;
        exchange->failure = fill_failure(work->arena, &failure);
    } else {
        exchange->has_reply = true;
        exchange->reply = bundle_pack(work->arena, *reply);
        t->bytes += exchange->reply.len;
    }
    t->bytes += exchange->request.len + BUNDLE_EXCHANGE_BYTES;
    return STATUS_OK;
}

static enum status decode_request(struct taking *t, const Lianxin__BundleExchange *asked, ProtobufCMessage **out, struct err *err)
{
    const struct message *message = message_find((uint16_t)asked->number);
    if (asked->request.len > message->request_bytes)
        return err_reason(err, REASON_TOO_LARGE, message->name, arena_printf(t->work->arena, "%zu", asked->request.len),
                          arena_printf(t->work->arena, "%u", message->request_bytes), NULL);
    return message_decode(t->work->arena, message->request, asked->request.data, asked->request.len, out, err);
}

static void fill_digest(struct taking *t, Lianxin__BundleExchange *exchange, const ProtobufCMessage *request)
{
    struct sha256 digest = bundle_digest(t->work->arena, request);
    exchange->has_digest = true;
    exchange->digest = fill_bytes(t->work->arena, digest.bytes, SHA256_BYTES);
}

/* hello and offer: as they are. */
static enum status run_plain(struct taking *t, const Lianxin__BundleExchange *asked, const ProtobufCMessage *request,
                             struct err *err)
{
    Lianxin__BundleExchange *exchange = add_exchange(t, (uint16_t)asked->number);
    ProtobufCMessage *reply;
    fill_digest(t, exchange, request);
    return run(t, request, exchange, &reply, err);
}

/* ---- push ---- */

static enum status find_cursor(struct taking *t, uint32_t stream, const Lianxin__PullRequest **out, struct err *err)
{
    *out = NULL;
    for (size_t i = 0; i < t->question->n_exchanges; i++) {
        const Lianxin__BundleExchange *asked = t->question->exchanges[i];
        ProtobufCMessage *message;
        if (asked->number != MESSAGE_pull)
            continue;
        enum status st = decode_request(t, asked, &message, err);
        if (st)
            return st;
        if (((const Lianxin__PullRequest *)message)->stream == stream)
            *out = (const Lianxin__PullRequest *)message;
    }
    return STATUS_OK;
}

/* Is there an offer that goes with this cursor: of all that its holder knows of? */
static enum status was_offered(struct taking *t, const Lianxin__PullRequest *cursor, bool *offered, struct err *err)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; i < t->question->n_exchanges && st == STATUS_OK; i++) {
        const Lianxin__BundleExchange *asked = t->question->exchanges[i];
        ProtobufCMessage *message;
        if (asked->number != MESSAGE_offer)
            continue;
        st = decode_request(t, asked, &message, err);
        const Lianxin__OfferRequest *offer = (const Lianxin__OfferRequest *)message;
        *offered |=
            st == STATUS_OK && offer->stream == cursor->stream && offer->epoch == cursor->epoch && offer->rev == cursor->rev;
    }
    return st;
}

/* As a client that syncs over the network: it pushes only to a server that knows what it holds, or has been given it back. */
static enum status meet(struct taking *t, uint32_t stream, struct err *err)
{
    Lianxin__BundleExchange none = LIANXIN__BUNDLE_EXCHANGE__INIT;
    const Lianxin__PullRequest *cursor;
    ProtobufCMessage *message;
    t->met = stream;
    t->may = false;
    enum status st = find_cursor(t, stream, &cursor, err);
    if (st || !cursor)
        return st;
    if (cursor->rev && cursor->epoch != t->work->desk->core->epoch)
        return was_offered(t, cursor, &t->may, err);
    Lianxin__PullRequest probe = *cursor;
    probe.has_max_bytes = probe.has_every_row = probe.every_row = true;
    probe.max_bytes = 1;
    none.number = MESSAGE_pull;
    st = run(t, &probe.base, &none, &message, err);
    t->may = st == STATUS_OK && message && ((const Lianxin__PullReply *)message)->outcome == LIANXIN__PULL_REPLY__OUTCOME__ROWS;
    return st;
}

static void count_push(struct taking *t, const Lianxin__PushReply *reply, bool wrote)
{
    bool conflict = false;
    for (size_t i = 0; reply && i < reply->n_results; i++)
        conflict |= reply->results[i]->outcome == LIANXIN__EDIT_RESULT__OUTCOME__CONFLICT;
    if (!reply || (reply->status != STATUS_OK && reply->status != STATUS_REFUSED))
        t->reply->left++;
    else if (!wrote)
        t->reply->known++;
    else if (reply->status == STATUS_REFUSED)
        t->reply->refused++;
    else
        t->reply->taken++;
    t->reply->conflicts += conflict && wrote;
}

static enum status run_push(struct taking *t, const ProtobufCMessage *request, struct err *err)
{
    uint32_t stream = ((const Lianxin__PushRequest *)request)->stream;
    enum status st = stream == t->met ? STATUS_OK : meet(t, stream, err);
    if (st)
        return st;
    if (!t->may) { /* what the device pulls tells it why */
        t->reply->left++;
        return STATUS_OK;
    }
    Lianxin__BundleExchange *exchange = add_exchange(t, MESSAGE_push);
    ProtobufCMessage *reply;
    bool wrote = t->work->wrote;
    t->work->wrote = false;
    fill_digest(t, exchange, request);
    st = run(t, request, exchange, &reply, err);
    const Lianxin__PushReply *done = (const Lianxin__PushReply *)reply;
    if (st == STATUS_OK)
        count_push(t, done, t->work->wrote);
    t->work->wrote |= wrote;
    if (st == STATUS_OK && done && done->status == STATUS_BEHIND) { /* it looks at the rows first, and asks again */
        t->answer.n_exchanges--;
        t->may = false;
    }
    return st;
}

/* ---- pull ---- */

static void set_digest(struct arena *arena, Lianxin__BundleCursor *at, const Lianxin__Row *row)
{
    struct sha256 digest = sha256_of(row->body.data, row->body.len);
    at->has_digest = true;
    at->digest = fill_bytes(arena, digest.bytes, SHA256_BYTES);
}

/* Where a page of rows leads to. A restored server's rows since the fork come before its snapshot. */
static bool move_on(struct taking *t, const Lianxin__PullReply *reply)
{
    Lianxin__BundleCursor *at = t->next;
    bool unknown = reply->outcome == LIANXIN__PULL_REPLY__OUTCOME__UNKNOWN;
    if (unknown && at->epoch != reply->epoch && reply->has_fork_rev) {
        at->since_fork = true;
        at->rev = reply->fork_rev;
        at->has_digest = reply->has_fork_digest;
        at->digest = reply->fork_digest;
        at->epoch = reply->epoch;
        return false;
    }
    if (reply->outcome == LIANXIN__PULL_REPLY__OUTCOME__SNAPSHOT || (unknown && at->epoch != reply->epoch)) {
        at->snapshot = true;
        return false;
    }
    if (reply->n_rows) {
        t->reply->rows += (uint32_t)reply->n_rows;
        at->rev += reply->n_rows;
        set_digest(t->work->arena, at, reply->rows[reply->n_rows - 1]);
    }
    bool end = !reply->n_rows || at->rev >= reply->head;
    at->snapshot = end && at->since_fork;
    at->since_fork &= !end;
    return end && !at->snapshot;
}

static enum status pull_page(struct taking *t, uint32_t stream, bool every_row, bool *done, struct err *err)
{
    Lianxin__PullRequest request = LIANXIN__PULL_REQUEST__INIT;
    Lianxin__BundleExchange *exchange = add_exchange(t, MESSAGE_pull);
    Lianxin__BundleCursor *at = t->next;
    ProtobufCMessage *message;
    request.has_stream = request.has_rev = request.has_epoch = true;
    request.stream = stream;
    request.epoch = at->epoch;
    request.rev = at->rev;
    request.has_digest = at->has_digest;
    request.digest = at->digest;
    request.has_every_row = request.every_row = every_row || at->since_fork;
    exchange->has_request = true;
    exchange->request = bundle_pack(t->work->arena, &request.base);
    enum status st = run(t, &request.base, exchange, &message, err);
    *done = st || !message || move_on(t, (const Lianxin__PullReply *)message);
    return st;
}

/* After the last page rows are pulled from the head of the first one. */
static enum status snapshot_page(struct taking *t, uint32_t stream, bool compare, bool *done, struct err *err)
{
    Lianxin__SnapshotRequest request = LIANXIN__SNAPSHOT_REQUEST__INIT;
    Lianxin__BundleExchange *exchange = add_exchange(t, MESSAGE_snapshot);
    Lianxin__BundleCursor *at = t->next;
    ProtobufCMessage *message;
    request.has_stream = true;
    request.stream = stream;
    request.has_compare = request.compare = compare;
    request.has_after_kind = request.has_after_id = at->after_kind != 0;
    request.after_kind = at->after_kind;
    request.after_id = at->after_id;
    exchange->has_request = true;
    exchange->request = bundle_pack(t->work->arena, &request.base);
    enum status st = run(t, &request.base, exchange, &message, err);
    const Lianxin__SnapshotReply *reply = (const Lianxin__SnapshotReply *)message;
    *done = st || !reply;
    if (*done)
        return st;
    if (!at->after_kind) {
        at->rev = reply->rev;
        at->epoch = reply->epoch;
        at->has_digest = false;
        if (reply->row)
            set_digest(t->work->arena, at, reply->row);
    }
    at->snapshot = !reply->done;
    at->has_after_id = at->snapshot;
    at->after_kind = 0;
    t->reply->rows += (uint32_t)reply->n_records;
    if (at->snapshot && reply->n_records) {
        at->after_kind = reply->records[reply->n_records - 1]->kind;
        at->after_id = reply->records[reply->n_records - 1]->id;
    }
    *done = at->snapshot && !reply->n_records;
    return STATUS_OK;
}

/* All pages to the head, as far as they go into this part. *whole: that was all. */
static enum status follow(struct taking *t, const Lianxin__BundleExchange *asked, const ProtobufCMessage *request, bool *whole,
                          struct err *err)
{
    const Lianxin__PullRequest *pull = asked->number == MESSAGE_pull ? (const Lianxin__PullRequest *)request : NULL;
    uint32_t stream = pull ? pull->stream : ((const Lianxin__SnapshotRequest *)request)->stream;
    Lianxin__BundleCursor *at = t->next;
    bool done = false;
    if (!at->begun) {
        at->rev = pull ? pull->rev : 0;
        at->has_digest = pull && pull->has_digest;
        if (at->has_digest)
            at->digest = pull->digest;
        at->epoch = pull ? pull->epoch : 0;
        at->since_fork = false;
        at->snapshot = !pull;
        at->after_kind = 0;
        at->begun = true;
    }
    enum status st = STATUS_OK;
    while (st == STATUS_OK && !done && t->bytes < BUNDLE_PART_BYTES)
        st = at->snapshot ? snapshot_page(t, stream, !pull, &done, err) : pull_page(t, stream, pull && pull->every_row, &done, err);
    *whole = done;
    return st;
}

/* ---- the question ---- */

static enum status take_one(struct taking *t, const Lianxin__BundleExchange *asked, bool *whole, struct err *err)
{
    ProtobufCMessage *request;
    enum status st = STATUS_OK;
    *whole = true;
    if (asked->number != MESSAGE_hello && asked->number != MESSAGE_offer && asked->number != MESSAGE_push &&
        asked->number != MESSAGE_pull && asked->number != MESSAGE_snapshot)
        return err_reason(err, REASON_MALFORMED, "an exchange that does not belong into a bundle", NULL);
    st = decode_request(t, asked, &request, err);
    if (st)
        return st;
    if (asked->number == MESSAGE_push)
        return run_push(t, request, err);
    if (asked->number != MESSAGE_pull && asked->number != MESSAGE_snapshot)
        return run_plain(t, asked, request, err);
    return t->caller.way == COMMIT_REVOKED ? STATUS_OK : follow(t, asked, request, whole, err);
}

/* A device that does not know of a restore yet hears of it, and asks again. */
enum status bundle_run(struct taking *t, struct err *err)
{
    const Lianxin__BundleQuestion *question = t->question;
    bool whole = true;
    enum status st = STATUS_OK;
    t->reply->has_restored = true;
    t->reply->restored = question->has_epoch && question->epoch != t->work->desk->core->epoch;
    while (st == STATUS_OK && t->next->index < question->n_exchanges) {
        const Lianxin__BundleExchange *asked = question->exchanges[t->next->index];
        if (t->bytes >= BUNDLE_PART_BYTES)
            break;
        if (!t->reply->restored || asked->number == MESSAGE_hello)
            st = take_one(t, asked, &whole, err);
        if (!whole)
            break;
        t->next->index++;
        t->next->begun = false;
    }
    t->answer.has_more = true;
    t->answer.more = t->next->index < question->n_exchanges;
    return st;
}
