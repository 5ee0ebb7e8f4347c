/* SPDX-License-Identifier: Apache-2.0
 *
 * What the writer keeps in memory: the head of every stream and the last sequence of every (instance, stream). Each value is there
 * twice: as committed and as of now, within the group being written; the two become one when the group is committed or undone.
 *
 * The heads come from the journal itself. The last sequences are kept in the derived table instance, written now and then: what the
 * table does not have yet is read from the rows after it. */
#ifndef SERVER_SERVICE_HEADS_H
#define SERVER_SERVICE_HEADS_H

#include "common/base/clock.h"
#include "common/db/sql.h"
#include "common/record/stream_hash.h"
#include "common/base/sha256.h"

struct heads;

struct head {
    uint64_t rev; /* 0: an empty stream */
    struct sha256 digest;
    struct stream_hash hash;
};
struct last {
    uint64_t sequence, rev; /* 0: never heard of */
};

/* NULL without memory. tell() learns of every head that is committed. */
struct heads *heads_new(const struct random *random,
                        void (*tell)(void *context, uint32_t stream, uint64_t rev, const struct sha256 *digest), void *context);
void heads_free(struct heads *heads);
enum status heads_load(struct heads *heads, struct sql *db, const struct schema *schema, struct err *err) MUST_CHECK;

struct head heads_get(const struct heads *heads, uint32_t stream);
struct last heads_get_last(const struct heads *heads, uint32_t stream, const struct uuid *instance);
/* A row was written: within the group. */
void heads_move(struct heads *heads, uint32_t stream, const struct head *head, const struct uuid *instance, uint64_t sequence);
/* The group was committed, or undone. */
void heads_commit(struct heads *heads);
void heads_undo(struct heads *heads);
/* Writes the last sequences that changed; inside a transaction of the caller's. heads_flushed() once that is committed. */
enum status heads_flush(struct heads *heads, struct sql *db, struct err *err) MUST_CHECK;
void heads_flushed(struct heads *heads);
/* Rows of the journal that a start would have to read again. */
size_t heads_unflushed_rows(const struct heads *heads);

#endif
