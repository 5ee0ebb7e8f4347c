/* SPDX-License-Identifier: Apache-2.0
 *
 * Certificates over the years: a clock that the test turns, real keys, and handshakes in memory. */
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/wire/tls.h"
#include "server/cmd/certificate.h"
#include "tests/harness/test.h"

#define DAY_MS INT64_C(86400000)
#define YEAR_MS (365 * DAY_MS)

struct fixture {
    char folder[64];
    struct app app;
    struct sha256 founded; /* the pin of the first authority */
    int64_t oldest_backup_ms, began_ms;
    int64_t ago_ms; /* certificates are made that long ago; OpenSSL looks at them now */
    struct err err;
};

static int64_t shifted_now_ms(void *context)
{
    struct timespec now;
    const struct fixture *f = context;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 - f->ago_ms;
}

static void must(enum status status, const struct err *err)
{
    if (status)
        fail_msg("%s", err->text);
}

static void make_keys(struct fixture *f)
{
    struct x509_key *key;
    struct buf der;
    buf_init(&der, 0);
    must(x509_key_new(&key, &f->err), &f->err);
    must(x509_make_authority(key, clock_now_ms(&f->app.clock), &f->app.random, &der, &f->err), &f->err);
    f->founded = sha256_of(der.data, der.len_bytes);
    must(x509_key_write(key, app_path(&f->app, "keys/authority.key"), &f->err), &f->err);
    must(x509_write(app_path(&f->app, "keys/authority.pem"), der.data, der.len_bytes, &f->err), &f->err);
    x509_key_free(key);
    x509_authority_free(f->app.authority);
    f->app.authority = NULL;
    must(certificate_open_authority(&f->app, &f->err), &f->err);
    must(x509_key_new(&key, &f->err), &f->err);
    must(x509_key_write(key, app_path(&f->app, "keys/server.key"), &f->err), &f->err);
    buf_reset(&der);
    must(x509_issue_server(f->app.authority, key, clock_now_ms(&f->app.clock), &f->app.random, &der, &f->err), &f->err);
    must(x509_write(app_path(&f->app, "keys/server.pem"), der.data, der.len_bytes, &f->err), &f->err);
    x509_key_free(key);
    buf_done(&der);
}

/* Founded that many years ago. */
static struct fixture *open_fixture(int64_t years)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;
    memset(f, 0, sizeof *f);
    f->oldest_backup_ms = INT64_MAX;
    snprintf(f->folder, sizeof f->folder, "/tmp/lianxin-certificate-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    app_init(&f->app, f->folder);
    f->app.clock = (struct clock){.now_ms = shifted_now_ms, .mono_ms = shifted_now_ms, .context = f};
    f->app.log.level = LOG_ERROR;
    assert_int_equal(mkdir(app_path(&f->app, "keys"), 0700), 0);
    f->ago_ms = years * YEAR_MS;
    make_keys(f);
    return f;
}

static void close_fixture(struct fixture *f)
{
    static const char *const names[] = {"authority.key", "authority.pem", "server.key", "server.pem",    "next.key",
                                        "next.pem",      "device.key",    "device.pem", "successor.key", "successor.pem"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        (void)unlink(app_path(&f->app, arena_printf(&f->app.arena, "keys/%s", names[i])));
    rmdir(app_path(&f->app, "keys"));
    rmdir(f->folder);
    app_done(&f->app);
}

/* What a start of the server does to its keys at that time. */
static bool start(struct fixture *f, int64_t years_ago)
{
    bool renewed = false;
    f->ago_ms = years_ago * YEAR_MS;
    x509_authority_free(f->app.authority);
    f->app.authority = NULL;
    must(certificate_open_authority(&f->app, &f->err), &f->err);
    must(certificate_settle_authority(&f->app, f->oldest_backup_ms, f->began_ms, &f->err), &f->err);
    must(certificate_renew(&f->app, &renewed, &f->err), &f->err);
    return renewed;
}

static struct sha256 pin_of(struct fixture *f)
{
    return x509_authority_pin(f->app.authority);
}

static void make_device(struct fixture *f)
{
    struct uuid device = {{7}};
    struct x509_key *key;
    struct buf request, der;
    buf_init(&request, 0);
    buf_init(&der, 0);
    must(x509_key_new(&key, &f->err), &f->err);
    must(x509_key_write(key, app_path(&f->app, "keys/device.key"), &f->err), &f->err);
    must(x509_request_make(key, &request, &f->err), &f->err);
    must(x509_issue_client(f->app.authority, request.data, request.len_bytes, &device, clock_now_ms(&f->app.clock), &f->app.random,
                           &der, &f->err),
         &f->err);
    must(x509_write(app_path(&f->app, "keys/device.pem"), der.data, der.len_bytes, &f->err), &f->err);
    x509_key_free(key);
    buf_done(&der);
    buf_done(&request);
}

/* One way and the other. */
static bool can_talk(SSL *a, SSL *b)
{
    char text[4] = "";
    bool there = SSL_write(a, "ask", 4) == 4 && SSL_read(b, text, 4) == 4 && strcmp(text, "ask") == 0;
    return there && SSL_write(b, "yes", 4) == 4 && SSL_read(a, text, 4) == 4 && strcmp(text, "yes") == 0;
}

/* A handshake in memory with a server of the folder; NULL when one of the two refuses, else whom the client took it for. */
static const struct sha256 *shake(struct fixture *f, const struct sha256 *pin, bool device)
{
    static struct sha256 taken;
    struct tls *server, *client;
    struct sha256 key;
    BIO *near, *far;
    int done = 0;
    must(tls_server_new(app_path(&f->app, "keys/server.key"), app_path(&f->app, "keys/server.pem"),
                        app_path(&f->app, "keys/authority.pem"), &server, &f->err),
         &f->err);
    must(tls_client_new(pin, device ? app_path(&f->app, "keys/device.key") : NULL,
                        device ? app_path(&f->app, "keys/device.pem") : NULL, &client, &f->err),
         &f->err);
    SSL *a = tls_connection(server), *b = tls_connection(client);
    assert_int_equal(BIO_new_bio_pair(&near, 0, &far, 0), 1);
    SSL_set_bio(a, near, near);
    SSL_set_bio(b, far, far);
    for (int i = 0; i < 20 && done != 2; i++)
        done = (SSL_connect(b) == 1) + (SSL_accept(a) == 1);
    bool ok = done == 2 && tls_server_pin(b, &taken) && tls_take_peer_key(a, &key) == device;
    ok = ok && !SSL_get0_peer_certificate(a) && can_talk(a, b) && can_talk(b, a); /* it goes on without the certificate */
    SSL_free(a);
    SSL_free(b);
    tls_free(server);
    tls_free(client);
    return ok ? &taken : NULL;
}

/* ---- tests ---- */

static void a_certificate_is_due_in_its_last_third(void **state)
{
    (void)state;
    struct x509_info info = {.not_before_ms = 0, .not_after_ms = 900};
    assert_false(x509_is_due(&info, 600));
    assert_true(x509_is_due(&info, 601));
    assert_true(x509_is_due(&info, 1000));
}

static void the_server_renews_its_own_in_time(void **state)
{
    (void)state;
    struct fixture *f = open_fixture(2); /* of 825 days 730 are over */
    struct sha256 before = pin_of(f);
    assert_true(start(f, 0));
    assert_false(start(f, 0)); /* once is enough */
    struct sha256 after = pin_of(f);
    assert_true(sha256_equal(&before, &after)); /* the authority has time */
    assert_non_null(shake(f, &before, false));
    close_fixture(f);
}

static void an_authority_in_its_last_third_is_replaced_and_clients_of_before_follow(void **state)
{
    (void)state;
    struct fixture *f = open_fixture(14);
    assert_non_null(f->app.authority);
    f->ago_ms = 0;
    make_device(f); /* by the old authority */
    assert_true(start(f, 0));
    struct sha256 now = pin_of(f);
    assert_false(sha256_equal(&f->founded, &now));
    const struct sha256 *taken = shake(f, &f->founded, true); /* knows the old one only, and is of the old one */
    assert_non_null(taken);
    assert_true(sha256_equal(taken, &now));
    assert_non_null(shake(f, &now, true)); /* having followed */
    make_device(f);                        /* renewed, by the new one */
    assert_non_null(shake(f, &now, true));
    assert_false(start(f, 0));
    close_fixture(f);
}

static void who_only_sends_the_old_certificate_along_is_not_its_successor(void **state)
{
    (void)state;
    struct fixture *f = open_fixture(0);
    struct x509_key *key;
    struct buf old, strange;
    buf_init(&old, 0);
    buf_init(&strange, 0);
    must(file_read(app_path(&f->app, "keys/authority.pem"), 65536, &old, &f->err), &f->err);
    struct sha256 pin = f->founded;
    make_keys(f); /* another authority in its place: x509_make_successor of it signs a further one, never the first */
    must(x509_key_new(&key, &f->err), &f->err);
    must(x509_make_successor(f->app.authority, key, clock_now_ms(&f->app.clock), &f->app.random, &strange, &f->err), &f->err);
    must(x509_key_write(key, app_path(&f->app, "keys/authority.key"), &f->err), &f->err);
    x509_key_free(key);
    buf_put(&strange, old.data, old.len_bytes);
    must(file_write(app_path(&f->app, "keys/authority.pem"), strange.data, strange.len_bytes, 0600, &f->err), &f->err);
    assert_true(start(f, 0));
    assert_null(shake(f, &pin, false));
    buf_done(&strange);
    buf_done(&old);
    close_fixture(f);
}

static void a_replacement_that_was_cut_off_is_finished(void **state)
{
    (void)state;
    struct fixture *f = open_fixture(14);
    struct x509_key *key;
    struct buf pem;
    buf_init(&pem, 0);
    f->ago_ms = 0;
    must(x509_key_new(&key, &f->err), &f->err);
    must(x509_make_successor(f->app.authority, key, clock_now_ms(&f->app.clock), &f->app.random, &pem, &f->err), &f->err);
    must(x509_key_write(key, app_path(&f->app, "keys/authority.key"), &f->err), &f->err); /* renamed already */
    must(file_write(app_path(&f->app, "keys/next.pem"), pem.data, pem.len_bytes, 0600, &f->err), &f->err);
    x509_key_free(key);
    buf_done(&pem);
    assert_true(start(f, 0));
    assert_int_equal(access(app_path(&f->app, "keys/next.pem"), F_OK), -1);
    assert_non_null(shake(f, &f->founded, false));
    close_fixture(f);
}

static bool is_prepared(struct fixture *f)
{
    return access(app_path(&f->app, "keys/successor.pem"), F_OK) == 0;
}

/* A client that has followed would refuse a server restored from a backup without the new authority. */
static void a_successor_waits_until_every_backup_holds_it(void **state)
{
    (void)state;
    struct fixture *f = open_fixture(14);
    f->ago_ms = 0;
    f->oldest_backup_ms = clock_now_ms(&f->app.clock) - DAY_MS;
    (void)start(f, 0);
    struct sha256 pin = pin_of(f);
    assert_true(is_prepared(f));
    assert_true(sha256_equal(&f->founded, &pin));
    assert_false(start(f, 0));
    f->oldest_backup_ms = clock_now_ms(&f->app.clock) + DAY_MS;
    assert_true(start(f, 0));
    pin = pin_of(f);
    assert_false(is_prepared(f));
    assert_false(sha256_equal(&f->founded, &pin));
    assert_non_null(shake(f, &f->founded, false));
    close_fixture(f);
}

static void a_restored_folder_uses_the_successor_it_holds_at_once(void **state)
{
    (void)state;
    struct fixture *f = open_fixture(14);
    f->ago_ms = 0;
    f->oldest_backup_ms = clock_now_ms(&f->app.clock) - DAY_MS;
    (void)start(f, 0);
    assert_true(is_prepared(f));
    f->began_ms = clock_now_ms(&f->app.clock) + DAY_MS;
    assert_true(start(f, 0));
    assert_false(is_prepared(f));
    close_fixture(f);
}

/* Certificates count seconds. */
static void what_began_in_the_second_of_its_preparing_is_not_taken_to_hold_the_successor(void **state)
{
    (void)state;
    struct fixture *f = open_fixture(14);
    struct x509_info info;
    struct buf der;
    buf_init(&der, 0);
    f->ago_ms = 0;
    f->oldest_backup_ms = 1;
    (void)start(f, 0);
    must(x509_read(app_path(&f->app, "keys/successor.pem"), &der, &f->err), &f->err);
    must(x509_inspect(der.data, der.len_bytes, &info, &f->err), &f->err);
    buf_done(&der);
    const int64_t second_ms = info.not_before_ms + DAY_MS;
    f->oldest_backup_ms = f->began_ms = second_ms + 999;
    (void)start(f, 0);
    assert_true(is_prepared(f));
    f->began_ms = second_ms + 1000;
    (void)start(f, 0);
    assert_false(is_prepared(f));
    close_fixture(f);
}

static void a_successor_does_not_wait_for_ever(void **state)
{
    (void)state;
    struct fixture *f = open_fixture(14);
    f->oldest_backup_ms = 1;
    f->ago_ms = (CERTIFICATE_WAIT_DAYS + 1) * DAY_MS;
    must(certificate_settle_authority(&f->app, f->oldest_backup_ms, 0, &f->err), &f->err);
    assert_true(is_prepared(f));
    assert_true(start(f, 0));
    assert_false(is_prepared(f));
    close_fixture(f);
}

static void half_a_successor_is_made_anew(void **state)
{
    (void)state;
    struct fixture *f = open_fixture(14);
    f->ago_ms = 0;
    f->oldest_backup_ms = 1;
    (void)start(f, 0);
    assert_int_equal(unlink(app_path(&f->app, "keys/successor.key")), 0); /* a backup made at that moment */
    (void)start(f, 0);
    assert_int_equal(access(app_path(&f->app, "keys/successor.key"), F_OK), 0);
    f->oldest_backup_ms = INT64_MAX;
    assert_true(start(f, 0));
    assert_non_null(shake(f, &f->founded, false));
    close_fixture(f);
}

static void a_change_to_a_prepared_successor_that_was_cut_off_is_finished(void **state)
{
    (void)state;
    struct fixture *f = open_fixture(14);
    f->ago_ms = 0;
    f->oldest_backup_ms = 1;
    (void)start(f, 0);
    assert_int_equal(rename(app_path(&f->app, "keys/successor.key"), app_path(&f->app, "keys/next.key")), 0);
    f->oldest_backup_ms = INT64_MAX;
    assert_true(start(f, 0));
    assert_non_null(shake(f, &f->founded, false));
    close_fixture(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_certificate_is_due_in_its_last_third),
        cmocka_unit_test(the_server_renews_its_own_in_time),
        cmocka_unit_test(an_authority_in_its_last_third_is_replaced_and_clients_of_before_follow),
        cmocka_unit_test(who_only_sends_the_old_certificate_along_is_not_its_successor),
        cmocka_unit_test(a_replacement_that_was_cut_off_is_finished),
        cmocka_unit_test(a_successor_waits_until_every_backup_holds_it),
        cmocka_unit_test(a_restored_folder_uses_the_successor_it_holds_at_once),
        cmocka_unit_test(what_began_in_the_second_of_its_preparing_is_not_taken_to_hold_the_successor),
        cmocka_unit_test(a_successor_does_not_wait_for_ever),
        cmocka_unit_test(half_a_successor_is_made_anew),
        cmocka_unit_test(a_change_to_a_prepared_successor_that_was_cut_off_is_finished),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
