/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "common/wire/invitation.h"
#include "server/service/caller.h"
#include "tests/harness/test.h"
#include "tests/harness/test_server.h"

#define DAY_MS ((int64_t)24 * 3600 * 1000)

struct fixture {
    struct test_server server;
    struct arena arena;
    struct err err;
};

static int setup(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;
    arena_init(&f->arena, 0);
    test_server_open(&f->server, 3);
    test_server_add_school(&f->server, "SY01", "实验小学");
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

static enum status invite(struct fixture *f, const char *school, const char *person, uint32_t role, struct invitation *out)
{
    Lianxin__InviteRequest request = LIANXIN__INVITE_REQUEST__INIT;
    struct peer operator= test_server_operator();
    ProtobufCMessage *reply;
    request.school = school ? arena_strdup(&f->arena, school) : NULL;
    request.person = arena_strdup(&f->arena, person);
    request.has_role = role != 0;
    request.role = role;
    enum status st = test_server_ask(&f->server, &operator, MESSAGE_invite, &request.base, &f->arena, &reply, &f->err);
    return st ? st : invitation_parse(&f->arena, ((Lianxin__InviteReply *)reply)->invitation, out, &f->err);
}

static enum status enrol(struct fixture *f, const struct invitation *invitation, const char *key, const Lianxin__EnrolReply **out)
{
    Lianxin__EnrolRequest request = LIANXIN__ENROL_REQUEST__INIT;
    struct peer nobody = test_server_nobody();
    ProtobufCMessage *reply = NULL;
    request.has_invitation = request.has_secret = request.has_csr = true;
    request.invitation.data = arena_copy(&f->arena, invitation->id, sizeof invitation->id);
    request.invitation.len = sizeof invitation->id;
    request.secret.data = arena_copy(&f->arena, invitation->secret, sizeof invitation->secret);
    request.secret.len = sizeof invitation->secret;
    request.csr.data = (uint8_t *)arena_strdup(&f->arena, key);
    request.csr.len = strlen(key);
    enum status st = test_server_ask(&f->server, &nobody, MESSAGE_enrol, &request.base, &f->arena, &reply, &f->err);
    *out = (const Lianxin__EnrolReply *)reply;
    return st;
}

static const Lianxin__HelloReply *hello(struct fixture *f, const char *key)
{
    Lianxin__HelloRequest request = LIANXIN__HELLO_REQUEST__INIT;
    struct peer peer = {.certified = key != NULL, .name = "127.0.0.1:1"};
    ProtobufCMessage *reply;
    if (key)
        peer.key_hash = sha256_of(key, strlen(key));
    request.has_version_min = request.has_version_max = true;
    request.version_min = request.version_max = PROTOCOL_VERSION;
    enum status st = test_server_ask(&f->server, &peer, MESSAGE_hello, &request.base, &f->arena, &reply, &f->err);
    return st ? NULL : (const Lianxin__HelloReply *)reply;
}

static void an_invited_officer_becomes_a_device_of_the_school(void **state)
{
    struct fixture *f = *state;
    struct invitation invitation;
    const Lianxin__EnrolReply *reply;
    assert_int_equal(invite(f, "SY01", "王芳", 0, &invitation), STATUS_OK);
    assert_string_equal(invitation.addresses[0], "127.0.0.1:7443");
    assert_int_equal(enrol(f, &invitation, "key", &reply), STATUS_OK);
    assert_string_equal(reply->person, "王芳");
    assert_string_equal(reply->school_code, "SY01");
    assert_string_equal(reply->district, "测试区");
    assert_int_equal(reply->role, ROLE_DEVICE);
    const Lianxin__HelloReply *greeting = hello(f, "key");
    assert_non_null(greeting);
    assert_int_equal(greeting->stream, reply->stream);
    assert_int_equal(greeting->n_heads, 2);
    assert_string_equal(greeting->school_name, "实验小学");
}

static void enrolling_again_with_the_same_key_gives_the_same_device(void **state)
{
    struct fixture *f = *state;
    struct invitation invitation;
    const Lianxin__EnrolReply *first, *again;
    assert_int_equal(invite(f, "SY01", "王芳", 0, &invitation), STATUS_OK);
    assert_int_equal(enrol(f, &invitation, "key", &first), STATUS_OK);
    f->server.now_ms += 30 * DAY_MS; /* its answer may have been lost for long */
    assert_int_equal(enrol(f, &invitation, "key", &again), STATUS_OK);
    assert_memory_equal(first->device.data, again->device.data, UUID_BYTES);
}

static void an_invitation_is_good_for_one_key(void **state)
{
    struct fixture *f = *state;
    struct invitation invitation, other;
    const Lianxin__EnrolReply *reply;
    assert_int_equal(invite(f, "SY01", "王芳", 0, &invitation), STATUS_OK);
    assert_int_equal(enrol(f, &invitation, "key", &reply), STATUS_OK);
    assert_int_equal(enrol(f, &invitation, "another key", &reply), STATUS_DENIED);
    assert_int_equal(f->err.reason, REASON_INVITATION);
    assert_int_equal(invite(f, "SY01", "李强", 0, &other), STATUS_OK);
    assert_int_equal(enrol(f, &other, "key", &reply), STATUS_DENIED); /* and a key for one device */
}

static void five_wrong_secrets_end_an_invitation_even_over_a_crash(void **state)
{
    struct fixture *f = *state;
    struct invitation invitation, wrong;
    const Lianxin__EnrolReply *reply;
    assert_int_equal(invite(f, "SY01", "王芳", 0, &invitation), STATUS_OK);
    wrong = invitation;
    wrong.secret[0] ^= 1;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(enrol(f, &wrong, "thief", &reply), STATUS_DENIED);
        assert_int_equal(f->err.reason, REASON_INVITATION);
        test_server_kill(&f->server);
    }
    assert_int_equal(enrol(f, &invitation, "key", &reply), STATUS_DENIED);
    assert_null(hello(f, "key"));
}

static void four_wrong_secrets_do_not(void **state)
{
    struct fixture *f = *state;
    struct invitation invitation, wrong;
    const Lianxin__EnrolReply *reply;
    assert_int_equal(invite(f, "SY01", "王芳", 0, &invitation), STATUS_OK);
    wrong = invitation;
    wrong.secret[0] ^= 1;
    for (int i = 0; i < 4; i++)
        assert_int_equal(enrol(f, &wrong, "thief", &reply), STATUS_DENIED);
    assert_int_equal(enrol(f, &invitation, "key", &reply), STATUS_OK);
}

static void an_invitation_ends_after_seven_days(void **state)
{
    struct fixture *f = *state;
    struct invitation invitation;
    const Lianxin__EnrolReply *reply;
    assert_int_equal(invite(f, "SY01", "王芳", 0, &invitation), STATUS_OK);
    f->server.now_ms += 7 * DAY_MS;
    assert_int_equal(enrol(f, &invitation, "key", &reply), STATUS_DENIED);
    f->server.now_ms -= 1;
    assert_int_equal(enrol(f, &invitation, "key", &reply), STATUS_OK);
}

static void roles_fit_whom_they_are_for(void **state)
{
    struct fixture *f = *state;
    struct invitation invitation;
    const Lianxin__EnrolReply *reply;
    assert_int_equal(invite(f, "SY01", "王芳", ROLE_LEAD, &invitation), STATUS_USAGE);
    assert_int_equal(invite(f, NULL, "陈静", ROLE_DEVICE, &invitation), STATUS_USAGE);
    assert_int_equal(invite(f, NULL, "陈静", ROLE_OPERATOR, &invitation), STATUS_USAGE);
    assert_int_equal(invite(f, NULL, "", 0, &invitation), STATUS_USAGE);
    assert_int_equal(invite(f, "XX99", "王芳", 0, &invitation), STATUS_NOT_FOUND);
    assert_int_equal(invite(f, NULL, "陈静", ROLE_LEAD, &invitation), STATUS_OK);
    assert_int_equal(enrol(f, &invitation, "lead", &reply), STATUS_OK);
    assert_int_equal(reply->role, ROLE_LEAD);
    assert_int_equal(reply->stream, STREAM_DISTRICT);
    assert_null(reply->school_code);
}

static void nobody_and_strangers_hear_only_a_greeting_or_nothing(void **state)
{
    struct fixture *f = *state;
    Lianxin__PullRequest pull = LIANXIN__PULL_REQUEST__INIT;
    struct peer nobody = test_server_nobody(), stranger = {.certified = true, .key_hash = sha256_of("x", 1), .name = "?"};
    ProtobufCMessage *reply;
    const Lianxin__HelloReply *greeting = hello(f, NULL);
    assert_non_null(greeting);
    assert_int_equal(greeting->n_heads, 0);
    assert_null(greeting->person);
    assert_true(greeting->n_known > 0);
    assert_null(hello(f, "a key nobody enrolled"));
    assert_int_equal(f->err.reason, REASON_NOT_ENROLLED);
    pull.has_stream = true;
    pull.stream = STREAM_PUBLIC;
    assert_int_equal(test_server_ask(&f->server, &nobody, MESSAGE_pull, &pull.base, &f->arena, &reply, &f->err), STATUS_DENIED);
    assert_int_equal(test_server_ask(&f->server, &stranger, MESSAGE_pull, &pull.base, &f->arena, &reply, &f->err), STATUS_DENIED);
}

static void a_certificate_is_renewed_for_the_same_key_only(void **state)
{
    struct fixture *f = *state;
    struct invitation invitation;
    const Lianxin__EnrolReply *enrolled;
    Lianxin__RenewRequest renew = LIANXIN__RENEW_REQUEST__INIT;
    struct peer peer = {.certified = true, .key_hash = sha256_of("key", 3), .name = "?"};
    ProtobufCMessage *reply;
    assert_int_equal(invite(f, "SY01", "王芳", 0, &invitation), STATUS_OK);
    assert_int_equal(enrol(f, &invitation, "key", &enrolled), STATUS_OK);
    renew.has_csr = true;
    renew.csr = (ProtobufCBinaryData){.len = 3, .data = (uint8_t *)arena_strdup(&f->arena, "key")};
    assert_int_equal(test_server_ask(&f->server, &peer, MESSAGE_renew, &renew.base, &f->arena, &reply, &f->err), STATUS_OK);
    renew.csr.data = (uint8_t *)arena_strdup(&f->arena, "kex");
    assert_int_equal(test_server_ask(&f->server, &peer, MESSAGE_renew, &renew.base, &f->arena, &reply, &f->err), STATUS_USAGE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_invited_officer_becomes_a_device_of_the_school),
        TEST(enrolling_again_with_the_same_key_gives_the_same_device),
        TEST(an_invitation_is_good_for_one_key),
        TEST(five_wrong_secrets_end_an_invitation_even_over_a_crash),
        TEST(four_wrong_secrets_do_not),
        TEST(an_invitation_ends_after_seven_days),
        TEST(roles_fit_whom_they_are_for),
        TEST(nobody_and_strangers_hear_only_a_greeting_or_nothing),
        TEST(a_certificate_is_renewed_for_the_same_key_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
