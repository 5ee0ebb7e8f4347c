/* SPDX-License-Identifier: Apache-2.0
 *
 * A bundle is a whole sync in one request: unlike other handlers this one opens what it was given, and runs the exchanges in it by
 * the handlers that serve them over the network, as the device that signed it. */
#include "server/handlers/bundle.h"

#include <string.h>

#include "common/wire/bundle.h"
#include "server/handlers/fill.h"
#include "server/service/school.h"

/* ---- the question ---- */

static enum status open_question(struct taking *t, const Lianxin__BundleRequest *request, struct err *err)
{
    const struct core *core = t->work->desk->core;
    struct arena *arena = t->work->arena;
    const struct issuer *issuer = &core->config.issuer;
    struct box_key key = fill_bundle_key(core);
    struct bundle bundle;
    ProtobufCMessage *message;
    const void *plain;
    size_t bytes;
    enum status st = bundle_read(request->question.data, request->question.len, BUNDLE_QUESTION, &key.open, &bundle, err);
    if (st == STATUS_OK)
        st = box_open(&key, NULL, bundle.parts[0].data, bundle.parts[0].bytes, arena, &plain, &bytes, err);
    if (st == STATUS_OK)
        st = message_decode(arena, &lianxin__bundle_signed__descriptor, plain, bytes, &message, err);
    if (st)
        return st;
    const Lianxin__BundleSigned *sealed = (const Lianxin__BundleSigned *)message;
    size_t signed_bytes = strlen(BUNDLE_SIGNED_FOR) + sealed->body.len;
    uint8_t *whole = arena_alloc(arena, signed_bytes);
    memcpy(whole, BUNDLE_SIGNED_FOR, strlen(BUNDLE_SIGNED_FOR));
    if (sealed->body.len)
        memcpy(whole + strlen(BUNDLE_SIGNED_FOR), sealed->body.data, sealed->body.len);
    if (issuer->check_signature(issuer->context, sealed->key.data, sealed->key.len, whole, signed_bytes, sealed->signature.data,
                                sealed->signature.len, &t->proof.key_hash, err) != STATUS_OK)
        return err_reason(err, REASON_BUNDLE_FORGED, NULL);
    st = message_decode(arena, &lianxin__bundle_question__descriptor, sealed->body.data, sealed->body.len, &message, err);
    if (st == STATUS_OK)
        t->question = (const Lianxin__BundleQuestion *)message;
    return st;
}

/* ---- who ---- */

/* It is the operator who hears it, not the device. */
static enum status say_to_operator(const struct err *refusal, struct err *err)
{
    struct err told = *refusal;
    if (refusal->reason == REASON_NOT_ENROLLED)
        return err_reason(err, REASON_BUNDLE_STRANGER, NULL);
    if (refusal->reason == REASON_UNCONFIRMED)
        return err_reason(err, REASON_BUNDLE_UNCONFIRMED, NULL);
    if (refusal->reason == REASON_READMIT)
        return err_reason(err, REASON_BUNDLE_READMIT, told.arguments[0], NULL);
    *err = told;
    return told.status;
}

static enum status find_device(struct taking *t, bool accept_revoked, struct err *err)
{
    struct work *work = t->work;
    const Lianxin__School *school = NULL;
    t->proof.certified = t->proof.bundle = t->proof.accept_revoked = true;
    t->proof.peer = "bundle";
    struct err refusal;
    enum status st = caller_find(work->desk, work->arena, &t->proof, &t->caller, &refusal);
    if (st)
        return say_to_operator(&refusal, err);
    if (t->caller.way == COMMIT_REVOKED && !accept_revoked)
        return err_reason(err, REASON_BUNDLE_REVOKED, t->caller.person, NULL);
    if (t->caller.stream >= STREAM_FIRST_SCHOOL)
        st = school_find(work->desk, work->arena, t->caller.stream, &school, err);
    if (st)
        return st;
    t->reply->has_device = t->reply->has_revoked = true;
    t->reply->device = fill_uuid(work->arena, &t->caller.device);
    t->reply->person = fill_text(work->arena, t->caller.person);
    t->reply->revoked = t->caller.way == COMMIT_REVOKED;
    t->reply->school_code = school ? fill_text(work->arena, school->code) : NULL;
    t->reply->school_name = school ? fill_text(work->arena, school->name) : NULL;
    return STATUS_OK;
}

static enum status seal_part(struct taking *t, struct err *err)
{
    const struct core *core = t->work->desk->core;
    struct box_key key = fill_bundle_key(core);
    struct box_public to;
    struct buf sealed;
    if (!box_public_read(t->question->answer_key.data, t->question->answer_key.len, &to))
        return err_reason(err, REASON_MALFORMED, "a bundle without a key for its answer", NULL);
    t->answer.has_part = t->answer.has_asked_ms = true;
    t->answer.part = t->next->part;
    t->answer.asked_ms = t->question->time_ms;
    ProtobufCBinaryData plain = bundle_pack(t->work->arena, &t->answer.base);
    buf_init(&sealed, 0);
    enum status st = box_seal(&key, &to, &core->config.random, plain.data, plain.len, &sealed, err);
    if (st == STATUS_OK) {
        t->reply->has_part = true;
        t->reply->part = fill_bytes(t->work->arena, sealed.data, sealed.len_bytes);
    }
    buf_done(&sealed);
    return st;
}

static void fill_next(struct taking *t)
{
    Lianxin__BundleReply *reply = t->reply;
    Lianxin__BundleCursor *next = t->next;
    next->part++;
    next->has_part = next->has_index = next->has_begun = next->has_rev = next->has_snapshot = next->has_after_kind = true;
    next->has_epoch = next->has_since_fork = true;
    reply->next = t->answer.more ? next : NULL;
    reply->has_asked_ms = true;
    reply->asked_ms = t->question->time_ms;
    reply->has_taken = reply->has_known = reply->has_refused = reply->has_conflicts = reply->has_left = reply->has_rows = true;
}

enum status handle_bundle(struct work *work, const Lianxin__BundleRequest *request, Lianxin__BundleReply *reply, struct err *err)
{
    struct taking t = {.work = work, .reply = reply, .next = ARENA_NEW(work->arena, Lianxin__BundleCursor)};
    lianxin__bundle_cursor__init(t.next);
    lianxin__bundle_answer__init(&t.answer);
    if (request->next)
        *t.next = *request->next;
    enum status st = open_question(&t, request, err);
    if (st == STATUS_OK)
        st = find_device(&t, request->accept_revoked, err);
    if (st == STATUS_OK)
        st = bundle_run(&t, err);
    if (st == STATUS_OK)
        st = seal_part(&t, err);
    if (st == STATUS_OK)
        fill_next(&t);
    return st;
}
