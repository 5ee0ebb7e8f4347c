/* SPDX-License-Identifier: Apache-2.0
 *
 * Trying again when the server was not reached. The pauses double from half a second to a minute, and each is shortened by up to a
 * half at random: hundreds of clients that lost the server at one moment do not all come back at the next. */
#ifndef CLIENT_SYNC_RETRY_H
#define CLIENT_SYNC_RETRY_H

#include "client/sync/sync.h"

#define RETRY_FIRST_MS 500
#define RETRY_LONGEST_MS 60000

struct retry {
    const struct clock *clock;
    const struct random *random;
    void (*sleep)(void *context, int64_t ms);
    void *sleep_context;
    int64_t wait_ms; /* no try begins later than this after the first one; 0: there is only one */
};

/* The pause before try number n, 1 for the second try. */
int64_t retry_pause_ms(const struct random *random, unsigned n);
/* Runs until something else than UNAVAILABLE comes out or the time is over: the last outcome. *report sums up what the tries
 * did. */
enum status retry_run(const struct retry *retry, enum status (*run)(void *context, struct sync_report *report, struct err *err),
                      void *context, struct sync_report *report, struct err *err) MUST_CHECK;

#endif
