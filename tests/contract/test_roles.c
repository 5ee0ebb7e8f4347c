/* SPDX-License-Identifier: Apache-2.0
 *
 * Every message by every role: what a role may not ask is refused with its reason; what it may ask reaches its handler. */
#include <string.h>

#include "tests/harness/test.h"
#include "tests/harness/test_server.h"

struct fixture {
    struct test_server server;
    struct arena arena;
    struct peer peers[ROLE_OPERATOR + 1];
    struct peer revoked, stranger;
};

static struct peer enrol_lead(struct fixture *f)
{
    struct peer lead = test_server_enrol(&f->server, NULL, "区长");
    struct sql_statement *s;
    struct err err;
    assert_int_equal(sql_prepare(f->server.core->writer.sql, "UPDATE device SET role = $role WHERE key_hash = $key_hash", &s, &err),
                     STATUS_OK);
    sql_bind_int(s, "$role", ROLE_LEAD);
    sql_bind_blob(s, "$key_hash", lead.key_hash.bytes, SHA256_BYTES);
    assert_int_equal(sql_execute(s, &err), STATUS_OK);
    return lead;
}

static int setup(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;
    struct sql_statement *s;
    struct err err;
    arena_init(&f->arena, 0);
    test_server_open(&f->server, 31);
    test_server_add_school(&f->server, "SY01", "实验小学");
    f->peers[ROLE_ANYONE] = test_server_nobody();
    f->peers[ROLE_DEVICE] = test_server_enrol(&f->server, "SY01", "王芳");
    f->peers[ROLE_DISTRICT] = test_server_enrol(&f->server, NULL, "陈静");
    f->peers[ROLE_LEAD] = enrol_lead(f);
    f->peers[ROLE_OPERATOR] = test_server_operator();
    f->stranger = (struct peer){.certified = true, .key_hash = sha256_of("stranger", 8), .name = "?"};
    f->revoked = test_server_enrol(&f->server, "SY01", "李强");
    assert_int_equal(
        sql_prepare(f->server.core->writer.sql, "UPDATE device SET revoked_ms = 1 WHERE key_hash = $key_hash", &s, &err),
        STATUS_OK);
    sql_bind_blob(s, "$key_hash", f->revoked.key_hash.bytes, SHA256_BYTES);
    assert_int_equal(sql_execute(s, &err), STATUS_OK);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    test_server_close(&f->server);
    arena_done(&f->arena);
    return 0;
}

/* An empty request: nothing in it can be what is refused, only who asks. */
static enum reason ask_empty(struct fixture *f, const struct peer *peer, const struct message *message)
{
    ProtobufCMessage *request = arena_alloc(&f->arena, message->request->sizeof_message), *reply;
    struct err err = {.reason = REASON_NONE};
    protobuf_c_message_init(message->request, request);
    enum status st = test_server_ask(&f->server, peer, (enum message_number)message->number, request, &f->arena, &reply, &err);
    assert_true(st == STATUS_OK || *err.text);
    return st == STATUS_OK ? REASON_NONE : err.reason;
}

static const struct message *message_at(size_t i)
{
    static const uint16_t numbers[] = {
#define MSG(number, name, Name, role, request_bytes, lane) number,
#include "proto/message.def"
#undef MSG
    };
    return i < sizeof numbers / sizeof numbers[0] ? message_find(numbers[i]) : NULL;
}

static void each_role_may_ask_what_the_list_says_and_nothing_else(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; message_at(i); i++) {
        const struct message *message = message_at(i);
        for (int role = ROLE_ANYONE; role <= ROLE_OPERATOR; role++) {
            enum reason reason = ask_empty(f, &f->peers[role], message);
            bool kept_out = reason == REASON_ROLE || reason == REASON_NOT_ENROLLED;
            /* The operator has no device: what only a device has is refused by its service. */
            bool needs_device = message->number == MESSAGE_push || message->number == MESSAGE_renew;
            if (role < (int)message->role) {
                if (!kept_out)
                    fail_msg("%s may be asked by %s", message->name, role_name((enum role)role));
                assert_int_equal(reason, role == ROLE_ANYONE ? REASON_NOT_ENROLLED : REASON_ROLE);
            } else if (kept_out && !(role == ROLE_OPERATOR && needs_device)) {
                fail_msg("%s may not be asked by %s", message->name, role_name((enum role)role));
            }
        }
    }
}

static void a_revoked_and_an_unknown_certificate_may_only_enrol(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; message_at(i); i++) {
        const struct message *message = message_at(i);
        enum reason revoked = ask_empty(f, &f->revoked, message), stranger = ask_empty(f, &f->stranger, message);
        if (message->number == MESSAGE_enrol) {
            assert_int_equal(revoked, REASON_INVITATION);
            assert_int_equal(stranger, REASON_INVITATION);
        } else {
            assert_int_equal(revoked, REASON_REVOKED);
            assert_int_equal(stranger, REASON_NOT_ENROLLED);
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_role_may_ask_what_the_list_says_and_nothing_else),
        TEST(a_revoked_and_an_unknown_certificate_may_only_enrol),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
