/* SPDX-License-Identifier: Apache-2.0
 *
 * A whole client in the test's own process: cache on a disk in memory and the sync engine, against a test_server, over a line that
 * can be cut.
 *
 *   struct test_client client;
 *   test_client_open(&client, &server, &officer, 7);
 *   test_client_new_activity(&client, 1, "三八节活动");
 *   client.line.fault = TEST_LINE_LOSE_REPLY, client.line.after = 1;
 *   … test_client_sync(&client) … */
#ifndef TESTS_HARNESS_TEST_CLIENT_H
#define TESTS_HARNESS_TEST_CLIENT_H

#include "client/sync/sync.h"
#include "tests/harness/test_server.h"

enum test_line_fault {
    TEST_LINE_WHOLE,
    TEST_LINE_DOWN,         /* nothing gets through */
    TEST_LINE_LOSE_REQUEST, /* one request does not arrive */
    TEST_LINE_LOSE_REPLY,   /* one request is carried out, its answer is lost */
    TEST_LINE_TWICE,        /* every request arrives twice; the second answer counts */
};

struct test_line {
    struct test_server *server;
    struct peer peer;
    enum test_line_fault fault;
    unsigned after;  /* how many calls go well before a LOSE_ fault strikes */
    unsigned calls;  /* so far */
    unsigned pushes; /* of them */
    /* Something happens before a call; NULL: nothing. */
    void (*before)(void *context, enum message_number number);
    void *before_context;
};

struct test_client {
    struct test_disk *disk;
    struct test_server *server;
    const struct schema *schema; /* the server's; test_client_upgrade() */
    struct test_line line;
    struct transport transport;
    struct cache *cache;
    struct arena arena;
    uint64_t random;
    struct clock clock;
    struct random source;
    struct sync_report report; /* of the last sync */
    struct err err;            /* of the last failure */
    uint32_t stream;           /* its own */
};

/* Joined, with a new instance and an empty cache. */
void test_client_open(struct test_client *client, struct test_server *server, const struct peer *peer, uint64_t seed);
/* The same as the next device of a school, in the name of a person; school NULL: the district. */
void test_client_join(struct test_client *client, struct test_server *server, const char *school, const char *person,
                      uint64_t seed);
/* A second client from a copy of the first one's folder as it is now, as `cp -r` makes it. */
void test_client_copy(struct test_client *copy, const struct test_client *from, uint64_t seed);
void test_client_close(struct test_client *client);
/* As after kill -9 of the process. */
void test_client_kill(struct test_client *client);
/* Goes on as a version with another schema, which must outlive the client. */
void test_client_upgrade(struct test_client *client, const struct schema *schema);
enum status test_client_sync(struct test_client *client);
/* A sync in which so many calls go well and the next is struck by a LOSE_ fault; the line is whole afterwards. OK when it needed no
 * more calls. */
enum status test_client_cut_sync(struct test_client *client, enum test_line_fault fault, unsigned after);
/* Its engine, over its line. */
struct sync test_client_engine(struct test_client *client);
/* Fails the test unless the sync succeeds. */
void test_client_must_sync(struct test_client *client);

/* Records by number, the same in every client: test_author.h. Each is one local change. */
void test_client_new_plan(struct test_client *client, unsigned n);
void test_client_new_activity(struct test_client *client, unsigned plan, unsigned n);
/* Sets fields from "name=value" texts, ended by NULL; a merge group may be set at once. */
enum status test_client_edit(struct test_client *client, const char *kind, unsigned n, ...) __attribute__((sentinel));
/* The field of the working view as text; "" when absent, NULL when there is no such record. */
const char *test_client_field(struct test_client *client, const char *kind, unsigned n, const char *field);
size_t test_client_open_conflicts(struct test_client *client);
uint64_t test_client_outbox(struct test_client *client, enum outbox_state state);
struct cache_stream test_client_stream(struct test_client *client);

#endif
