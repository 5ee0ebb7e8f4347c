/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/kit/echo.h"

#include <arpa/inet.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <unistd.h>

#include "common/wire/tls.h"

static const char filler[65536];

struct serving {
    const struct echo *echo;
    struct tls *tls;
    struct event_base *base;
};

static void on_read(struct bufferevent *stream, void *context)
{
    const struct serving *s = context;
    struct evbuffer *input = bufferevent_get_input(stream);
    for (; evbuffer_get_length(input) >= s->echo->ask_bytes; evbuffer_drain(input, s->echo->ask_bytes))
        bufferevent_write(stream, filler, s->echo->answer_bytes);
}

static void on_event(struct bufferevent *stream, short what, void *context)
{
    (void)context;
    if (!(what & BEV_EVENT_CONNECTED))
        bufferevent_free(stream);
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *from, int bytes, void *context)
{
    struct serving *s = context;
    (void)listener, (void)from, (void)bytes;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    struct bufferevent *stream =
        bufferevent_openssl_socket_new(s->base, fd, tls_connection(s->tls), BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
    must_be(stream != NULL, "no memory for a connection");
    bufferevent_setcb(stream, on_read, NULL, on_event, s);
    bufferevent_enable(stream, EV_READ | EV_WRITE);
}

static void on_stop(evutil_socket_t number, short what, void *context)
{
    (void)number, (void)what;
    event_base_loopbreak(context);
}

static void serve(void *context, int port_fd)
{
    const struct echo *echo = context;
    const struct district *d = echo->district;
    struct serving s = {.echo = echo, .base = event_base_new()};
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t bytes = sizeof at;
    struct err err;
    must_be(s.base && echo->answer_bytes <= sizeof filler, "no echo of that size");
    must(tls_server_new(d->server_key, d->server, d->authority, &s.tls, &err), &err);
    signal(SIGPIPE, SIG_IGN);
    struct evconnlistener *listener = evconnlistener_new_bind(s.base, on_accept, &s, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_REUSEABLE, 512,
                                                              (struct sockaddr *)&at, sizeof at);
    must_be(listener && getsockname(evconnlistener_get_fd(listener), (struct sockaddr *)&at, &bytes) == 0,
            "the echo cannot listen");
    struct event *stop = evsignal_new(s.base, SIGTERM, on_stop, s.base);
    event_add(stop, NULL);
    unsigned port = ntohs(at.sin_port);
    must_be(write(port_fd, &port, sizeof port) == (ssize_t)sizeof port, "nobody waits for the port");
    close(port_fd);
    event_base_dispatch(s.base);
}

void echo_start(struct served *served, struct echo *echo)
{
    served_start(served, serve, echo);
}

static void put_ask(void *context, unsigned client, struct buf *out)
{
    const struct echo *echo = context;
    (void)client;
    buf_put(out, filler, echo->ask_bytes);
}

static size_t take_answer(void *context, unsigned client, const char *data, size_t bytes)
{
    const struct echo *echo = context;
    (void)client, (void)data;
    return bytes < echo->answer_bytes ? 0 : echo->answer_bytes;
}

struct load_language echo_language(struct echo *echo)
{
    return (struct load_language){.ask = put_ask, .take = take_answer, .context = echo};
}
