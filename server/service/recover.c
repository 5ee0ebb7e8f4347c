/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/recover.h"

#include "server/service/heads.h"
#include "server/service/journal.h"
#include "server/service/loss.h"
#include "server/service/recover_internal.h"

/* ---- is it here? ---- */

static enum status is_recovered(struct recovering *r, const struct recover_origin *origin, bool *known, struct err *err)
{
    struct sql_statement *s;
    enum status st = sql_prepare(r->work->desk->sql,
                                 "SELECT at_rev FROM recovered WHERE stream = $stream AND epoch = $epoch AND rev = $rev", &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$stream", r->offer->stream);
    sql_bind_int(s, "$epoch", (int64_t)origin->epoch);
    sql_bind_int(s, "$rev", (int64_t)origin->rev);
    return sql_find_any(s, known, err);
}

/* In its own place: inside the backup, or committed since. */
static enum status is_in_place(struct recovering *r, const struct recover_origin *place, bool *known, struct err *err)
{
    struct journal_row row;
    struct commit commit;
    enum status st = journal_find(r->work->desk->sql, &r->row, r->offer->stream, place->rev, &row, known, err);
    if (st || !*known)
        return st;
    st = commit_decode(&r->row, recovering_schema(r), row.row.body, row.row.body_bytes, &commit, err);
    *known = st == STATUS_OK && commit.epoch == place->epoch;
    return st;
}

/* Its author may have sent the same push again before its row came back. What was refused then and accepted before is still
 * missing. */
static enum status was_sent_again(struct recovering *r, const struct commit *lost, bool *known, struct err *err)
{
    struct journal_row row;
    struct commit commit;
    struct head head = heads_get(r->work->desk->heads, r->offer->stream);
    enum status st = journal_find_sequence(r->work->desk->sql, &r->row, r->offer->stream, &lost->instance, lost->sequence, head.rev,
                                           &row, known, err);
    if (st || !*known)
        return st;
    st = commit_decode(&r->row, recovering_schema(r), row.row.body, row.row.body_bytes, &commit, err);
    *known = st == STATUS_OK && sha256_equal(&commit.payload_digest, &lost->payload_digest) && (!commit.status || lost->status);
    return st;
}

static enum status is_known(struct recovering *r, const struct commit *lost, const struct recover_origin *origin, bool *known,
                            struct err *err)
{
    enum status st = is_in_place(r, origin, known, err);
    if (st == STATUS_OK && !*known)
        st = is_recovered(r, origin, known, err);
    if (st == STATUS_OK && !*known)
        st = was_sent_again(r, lost, known, err);
    return st;
}

enum status recover_note_back(struct recovering *r, const struct recover_origin *place, uint64_t at_rev, struct err *err)
{
    struct sql_statement *s;
    bool known;
    enum status st = is_recovered(r, place, &known, err);
    if (st || known)
        return st;
    st = sql_prepare(r->work->desk->sql,
                     "INSERT INTO recovered (stream, epoch, rev, at_rev) VALUES ($stream, $epoch, $rev, $at_rev)", &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$stream", r->offer->stream);
    sql_bind_int(s, "$epoch", (int64_t)place->epoch);
    sql_bind_int(s, "$rev", (int64_t)place->rev);
    sql_bind_int(s, "$at_rev", (int64_t)at_rev);
    work_write(r->work);
    return sql_execute(s, err);
}

/* What it did is here, now or before: its own place in the life that ended is not missing any more. That is another place than the
 * origin for a row that was lost twice, and no place at all yet for one that its author sent again. */
static enum status note_own_place(struct recovering *r, const struct row *row, const struct commit *lost, struct err *err)
{
    const struct recover_origin own = {lost->epoch, lost->rev};
    bool here;
    enum status st = is_in_place(r, &own, &here, err);
    if (st || here || lost->epoch >= r->work->desk->core->epoch)
        return st;
    st = recover_note_back(r, &own, heads_get(r->work->desk->heads, r->offer->stream).rev, err);
    if (st == STATUS_OK)
        st = loss_note_row(r->work, row, lost, err);
    /* Whoever has this row knows that those before it were there. */
    return st == STATUS_OK ? loss_note_claim(r->work, r->offer->stream, own.epoch, own.rev, err) : st;
}

/* ---- offers ---- */

static enum status take_row(struct recovering *r, const struct row *row, struct offer_done *done, struct err *err)
{
    const struct core *core = r->work->desk->core;
    struct commit lost;
    struct err unreadable;
    bool known;
    arena_reset(&r->row);
    if (!row_sealed_by(row, core->config.journal_key) ||
        commit_decode(&r->row, core->config.schema, row->body, row->body_bytes, &lost, &unreadable) ||
        lost.stream != r->offer->stream) {
        done->refused++;
        return STATUS_OK;
    }
    struct recover_origin origin = recover_origin_of(&lost);
    enum status st = is_known(r, &lost, &origin, &known, err);
    if (st)
        return st;
    /* Sealed in this life and not here: another server goes on with a copy of this folder. */
    if (!known && lost.epoch >= core->epoch) {
        done->refused++;
        return STATUS_OK;
    }
    if (!known)
        st = recover_commit_again(r, &lost, &origin, &known, err);
    if (st == STATUS_OK)
        st = note_own_place(r, row, &lost, err);
    done->known += known;
    done->recovered += !known;
    return st;
}

enum status recover_offer(struct work *work, const struct offer *offer, struct offer_done *out, struct err *err)
{
    struct recovering r = {.work = work, .offer = offer};
    struct offer_done done = {0};
    enum status st = caller_check_read(work->desk, work->caller, offer->stream, err);
    if (st == STATUS_OK)
        st = core_check_space(work->desk->core, err);
    if (st)
        return st;
    arena_init(&r.arena, 0);
    arena_init(&r.row, 0);
    if (offer->rev && offer->rev <= INT64_MAX && work->desk->core->restored)
        st = loss_note_claim(work, offer->stream, offer->epoch, offer->rev, err);
    for (size_t i = 0; st == STATUS_OK && i < offer->n; i++)
        st = take_row(&r, &offer->rows[i], &done, err);
    arena_done(&r.row);
    arena_done(&r.arena);
    if (st)
        return st;
    done.head = heads_get(work->desk->heads, offer->stream).rev;
    *out = done;
    return STATUS_OK;
}
