/* SPDX-License-Identifier: Apache-2.0
 *
 * Lanes: where requests meet the database. A lane is a bounded queue and a step over it; threads are put around the step by
 * lane_start().
 *
 * The write lane takes whatever has queued up, decides and writes each request, commits once and only then releases the replies:
 * group commit, without a timer. When the group cannot be committed every request of it hears UNAVAILABLE and nothing has changed;
 * when one request of several spoils the group for another reason each is tried again alone. The read lane's threads share one
 * queue, each with a desk of its own; a request sees one snapshot. */
#ifndef SERVER_LANE_LANE_H
#define SERVER_LANE_LANE_H

#include "server/lane/request.h"
#include "server/service/core.h"

#define LANE_GROUP_MAX 128u
#define LANE_READERS_MAX 16u

struct lanes;

struct lanes_config {
    struct core *core;
    unsigned readers; /* 1 … LANE_READERS_MAX */
};

enum status lanes_open(const struct lanes_config *config, struct lanes **out, struct err *err) MUST_CHECK;
/* Without threads: lanes_step() does the work. */
enum status lanes_start(struct lanes *lanes, struct err *err) MUST_CHECK;
/* Answers what is queued, takes nothing new (STOPPING), ends the threads. */
void lanes_stop(struct lanes *lanes);
/* Closes the readers' desks; the core stays open. */
void lanes_close(struct lanes *lanes);

/* Queues a request by its message's lane; it is the lanes' until done() was called, which happens before this returns when no
 * database is needed for the answer. False when the queue is full (BUSY) or being
 * stopped: the request stays the caller's. Safe from any thread. Fits struct session_lanes with lanes as context. */
bool lanes_submit(void *lanes, struct request *request);
/* One group of the write lane and everything queued for the readers, in this thread. True when there was any work. */
bool lanes_step(struct lanes *lanes);
/* Requests waiting now. */
size_t lanes_waiting(struct lanes *lanes);

#endif
