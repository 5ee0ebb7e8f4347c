/* SPDX-License-Identifier: Apache-2.0
 *
 * The journal: one row for each accepted push, at once history, duplicate check and audit trail (table journal). Its key is one
 * integer, stream << 40 | rev, so there are at most 2^23 streams of 2^40 revisions: rows are large, and SQLite finds a row of an
 * integer key without looking into others. */
#ifndef SERVER_SERVICE_JOURNAL_H
#define SERVER_SERVICE_JOURNAL_H

#include "common/db/sql.h"
#include "common/sync/commit.h"

/* A row larger than this is not written: it could not be passed on in one reply. */
#define LIMIT_ROW_BYTES ((size_t)12 << 20)

struct journal_row {
    uint32_t stream;
    uint64_t rev;
    struct uuid instance;
    uint64_t sequence;
    struct row row;
};

/* Inserting (stream, rev) is the compare-and-set: EXISTS when somebody was first. */
enum status journal_insert(struct sql *db, const struct journal_row *row, struct err *err) MUST_CHECK;
/* *found says whether there is one; in arena. */
enum status journal_find(struct sql *db, struct arena *arena, uint32_t stream, uint64_t rev, struct journal_row *out, bool *found,
                         struct err *err) MUST_CHECK;
/* The newest row of a stream. */
enum status journal_find_head(struct sql *db, struct arena *arena, uint32_t stream, struct journal_row *out, bool *found,
                              struct err *err) MUST_CHECK;
/* Its revision alone; 0: an empty stream. */
enum status journal_head_rev(struct sql *db, uint32_t stream, uint64_t *out, struct err *err) MUST_CHECK;
/* The row that took sequence, looked for from at_most_rev downwards. */
enum status journal_find_sequence(struct sql *db, struct arena *arena, uint32_t stream, const struct uuid *instance,
                                  uint64_t sequence, uint64_t at_most_rev, struct journal_row *out, bool *found,
                                  struct err *err) MUST_CHECK;
/* Does a row after a revision stand there of the same device under another instance? */
enum status journal_find_copy(struct sql *db, uint32_t stream, uint64_t after_rev, const struct uuid *instance,
                              const struct uuid *device, bool *found, struct err *err) MUST_CHECK;
/* Rows after a revision, ascending: at least one when there is any, then as many as stay within max_bytes of bodies. Without
 * digests those of the rows are left zero: who only passes the rows on need not hash them. */
struct journal_page {
    struct journal_row *rows;
    size_t n;
};
enum status journal_list(struct sql *db, struct arena *arena, uint32_t stream, uint64_t after_rev, size_t max_bytes, bool digests,
                         struct journal_page *out, struct err *err) MUST_CHECK;
/* The next stream after this one that has rows; 0: none. */
enum status journal_next_stream(struct sql *db, uint32_t after, uint32_t *out, struct err *err) MUST_CHECK;
/* Who took which sequence with which revision: the rows after a revision, ascending, without their bodies. */
enum status journal_visit(struct sql *db, uint32_t stream, uint64_t after_rev,
                          void (*visit)(void *context, const struct uuid *instance, uint64_t sequence, uint64_t rev), void *context,
                          struct err *err) MUST_CHECK;
/* Every stream that has rows, ascending, with its newest revision; a failure of visit ends it. Also reads a database whose tables
 * are still those of the version before: it is backed up before they are changed. */
enum status journal_visit_heads(struct sql *db, enum status (*visit)(void *context, uint32_t stream, uint64_t rev, struct err *err),
                                void *context, struct err *err) MUST_CHECK;

#endif
