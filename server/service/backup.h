/* SPDX-License-Identifier: Apache-2.0
 *
 * The backups that were made of this database and verified: what is inside the oldest of them is safe, and clients need not keep
 * it any longer. The files themselves are the operator's and looked after by server/cmd. */
#ifndef SERVER_SERVICE_BACKUP_H
#define SERVER_SERVICE_BACKUP_H

#include "server/service/caller.h"

#define LIMIT_BACKUPS 10000u /* remembered at once */

struct backup_stream {
    uint32_t stream;
    uint64_t rev; /* its head inside the backup */
};
struct backup {
    const char *path; /* absolute */
    int64_t made_ms;  /* when the database was copied */
    uint64_t epoch;
    uint64_t bytes;
    uint64_t commits;                    /* only from backup_list() */
    const struct backup_stream *streams; /* only for backup_put() */
    size_t n_streams;
};

/* Remembers a backup. The same path again: the earlier file was replaced. INVALID when it was not made of this database in its
 * present life. */
enum status backup_put(struct work *work, const struct backup *backup, struct err *err) MUST_CHECK;
/* Forgets one whose file is gone; nothing when it is not known. */
enum status backup_forget(struct work *work, const char *path, struct err *err) MUST_CHECK;
/* All, oldest first; in work->arena. */
enum status backup_list(struct work *work, const struct backup **out, size_t *n, struct err *err) MUST_CHECK;
/* When the newest was made; 0: there is none. */
enum status backup_find_newest(struct sql *db, int64_t *made_ms, struct err *err) MUST_CHECK;
/* The revision of a stream up to which every remembered backup holds it; 0 when there is none. */
enum status backup_find_safe_rev(struct work *work, uint32_t stream, uint64_t *out, struct err *err) MUST_CHECK;

#endif
