/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/test_net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/harness/test.h"

#define DAY_MS INT64_C(86400000)

static void name_files(struct test_net *server, struct test_identity *identity, const char *name)
{
    snprintf(identity->key_path, sizeof identity->key_path, "%.60s/%s.key", server->folder, name);
    snprintf(identity->certificate_path, sizeof identity->certificate_path, "%.60s/%s.pem", server->folder, name);
}

static void write_identity(struct test_identity *identity, struct x509_key *key, const struct buf *der)
{
    struct err err;
    identity->key_hash = x509_key_hash(key);
    assert_int_equal(x509_key_write(key, identity->key_path, &err), STATUS_OK);
    assert_int_equal(x509_write(identity->certificate_path, der->data, der->len_bytes, &err), STATUS_OK);
}

static void make_identity(const struct x509_authority *authority, struct test_identity *identity, bool client)
{
    struct random random = random_system();
    struct clock clock = clock_system(0);
    int64_t now = clock_now_ms(&clock);
    struct x509_key *key;
    struct err err;
    struct buf der, request;
    buf_init(&der, 0);
    buf_init(&request, 0);
    assert_int_equal(x509_key_new(&key, &err), STATUS_OK);
    if (!authority) {
        assert_int_equal(x509_make_authority(key, now, &random, &der, &err), STATUS_OK);
    } else if (client) {
        struct uuid device = {{1}};
        assert_int_equal(x509_request_make(key, &request, &err), STATUS_OK);
        assert_int_equal(x509_issue_client(authority, request.data, request.len_bytes, &device, now, &random, &der, &err),
                         STATUS_OK);
    } else {
        assert_int_equal(x509_issue_server(authority, key, now, &random, &der, &err), STATUS_OK);
    }
    write_identity(identity, key, &der);
    x509_key_free(key);
    buf_done(&der);
    buf_done(&request);
}

static void make_identities(struct test_net *server)
{
    struct x509_authority *authority, *other;
    struct err err;
    name_files(server, &server->authority, "ca");
    name_files(server, &server->other_authority, "other-ca");
    name_files(server, &server->server, "server");
    name_files(server, &server->device, "device");
    name_files(server, &server->stranger, "stranger");
    name_files(server, &server->server_as_client, "server2");
    make_identity(NULL, &server->authority, false);
    make_identity(NULL, &server->other_authority, false);
    assert_int_equal(x509_authority_open(server->authority.key_path, server->authority.certificate_path, &authority, &err),
                     STATUS_OK);
    assert_int_equal(x509_authority_open(server->other_authority.key_path, server->other_authority.certificate_path, &other, &err),
                     STATUS_OK);
    make_identity(authority, &server->server, false);
    make_identity(authority, &server->server_as_client, false);
    make_identity(authority, &server->device, true);
    make_identity(other, &server->stranger, true);
    server->pin = x509_authority_pin(authority);
    x509_authority_free(authority);
    x509_authority_free(other);
}

static void remove_files(const struct test_net *server)
{
    const struct test_identity *const all[] = {&server->authority,       &server->server,   &server->device,
                                               &server->other_authority, &server->stranger, &server->server_as_client};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        unlink(all[i]->key_path);
        unlink(all[i]->certificate_path);
    }
    assert_int_equal(rmdir(server->folder), 0);
}

/* A reply of the kind's own type; a query's holds reply_bytes of text. */
static void answer(struct test_net *server, struct request *request)
{
    ProtobufCMessage *reply = arena_alloc(&request->arena, request->message->reply->sizeof_message);
    request->message->reply->message_init(reply);
    if (request->message->number == MESSAGE_query && server->reply_bytes) {
        Lianxin__Table *table = ARENA_NEW(&request->arena, Lianxin__Table);
        lianxin__table__init(table);
        table->title = arena_alloc(&request->arena, server->reply_bytes + 1);
        memset(table->title, 'x', server->reply_bytes);
        ((Lianxin__QueryReply *)reply)->table = table;
    }
    request_reply(request, reply);
    request->done(request);
}

static bool take_request(void *context, struct request *request)
{
    struct test_net *server = context;
    pthread_mutex_lock(&server->mutex);
    enum test_lanes lanes = server->lanes;
    server->last_was_certified = request->peer.certified;
    if (lanes == TEST_LANES_HOLD) {
        request->next = NULL;
        *server->held_end = request;
        server->held_end = &request->next;
        server->n_held++;
    } else if (lanes == TEST_LANES_ANSWER) {
        server->n_answered++;
    }
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->mutex);
    if (lanes == TEST_LANES_ANSWER)
        answer(server, request);
    return lanes != TEST_LANES_FULL;
}

static void write_log(void *context, const char *line, size_t bytes)
{
    struct test_net *server = context;
    pthread_mutex_lock(&server->mutex);
    buf_put(&server->log, line, bytes);
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->mutex);
}

static void *run(void *context)
{
    struct test_net *server = context;
    struct err err;
    server->result = net_run(server->net, &err);
    return NULL;
}

void test_net_start(struct test_net *server, enum test_lanes lanes, const struct net_limits *limits)
{
    struct err err = {0};
    static const char *const listen[] = {"127.0.0.1:0"};
    *server = (struct test_net){.folder = "/tmp/lianxin-net-XXXXXX", .lanes = lanes};
    server->held_end = &server->held;
    pthread_mutex_init(&server->mutex, NULL);
    pthread_cond_init(&server->changed, NULL);
    buf_init(&server->log, 0);
    assert_non_null(mkdtemp(server->folder));
    snprintf(server->control_path, sizeof server->control_path, "%.60s/control.sock", server->folder);
    make_identities(server);
    if (tls_server_new(server->server.key_path, server->server.certificate_path, server->authority.certificate_path, &server->tls,
                       &err))
        fail_msg("%s", err.text);
    struct log *log = calloc(1, sizeof *log);
    *log = (struct log){.write = write_log, .context = server, .level = LOG_DEBUG, .clock = clock_system(0)};
    const struct net_config config = {
        .listen = listen,
        .n_listen = 1,
        .control_path = server->control_path,
        .tls = server->tls,
        .lanes = {.submit = take_request, .context = server},
        .log = log,
        .clock = clock_system(0),
        .limits = limits ? *limits : (struct net_limits){0},
    };
    if (net_new(&config, &server->net, &err))
        fail_msg("%s", err.text);
    server->port = net_port(server->net, 0);
    snprintf(server->address, sizeof server->address, "127.0.0.1:%u", server->port);
    server->logger = log;
    assert_int_equal(pthread_create(&server->thread, NULL, run, server), 0);
}

void test_net_stop(struct test_net *server)
{
    net_stop(server->net);
    test_net_release(server, false);
    pthread_join(server->thread, NULL);
    test_net_finish(server);
}

void test_net_finish(struct test_net *server)
{
    assert_int_equal(server->result, STATUS_OK);
    test_net_release(server, false);
    net_free(server->net);
    tls_free(server->tls);
    remove_files(server);
    free(server->logger);
    buf_done(&server->log);
    pthread_cond_destroy(&server->changed);
    pthread_mutex_destroy(&server->mutex);
}

/* Waits under the mutex for a change; fails the test after TEST_WAIT_S without one. */
static void wait_for_change(struct test_net *server, const char *what)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += TEST_WAIT_S;
    if (pthread_cond_timedwait(&server->changed, &server->mutex, &until) == 0)
        return;
    pthread_mutex_unlock(&server->mutex);
    fail_msg("waited in vain for: %s\nlog:\n%s", what, buf_text(&server->log));
}

void test_net_wait_log(struct test_net *server, const char *text)
{
    pthread_mutex_lock(&server->mutex);
    while (!strstr(buf_text(&server->log), text))
        wait_for_change(server, text);
    pthread_mutex_unlock(&server->mutex);
}

void test_net_wait_held(struct test_net *server, unsigned n)
{
    pthread_mutex_lock(&server->mutex);
    while (server->n_held < n)
        wait_for_change(server, "requests at the lanes");
    pthread_mutex_unlock(&server->mutex);
}

void test_net_set_lanes(struct test_net *server, enum test_lanes lanes)
{
    pthread_mutex_lock(&server->mutex);
    server->lanes = lanes;
    pthread_mutex_unlock(&server->mutex);
}

void test_net_release(struct test_net *server, bool newest_first)
{
    struct request *list, *turned = NULL;
    pthread_mutex_lock(&server->mutex);
    list = server->held;
    server->held = NULL;
    server->held_end = &server->held;
    server->n_answered += server->n_held;
    server->n_held = 0;
    pthread_mutex_unlock(&server->mutex);
    while (newest_first && list) {
        struct request *next = list->next;
        list->next = turned;
        turned = list;
        list = next;
    }
    for (struct request *r = newest_first ? turned : list, *next; r; r = next) {
        next = r->next;
        answer(server, r);
    }
}
