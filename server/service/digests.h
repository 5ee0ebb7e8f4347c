/* SPDX-License-Identifier: Apache-2.0
 *
 * The digests of journal rows that clients name again and again: their cursors. A row never changes once it is committed, so what a
 * reader's desk has found it keeps, newest per place, instead of reading and hashing a whole import to answer "nothing new". */
#ifndef SERVER_SERVICE_DIGESTS_H
#define SERVER_SERVICE_DIGESTS_H

#include "server/service/core.h"

struct digests;
void digests_free(struct digests *digests);

/* *found false: there is no such row. */
enum status digests_find(struct desk *desk, struct arena *arena, uint32_t stream, uint64_t rev, struct sha256 *out, bool *found,
                         struct err *err) MUST_CHECK;

#endif
