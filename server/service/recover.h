/* SPDX-License-Identifier: Apache-2.0
 *
 * Bringing back what a restore lost: clients offer the journal rows they kept, and each that this server does not hold is committed
 * again. Its seal proves that it was accepted once, so roles and states are not checked a second time (common/sync/recover.h). */
#ifndef SERVER_SERVICE_RECOVER_H
#define SERVER_SERVICE_RECOVER_H

#include "common/sync/commit.h"
#include "server/service/caller.h"

struct offer {
    uint32_t stream;
    const struct row *rows; /* oldest first */
    size_t n;
    uint64_t epoch, rev; /* the last row its author knows of: what is missing below it at the end is lost */
};
struct offer_done {
    uint32_t recovered, known, refused;
    uint64_t head;
};
/* DENIED for a stream the device may not read; a row without this district's seal, or of another stream, is counted as refused. */
enum status recover_offer(struct work *work, const struct offer *offer, struct offer_done *out, struct err *err) MUST_CHECK;

#endif
