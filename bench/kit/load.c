/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/kit/load.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define LATENCIES_MAX ((size_t)1 << 20)
#define READ_BYTES 16384

struct client {
    SSL *tls;
    struct buf in, out;
    double asked_s;
    bool waits; /* for an answer */
};

struct load {
    struct load_language language;
    SSL_CTX *context;
    int epoll;
    unsigned n, waiting;
    struct client clients[LOAD_CLIENTS_MAX];
    double *latencies;
    size_t n_latencies;
};

/* ---- one connection ---- */

SSL_CTX *load_context(const struct district *d)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    must_be(context && SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) &&
                SSL_CTX_use_certificate_file(context, d->device, SSL_FILETYPE_PEM) == 1 &&
                SSL_CTX_use_PrivateKey_file(context, d->device_key, SSL_FILETYPE_PEM) == 1,
            "no TLS for the load");
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    signal(SIGPIPE, SIG_IGN);
    return context;
}

SSL *load_connect(SSL_CTX *context, unsigned port)
{
    return load_connect_by(SSL_new(context), port);
}

SSL *load_connect_by(SSL *tls, unsigned port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must_be(fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0, "cannot connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    must_be(tls && SSL_set_fd(tls, fd) == 1 && SSL_connect(tls) == 1, "the TLS handshake failed");
    return tls;
}

void load_disconnect(SSL *tls)
{
    int fd = SSL_get_fd(tls);
    (void)SSL_shutdown(tls);
    SSL_free(tls);
    close(fd);
    ERR_clear_error();
}

/* ---- asking ---- */

/* Requests are small beside a socket's buffer, so all of one goes at once. */
static void send_all(struct client *c)
{
    must_be(!c->out.failed && SSL_write(c->tls, c->out.data, (int)c->out.len_bytes) == (int)c->out.len_bytes,
            "a server does not take a request");
    buf_reset(&c->out);
}

static void ask(struct load *load, unsigned i)
{
    struct client *c = &load->clients[i];
    load->language.ask(load->language.context, i, &c->out);
    c->asked_s = now_s();
    c->waits = true;
    load->waiting++;
    send_all(c);
}

static bool read_some(struct client *c)
{
    must_be(buf_reserve(&c->in, READ_BYTES), "no memory for an answer");
    int n = SSL_read(c->tls, c->in.data + c->in.len_bytes, READ_BYTES);
    if (n > 0) {
        c->in.len_bytes += (size_t)n;
        return true;
    }
    must_be(SSL_get_error(c->tls, n) == SSL_ERROR_WANT_READ, "a server closed the connection");
    return false;
}

/* Takes the answer when it is whole. */
static bool take(struct load *load, unsigned i)
{
    struct client *c = &load->clients[i];
    size_t bytes = c->in.len_bytes ? load->language.take(load->language.context, i, c->in.data, c->in.len_bytes) : 0;
    if (!bytes)
        return false;
    buf_drain(&c->in, bytes);
    if (c->waits && load->n_latencies < LATENCIES_MAX)
        load->latencies[load->n_latencies++] = now_s() - c->asked_s;
    load->waiting -= c->waits;
    c->waits = false;
    return true;
}

static void greet(struct load *load, unsigned i)
{
    struct client *c = &load->clients[i];
    if (!load->language.greet)
        return;
    load->language.greet(load->language.context, i, &c->out);
    send_all(c);
    while (!take(load, i))
        must_be(read_some(c), "no answer to the greeting");
}

static void set_nonblocking(struct load *load, unsigned i)
{
    int fd = SSL_get_fd(load->clients[i].tls);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
    must_be(fcntl(fd, F_SETFL, O_NONBLOCK) == 0 && epoll_ctl(load->epoll, EPOLL_CTL_ADD, fd, &event) == 0, "no epoll");
}

struct load *load_open(const struct district *d, unsigned port, unsigned n, const struct load_language *language)
{
    struct load *load = calloc(1, sizeof *load);
    must_be(load && n <= LOAD_CLIENTS_MAX, "too many clients");
    must_be(n < d->plan.schools, "each client needs a school of its own: too few schools");
    load->language = *language;
    load->n = n;
    load->latencies = malloc(LATENCIES_MAX * sizeof load->latencies[0]);
    load->epoll = epoll_create1(EPOLL_CLOEXEC);
    load->context = load_context(d);
    must_be(load->latencies && load->epoll >= 0, "no memory for the load");
    for (unsigned i = 0; i < n; i++) {
        load->clients[i].tls = load_connect(load->context, port);
        buf_init(&load->clients[i].in, 0);
        buf_init(&load->clients[i].out, 0);
        greet(load, i);
        set_nonblocking(load, i);
    }
    return load;
}

static int by_time(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

struct load_figures load_figures_of(double *latencies, size_t n, double seconds)
{
    if (!n)
        return (struct load_figures){0};
    qsort(latencies, n, sizeof latencies[0], by_time);
    return (struct load_figures){n, (double)n / seconds, latencies[n / 2] * 1000, latencies[n - 1 - n / 100] * 1000};
}

struct load_figures load_run(struct load *load, int64_t run_ms)
{
    struct epoll_event events[64];
    double began = now_s(), until = began + (double)run_ms / 1000;
    load->n_latencies = 0;
    for (unsigned i = 0; i < load->n; i++)
        ask(load, i);
    while (load->waiting) {
        int n = epoll_wait(load->epoll, events, 64, 10000);
        must_be(n > 0, "a server has not answered for ten seconds");
        bool on = now_s() < until;
        for (int k = 0; k < n; k++) {
            unsigned i = events[k].data.u32;
            while (read_some(&load->clients[i]) && !take(load, i))
                ;
            if (on && !load->clients[i].waits)
                ask(load, i);
        }
    }
    return load_figures_of(load->latencies, load->n_latencies, now_s() - began);
}

void load_close(struct load *load)
{
    for (unsigned i = 0; i < load->n; i++) {
        load_disconnect(load->clients[i].tls);
        buf_done(&load->clients[i].in);
        buf_done(&load->clients[i].out);
    }
    close(load->epoll);
    SSL_CTX_free(load->context);
    free(load->latencies);
    free(load);
}
