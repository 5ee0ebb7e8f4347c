/* SPDX-License-Identifier: Apache-2.0
 *
 * What a client asks to become current: journal rows after its cursor, or a snapshot of the records. */
#ifndef SERVER_SERVICE_PULL_H
#define SERVER_SERVICE_PULL_H

#include "common/sync/snapshot.h"
#include "server/service/caller.h"
#include "server/service/journal.h"

struct pull {
    uint32_t stream;
    uint64_t epoch;       /* of the cursor */
    uint64_t rev;         /* the last row held; 0: none */
    struct sha256 digest; /* of that row */
    uint64_t min_rev;
    uint32_t max_bytes; /* 0: as the server likes */
    bool every_row;     /* never a snapshot */
};
enum pull_outcome { PULL_ROWS, PULL_SNAPSHOT, PULL_UNKNOWN };
struct pull_done {
    enum pull_outcome outcome;
    struct journal_page page;
    uint64_t head, epoch, safe_rev;
    bool forked; /* UNKNOWN, of an earlier life: up to fork_rev that one was as this one is */
    uint64_t fork_rev;
    struct sha256 fork_digest;
};

/* Must run in one read transaction. UNKNOWN also when min_rev is beyond the journal: the server has lost what the client knows. */
enum status pull_rows(struct work *work, const struct pull *pull, struct pull_done *out, struct err *err) MUST_CHECK;

/* From memory, in any thread: true when the cursor is the head of its stream and the caller is known. False says nothing. */
bool pull_nothing_new(struct core *core, const struct sha256 *key_hash, const struct pull *pull, int64_t now_ms,
                      struct pull_done *out);

struct snapshot {
    uint32_t stream;
    uint32_t after_kind; /* 0: from the start */
    struct uuid after_id;
    bool compare;
};
struct snapshot_done {
    struct snapshot_record *records;
    size_t n;
    bool done;
    struct journal_row head; /* rev 0: an empty stream */
    uint64_t epoch;
};
/* A page of records by kind and id, tombstones too, with the head of the state it was read from. */
enum status pull_snapshot(struct work *work, const struct snapshot *snapshot, struct snapshot_done *out,
                          struct err *err) MUST_CHECK;

#endif
