/* SPDX-License-Identifier: Apache-2.0
 *
 * The client's own database: never less durable than the server's.
 *
 *   record tables   the working view: what the person sees (common/db/store.h)
 *   base            for every record with pending edits, the server's confirmed state; working = base + outbox
 *   outbox          what was changed here and is not yet confirmed by a journal row, in order, payload bytes frozen
 *   journal         every row pulled, byte for byte, until it is inside a backup the server has verified
 *   stream          one line per stream: how far it is known, the hash of its base, a snapshot under way
 *
 * One process at a time opens the cache for writing (common/db/lock.h); readers go on meanwhile. */
#ifndef CLIENT_CACHE_CACHE_H
#define CLIENT_CACHE_CACHE_H

#include "common/base/sha256.h"
#include "common/db/store.h"
#include "common/record/stream_hash.h"
#include "common/sync/commit.h"
#include "common/sync/snapshot.h"

struct cache;

/* path is the database file; writer creates it. vfs: see sql_open(). schema outlives the cache. */
enum status cache_open(const char *path, const struct schema *schema, bool writer, const char *vfs, struct cache **out,
                       struct err *err) MUST_CHECK;
void cache_close(struct cache *cache);
/* How many of the latest journal rows of a stream stay for people to look back on (history, undo), although a backup of the server
 * holds them already. 0 unless this is called. */
void cache_keep_history(struct cache *cache, uint64_t rows);
/* Everything between the two is one commit, kept whole or not at all: each commit waits for the disk. They may be nested; the
 * outermost counts. With another status than OK, cache_end() returns it, and everything is undone when the outermost ends: that one
 * fails too, whatever it is told, and nothing more can begin inside it. */
enum status cache_begin(struct cache *cache, struct err *err) MUST_CHECK;
enum status cache_end(struct cache *cache, enum status s, struct err *err) MUST_CHECK;
/* Rows written since it was opened: the same number before and after means that nothing was. */
int64_t cache_count_written(const struct cache *cache);
/* The working view, for reading. Nobody but the cache writes to it. */
struct store *cache_store(struct cache *cache);
const struct schema *cache_schema(const struct cache *cache);

/* --- who this client is, and what it knows about the district (cache_meta.c) --- */

enum cache_meta {
#define META(name) CACHE_META_##name,
#include "client/cache/meta.def"
#undef META
};

/* Texts and bytes by name; *text is NULL, *data is NULL when there is none. In arena. */
enum status cache_find_text(struct cache *cache, struct arena *arena, enum cache_meta name, const char **text,
                            struct err *err) MUST_CHECK;
enum status cache_find_bytes(struct cache *cache, struct arena *arena, enum cache_meta name, const void **data, size_t *bytes,
                             struct err *err) MUST_CHECK;
/* data NULL removes. */
enum status cache_put_meta(struct cache *cache, enum cache_meta name, const void *data, size_t bytes, struct err *err) MUST_CHECK;
enum status cache_find_int(struct cache *cache, enum cache_meta name, int64_t *value,
                           struct err *err) MUST_CHECK; /* 0 when absent */
enum status cache_put_int(struct cache *cache, enum cache_meta name, int64_t value, struct err *err) MUST_CHECK;

/* Why the last try to reach the server failed, with its reason, so that it can be worded later; STATUS_OK: it did not. */
enum status cache_put_failure(struct cache *cache, const struct err *failure, struct err *err) MUST_CHECK;
enum status cache_find_failure(struct cache *cache, struct err *failure, struct err *err) MUST_CHECK;

struct cache_identity {
    struct uuid instance; /* this life of the local data */
    struct uuid device;
    uint32_t role;                                             /* enum role of common/wire/message.h */
    uint32_t stream;                                           /* the device's own: its school's, or the district's internal one */
    const char *person, *school_code, *school_name, *district; /* never NULL; codes "" for a district device */
};
/* NOT_FOUND with a next step when this client has not joined. */
enum status cache_identity_get(struct cache *cache, struct arena *arena, struct cache_identity *out, struct err *err) MUST_CHECK;
enum status cache_identity_put(struct cache *cache, const struct cache_identity *identity, struct err *err) MUST_CHECK;

/* --- streams (cache_stream.c) --- */

struct cache_stream {
    uint32_t stream;
    uint64_t epoch, rev;     /* of the last row held; rev 0: none */
    struct sha256 digest;    /* of that row */
    struct stream_hash base; /* of the confirmed records, kept incrementally */
    struct stream_hash head; /* what the server says it is at rev */
    uint64_t safe_rev;
    uint64_t last_sequence; /* the last one used here */
    int64_t synced_ms;      /* by the server's clock; 0: never */
    uint64_t unreadable;    /* rows or records that this version could not read */
};
/* All zero but the number when it is not known yet. */
enum status cache_stream_find(struct cache *cache, uint32_t stream, struct cache_stream *out, struct err *err) MUST_CHECK;
enum status cache_stream_put(struct cache *cache, const struct cache_stream *line, struct err *err) MUST_CHECK;
/* After a pull that reached the head: what the server said with it. Journal rows that are safe in its backup are let go. */
enum status cache_stream_settle(struct cache *cache, uint32_t stream, uint64_t epoch, uint64_t safe_rev, int64_t now_ms,
                                struct err *err) MUST_CHECK;
struct cache_stream_list {
    struct cache_stream *items;
    size_t n;
};
enum status cache_stream_list(struct cache *cache, struct arena *arena, struct cache_stream_list *out, struct err *err) MUST_CHECK;

/* --- changes made here (cache_change.c, outbox.c) --- */

/* One local commit: the working view and one outbox row, durable together or not at all. INVALID when the result breaks a rule,
 * CONFLICT when the view changed since the edits were made; nothing is changed then. *sequence may be NULL. */
enum status cache_change(struct cache *cache, uint32_t stream, const struct edit *edits, size_t n, const char *note, int64_t now_ms,
                         uint64_t *sequence, struct err *err) MUST_CHECK;

enum outbox_state {
    OUTBOX_WAITING = 0, /* not acknowledged */
    OUTBOX_TAKEN = 1,   /* the server committed it as rev; its journal row is not here yet */
    OUTBOX_PARKED = 2,  /* refused as a whole: out of the view, waiting for a person */
    OUTBOX_COPIED = 3,  /* another copy of this folder has sent it under a name of its own */
};
struct outbox_row {
    uint32_t stream;
    uint64_t sequence;
    enum outbox_state state;
    const uint8_t *payload;
    size_t payload_bytes;
    const char *note;
    int64_t made_ms;
    uint64_t rev;        /* TAKEN, PARKED: the commit */
    const char *reasons; /* PARKED: one a line, else "" */
};
/* Taken rows of a stream wait again: the server that took them was restored. *n: how many. */
enum status outbox_untake(struct cache *cache, uint32_t stream, int64_t *n, struct err *err) MUST_CHECK;
/* The first row of a stream after a sequence that is to be sent (waiting, or sent by a copy only); false when there is none. In
 * arena. */
enum status outbox_find_next(struct cache *cache, struct arena *arena, uint32_t stream, uint64_t after, bool *found,
                             struct outbox_row *out, struct err *err) MUST_CHECK;
struct outbox_list {
    struct outbox_row *items;
    size_t n;
};
/* Rows in a state, of all streams, in order. In arena. */
enum status outbox_list(struct cache *cache, struct arena *arena, enum outbox_state state, struct outbox_list *out,
                        struct err *err) MUST_CHECK;
/* Is anything of a stream waiting or taken? */
enum status outbox_is_empty(struct cache *cache, uint32_t stream, bool *empty, struct err *err) MUST_CHECK;
/* The streams with rows that are waiting or taken, or were refused by a commit that is not here yet, in order. In arena. */
enum status outbox_list_streams(struct cache *cache, struct arena *arena, uint32_t **out, size_t *n, struct err *err) MUST_CHECK;
enum status outbox_count(struct cache *cache, enum outbox_state state, uint64_t *n, struct err *err) MUST_CHECK;
/* The server's answer. Both are idempotent. */
enum status outbox_take(struct cache *cache, uint32_t stream, uint64_t sequence, uint64_t rev, struct err *err) MUST_CHECK;
enum status outbox_park(struct cache *cache, uint32_t stream, uint64_t sequence, uint64_t rev, const char *reasons,
                        struct err *err) MUST_CHECK;
/* Forgets a parked row for good. */
enum status outbox_drop(struct cache *cache, uint32_t stream, uint64_t sequence, struct err *err) MUST_CHECK;
/* A new life: what is not confirmed is numbered from 1 again, under a new instance, and waits. A row that was taken but whose
 * journal row never came waits again, too. */
enum status outbox_renumber(struct cache *cache, const struct uuid *instance, struct err *err) MUST_CHECK;
/* Is there anything pending for this record? */
enum status outbox_is_pending(struct cache *cache, uint32_t stream, const struct kind *kind, const struct uuid *id, bool *pending,
                              struct err *err) MUST_CHECK;

/* --- what the server says (cache_pull.c, snapshot.c) --- */

struct cache_applied {
    uint64_t rows;       /* journal rows taken */
    uint64_t records;    /* records whose confirmed state changed by somebody else's commit */
    uint64_t conflicts;  /* open conflicts that appeared */
    uint64_t confirmed;  /* own pushes found taken whose answer had not come */
    uint64_t parked;     /* own pushes found refused */
    uint64_t foreign;    /* pushes in our name that were not made here: this folder is a copy, was copied, or is an old state */
    uint64_t unreadable; /* rows kept but not applied: this version cannot read them */
};
/* A page of consecutive rows in one transaction: chain verified, effects applied to base or view, own outbox rows confirmed.
 * CORRUPT when a row does not continue the chain. Adds to *applied. */
enum status cache_apply_rows(struct cache *cache, uint32_t stream, const struct row *rows, size_t n, struct cache_applied *applied,
                             struct err *err) MUST_CHECK;
/* Does the hash of the confirmed records equal the server's? */
bool cache_stream_verified(const struct cache_stream *line);

/* A snapshot is staged page by page and survives restarts; it replaces the confirmed records in one step when it is whole. */
struct snapshot_mark {
    bool begun;
    uint64_t epoch;      /* of page one */
    uint32_t after_kind; /* the last record staged */
    struct uuid after_id;
};
struct snapshot_page {
    const struct snapshot_record *records;
    size_t n;
    uint64_t rev, epoch; /* the head noted before the page */
    struct row row;      /* the journal row at rev; body NULL when rev is 0 */
};
enum status snapshot_find(struct cache *cache, uint32_t stream, struct snapshot_mark *out, struct err *err) MUST_CHECK;
/* The first page's head becomes the cursor when the snapshot is done. */
enum status snapshot_add(struct cache *cache, uint32_t stream, const struct snapshot_page *page, struct err *err) MUST_CHECK;
/* *differing: records that were not the same before. */
enum status snapshot_finish(struct cache *cache, uint32_t stream, uint64_t *differing, struct err *err) MUST_CHECK;
enum status snapshot_drop(struct cache *cache, uint32_t stream, struct err *err) MUST_CHECK;

/* --- after the server was restored (cache_offer.c) --- */

struct offer_page {
    uint64_t epoch, rev; /* in: the last row of the page before, zero at first; out: of this page */
    struct row *rows;
    size_t n;
};
/* Kept rows of lives of the server before epoch, oldest first, about max_bytes of them. In arena. */
enum status cache_list_offer(struct cache *cache, struct arena *arena, uint32_t stream, uint64_t epoch, struct offer_page *page,
                             size_t max_bytes, struct err *err) MUST_CHECK;
/* The server holds all that was offered, up to its revision rev: once that is safe, rows of earlier lives are let go. */
enum status cache_note_offered(struct cache *cache, uint32_t stream, uint64_t rev, struct err *err) MUST_CHECK;

/* Rows of a restored server's present life that a snapshot will stand for: kept like those that are applied, so that they can be
 * offered, and looked at once for pushes that wait here and have been made: they are sent as they are, or dropped at a renewal.
 * after: the row before, its digest all zero at revision 0; moves on. CORRUPT when a row does not continue it. *foreign as in
 * cache_applied. */
struct cache_place {
    uint64_t rev;
    struct sha256 digest;
};
enum status cache_keep_rows(struct cache *cache, uint32_t stream, const struct row *rows, size_t n, struct cache_place *after,
                            uint64_t *foreign, struct err *err) MUST_CHECK;

/* Was the server of this stream ever restored under this client? */
enum status cache_was_offered(struct cache *cache, uint32_t stream, bool *offered, struct err *err) MUST_CHECK;

/* Journal rows of a stream kept here, oldest first; visit returns false to stop. The row is visit's until it returns. */
enum status cache_walk_journal(struct cache *cache, uint32_t stream,
                               bool (*visit)(void *context, uint64_t rev, const struct row *row), void *context,
                               struct err *err) MUST_CHECK;

#endif
