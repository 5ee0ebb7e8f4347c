/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/test_server.h"

#include <stdio.h>
#include <string.h>

#include "server/service/core_open.h"
#include "tests/harness/test.h"
#include "tests/harness/test_random.h"
#include "common/wire/frame.h"
#include "common/wire/invitation.h"
#include "server/service/device.h"
#include "server/service/journal.h"
#include "server/service/restore.h"

#define DATABASE "server.db"

static const char *const addresses[] = {"127.0.0.1:7443"};

static void must(enum status status, const struct err *err)
{
    if (status)
        fail_msg("%s: %s", status_name(status), err->text);
}

/* ---- what the core gets ---- */

static int64_t now_ms(void *context)
{
    return ((struct test_server *)context)->now_ms;
}

static void fill_random(void *context, void *out, size_t bytes)
{
    struct test_server *server = context;
    test_random_fill(&server->random, out, bytes);
}

static void drop_line(void *context, const char *line, size_t bytes)
{
    (void)context, (void)line, (void)bytes;
}

/* The request stands for the key: its digest is the key's hash, and the request is the certificate. */
static enum status issue(void *context, struct arena *arena, const void *csr, size_t csr_bytes, const struct uuid *device,
                         struct issued *out, struct err *err)
{
    (void)context;
    if (!csr_bytes)
        return err_set(err, STATUS_INVALID, "the request is empty");
    struct sha256 key_hash = sha256_of(csr, csr_bytes);
    *out = (struct issued){.certificate = arena_copy(arena, csr, csr_bytes),
                           .certificate_bytes = csr_bytes,
                           .ca = arena_copy(arena, "authority", 9),
                           .ca_bytes = 9,
                           .key_hash = key_hash,
                           .device = device ? *device : device_of_key(&key_hash)};
    return STATUS_OK;
}

static struct sha256 ca_pin(void *context)
{
    (void)context;
    return sha256_of("authority", 9);
}

/* The key's hash stands for the key, and a digest for its signature. */
static enum status check_signature(void *context, const void *key, size_t key_bytes, const void *data, size_t bytes,
                                   const void *signature, size_t signature_bytes, struct sha256 *key_hash, struct err *err)
{
    struct sha256 hash, wanted;
    (void)context;
    if (key_bytes != SHA256_BYTES || signature_bytes != SHA256_BYTES)
        return err_set(err, STATUS_INVALID, "no signature");
    memcpy(hash.bytes, key, SHA256_BYTES);
    wanted = test_server_sign(&hash, data, bytes);
    if (memcmp(wanted.bytes, signature, SHA256_BYTES) != 0)
        return err_set(err, STATUS_INVALID, "a wrong signature");
    *key_hash = hash;
    return STATUS_OK;
}

struct sha256 test_server_sign(const struct sha256 *key_hash, const void *data, size_t bytes)
{
    return hmac_sha256(key_hash->bytes, data, bytes);
}

static void open_core(struct test_server *server)
{
    struct err err;
    must(core_open(&server->config, &server->core, &err), &err);
    must(lanes_open(&(struct lanes_config){.core = server->core, .readers = 1}, &server->lanes, &err), &err);
}

static void open_new(struct test_server *server, uint64_t seed, struct test_disk *disk, const char *path)
{
    struct err err;
    *server = (struct test_server){.disk = disk, .now_ms = 1725148800000, .random = seed};
    arena_init(&server->arena, 0);
    must(schema_new(&server->arena, schema_source_current(), &server->schema, &err), &err);
    struct clock clock = {.now_ms = now_ms, .mono_ms = now_ms, .context = server, .zone_s = 28800};
    server->log = (struct log){.write = drop_line, .level = LOG_ERROR, .clock = clock};
    server->config = (struct core_config){.path = path,
                                          .vfs = disk ? test_disk_vfs(disk) : NULL,
                                          .schema = server->schema,
                                          .clock = clock,
                                          .random = {.fill = fill_random, .context = server},
                                          .log = &server->log,
                                          .issuer = {.issue = issue, .ca_pin = ca_pin, .check_signature = check_signature},
                                          .journal_key = "the journal key of this district",
                                          .settings = settings_default()};
    server->config.settings.district = "测试区";
    server->config.settings.addresses = addresses;
    server->config.settings.n_addresses = 1;
    server->config.settings.nightly_minutes = -1; /* tests that want it say so */
    must(core_create(&server->config, &err), &err);
    open_core(server);
}

void test_server_open(struct test_server *server, uint64_t seed)
{
    open_new(server, seed, test_disk_new(seed), DATABASE);
}

void test_server_open_file(struct test_server *server, uint64_t seed, const char *path)
{
    open_new(server, seed, NULL, path);
}

static void close_core(struct test_server *server)
{
    lanes_stop(server->lanes);
    lanes_close(server->lanes);
    core_close(server->core);
}

void test_server_close(struct test_server *server)
{
    close_core(server);
    arena_done(&server->arena);
    if (server->disk)
        test_disk_free(server->disk);
}

void test_server_restart(struct test_server *server)
{
    close_core(server);
    open_core(server);
}

void test_server_kill(struct test_server *server)
{
    test_disk_kill(server->disk);
    close_core(server);
    open_core(server);
}

/* ---- backups ---- */

/* And on the disk for good, as who makes files in earnest has to see to. */
static void copy_database(struct test_server *server, struct sql *from, const char *path)
{
    struct err err;
    must(sql_copy_to(from, path, &err), &err);
    if (server->disk)
        test_disk_poke(server->disk, path, 0, 'S'); /* as it is: SQLite's own first byte */
}

unsigned test_server_backup(struct test_server *server)
{
    copy_database(server, server->core->writer.sql, arena_printf(&server->arena, "copy-%u.db", ++server->copies));
    return server->copies;
}

/* The heads of every stream, as a backup's manifest has them. */
static struct backup describe_backup(struct test_server *server, const char *name)
{
    struct backup_stream *streams = ARENA_ARRAY(&server->arena, 64, struct backup_stream);
    struct backup backup = {.path = arena_printf(&server->arena, "/%s", name), .epoch = server->core->epoch, .streams = streams};
    uint32_t stream = 0;
    struct err err;
    for (;;) {
        must(journal_next_stream(server->core->writer.sql, stream, &stream, &err), &err);
        if (!stream)
            return backup;
        assert_in_range(backup.n_streams, 0, 63);
        streams[backup.n_streams].stream = stream;
        must(journal_head_rev(server->core->writer.sql, stream, &streams[backup.n_streams++].rev, &err), &err);
    }
}

void test_server_restore(struct test_server *server, unsigned backup)
{
    struct err err;
    struct sql *copy;
    const char *from = arena_printf(&server->arena, "copy-%u.db", backup);
    close_core(server);
    must(sql_open(from, SQL_WRITER, server->config.vfs, &copy, &err), &err);
    server->config.path = arena_printf(&server->arena, "life-%u-%u.db", backup, ++server->copies);
    copy_database(server, copy, server->config.path);
    sql_close(copy);
    must(core_open(&server->config, &server->core, &err), &err);
    struct backup described = describe_backup(server, from);
    server->now_ms += 60000; /* epochs are told apart by the time */
    must(restore_begin_life(server->core, &described, &err), &err);
    must(sql_run(server->core->writer.sql, "UPDATE device SET unconfirmed_ms = NULL", &err), &err);
    core_close(server->core);
    open_core(server);
}

/* ---- asking ---- */

static void answered(struct request *request)
{
    ((struct test_request *)request->owner)->answered = true;
}

void test_request_open(struct test_request *out, const struct peer *peer, enum message_number number,
                       const ProtobufCMessage *message)
{
    struct buf body;
    struct err err;
    *out = (struct test_request){.request = request_new(message_find((uint16_t)number), 7, peer)};
    buf_init(&body, 0);
    assert_true(buf_reserve(&body, protobuf_c_message_get_packed_size(message) + 1));
    size_t bytes = protobuf_c_message_pack(message, (uint8_t *)body.data);
    must(message_decode(&out->request->arena, message->descriptor, body.data, bytes, &out->request->body, &err), &err);
    buf_done(&body);
    out->request->done = answered;
    out->request->owner = out;
}

enum status test_request_read(struct test_request *request, struct arena *arena, ProtobufCMessage **reply, struct err *err)
{
    const struct buf *buf = &request->request->frame;
    assert_true(request->answered);
    assert_true(buf->len_bytes >= FRAME_HEADER_BYTES);
    struct frame frame = frame_decode(buf->data);
    const char *body = buf->data + FRAME_HEADER_BYTES;
    assert_int_equal(frame.body_bytes, buf->len_bytes - FRAME_HEADER_BYTES);
    assert_int_equal(frame.request, 7);
    assert_int_equal(frame.type, request->request->message->number);
    enum status st = frame.flags & FRAME_FAILURE
                         ? message_read_failure(body, frame.body_bytes, err)
                         : message_decode(arena, request->request->message->reply, body, frame.body_bytes, reply, err);
    request_free(request->request);
    request->request = NULL;
    return st;
}

enum status test_server_ask(struct test_server *server, const struct peer *peer, enum message_number number,
                            const ProtobufCMessage *message, struct arena *arena, ProtobufCMessage **reply, struct err *err)
{
    struct test_request request;
    test_request_open(&request, peer, number, message);
    assert_true(lanes_submit(server->lanes, request.request));
    while (!request.answered)
        assert_true(lanes_step(server->lanes));
    return test_request_read(&request, arena, reply, err);
}

static enum status call(void *context, enum message_number number, const ProtobufCMessage *request, struct arena *arena,
                        ProtobufCMessage **reply, struct err *err)
{
    struct test_transport *transport = context;
    return test_server_ask(transport->server, transport->peer, number, request, arena, reply, err);
}

unsigned test_server_settle(struct test_server *server)
{
    unsigned steps = 0;
    while (lanes_step(server->lanes))
        assert_true(++steps < 1000);
    return steps;
}

struct transport test_server_transport(struct test_transport *transport)
{
    return (struct transport){.call = call, .context = transport};
}

/* ---- people ---- */

struct peer test_server_operator(void)
{
    return (struct peer){.operator_socket = true, .name = "control"};
}

struct peer test_server_nobody(void)
{
    return (struct peer){.name = "127.0.0.1:1"};
}

void test_server_add_school(struct test_server *server, const char *code, const char *name)
{
    Lianxin__SchoolPutRequest put = LIANXIN__SCHOOL_PUT_REQUEST__INIT;
    struct peer operator= test_server_operator();
    struct arena arena;
    ProtobufCMessage *reply;
    struct err err;
    arena_init(&arena, 0);
    put.code = arena_strdup(&arena, code);
    put.name = arena_strdup(&arena, name);
    put.has_add = put.add = true;
    must(test_server_ask(server, &operator, MESSAGE_school_put, &put.base, &arena, &reply, &err), &err);
    arena_done(&arena);
}

struct peer test_server_enrol(struct test_server *server, const char *school, const char *person)
{
    Lianxin__InviteRequest invite = LIANXIN__INVITE_REQUEST__INIT;
    Lianxin__EnrolRequest enrol = LIANXIN__ENROL_REQUEST__INIT;
    struct peer operator= test_server_operator(), peer = test_server_nobody();
    struct invitation invitation;
    struct arena arena;
    ProtobufCMessage *reply;
    struct err err;
    arena_init(&arena, 0);
    invite.school = school ? arena_strdup(&arena, school) : NULL;
    invite.person = arena_strdup(&arena, person);
    must(test_server_ask(server, &operator, MESSAGE_invite, &invite.base, &arena, &reply, &err), &err);
    must(invitation_parse(&arena, ((Lianxin__InviteReply *)reply)->invitation, &invitation, &err), &err);
    char *csr = arena_printf(&arena, "key %llu of %s", (unsigned long long)++server->keys, person);
    enrol.has_invitation = enrol.has_secret = enrol.has_csr = true;
    enrol.invitation = (ProtobufCBinaryData){.len = sizeof invitation.id, .data = invitation.id};
    enrol.secret = (ProtobufCBinaryData){.len = sizeof invitation.secret, .data = invitation.secret};
    enrol.csr = (ProtobufCBinaryData){.len = strlen(csr), .data = (uint8_t *)csr};
    must(test_server_ask(server, &peer, MESSAGE_enrol, &enrol.base, &arena, &reply, &err), &err);
    peer.certified = true;
    peer.key_hash = sha256_of(csr, strlen(csr));
    arena_done(&arena);
    return peer;
}

/* ---- what an operator tells it ---- */

void test_server_note_backup(struct test_server *server, unsigned backup, unsigned forget)
{
    Lianxin__BackupPutRequest put = LIANXIN__BACKUP_PUT_REQUEST__INIT;
    struct backup described = describe_backup(server, arena_printf(&server->arena, "copy-%u.db", backup));
    struct peer operator= test_server_operator();
    ProtobufCMessage *reply;
    struct arena arena;
    struct err err;
    char *gone[1];
    arena_init(&arena, 0);
    put.path = arena_strdup(&arena, described.path);
    put.has_made_ms = put.has_epoch = put.has_bytes = true;
    put.made_ms = server->now_ms;
    put.epoch = described.epoch;
    put.bytes = 1;
    put.streams = ARENA_ARRAY(&arena, described.n_streams, Lianxin__StreamHead *);
    for (; put.n_streams < described.n_streams; put.n_streams++) {
        Lianxin__StreamHead *head = ARENA_NEW(&arena, Lianxin__StreamHead);
        lianxin__stream_head__init(head);
        head->has_stream = head->has_rev = true;
        head->stream = described.streams[put.n_streams].stream;
        head->rev = described.streams[put.n_streams].rev;
        put.streams[put.n_streams] = head;
    }
    gone[0] = arena_printf(&arena, "/copy-%u.db", forget);
    put.gone = gone;
    put.n_gone = forget != 0;
    must(test_server_ask(server, &operator, MESSAGE_backup_put, &put.base, &arena, &reply, &err), &err);
    arena_done(&arena);
}
