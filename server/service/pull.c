/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/pull.h"

#include <string.h>

#include "server/service/backup.h"
#include "server/service/digests.h"
#include "server/service/loss.h"
#include "server/service/news.h"
#include "server/service/presence.h"

/* Is the cursor a point of this journal's past? */
static enum status find_cursor(struct work *work, const struct pull *pull, bool *known, struct err *err)
{
    struct sha256 digest;
    if (!pull->rev) {
        *known = true;
        return STATUS_OK;
    }
    enum status st = digests_find(work->desk, work->arena, pull->stream, pull->rev, &digest, known, err);
    if (st == STATUS_OK && *known)
        *known = sha256_equal(&digest, &pull->digest);
    return st;
}

/* A restore explains a cursor that is not known, when it is of a life before. */
static enum status find_fork(struct work *work, const struct pull *pull, struct pull_done *done, struct err *err)
{
    struct journal_row row;
    bool known = true;
    if (done->outcome != PULL_UNKNOWN || !work->desk->core->restored || !pull->epoch || pull->epoch >= done->epoch)
        return STATUS_OK;
    enum status st = loss_find_fork(work, pull->stream, pull->epoch, &done->fork_rev, err);
    if (st == STATUS_OK && done->fork_rev)
        st = journal_find(work->desk->sql, work->arena, pull->stream, done->fork_rev, &row, &known, err);
    if (st == STATUS_OK && done->fork_rev && known)
        done->fork_digest = row.row.digest;
    done->forked = st == STATUS_OK && known;
    return st;
}

static size_t page_bytes(const struct work *work, uint32_t asked)
{
    size_t bytes = core_settings(work->desk->core)->page_bytes;
    return asked && asked < bytes ? asked : bytes;
}

/* Who got the last row holds everything. */
static void note_presence(struct core *core, const struct caller *caller, int64_t now_ms, uint32_t stream, bool complete)
{
    if (!uuid_is_zero(&caller->device))
        presence_note(core->presence, &caller->device, caller->stream, now_ms, complete && stream == caller->stream);
}

bool pull_nothing_new(struct core *core, const struct sha256 *key_hash, const struct pull *pull, int64_t now_ms,
                      struct pull_done *out)
{
    struct news_found found;
    if (!pull->rev || !news_find(core->news, key_hash, pull->stream, &found) || !caller_may_read(&found.caller, pull->stream) ||
        found.head != pull->rev || pull->min_rev > found.head || !sha256_equal(&found.digest, &pull->digest))
        return false;
    note_presence(core, &found.caller, now_ms, pull->stream, true);
    *out = (struct pull_done){.outcome = PULL_ROWS, .head = found.head, .epoch = core->epoch, .safe_rev = found.safe_rev};
    return true;
}

enum status pull_rows(struct work *work, const struct pull *pull, struct pull_done *out, struct err *err)
{
    struct pull_done done = {.outcome = PULL_UNKNOWN, .epoch = work->desk->core->epoch};
    bool known;
    enum status st = caller_check_read(work->desk, work->caller, pull->stream, err);
    if (st == STATUS_OK)
        st = find_cursor(work, pull, &known, err);
    if (st == STATUS_OK)
        st = journal_head_rev(work->desk->sql, pull->stream, &done.head, err);
    if (st)
        return st;
    st = backup_find_safe_rev(work, pull->stream, &done.safe_rev, err);
    if (st)
        return st;
    if (known && pull->min_rev <= done.head) {
        bool far = done.head - pull->rev > core_settings(work->desk->core)->snapshot_rows;
        done.outcome = far && !pull->every_row ? PULL_SNAPSHOT : PULL_ROWS;
    }
    st = find_fork(work, pull, &done, err);
    if (st == STATUS_OK && done.outcome == PULL_ROWS && pull->rev < done.head)
        st = journal_list(work->desk->sql, work->arena, pull->stream, pull->rev, page_bytes(work, pull->max_bytes), false,
                          &done.page, err);
    if (st)
        return st;
    note_presence(work->desk->core, work->caller, work->now_ms, pull->stream,
                  done.outcome == PULL_ROWS && pull->rev + done.page.n == done.head);
    if (!work->desk->heads) /* the writer may see what is not committed yet */
        news_note(work->desk->core->news, work->desk->begun, work->caller, pull->stream, done.safe_rev);
    *out = done;
    return STATUS_OK;
}

/* ---- snapshot ---- */

struct collecting {
    struct arena *arena;
    struct snapshot_done *out;
    size_t room, bytes, max_bytes;
};

static bool collect(void *context, const struct record *record)
{
    struct collecting *c = context;
    if (c->out->n == c->room) {
        size_t room = c->room ? c->room * 2 : 64;
        struct snapshot_record *records = ARENA_ARRAY(c->arena, room, struct snapshot_record);
        if (c->out->n)
            memcpy(records, c->out->records, c->out->n * sizeof *records);
        c->out->records = records;
        c->room = room;
    }
    struct snapshot_record *to = &c->out->records[c->out->n++];
    *to = (struct snapshot_record){.kind = record->kind->number, .id = record->id, .rev = record->rev, .dead = record->dead};
    record_encode(c->arena, record->message, &to->body, &to->body_bytes);
    c->bytes += to->body_bytes + 32;
    return c->bytes < c->max_bytes;
}

enum status pull_snapshot(struct work *work, const struct snapshot *snapshot, struct snapshot_done *out, struct err *err)
{
    const struct schema *schema = work->desk->core->config.schema;
    struct snapshot_done done = {.epoch = work->desk->core->epoch};
    struct collecting collecting = {.arena = work->arena, .out = &done, .max_bytes = page_bytes(work, 0)};
    bool any;
    enum status st = caller_check_read(work->desk, work->caller, snapshot->stream, err);
    if (st == STATUS_OK)
        st = journal_find_head(work->desk->sql, work->arena, snapshot->stream, &done.head, &any, err);
    if (st == STATUS_OK && !any)
        done.head = (struct journal_row){0};
    for (size_t i = 0; st == STATUS_OK && i < schema->n_kinds && collecting.bytes < collecting.max_bytes; i++) {
        const struct kind *kind = &schema->kinds[i];
        if (kind->number < snapshot->after_kind)
            continue;
        st = store_walk(work->desk->store, kind, snapshot->stream,
                        kind->number == snapshot->after_kind ? &snapshot->after_id : NULL, 0, collect, &collecting, err);
    }
    if (st)
        return st;
    if (snapshot->compare && !snapshot->after_kind)
        log_event(work->desk->core->config.log, LOG_WARN, "sync.compare", "peer", work->caller->peer, "person",
                  work->caller->person, "stream", arena_printf(work->arena, "%u", snapshot->stream), NULL);
    done.done = collecting.bytes < collecting.max_bytes;
    *out = done;
    return STATUS_OK;
}
