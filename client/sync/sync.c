/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/sync/sync_internal.h"

void sync_say(const struct sync_session *session, enum sync_stage stage, uint64_t done, uint64_t total)
{
    if (session->sync->progress)
        session->sync->progress(session->sync->progress_context, stage, done, total);
}

static enum status begin(struct sync_session *session, struct sync *sync, struct sync_report *report, struct err *err)
{
    *report = (struct sync_report){0};
    *session = (struct sync_session){.sync = sync, .report = report};
    arena_init(&session->arena, SYNC_ARENA_BYTES);
    const char *software;
    uint64_t marked = 0; /* a repair that was cut off */
    enum status s = cache_identity_get(sync->cache, &session->arena, &session->identity, err);
    if (s == STATUS_OK)
        s = outbox_count(sync->cache, OUTBOX_COPIED, &marked, err);
    if (s == STATUS_OK)
        s = cache_find_text(sync->cache, &session->arena, CACHE_META_software, &software, err);
    if (s != STATUS_OK)
        return s;
    session->copied = marked > 0;
    session->upgraded = software && strcmp(software, sync->software) != 0;
    return sync_say_hello(session, err);
}

static bool head_is_known(const struct sync_session *session, const struct cache_stream *line)
{
    for (size_t i = 0; i < session->hello->n_heads; i++) {
        const Lianxin__StreamHead *head = session->hello->heads[i];
        if (head->stream != line->stream)
            continue;
        bool same = !head->has_digest ||
                    (head->digest.len == SHA256_BYTES && memcmp(head->digest.data, line->digest.bytes, SHA256_BYTES) == 0);
        return same && head->rev == line->rev && session->hello->epoch == line->epoch && line->synced_ms;
    }
    return false;
}

bool sync_answer_ends(const struct sync_session *session, enum status s, const struct err *err)
{
    return session->sync->partial && s != STATUS_OK && err->reason == REASON_BUNDLE_ENDS;
}

/* Outside a bundle's answer nothing is known of the stream, and that is all. */
static enum status pull(struct sync_session *session, uint32_t stream, uint64_t min_rev, struct err *err)
{
    enum status s = sync_pull_stream(session, stream, min_rev, err);
    return sync_answer_ends(session, s, err) ? STATUS_OK : s;
}

static void add_stream(struct sync_session *session, uint32_t **streams, size_t *n, uint32_t stream)
{
    uint32_t *grown = ARENA_ARRAY(&session->arena, *n + 1, uint32_t);
    if (*n)
        memcpy(grown, *streams, *n * sizeof *grown);
    grown[(*n)++] = stream;
    *streams = grown;
}

/* Nothing new at the server and nothing sent: the hash decides whether to ask all the same. */
static enum status pull_if_new(struct sync_session *session, uint32_t stream, uint64_t min_rev, struct err *err)
{
    struct cache_stream line;
    enum status s = cache_stream_find(session->sync->cache, stream, &line, err);
    if (s != STATUS_OK || (session->sync->partial && session->hello->time_ms < line.synced_ms && !min_rev))
        return s;
    bool reread = line.unreadable && session->upgraded;
    if (min_rev <= line.rev && head_is_known(session, &line) && cache_stream_verified(&line) && !reread)
        return add_stream(session, &session->settled, &session->n_settled, stream), STATUS_OK;
    return pull(session, stream, min_rev, err);
}

/* Sequences of ours were used by somebody else: this folder is a copy, was copied, or is an old state of itself. In every stream
 * what the server took is pulled first, so that only what it really lacks is sent again, under a new name. */
static enum status renew_instance(struct sync_session *session, bool lost, struct err *err)
{
    struct cache *cache = session->sync->cache;
    struct uuid instance = uuid_new(session->sync->clock, session->sync->random);
    uint32_t *dirty = NULL;
    size_t n = 0;
    enum status s = sync_note_taken(session, err);
    if (s == STATUS_OK)
        s = outbox_list_streams(cache, &session->arena, &dirty, &n, err);
    for (size_t i = 0; i < n && s == STATUS_OK; i++)
        s = sync_pull_stream(session, dirty[i], 0, err);
    if (s == STATUS_OK)
        s = outbox_renumber(cache, &instance, err);
    if (s == STATUS_OK) {
        session->identity.instance = instance;
        session->renumbered = true;
        session->report->renewed = !lost;
        session->copied = false;
    }
    return s;
}

/* Before anything is sent into a stream that moved: the server must know what we hold. A push to a copy of its folder would be
 * taken there and missing where the district goes on. */
static enum status meet(struct sync_session *session, uint32_t stream, struct err *err)
{
    struct cache_stream line;
    enum status s = cache_stream_find(session->sync->cache, stream, &line, err);
    if (s == STATUS_OK && line.rev && !head_is_known(session, &line))
        s = pull(session, stream, 0, err);
    return s == STATUS_OK && session->copied ? renew_instance(session, false, err) : s;
}

/* Copies of one folder that sync at the same time: whoever comes second looks first at what the other has sent. */
static enum status push_all(struct sync_session *session, uint32_t stream, uint64_t *min_rev, struct err *err)
{
    for (unsigned i = 0; i < SYNC_BEHIND_MAX; i++) {
        enum status s = sync_push_stream(session, stream, min_rev, err);
        if (s != STATUS_BEHIND)
            return s;
        s = sync_pull_stream(session, stream, 0, err);
        if (s == STATUS_OK && session->copied)
            s = renew_instance(session, false, err);
        if (s != STATUS_OK)
            return s;
    }
    return err_reason(err, REASON_BUSY, NULL);
}

static enum status exchange(struct sync_session *session, uint32_t stream, struct err *err)
{
    uint64_t min_rev = 0;
    bool lost = false; /* after a restore: sequences whose rows nobody held any more */
    struct err other;
    enum status s = meet(session, stream, err);
    if (s == STATUS_OK)
        s = push_all(session, stream, &min_rev, err);
    if (s == STATUS_GAP && cache_was_offered(session->sync->cache, stream, &lost, &other))
        lost = false;
    if ((s == STATUS_CLONED || lost) && !session->renumbered) {
        s = renew_instance(session, lost, err);
        if (s == STATUS_OK)
            s = push_all(session, stream, &min_rev, err);
    }
    return s == STATUS_OK ? pull_if_new(session, stream, min_rev, err) : s;
}

static bool is_listed(const uint32_t *streams, size_t n, uint32_t stream)
{
    for (size_t i = 0; i < n; i++)
        if (streams[i] == stream)
            return true;
    return false;
}

/* A network, a device or a folder that fails, fails for all streams. */
static bool concerns_one_stream(enum status s, const struct err *err)
{
    switch (s) {
    case STATUS_DENIED:
        return err->reason == REASON_STREAM;
    case STATUS_CONFLICT:
    case STATUS_NOT_FOUND:
    case STATUS_INVALID:
    case STATUS_EXISTS:
    case STATUS_TOO_LARGE:
    case STATUS_CORRUPT:
    case STATUS_PROTOCOL:
    case STATUS_GAP:
    case STATUS_CLONED:
    case STATUS_BEHIND:
    case STATUS_REFUSED:
        return true;
    case STATUS_OK:
    case STATUS_FAILED:
    case STATUS_USAGE:
    case STATUS_UNAVAILABLE:
    case STATUS_NOT_UNDERSTOOD:
    case STATUS_NO_MEMORY:
    case STATUS_LOCKED:
        return false;
    }
    return false;
}

static bool has_failed(const struct sync_session *session, uint32_t stream)
{
    return is_listed(session->failed, session->n_failed, stream);
}

enum status sync_go_on(struct sync_session *session, uint32_t stream, enum status s, struct err *err)
{
    if (!concerns_one_stream(s, err))
        return s;
    if (!session->n_failed)
        session->failure = *err;
    add_stream(session, &session->failed, &session->n_failed, stream);
    session->report->failed = session->n_failed;
    session->report->failed_stream = session->failed[0];
    return STATUS_OK;
}

static enum status exchange_all(struct sync_session *session, const uint32_t *streams, size_t n, struct err *err)
{
    enum status s = STATUS_OK;
    for (size_t i = 0; i < n && s == STATUS_OK; i++)
        if (!has_failed(session, streams[i]))
            s = sync_go_on(session, streams[i], exchange(session, streams[i], err), err);
    return s;
}

static enum status pull_all(struct sync_session *session, const uint32_t *streams, size_t n, const uint32_t *done, size_t n_done,
                            struct err *err)
{
    enum status s = STATUS_OK;
    for (size_t i = 0; i < n && s == STATUS_OK; i++)
        if (!is_listed(done, n_done, streams[i]) && !has_failed(session, streams[i]))
            s = sync_go_on(session, streams[i], pull_if_new(session, streams[i], 0, err), err);
    return s;
}

/* The server was not reached; what it said then is known now. */
static enum status note_imported(struct sync_session *session, struct err *err)
{
    struct cache *cache = session->sync->cache;
    int64_t synced_ms;
    enum status s = cache_find_int(cache, CACHE_META_synced_ms, &synced_ms, err);
    if (s == STATUS_OK && session->report->server_ms > synced_ms)
        s = cache_put_int(cache, CACHE_META_synced_ms, session->report->server_ms, err);
    return s;
}

static enum status note_tried(struct sync_session *session, enum status s, const struct err *why, struct err *err)
{
    static const struct err none;
    struct cache *cache = session->sync->cache;
    enum status noted = cache_put_int(cache, CACHE_META_tried_ms, clock_now_ms(session->sync->clock), err);
    if (noted == STATUS_OK && s == STATUS_OK)
        noted = cache_put_int(cache, CACHE_META_synced_ms, session->report->server_ms, err);
    if (noted == STATUS_OK && s == STATUS_OK)
        noted = cache_put_meta(cache, CACHE_META_software, session->sync->software, strlen(session->sync->software), err);
    return noted == STATUS_OK ? cache_put_failure(cache, s == STATUS_OK ? &none : why, err) : noted;
}

static enum status note_settled(struct sync_session *session, struct err *err)
{
    struct cache *cache = session->sync->cache;
    enum status s = STATUS_OK;
    for (size_t i = 0; i < session->n_settled && s == STATUS_OK; i++) {
        struct cache_stream line;
        s = cache_stream_find(cache, session->settled[i], &line, err);
        if (s == STATUS_OK)
            s = cache_stream_settle(cache, line.stream, line.epoch, line.safe_rev, session->hello->time_ms, err);
    }
    return s;
}

/* What there is to note of a sync that ended with s because of why: in one commit, since each waits for the disk. */
static enum status note_end(struct sync_session *session, enum status s, const struct err *why, struct err *err)
{
    struct cache *cache = session->sync->cache;
    enum status noted = cache_begin(cache, err);
    if (noted != STATUS_OK)
        return noted;
    noted = sync_write_taken(session, err);
    if (noted == STATUS_OK && session->greeted)
        noted = sync_keep_hello(session, err);
    if (noted == STATUS_OK)
        noted = note_settled(session, err);
    if (noted == STATUS_OK && !session->sync->partial)
        noted = note_tried(session, s, why, err);
    else if (noted == STATUS_OK && s == STATUS_OK)
        noted = note_imported(session, err);
    return cache_end(cache, noted, err);
}

/* What of that could not be written must not hide that the sync was tried and why it is not whole. This may fail too: whatever
 * keeps it from being written is told already. */
static void note_failed(struct sync_session *session, enum status s, const struct err *why)
{
    struct cache *cache = session->sync->cache;
    struct err none;
    if (!session->sync->partial && cache_begin(cache, &none) == STATUS_OK)
        (void)!cache_end(cache, note_tried(session, s, why, &none), &none);
}

/* A folder that cannot be written outweighs what went wrong with the server. */
static enum status note_synced(struct sync_session *session, enum status s, struct err *err)
{
    struct err other;
    enum status noted = note_end(session, s, err, &other);
    if (noted == STATUS_OK)
        return s;
    *err = other;
    note_failed(session, noted, err);
    return noted;
}

/* What is to be offered a restored server goes into the next bundle. */
static enum status recover(struct sync_session *session, uint32_t **streams, size_t *n, struct err *err)
{
    enum status s = sync_recover(session, streams, n, err);
    return sync_answer_ends(session, s, err) ? err_reason(err, REASON_BUNDLE_OLD, NULL) : s;
}

static enum status run_session(struct sync_session *session, struct err *err)
{
    uint32_t *dirty = NULL, *restored = NULL;
    size_t n = 0, n_restored = 0;
    enum status s = recover(session, &restored, &n_restored, err);
    if (s == STATUS_OK)
        s = outbox_list_streams(session->sync->cache, &session->arena, &dirty, &n, err);
    if (s == STATUS_OK)
        s = exchange_all(session, dirty, n, err);
    const uint32_t own[] = {session->identity.stream, STREAM_PUBLIC};
    if (s == STATUS_OK)
        s = pull_all(session, own, 2, dirty, n, err);
    if (s == STATUS_OK)
        s = pull_all(session, restored, n_restored, dirty, n, err);
    if (s == STATUS_OK && session->copied && (s = renew_instance(session, false, err)) == STATUS_OK)
        s = exchange_all(session, dirty, n, err);
    return s;
}

enum status sync_run(struct sync *sync, struct sync_report *report, struct err *err)
{
    struct sync_session session;
    struct err why = {0};
    enum status s = begin(&session, sync, report, &why);
    if (s == STATUS_OK)
        s = run_session(&session, &why);
    if (s == STATUS_OK && session.n_failed) {
        why = session.failure;
        s = why.status;
    }
    s = note_synced(&session, s, &why);
    if (s != STATUS_OK && err)
        *err = why;
    arena_done(&session.arena);
    return s;
}

enum status sync_stream(struct sync *sync, uint32_t stream, struct sync_report *report, struct err *err)
{
    struct sync_session session;
    struct err why = {0};
    enum status s = begin(&session, sync, report, &why);
    uint32_t *restored;
    size_t n_restored;
    if (s == STATUS_OK)
        s = sync_recover(&session, &restored, &n_restored, &why);
    if (s == STATUS_OK && has_failed(&session, stream)) {
        why = session.failure;
        s = why.status;
    }
    if (s == STATUS_OK)
        s = sync_pull_stream(&session, stream, 0, &why);
    if (s == STATUS_OK)
        s = sync_keep_hello(&session, &why);
    if (s != STATUS_OK && err)
        *err = why;
    arena_done(&session.arena);
    return s;
}
