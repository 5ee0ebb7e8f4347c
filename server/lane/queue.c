/* SPDX-License-Identifier: Apache-2.0 */
#include "server/lane/queue.h"

#include <time.h>

#include "common/base/clock.h"

void queue_init(struct queue *queue)
{
    *queue = (struct queue){.n = 0};
    pthread_mutex_init(&queue->mutex, NULL);
    /* Waits end by the clock that nobody sets. */
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&queue->filled, &attributes);
    pthread_condattr_destroy(&attributes);
}

void queue_done(struct queue *queue)
{
    pthread_cond_destroy(&queue->filled);
    pthread_mutex_destroy(&queue->mutex);
}

bool queue_put(struct queue *queue, struct request *request)
{
    size_t bytes = request->arena.used_bytes;
    pthread_mutex_lock(&queue->mutex);
    /* A request that is large by itself is taken when nothing else waits. */
    bool room = !queue->stopping && queue->n < QUEUE_REQUESTS_MAX && (!queue->n || queue->bytes + bytes <= QUEUE_BYTES_MAX);
    if (room) {
        request->next = NULL;
        if (queue->last)
            queue->last->next = request;
        else
            queue->first = request;
        queue->last = request;
        queue->n++;
        queue->bytes += bytes;
        pthread_cond_signal(&queue->filled);
    }
    pthread_mutex_unlock(&queue->mutex);
    return room;
}

static struct timespec moment(int64_t wait_ms)
{
    struct clock clock = clock_system(0);
    int64_t at_ms = clock_mono_ms(&clock) + wait_ms;
    return (struct timespec){.tv_sec = at_ms / 1000, .tv_nsec = at_ms % 1000 * 1000000};
}

struct request *queue_take(struct queue *queue, size_t max, int64_t wait_ms)
{
    bool forever = wait_ms == QUEUE_FOREVER, waits = wait_ms > 0;
    struct timespec until = moment(forever ? 0 : wait_ms);
    pthread_mutex_lock(&queue->mutex);
    while (waits && !queue->n && !queue->stopping)
        if (forever)
            pthread_cond_wait(&queue->filled, &queue->mutex);
        else
            waits = pthread_cond_timedwait(&queue->filled, &queue->mutex, &until) == 0;
    struct request *first = queue->first, *last = NULL;
    for (size_t i = 0; i < max && queue->first; i++) {
        last = queue->first;
        queue->first = last->next;
        queue->n--;
        queue->bytes -= last->arena.used_bytes;
    }
    if (last)
        last->next = NULL;
    if (!queue->first)
        queue->last = NULL;
    pthread_mutex_unlock(&queue->mutex);
    return last ? first : NULL;
}

void queue_stop(struct queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    queue->stopping = true;
    pthread_cond_broadcast(&queue->filled);
    pthread_mutex_unlock(&queue->mutex);
}

bool queue_is_stopping(struct queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    bool stopping = queue->stopping;
    pthread_mutex_unlock(&queue->mutex);
    return stopping;
}

size_t queue_length(struct queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    size_t n = queue->n;
    pthread_mutex_unlock(&queue->mutex);
    return n;
}
