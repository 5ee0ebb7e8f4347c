/* SPDX-License-Identifier: Apache-2.0
 *
 * A bounded queue of requests between threads. */
#ifndef SERVER_LANE_QUEUE_H
#define SERVER_LANE_QUEUE_H

#include <pthread.h>

#include "server/lane/request.h"

#define QUEUE_REQUESTS_MAX 1024u
#define QUEUE_BYTES_MAX ((size_t)256 << 20) /* of request arenas and replies together, about */

struct queue {
    pthread_mutex_t mutex;
    pthread_cond_t filled;
    struct request *first, *last;
    size_t n, bytes;
    bool stopping;
};

void queue_init(struct queue *queue);
void queue_done(struct queue *queue); /* must be empty */
/* False when it is full or being stopped. */
bool queue_put(struct queue *queue, struct request *request);
/* Up to max requests, oldest first, linked by next; waits up to wait_ms for the first (QUEUE_FOREVER: as long as it takes). NULL:
 * empty. */
#define QUEUE_FOREVER INT64_MAX
struct request *queue_take(struct queue *queue, size_t max, int64_t wait_ms);
void queue_stop(struct queue *queue);
bool queue_is_stopping(struct queue *queue);
size_t queue_length(struct queue *queue);

#endif
