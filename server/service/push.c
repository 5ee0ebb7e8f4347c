/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/push.h"

#include "common/sync/payload.h"
#include "server/service/decide.h"
#include "server/service/heads.h"
#include "server/service/journal.h"
#include "server/service/reason.h"

#define PUSH_ROWS_LOOKED_AT 1000u /* for copies of a folder, after what its author holds */

/* ---- the row ---- */

static const char **reason_texts(struct arena *arena, const struct schema *schema, const struct decision *decision, size_t *n)
{
    const char **texts = ARENA_ARRAY(arena, decision->n_refusals + 1, const char *);
    for (*n = 0; *n < decision->n_refusals; ++*n)
        texts[*n] = reason_line(arena, schema, &decision->refusals[*n]);
    if (decision->n_more)
        texts[(*n)++] = arena_printf(arena, "and %zu more\t另有 %zu 处", decision->n_more, decision->n_more);
    return texts;
}

/* The head as it was, and what the decision's records add to its hash. */
static struct commit plan_commit(struct work *work, uint32_t stream, const struct author *author,
                                 const struct sha256 *payload_digest, const char *note)
{
    struct head head = heads_get(work->desk->heads, stream);
    return (struct commit){.stream = stream,
                           .rev = head.rev + 1,
                           .epoch = work->desk->core->epoch,
                           .instance = author->instance,
                           .sequence = author->sequence,
                           .payload_digest = *payload_digest,
                           .device = author->device,
                           .person = author->person,
                           .time_ms = author->now_ms,
                           .note = note,
                           .hash = head.hash,
                           .previous = head.digest,
                           .way = work->caller->way};
}

static void add_effects(struct commit *commit, const struct decision *decision)
{
    commit->effects = decision->effects;
    commit->n_effects = decision->n_effects;
    commit->results = decision->results;
    commit->n_results = decision->n_results;
    for (size_t i = 0; i < decision->draft.records.n; i++) {
        const struct draft_record *entry = draft_at(&decision->draft, i);
        if (draft_changed(entry))
            stream_hash_change(&commit->hash, entry->stored, entry->now);
    }
}

static enum status write_records(struct work *work, const struct decision *decision, uint64_t rev, struct err *err)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < decision->draft.records.n; i++) {
        const struct draft_record *entry = draft_at(&decision->draft, i);
        if (!draft_changed(entry))
            continue;
        struct record record = *entry->now;
        record.rev = rev;
        st = entry->stored ? store_put(work->desk->store, &record, err) : store_insert(work->desk->store, &record, err);
    }
    return st;
}

/* Writes the row, and with decision its records; only now is the sequence consumed. */
static enum status write_commit(struct work *work, const struct commit *commit, const struct row *row,
                                const struct decision *decision, struct err *err)
{
    struct journal_row out = {
        .stream = commit->stream, .rev = commit->rev, .instance = commit->instance, .sequence = commit->sequence, .row = *row};
    work_write(work);
    enum status st = decision ? write_records(work, decision, commit->rev, err) : STATUS_OK;
    if (st == STATUS_OK)
        st = journal_insert(work->desk->sql, &out, err);
    if (st == STATUS_OK)
        heads_move(work->desk->heads, commit->stream,
                   &(struct head){.rev = commit->rev, .digest = row->digest, .hash = commit->hash}, &commit->instance,
                   commit->sequence);
    return st;
}

/* ---- answers ---- */

static void answer_from(const struct commit *commit, struct push_done *out)
{
    *out = (struct push_done){.status = commit->status ? STATUS_REFUSED : STATUS_OK,
                              .rev = commit->rev,
                              .time_ms = commit->time_ms,
                              .results = commit->results,
                              .n_results = commit->n_results,
                              .reasons = commit->reasons,
                              .n_reasons = commit->n_reasons,
                              .last_sequence = commit->sequence};
}

/* A sequence taken already: the row answers again, unless its payload was another one. No row: later sequences came back after a
 * restore, this one has not. */
static enum status answer_again(struct work *work, const struct push *push, const struct last *last, struct push_done *out,
                                bool *answered, struct err *err)
{
    struct journal_row row;
    struct commit commit;
    bool found;
    enum status st = journal_find_sequence(work->desk->sql, work->arena, push->stream, &push->instance, push->sequence, last->rev,
                                           &row, &found, err);
    if (st)
        return st;
    *answered = found;
    if (!found && !work->desk->core->restored)
        return err_set(err, STATUS_CORRUPT, "stream %u has lost the row of a sequence that was taken", push->stream);
    if (!found)
        return STATUS_OK;
    st = commit_decode(work->arena, work->desk->core->config.schema, row.row.body, row.row.body_bytes, &commit, err);
    if (st)
        return st;
    struct sha256 digest = sha256_of(push->payload, push->payload_bytes);
    if (sha256_equal(&digest, &commit.payload_digest))
        answer_from(&commit, out);
    else
        *out = (struct push_done){.status = STATUS_CLONED, .time_ms = work->now_ms, .last_sequence = last->sequence};
    return STATUS_OK;
}

/* ---- a peer's push ---- */

static enum status check_push(struct work *work, const struct push *push, struct err *err)
{
    enum status st = caller_check_write(work->desk, work->caller, push->stream, err);
    if (st)
        return st;
    if (uuid_is_zero(&work->caller->device)) /* the operator has no outbox */
        return err_reason(err, REASON_ROLE, "push", role_name(ROLE_DEVICE), NULL);
    /* Its revision would be one of a life that the author knows nothing of, and is below what it holds of the other. */
    if (push->epoch && push->epoch != work->desk->core->epoch)
        return err_reason(err, REASON_LIFE_ENDED, NULL);
    if (uuid_is_zero(&push->instance) || uuid_equal(&push->instance, &work->desk->core->instance))
        return err_reason(err, REASON_MALFORMED, "a push with an instance that is not a client's", NULL);
    return push->sequence && push->sequence <= INT64_MAX ? STATUS_OK
                                                         : err_reason(err, REASON_MALFORMED, "a push without a sequence", NULL);
}

static enum status refuse(struct work *work, struct commit *commit, const struct decision *decision, struct push_done *out,
                          struct err *err)
{
    struct row row;
    commit->status = decision->refusals[0].status;
    commit->reasons = reason_texts(work->arena, work->desk->core->config.schema, decision, &commit->n_reasons);
    commit_encode(work->arena, commit, work->desk->core->config.journal_key, &row);
    enum status st = write_commit(work, commit, &row, NULL, err);
    if (st == STATUS_OK)
        answer_from(commit, out);
    return st;
}

static enum status accept_decided(struct work *work, struct commit *commit, struct decision *decision, struct push_done *out,
                                  struct err *err)
{
    struct commit whole = *commit;
    struct row row;
    add_effects(&whole, decision);
    commit_encode(work->arena, &whole, work->desk->core->config.journal_key, &row);
    if (row.body_bytes > LIMIT_ROW_BYTES) {
        struct err reason;
        (void)err_reason(&reason, REASON_TOO_LARGE, "what the push changes", arena_printf(work->arena, "%zu", row.body_bytes),
                         arena_printf(work->arena, "%zu", LIMIT_ROW_BYTES), NULL);
        return refuse(work, commit, &(struct decision){.refusals = &reason, .n_refusals = 1}, out, err);
    }
    enum status st = write_commit(work, &whole, &row, decision, err);
    if (st == STATUS_OK)
        answer_from(&whole, out);
    return st;
}

static struct author author_of(const struct work *work, const struct push *push)
{
    return (struct author){.writer = work->caller->role >= ROLE_DISTRICT ? WRITER_DISTRICT : WRITER_SCHOOL,
                           .instance = push->instance,
                           .device = work->caller->device,
                           .person = caller_name(work->arena, work->caller->person, work->caller->phone),
                           .sequence = push->sequence,
                           .now_ms = work->now_ms};
}

/* An edit that could be read but breaks a rule by its very form (an unknown field …) refuses the push like any other. */
static enum status read_payload(struct work *work, const struct push *push, struct payload *out, struct decision *refusal,
                                struct err *err)
{
    struct err *reason = ARENA_NEW(work->arena, struct err);
    enum status st = payload_decode(work->arena, work->desk->core->config.schema, push->payload, push->payload_bytes, out, reason);
    *refusal = (struct decision){0};
    if (st == STATUS_OK)
        return STATUS_OK;
    if (st != STATUS_INVALID) {
        *err = *reason;
        return st;
    }
    *out = (struct payload){.note = ""};
    refusal->refusals = reason;
    refusal->n_refusals = 1;
    return STATUS_OK;
}

/* Did another copy of the author's folder push after what the author has looked at? It may have sent the same, so the author
 * has to look again. One that is far behind looks first, too: the walk has an end. */
static enum status look_for_copies(struct work *work, const struct push *push, bool *behind, struct err *err)
{
    uint64_t head = heads_get(work->desk->heads, push->stream).rev;
    if (!push->has_held || push->held_rev >= head)
        return *behind = false, STATUS_OK;
    if (head - push->held_rev > PUSH_ROWS_LOOKED_AT)
        return *behind = true, STATUS_OK;
    return journal_find_copy(work->desk->sql, push->stream, push->held_rev, &push->instance, &work->caller->device, behind, err);
}

enum status push_accept(struct work *work, const struct push *push, struct push_done *out, struct err *err)
{
    struct decision decision;
    struct payload payload;
    enum status st = check_push(work, push, err);
    if (st)
        return st;
    struct last last = heads_get_last(work->desk->heads, push->stream, &push->instance);
    bool answered = false;
    if (push->sequence <= last.sequence)
        st = answer_again(work, push, &last, out, &answered, err);
    if (st || answered)
        return st;
    if (push->sequence > last.sequence + 1) {
        *out = (struct push_done){.status = STATUS_GAP, .time_ms = work->now_ms, .last_sequence = last.sequence};
        return STATUS_OK;
    }
    bool behind;
    st = look_for_copies(work, push, &behind, err);
    if (st)
        return st;
    if (behind) {
        *out = (struct push_done){.status = STATUS_BEHIND, .time_ms = work->now_ms, .last_sequence = last.sequence};
        return STATUS_OK;
    }
    st = core_check_space(work->desk->core, err);
    if (st == STATUS_OK)
        st = read_payload(work, push, &payload, &decision, err);
    if (st)
        return st;
    struct author author = author_of(work, push);
    struct sha256 digest = sha256_of(push->payload, push->payload_bytes);
    if (!decision.n_refusals)
        st = decide_edits(work, push->stream, &author, payload.edits, payload.n_edits, &decision, err);
    if (st)
        return st;
    struct commit commit = plan_commit(work, push->stream, &author, &digest, payload.note);
    return decision.n_refusals ? refuse(work, &commit, &decision, out, err) : accept_decided(work, &commit, &decision, out, err);
}

/* ---- what comes back ---- */

enum status push_recovered(struct work *work, struct commit *commit, const struct decision *decision, struct err *err)
{
    const Lianxin__EditResult *const *results = commit->results;
    size_t n_results = commit->n_results;
    struct head head = heads_get(work->desk->heads, commit->stream);
    struct row row;
    commit->rev = head.rev + 1;
    commit->epoch = work->desk->core->epoch;
    commit->hash = head.hash;
    commit->previous = head.digest;
    add_effects(commit, decision);
    commit->results = results;
    commit->n_results = n_results;
    commit_encode(work->arena, commit, work->desk->core->config.journal_key, &row);
    if (row.body_bytes > LIMIT_ROW_BYTES)
        return err_reason(err, REASON_TOO_LARGE, "a commit that came back", arena_printf(work->arena, "%zu", row.body_bytes),
                          arena_printf(work->arena, "%zu", LIMIT_ROW_BYTES), NULL);
    return write_commit(work, commit, &row, decision, err);
}

/* ---- the server's own ---- */

enum status push_own(struct work *work, uint32_t stream, const struct edit *edits, size_t n, const char *note, uint64_t *rev,
                     struct err *err)
{
    const struct core *core = work->desk->core;
    struct payload payload = {.edits = edits, .n_edits = n, .note = note};
    struct decision decision;
    struct push_done done;
    const uint8_t *data;
    size_t bytes;
    if (!n) {
        *rev = heads_get(work->desk->heads, stream).rev;
        return STATUS_OK;
    }
    enum status st = payload_encode(work->arena, &payload, &data, &bytes, err);
    if (st)
        return st;
    struct author author = {.writer = WRITER_SERVER,
                            .instance = core->instance,
                            .device = uuid_is_zero(&work->caller->device) ? core->instance : work->caller->device,
                            .person = work->caller->person,
                            .sequence = heads_get_last(work->desk->heads, stream, &core->instance).sequence + 1,
                            .now_ms = work->now_ms};
    st = decide_edits(work, stream, &author, edits, n, &decision, err);
    if (st)
        return st;
    if (decision.n_refusals) {
        *err = decision.refusals[0];
        return err->status;
    }
    struct sha256 digest = sha256_of(data, bytes);
    struct commit commit = plan_commit(work, stream, &author, &digest, note);
    st = accept_decided(work, &commit, &decision, &done, err);
    if (st == STATUS_OK)
        *rev = done.rev;
    return st;
}
