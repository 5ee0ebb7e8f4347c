/* SPDX-License-Identifier: Apache-2.0 */
#include "server/net/completion.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum status completion_open(struct completion *completion, struct err *err)
{
    char text[128];
    int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (fd < 0)
        return err_set(err, STATUS_FAILED, "cannot make an eventfd: %s", err_errno(errno, text, sizeof text));
    completion->fd = fd;
    atomic_init(&completion->newest, NULL);
    return STATUS_OK;
}

void completion_close(struct completion *completion)
{
    close(completion->fd);
}

void completion_wake(struct completion *completion)
{
    int before = errno;
    ssize_t n = write(completion->fd, &(uint64_t){1}, sizeof(uint64_t));
    (void)n; /* it can only fail when the counter is full: then the reader is awake anyway */
    errno = before;
}

void completion_put(struct completion *completion, struct request *request)
{
    struct request *newest = atomic_load_explicit(&completion->newest, memory_order_relaxed);
    do {
        request->next = newest;
    } while (
        !atomic_compare_exchange_weak_explicit(&completion->newest, &newest, request, memory_order_release, memory_order_relaxed));
    if (!newest)
        completion_wake(completion);
}

struct request *completion_take(struct completion *completion)
{
    /* The fd first: whoever puts after this read wakes us again. */
    uint64_t count;
    ssize_t n = read(completion->fd, &count, sizeof count);
    (void)n;
    struct request *at = atomic_exchange_explicit(&completion->newest, NULL, memory_order_acquire), *oldest = NULL;
    while (at) {
        struct request *next = at->next;
        at->next = oldest;
        oldest = at;
        at = next;
    }
    return oldest;
}
