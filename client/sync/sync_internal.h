/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside client/sync only. */
#ifndef CLIENT_SYNC_SYNC_INTERNAL_H
#define CLIENT_SYNC_SYNC_INTERNAL_H

#include "client/sync/sync.h"
#include "common/sync/payload.h"

#define SYNC_SNAPSHOTS_MAX 8u /* of one stream in one pull: the server goes on while the client reads */
#define SYNC_TAKEN_MAX 64u    /* answers to pushes that are kept in one commit */
#define SYNC_BEHIND_MAX 8u    /* looks at what copies of this folder have sent, in one sync */

/* One sync: what hello said and what has been sent. */
struct sync_session {
    struct sync *sync;
    struct sync_report *report;
    struct arena arena; /* lives as long as the session */
    struct cache_identity identity;
    const Lianxin__HelloReply *hello; /* in arena */
    bool greeted;                     /* and it is the latest that is known: to be kept in the end */
    bool upgraded;                    /* another version synced last: what it could not read may be readable now */
    bool renumbered;                  /* it has gone on as a new instance */
    bool recovering;                  /* the server was restored since the last sync */
    bool quarantined;                 /* the stream being pulled has new rows that could not be read */
    bool copied;                      /* somebody else has pushed in our name */
    unsigned snapshots;               /* of the stream being pulled */
    struct sync_taken {
        uint32_t stream;
        uint64_t sequence, rev;
    } taken[SYNC_TAKEN_MAX]; /* pushes that the server took, to be noted with what is written next: sync_note_taken() */
    size_t n_taken;
    uint32_t *settled; /* streams in which nothing happened: said so in the end, in one commit; in arena */
    size_t n_settled;
    uint32_t *failed; /* streams left out from now on; in arena */
    size_t n_failed;
    struct err failure; /* the first one's */
};

void sync_say(const struct sync_session *session, enum sync_stage stage, uint64_t done, uint64_t total);

/* What came out of work on one stream. What concerns that stream alone is noted, and the stream left out: OK then, and the rest
 * goes on. */
enum status sync_go_on(struct sync_session *session, uint32_t stream, enum status s, struct err *err) MUST_CHECK;
/* Did this fail only because a bundle's answer holds no more? A full disk is as UNAVAILABLE, and no end. */
bool sync_answer_ends(const struct sync_session *session, enum status s, const struct err *err);
/* The requests, as they go over the network and into a bundle; strings and bytes in arena or borrowed from what is given. */
void sync_fill_hello(const struct sync *sync, const struct cache_identity *identity, struct arena *arena,
                     Lianxin__HelloRequest *out);
/* hello: whose life of the server it is meant for; NULL: whichever takes it in. */
void sync_fill_push(const struct cache_identity *identity, const struct outbox_row *row, uint64_t held_rev,
                    const Lianxin__HelloReply *hello, struct arena *arena, Lianxin__PushRequest *out);
void sync_fill_pull(const struct cache_stream *line, uint64_t min_rev, bool every_row, struct arena *arena,
                    Lianxin__PullRequest *out);
void sync_fill_offer(const struct cache_stream *line, const struct offer_page *page, struct arena *arena,
                     Lianxin__OfferRequest *out);
/* Begins a session: asks, and keeps what the server says of itself and of this device (sync_hello.c). */
enum status sync_say_hello(struct sync_session *session, struct err *err) MUST_CHECK;
enum status sync_keep_hello(struct sync_session *session, struct err *err) MUST_CHECK;
/* What the server said last; NULL: nothing yet. In arena. */
enum status sync_find_hello(struct cache *cache, struct arena *arena, const Lianxin__HelloReply **out, struct err *err) MUST_CHECK;
/* Fields newer than the server stay here until its hello names them. */
bool sync_server_knows(const Lianxin__HelloReply *hello, const struct payload *payload);

/* Offers a restored server what it may have lost: *streams, *n are those that were known of its life before (sync_recover.c). */
enum status sync_recover(struct sync_session *session, uint32_t **streams, size_t *n, struct err *err) MUST_CHECK;
/* Sends what waits, stream by stream. *min_rev: for a stream, the highest revision an answer named (sync_push.c). CLONED: the
 * session has to go on as a new instance. BEHIND: a copy of this folder has pushed since the last pull; pull and try again. */
enum status sync_push_stream(struct sync_session *session, uint32_t stream, uint64_t *min_rev, struct err *err) MUST_CHECK;
/* Before anything looks at the outbox; in a commit of its own. Who is killed before asks again, and is answered from the journal.
 */
enum status sync_note_taken(struct sync_session *session, struct err *err) MUST_CHECK;
/* The same inside a commit of the caller's, who forgets them (n_taken = 0) once that is made: undone, they are still to be noted.
 */
enum status sync_write_taken(const struct sync_session *session, struct err *err) MUST_CHECK;
/* Pulls to the head and verifies the hash (sync_pull.c). */
enum status sync_pull_stream(struct sync_session *session, uint32_t stream, uint64_t min_rev, struct err *err) MUST_CHECK;

#endif
