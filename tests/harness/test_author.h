/* SPDX-License-Identifier: Apache-2.0
 *
 * A client by hand: edits in, pushes out, with an instance and sequence of its own, against a test_server. */
#ifndef TESTS_HARNESS_TEST_AUTHOR_H
#define TESTS_HARNESS_TEST_AUTHOR_H

#include "common/sync/commit.h"
#include "common/sync/payload.h"
#include "tests/harness/test_server.h"

struct test_author {
    struct test_server *server;
    struct peer peer;
    uint32_t stream;
    struct uuid instance;
    uint64_t sequence; /* the last one sent */
    struct arena arena;
    struct err err; /* of the last request that failed */
};

/* stream 0: the device's own, as Hello says it. */
void test_author_open(struct test_author *author, struct test_server *server, const struct peer *peer, uint32_t stream);
/* A new device of a school, in the name of a person, and its own stream. */
void test_author_join(struct test_author *author, struct test_server *server, const char *school, const char *person);
void test_author_close(struct test_author *author);

/* A push frame's request; payload in the author's arena. */
Lianxin__PushRequest test_author_push_request(struct test_author *author, uint64_t sequence, const struct edit *edits, size_t n);
/* Pushes with the next sequence; NULL when the request failed (err). */
const Lianxin__PushReply *test_author_push(struct test_author *author, const struct edit *edits, size_t n);
const Lianxin__PushReply *test_author_send(struct test_author *author, const Lianxin__PushRequest *request);

/* Whole records by id number n (1 …), distinct per kind. */
struct uuid test_id(unsigned kind, unsigned n);
struct edit test_author_new_plan(struct test_author *author, unsigned n);
struct edit test_author_new_activity(struct test_author *author, unsigned plan, unsigned n);
/* From field = before (NULL: absent) to after (NULL: cleared), text or decimal number. */
struct edit test_author_change(struct test_author *author, const char *kind, unsigned n, const char *field, const char *before,
                               const char *after);
/* The record as the server holds it now; NULL when there is none. */
struct record *test_author_find(struct test_author *author, const char *kind, unsigned n);
struct record *test_author_find_id(struct test_author *author, const char *kind, const struct uuid *id);
/* A field of it as text; "" when absent. */
const char *test_author_field(struct test_author *author, const char *kind, unsigned n, const char *field);
/* The open conflicts in the stream. */
struct record_list test_author_conflicts(struct test_author *author);
/* All rows of the stream. */
const Lianxin__PullReply *test_author_pull(struct test_author *author, uint64_t rev, const struct sha256 *digest);

#endif
