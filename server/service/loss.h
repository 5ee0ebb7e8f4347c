/* SPDX-License-Identifier: Apache-2.0
 *
 * The loss report of a restore: revisions that somebody knew of and that nobody has brought back. */
#ifndef SERVER_SERVICE_LOSS_H
#define SERVER_SERVICE_LOSS_H

#include "common/sync/commit.h"
#include "server/service/caller.h"

/* A client knows rows of `stream` up to `rev` of the life `epoch`: when that ended with a restore, what is missing below is lost.
 */
enum status loss_note_claim(struct work *work, uint32_t stream, uint64_t epoch, uint64_t rev, struct err *err) MUST_CHECK;

/* A row that came back, and whose place in `recovered` is noted: it tells which one was before it, so that the report can go from a
 * life that began with a restore to the one it began from. */
enum status loss_note_row(struct work *work, const struct row *row, const struct commit *commit, struct err *err) MUST_CHECK;

/* Where the journal of today left the one that the life `epoch` had: 0 when that is not known. */
enum status loss_find_fork(struct work *work, uint32_t stream, uint64_t epoch, uint64_t *out, struct err *err) MUST_CHECK;

/* For each life that ended and stream the lost revisions, as text like "15-17, 20"; calls say() only for streams that miss any.
 * Each stands with the life that made it; where the row that a life began with, or the one before that, is lost too, all of them
 * stand with the life that clients knew them in, which may name some that came back as those of a life before. */
enum status loss_list(struct work *work,
                      void (*say)(void *context, uint32_t stream, uint64_t epoch, uint64_t missing, const char *ranges),
                      void *context, struct err *err) MUST_CHECK;

#endif
