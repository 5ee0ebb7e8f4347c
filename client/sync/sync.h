/* SPDX-License-Identifier: Apache-2.0
 *
 * The sync engine: hello, push the outbox in order, pull what is new, verify. Exactly once whatever is lost or repeated on the way:
 * a push whose answer did not arrive is sent again with the same sequence and the same bytes, and the server answers it from its
 * journal.
 *
 * Pure: transport, clock and randomness are arguments. Every step is durable before the next begins, so a sync may end anywhere and
 * the next one goes on from there. */
#ifndef CLIENT_SYNC_SYNC_H
#define CLIENT_SYNC_SYNC_H

#include "client/cache/cache.h"
#include "client/sync/transport.h"

#define SYNC_VERSION_MIN 1u
#define SYNC_VERSION_MAX 1u
#define SYNC_PAGE_BYTES ((uint32_t)1 << 20)  /* asked for in one pull */
#define SYNC_ARENA_BYTES ((size_t)128 << 20) /* for one request and its reply */

enum sync_stage { SYNC_HELLO, SYNC_PUSH, SYNC_PULL, SYNC_SNAPSHOT, SYNC_VERIFY };

struct sync {
    struct cache *cache;
    const struct transport *transport;
    const struct clock *clock;
    const struct random *random;
    const char *software; /* "lianxin 0.1.0", for the server's log */
    /* done of total, 0: not known; may be NULL */
    void (*progress)(void *context, enum sync_stage stage, uint64_t done, uint64_t total);
    void *progress_context;
    /* The answers come from a file (answer.h) and may end before the questions do: what they do not hold waits for the next sync,
     * and none of it counts as failed. */
    bool partial;
};

struct sync_report {
    uint64_t pushed;        /* changes the server took, and those found taken whose answer had been lost */
    uint64_t parked;        /* refused as a whole; a person must look at them */
    uint64_t held;          /* not sent: the server does not know their fields yet */
    uint64_t conflicts;     /* open conflicts that appeared */
    uint64_t rows;          /* journal rows pulled */
    uint64_t records;       /* records changed by others */
    uint64_t recovered;     /* commits that a restored server had lost and has back from here */
    uint64_t repaired;      /* records that differed from the server's and were made equal */
    uint64_t unreadable;    /* things this version cannot read; an update of lianxin will */
    bool compared;          /* a hash differed, so everything was compared */
    bool renewed;           /* the data folder was a copy or restored: it goes on as a new instance */
    uint64_t failed;        /* streams that could not be synced though the server was reached */
    uint32_t failed_stream; /* the first of them */
    int64_t server_ms;      /* the server's clock at hello; 0: it was not reached */
};

/* The whole of it, for the device's own streams and those with changes from here. *report is filled as far as it got, also on
 * failure. UNAVAILABLE: not reached, nothing lost; DENIED: revoked or not enrolled. What is wrong with one stream does not keep the
 * others from being synced; the first such failure is the outcome at the end (CORRUPT: the records differ from the server's and
 * comparing did not help; GAP: the server lacks changes of ours …). Copies of the folder are handled inside. */
enum status sync_run(struct sync *sync, struct sync_report *report, struct err *err) MUST_CHECK;
/* Pulls one more stream (a district device looking at a school). After sync_run() or by itself. */
enum status sync_stream(struct sync *sync, uint32_t stream, struct sync_report *report, struct err *err) MUST_CHECK;

#endif
