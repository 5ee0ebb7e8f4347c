/* SPDX-License-Identifier: Apache-2.0
 *
 * Mistakes of the server's rules. */
#include <string.h>

#include "common/sync/conflict.h"
#include "common/table/table_wire.h"
#include "server/service/device.h"
#include "server/service/heads.h"
#include "server/service/journal.h"
#include "server/service/loss.h"
#include "server/service/pull.h"
#include "server/service/push.h"
#include "server/service/recover_internal.h"
#include "tests/sim/planted.h"

static const struct push *pushed; /* the push being accepted */
static const struct caller *pusher;
static bool finding_caller, readmitting;

REAL(enum status, pull_rows, struct work *work, const struct pull *pull, struct pull_done *out, struct err *err)
{
    enum status status = __real_pull_rows(work, pull, out, err);
    if (is(PLANTED_pull_misses_push) && status == STATUS_OK && pull->min_rev && out->outcome == PULL_ROWS && out->page.n &&
        out->page.rows[out->page.n - 1].rev == out->head) {
        out->page.n--;
        out->head--;
    }
    return status;
}

REAL(enum status, pull_snapshot, struct work *work, const struct snapshot *snapshot, struct snapshot_done *out, struct err *err)
{
    enum status status = __real_pull_snapshot(work, snapshot, out, err);
    if (is(PLANTED_snapshot_short) && status == STATUS_OK && out->n > 1 && out->done)
        out->n--;
    return status;
}

static bool was_readmitted(const struct uuid *device)
{
    for (unsigned i = 0; i < 8; i++)
        if (uuid_equal(device, &planted.readmitted[i]))
            return true;
    return false;
}

REAL(enum status, push_accept, struct work *work, const struct push *push, struct push_done *out, struct err *err)
{
    pushed = push;
    pusher = work->caller;
    planted.push_in_group = true;
    enum status status = __real_push_accept(work, push, out, err);
    struct push_done again;
    if (is(PLANTED_readmitted_twice) && status == STATUS_OK && was_readmitted(&work->caller->device))
        status = __real_push_accept(work, push, &again, err);
    pushed = NULL;
    return status;
}

static bool may_come_twice(void)
{
    return is(PLANTED_sequence_twice) || (is(PLANTED_bundle_twice) && pusher->way == COMMIT_BUNDLE) ||
           (is(PLANTED_readmitted_twice) && was_readmitted(&pusher->device));
}

REAL(struct last, heads_get_last, const struct heads *heads, uint32_t stream, const struct uuid *instance)
{
    struct last last = __real_heads_get_last(heads, stream, instance);
    if (pushed && last.sequence && pushed->sequence == last.sequence && may_come_twice())
        last.sequence--;
    return last;
}

REAL(enum status, journal_insert, struct sql *db, const struct journal_row *row, struct err *err)
{
    return is(PLANTED_row_skipped) && planted_now_and_then(20) ? STATUS_OK : __real_journal_insert(db, row, err);
}

REAL(enum status, store_put, struct store *store, const struct record *record, struct err *err)
{
    return is(PLANTED_half_written) && planted.in_server && planted_now_and_then(30) ? STATUS_OK
                                                                                     : __real_store_put(store, record, err);
}

REAL(void, conflict_make, struct arena *arena, const struct schema *schema, uint32_t stream, const struct conflict_author *author,
     const struct conflict_holder *holder, const struct refusal *refusal, struct conflict_list *out)
{
    __real_conflict_make(arena, schema, stream, author, holder, refusal, out);
    if (is(PLANTED_conflict_forgotten))
        out->n = 0;
}

REAL(void, edit_apply, struct arena *arena, const struct record *current, uint32_t stream, const struct edit *edit,
     struct edit_applied *out)
{
    struct edit blind = *edit;
    if (is(PLANTED_last_writer_wins) && planted.in_server && current && !current->dead && !edit->remove)
        blind.before = record_project(arena, edit->kind, current->message, edit->fields);
    __real_edit_apply(arena, current, stream, &blind, out);
}

REAL(enum status, caller_find, struct desk *desk, struct arena *arena, const struct proof *proof, struct caller *out,
     struct err *err)
{
    finding_caller = true;
    enum status status = __real_caller_find(desk, arena, proof, out, err);
    finding_caller = false;
    if (is(PLANTED_bundle_of_stranger) && status == STATUS_DENIED && proof->bundle) {
        struct proof other = *proof;
        other.key_hash = planted_known_key();
        status = __real_caller_find(desk, arena, &other, out, err);
    }
    return status;
}

REAL(enum status, device_readmit, struct work *work, const struct readmit_wish *wish, struct uuid *device, struct err *err)
{
    readmitting = true;
    enum status status = __real_device_readmit(work, wish, device, err);
    readmitting = false;
    if (status == STATUS_OK)
        planted.readmitted[planted.n_readmitted++ % 8] = *device;
    return status;
}

REAL(struct uuid, device_of_key, const struct sha256 *key_hash)
{
    struct uuid device = __real_device_of_key(key_hash);
    if (is(PLANTED_readmitted_renamed) && readmitting)
        device.bytes[0]++;
    return device;
}

/* What the statement that finds a caller asks of a column is when the device was revoked. */
REAL(bool, sql_is_null, struct sql_statement *s, int column)
{
    return (is(PLANTED_revoked_accepted) && finding_caller) || __real_sql_is_null(s, column);
}

REAL(enum status, caller_check_read, struct desk *desk, const struct caller *caller, uint32_t stream, struct err *err)
{
    return is(PLANTED_other_school) ? STATUS_OK : __real_caller_check_read(desk, caller, stream, err);
}

REAL(void, stream_hash_change, struct stream_hash *h, const struct record *before, const struct record *after)
{
    if (is(PLANTED_hash_not_updated) && planted.in_server && planted_now_and_then(20))
        return;
    __real_stream_hash_change(h, before, after);
    if (is(PLANTED_effect_twice) && !planted.in_server && planted_now_and_then(30))
        __real_stream_hash_change(h, before, after);
}

/* ---- after a restore ---- */

REAL(void, recover_apply, struct arena *arena, const struct record *current, uint32_t stream, const struct edit *effect,
     const struct recover_mark *marks, const struct recover_origin *origin, struct recovered *out)
{
    struct recover_mark *blind = ARENA_ARRAY(arena, effect->kind->n_fields, struct recover_mark);
    memcpy(blind, marks, effect->kind->n_fields * sizeof *blind);
    for (size_t i = 0; i < effect->kind->n_fields; i++) {
        if (is(PLANTED_recovery_lowest) && blind[i].lead.epoch)
            blind[i].lead.epoch = UINT64_MAX;
        if (is(PLANTED_recovery_overwrites))
            blind[i].edited_epoch = 0;
    }
    __real_recover_apply(arena, current, stream, effect, blind, origin, out);
}

REAL(enum status, recover_commit_again, struct recovering *r, const struct commit *lost, const struct recover_origin *origin,
     bool *known, struct err *err)
{
    if (is(PLANTED_recovery_drops) && planted_now_and_then(4))
        return STATUS_OK;
    enum status status = __real_recover_commit_again(r, lost, origin, known, err);
    return status == STATUS_OK && is(PLANTED_recovery_twice) ? __real_recover_commit_again(r, lost, origin, known, err) : status;
}

REAL(enum status, recover_tell_homeless, struct again *a, struct err *err)
{
    return is(PLANTED_recovery_hides) ? STATUS_OK : __real_recover_tell_homeless(a, err);
}

REAL(enum status, loss_note_row, struct work *work, const struct row *row, const struct commit *commit, struct err *err)
{
    return is(PLANTED_beginning_forgotten) ? STATUS_OK : __real_loss_note_row(work, row, commit, err);
}

REAL(enum status, table_to_wire, struct arena *arena, const struct table *table, Lianxin__Table **out, struct err *err)
{
    enum status status = __real_table_to_wire(arena, table, out, err);
    if (is(PLANTED_answer_short) && status == STATUS_OK && (*out)->n_lines > 1)
        (*out)->n_lines--;
    return status;
}
