/* SPDX-License-Identifier: Apache-2.0
 *
 * The lock of a data folder: whoever opens its database for writing holds FOLDER/lock. The kernel lets go of it when the process
 * ends, however it ends. */
#ifndef COMMON_DB_LOCK_H
#define COMMON_DB_LOCK_H

#include "common/base/err.h"

#define LOCK_PAUSE_MS 50 /* between two tries, where who holds it is expected to be done soon */

struct lock;

/* LOCKED, naming the holder's process number, when another process (or another lock of this one) holds it; UNAVAILABLE when the
 * file cannot be made. Does not wait. */
enum status lock_open(const char *folder, struct lock **out, struct err *err) MUST_CHECK;
void lock_close(struct lock *lock);

#endif
