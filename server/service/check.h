/* SPDX-License-Identifier: Apache-2.0
 *
 * Does what is stored agree with itself? The engine's own check; every journal row sealed by this district's key and linked to the
 * one before; the journal replayed from nothing against the hashes in it and the record tables; the derived table of last
 * sequences. */
#ifndef SERVER_SERVICE_CHECK_H
#define SERVER_SERVICE_CHECK_H

#include "common/table/table.h"
#include "server/service/caller.h"

/* One line a check and stream; *ok is false when any found something. Must run in one read transaction. Progress goes to the log.
 */
enum status check_all(struct work *work, struct table **out, bool *ok, struct err *err) MUST_CHECK;

#endif
