/* SPDX-License-Identifier: Apache-2.0
 *
 * The way back from the lanes' threads to the I/O thread: a list that anybody may push to and one thread takes whole, and an
 * eventfd that wakes that thread. */
#ifndef SERVER_NET_COMPLETION_H
#define SERVER_NET_COMPLETION_H

#include <stdatomic.h>

#include "common/base/err.h"
#include "server/lane/request.h"

struct completion {
    struct request *_Atomic newest;
    int fd; /* readable when there is something to take */
};

enum status completion_open(struct completion *completion, struct err *err) MUST_CHECK;
void completion_close(struct completion *completion);
/* From any thread. */
void completion_put(struct completion *completion, struct request *request);
/* Everything put since, oldest first, linked by next. */
struct request *completion_take(struct completion *completion);
/* Makes fd readable without a request; also from a signal handler. */
void completion_wake(struct completion *completion);

#endif
