/* SPDX-License-Identifier: Apache-2.0
 *
 * A whole server in the test's own process, without sockets and threads: core and lanes on a disk in memory, a clock that the test
 * turns, numbers from a seed, and an authority that signs by hashing. Requests travel as frames, encoded and decoded like real
 * ones.
 *
 *   struct test_server server;
 *   test_server_open(&server, 1);
 *   test_server_add_school(&server, "SY01", "Shiyan Primary");
 *   struct peer officer = test_server_enrol(&server, "SY01", "Wang");
 *   … test_server_ask(&server, &officer, MESSAGE_push, &push.base, &arena, &reply, &err) … */
#ifndef TESTS_HARNESS_TEST_SERVER_H
#define TESTS_HARNESS_TEST_SERVER_H

#include "client/sync/transport.h"
#include "server/lane/lane.h"
#include "tests/harness/test_vfs.h"

struct test_server {
    struct test_disk *disk;
    struct arena arena; /* of the schema */
    const struct schema *schema;
    int64_t now_ms;
    uint64_t random;
    uint64_t keys; /* made so far */
    unsigned copies;
    struct log log;
    struct core_config config;
    struct core *core;
    struct lanes *lanes;
};

/* With a new district. Whatever fails, fails the test. */
void test_server_open(struct test_server *server, uint64_t seed);
/* The same on the real file system; disk is NULL then. path is borrowed. */
void test_server_open_file(struct test_server *server, uint64_t seed, const char *path);
void test_server_close(struct test_server *server);
/* Closes in good order and opens again. */
void test_server_restart(struct test_server *server);
/* As after kill -9: nothing is flushed, every lock is gone. */
void test_server_kill(struct test_server *server);

/* A copy of the database as it is now, and the server restored from it: another life, its devices confirmed. Copies are numbered
 * from 1 and may be restored more than once. */
unsigned test_server_backup(struct test_server *server);
void test_server_restore(struct test_server *server, unsigned backup);
/* Tells the server of a copy just made, as `lianxind backup` does: what is inside is safe then. forget: a copy that is no more; 0:
 * none. */
void test_server_note_backup(struct test_server *server, unsigned backup, unsigned forget);

/* A request made from a message, for lanes_submit(); answered says when it was. */
struct test_request {
    struct request *request;
    bool answered;
};
void test_request_open(struct test_request *out, const struct peer *peer, enum message_number number,
                       const ProtobufCMessage *message);
/* The reply or the failure of an answered request; frees it. */
enum status test_request_read(struct test_request *request, struct arena *arena, ProtobufCMessage **reply, struct err *err);

/* Asks and steps the lanes until it is answered. */
enum status test_server_ask(struct test_server *server, const struct peer *peer, enum message_number number,
                            const ProtobufCMessage *request, struct arena *arena, ProtobufCMessage **reply, struct err *err);
/* Steps the lanes until they have nothing to do; how often. */
unsigned test_server_settle(struct test_server *server);
/* The same as a transport for a client engine; *peer and the server must outlive it. */
struct test_transport {
    struct test_server *server;
    struct peer *peer;
};
struct transport test_server_transport(struct test_transport *transport);

/* What this authority takes for a signature by the key of that hash. */
struct sha256 test_server_sign(const struct sha256 *key_hash, const void *data, size_t bytes);

struct peer test_server_operator(void);
struct peer test_server_nobody(void);
void test_server_add_school(struct test_server *server, const char *code, const char *name);
/* Invites and enrols; school NULL: the district. */
struct peer test_server_enrol(struct test_server *server, const char *school, const char *person);

#endif
