/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside client/cache only. */
#ifndef CLIENT_CACHE_CACHE_INTERNAL_H
#define CLIENT_CACHE_CACHE_INTERNAL_H

#include "client/cache/cache.h"
#include "common/sync/payload.h"

struct cache {
    struct sql *db;
    struct store *store;
    const struct schema *schema;
    uint64_t history_rows; /* cache_keep_history() */
    unsigned depth;        /* of cache_begin() */
    struct err failure;    /* of the first part of the commit under way that failed */
};

/* What one page or one change may need; a peer's page is at most 16 MiB. */
#define CACHE_ARENA_BYTES ((size_t)256 << 20)

/* Creates or upgrades the tables beside the record tables (cache_table.c). */
enum status cache_table_open(struct sql *db, bool writer, struct err *err) MUST_CHECK;

/* --- view.c: a record's confirmed state and the working view made from it --- */

/* The confirmed record, NULL when the server has none; *pending: changes made here wait on top of it. */
enum status view_find_base(struct cache *cache, struct arena *arena, uint32_t stream, const struct kind *kind,
                           const struct uuid *id, struct record **base, bool *pending, struct err *err) MUST_CHECK;
/* Replaces the confirmed record, in the base when pending, else in the view. base NULL: there is none. The view of a pending
 * record is refreshed by view_refresh(). */
enum status view_put_base(struct cache *cache, uint32_t stream, const struct kind *kind, const struct uuid *id,
                          const struct record *base, bool pending, struct err *err) MUST_CHECK;
/* working = base + what the outbox still holds; drops the base when nothing does. */
enum status view_refresh(struct cache *cache, uint32_t stream, const struct kind *kind, const struct uuid *id,
                         struct err *err) MUST_CHECK;
/* The same for every record an outbox row touched, after the row stopped counting. */
enum status view_release(struct cache *cache, uint32_t stream, uint64_t sequence, struct err *err) MUST_CHECK;

/* --- outbox.c --- */

enum status outbox_insert(struct cache *cache, const struct outbox_row *row, const struct edit *edits, size_t n,
                          struct err *err) MUST_CHECK;
enum outbox_news {
    OUTBOX_KNOWN,     /* nothing that was not known already */
    OUTBOX_CONFIRMED, /* taken, and its answer had not come */
    OUTBOX_REFUSED,   /* parked just now */
    OUTBOX_FOREIGN,   /* the sequence was used for another payload, by a copy of this data folder */
};
/* A push of this instance stands in the journal. Confirmed rows leave the outbox, refused ones are parked. */
enum status outbox_confirm(struct cache *cache, const struct commit *commit, const char *reasons, enum outbox_news *news,
                           struct err *err) MUST_CHECK;
/* A push of this device under another instance stands in the journal: another copy of this folder goes on under that name. When it
 * sent what waits here, too, that is marked (*marked), so that a renewal does not send it once more. */
enum status outbox_mark_copied(struct cache *cache, const struct commit *commit, bool *marked, struct err *err) MUST_CHECK;
/* A push of this instance stands in the journal, whose effects are not applied: when it waits here still, it is marked like one
 * that a copy has sent. *other: something else waits under its number. */
enum status outbox_mark_standing(struct cache *cache, const struct commit *commit, bool *other, struct err *err) MUST_CHECK;
/* The same as outbox_confirm() for all taken rows up to rev, when a snapshot stands for their journal rows. */
enum status outbox_confirm_until(struct cache *cache, uint32_t stream, uint64_t rev, struct err *err) MUST_CHECK;

/* --- cache_pull.c --- */

/* Keeps a journal row, byte for byte. */
enum status cache_journal_put(struct cache *cache, uint32_t stream, uint64_t epoch, uint64_t rev, const struct row *row,
                              struct err *err) MUST_CHECK;
/* An id among the meta values; all zero when there is none. */
enum status cache_find_id(struct cache *cache, struct arena *arena, enum cache_meta name, struct uuid *out,
                          struct err *err) MUST_CHECK;

#endif
