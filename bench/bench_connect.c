/* SPDX-License-Identifier: Apache-2.0
 *
 * Clients that come, sync and go, eight at a time in processes of their own: a whole sync by the client's engine with its cache on
 * disk, beside connections that are only accepted, echoed and closed under the same TLS policy. And what resuming a TLS session
 * would save of a handshake. */
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/kit/echo.h"
#include "bench/kit/officer.h"
#include "common/wire/tls.h"

#define SCHOOLS_MAX 1000u /* the clients follow the list of all schools, which is not what is measured */
#define ECHO_BYTES 64
#define HANDSHAKES 100u

struct bench {
    struct district district;
    struct served served, echo;
};

/* Does it once, as one of the clients. */
typedef void work_once(struct bench *b, struct officer *officer);

/* ---- together ---- */

static void work_until(struct bench *b, size_t client, work_once *work, double until, int count_fd)
{
    struct officer officer;
    unsigned n = 0;
    die_with_parent();
    officer_open(&officer, &b->district, client, b->served.port);
    for (; now_s() < until; n++)
        work(b, &officer);
    officer_close(&officer);
    _exit(write(count_fd, &n, sizeof n) == (ssize_t)sizeof n ? 0 : 1);
}

/* How often a second all of them together; each at least once. */
static double rate_of(struct bench *b, work_once *work, int64_t run_ms)
{
    pid_t children[DISTRICT_OFFICERS];
    unsigned sum = 0, n;
    int counts[2];
    double began = now_s();
    must_be(pipe(counts) == 0, "no pipe");
    for (size_t i = 0; i < DISTRICT_OFFICERS; i++) {
        children[i] = fork();
        must_be(children[i] >= 0, "no process");
        if (children[i] == 0)
            work_until(b, i, work, began + (double)run_ms / 1000, counts[1]);
    }
    for (size_t i = 0; i < DISTRICT_OFFICERS; i++) {
        int result;
        waitpid(children[i], &result, 0);
        must_be(WIFEXITED(result) && WEXITSTATUS(result) == 0 && read(counts[0], &n, sizeof n) == (ssize_t)sizeof n,
                "a client failed");
        sum += n;
    }
    close(counts[0]);
    close(counts[1]);
    return sum / (now_s() - began);
}

static void sync_once(struct bench *b, struct officer *officer)
{
    officer_sync(officer, b->served.port);
}

static void edit_and_sync(struct bench *b, struct officer *officer)
{
    officer_edit(officer);
    officer_sync(officer, b->served.port);
    must_be(officer->report.pushed == 1, "a sync did not push the edit");
}

/* By the client's policy, too: the authority pinned, the key read from its file. */
static void echo_once(struct bench *b, struct officer *officer)
{
    const struct district *d = &b->district;
    char bytes[ECHO_BYTES] = {0};
    struct tls *tls;
    struct err err;
    must(tls_client_new(&d->pin, d->school_key[officer->school], d->school[officer->school], &tls, &err), &err);
    SSL *connection = load_connect_by(tls_connection(tls), b->echo.port);
    must_be(SSL_write(connection, bytes, ECHO_BYTES) == ECHO_BYTES && SSL_read(connection, bytes, ECHO_BYTES) == ECHO_BYTES,
            "no echo");
    load_disconnect(connection);
    tls_free(tls);
}

/* ---- resuming ---- */

static SSL_CTX *context_of(const SSL_METHOD *method, const char *key, const char *certificate, const char *authority)
{
    SSL_CTX *c = SSL_CTX_new(method);
    must_be(c && SSL_CTX_use_certificate_file(c, certificate, SSL_FILETYPE_PEM) == 1 &&
                SSL_CTX_use_PrivateKey_file(c, key, SSL_FILETYPE_PEM) == 1 && SSL_CTX_load_verify_file(c, authority) == 1,
            "no TLS context");
    SSL_CTX_set_verify(c, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    SSL_CTX_set_session_id_context(c, (const unsigned char *)"bench", 5);
    return c;
}

/* One handshake in memory, both ends; the session it may be resumed by. */
static SSL_SESSION *shake_hands(SSL_CTX *server, SSL_CTX *client, SSL_SESSION *resume)
{
    SSL *s = SSL_new(server), *c = SSL_new(client);
    BIO *to_server, *to_client;
    char byte;
    must_be(s && c && BIO_new_bio_pair(&to_server, 0, &to_client, 0) == 1, "no memory");
    SSL_set_bio(s, to_server, to_server);
    SSL_set_bio(c, to_client, to_client);
    SSL_set_accept_state(s);
    SSL_set_connect_state(c);
    if (resume)
        SSL_set_session(c, resume);
    while (SSL_do_handshake(c) != 1 || SSL_do_handshake(s) != 1)
        (void)SSL_do_handshake(s);
    (void)SSL_read(c, &byte, 1); /* takes the tickets */
    must_be(!resume || SSL_session_reused(c), "a session was not resumed");
    SSL_SESSION *session = SSL_get1_session(c);
    SSL_shutdown(c);
    SSL_free(s);
    SSL_free(c);
    return session;
}

static double handshake_us(SSL_CTX *server, SSL_CTX *client, bool resume)
{
    SSL_SESSION *session = shake_hands(server, client, NULL);
    double began = self_cpu_s();
    for (unsigned i = 0; i < HANDSHAKES; i++) {
        SSL_SESSION *next = shake_hands(server, client, resume ? session : NULL);
        SSL_SESSION_free(session);
        session = next;
    }
    SSL_SESSION_free(session);
    return (self_cpu_s() - began) * 1e6 / HANDSHAKES;
}

static void measure_resuming(struct bench *b, struct samples *full, struct samples *resumed)
{
    const struct district *d = &b->district;
    SSL_CTX *server = context_of(TLS_server_method(), d->server_key, d->server, d->authority);
    SSL_CTX *client = context_of(TLS_client_method(), d->device_key, d->device, d->authority);
    samples_add(full, handshake_us(server, client, false));
    samples_add(resumed, handshake_us(server, client, true));
    SSL_CTX_free(server);
    SSL_CTX_free(client);
}

int main(void)
{
    static struct bench b;
    struct plan plan = plan_read();
    struct samples nothing = {.n = 0}, edit = {.n = 0}, bare = {.n = 0}, full = {.n = 0}, resumed = {.n = 0};
    plan.schools = plan.schools < SCHOOLS_MAX ? plan.schools : SCHOOLS_MAX;
    district_open(&b.district, &plan);
    struct echo echo = {&b.district, ECHO_BYTES, ECHO_BYTES};
    served_start_district(&b.served, &b.district);
    echo_start(&b.echo, &echo);
    (void)rate_of(&b, sync_once, 0); /* takes what there is */
    for (unsigned round = 0; round < plan.rounds; round++) {
        samples_add(&nothing, rate_of(&b, sync_once, plan.run_ms));
        samples_add(&bare, rate_of(&b, echo_once, plan.run_ms));
        samples_add(&edit, rate_of(&b, edit_and_sync, plan.run_ms));
        measure_resuming(&b, &full, &resumed);
    }
    result_print(&(struct result){"whole sync, nothing to do", "/s", "accept, echo, close", &nothing, &bare, AGAINST_LIMIT,
                                  AIM_AT_LEAST, 0.7});
    result_print(
        &(struct result){"whole sync, one edit", "/s", "accept, echo, close", &edit, &bare, AGAINST_LIMIT, AIM_AT_LEAST, 0.7});
    result_print(
        &(struct result){"resumed handshake, both ends, CPU", "us", "full handshake", &resumed, &full, AGAINST_LIMIT, AIM_NONE, 0});
    for (size_t i = 0; i < DISTRICT_OFFICERS; i++) {
        struct officer officer;
        officer_open(&officer, &b.district, i, 0);
        officer_close(&officer);
        officer_remove(&officer);
    }
    served_stop(&b.echo);
    served_stop(&b.served);
    district_close(&b.district);
    return 0;
}
