/* SPDX-License-Identifier: Apache-2.0
 *
 * Accepting a push: the sequence, the decision over its edits, the journal row. */
#ifndef SERVER_SERVICE_PUSH_H
#define SERVER_SERVICE_PUSH_H

#include "common/sync/commit.h"
#include "server/service/caller.h"

struct push {
    uint32_t stream;
    struct uuid instance;
    uint64_t sequence;
    const void *payload; /* an encoded PushBody, as frozen in the outbox */
    size_t payload_bytes;
    bool has_held;     /* its author tells what it holds, so that two copies of one folder do not send the same twice */
    uint64_t held_rev; /* with has_held: the last row of the stream that it looked at */
    uint64_t epoch;    /* the life that its author is talking with; 0: it cannot know, as in a bundle */
};
struct push_done {
    enum status status; /* OK; REFUSED: recorded without effects; GAP, CLONED, BEHIND: not recorded, only last_sequence holds */
    uint64_t rev;
    int64_t time_ms;
    const Lianxin__EditResult *const *results;
    size_t n_results;
    const char *const *reasons;
    size_t n_reasons;
    uint64_t last_sequence;
};

/* OK: *out is the answer, memory in work->arena. DENIED, PROTOCOL, TOO_LARGE, UNAVAILABLE: the push consumes no sequence and leaves
 * no row. Whatever else fails is the database's. */
enum status push_accept(struct work *work, const struct push *push, struct push_done *out, struct err *err) MUST_CHECK;

/* Writes a commit that a restore had lost, as the next one of its stream: its origin, author and answer are in *commit, what it
 * changes now is the decision. Fills in what belongs to the place in the journal. */
struct decision;
enum status push_recovered(struct work *work, struct commit *commit, const struct decision *decision, struct err *err) MUST_CHECK;

/* A commit of the server's own: the caller is named as its author, the instance is the server's. An edit that breaks a rule is an
 * error and leaves no row; n 0 writes nothing and gives the head. */
enum status push_own(struct work *work, uint32_t stream, const struct edit *edits, size_t n, const char *note, uint64_t *rev,
                     struct err *err) MUST_CHECK;

#endif
