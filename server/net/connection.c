/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/net/net_internal.h"

#define READ_AHEAD_BYTES ((size_t)16 << 10) /* kept beyond the frame being read */
#define NEVER INT64_MAX

/* bufferevent's own timeouts start again at each byte, so a peer that dribbles would live for ever: deadlines are instants of ours,
 * looked at by the sweep. */
struct connection {
    struct connection *next, **link;
    struct net *net;
    struct bufferevent *stream;
    struct ssl_st *tls;      /* NULL on the control socket */
    struct session *session; /* NULL until the TLS handshake is done */
    struct peer peer;
    struct frame header; /* of the frame whose body is awaited */
    bool in_frame;
    uint32_t skip_bytes; /* of a refused body, still to come */
    bool paused;         /* reading waits for answers or for output to go out */
    bool ended;          /* the peer sends nothing more */
    int64_t greeting_until_ms, frame_until_ms, output_until_ms, linger_until_ms, idle_until_ms;
};

static struct evbuffer *input_of(const struct connection *c)
{
    return bufferevent_get_input(c->stream);
}

static size_t output_bytes(const struct connection *c)
{
    return evbuffer_get_length(bufferevent_get_output(c->stream));
}

static bool is_closing(const struct connection *c)
{
    return c->session && session_state(c->session) == SESSION_CLOSING;
}

/* How long bytes may take on the slowest line that is served. */
static int64_t transfer_ms(const struct connection *c, size_t bytes)
{
    return (int64_t)(bytes * 1000 / c->net->limits.bytes_per_s);
}

static void log_end(const struct connection *c, const char *reason)
{
    bool known = c->session && session_state(c->session) >= SESSION_ENROLLED;
    if (!log_limit_admit(&c->net->refusals, c->net->config.log))
        return;
    log_event(c->net->config.log, LOG_WARN, known ? "conn.dropped" : "conn.refused", "peer", c->peer.name, "reason", reason, NULL);
}

static void free_connection(struct connection *c)
{
    log_event(c->net->config.log, LOG_DEBUG, "conn.closed", "peer", c->peer.name, NULL);
    session_free(c->session);
    if (c->tls && c->session)
        (void)SSL_shutdown(c->tls);
    ERR_clear_error(); /* what one connection leaves in the thread's queue would be taken for the next one's */
    bufferevent_free(c->stream);
    *c->link = c->next;
    if (c->next)
        c->next->link = c->link;
    c->net->n_connections--;
    free(c);
}

static void send_frame(void *context, const void *frame, size_t bytes)
{
    struct connection *c = context;
    int64_t now = net_now_ms(c->net);
    if (!output_bytes(c))
        c->output_until_ms = now + c->net->limits.stall_ms;
    c->output_until_ms += transfer_ms(c, bytes);
    c->idle_until_ms = now + c->net->limits.idle_ms;
    bufferevent_write(c->stream, frame, bytes);
}

static void take_header(struct connection *c)
{
    uint8_t bytes[FRAME_HEADER_BYTES];
    evbuffer_remove(input_of(c), bytes, sizeof bytes);
    c->header = frame_decode(bytes);
    switch (session_admit(c->session, &c->header)) {
    case SESSION_TAKE:
        c->in_frame = true;
        break;
    case SESSION_SKIP:
        c->skip_bytes = c->header.body_bytes;
        break;
    case SESSION_CLOSE:
        return;
    }
    c->frame_until_ms = net_now_ms(c->net) + c->net->limits.stall_ms + transfer_ms(c, c->header.body_bytes);
}

/* One step of reading; false when more bytes are needed, or none are wanted now. */
static bool read_step(struct connection *c)
{
    struct evbuffer *input = input_of(c);
    size_t bytes = evbuffer_get_length(input);
    if (is_closing(c)) {
        evbuffer_drain(input, bytes);
        return false;
    }
    if (c->skip_bytes) {
        size_t skipped = bytes < c->skip_bytes ? bytes : c->skip_bytes;
        evbuffer_drain(input, skipped);
        c->skip_bytes -= (uint32_t)skipped;
        return skipped > 0;
    }
    c->paused = session_is_full(c->session) || output_bytes(c) > c->net->limits.output_bytes;
    if (c->paused || bytes < (c->in_frame ? c->header.body_bytes : FRAME_HEADER_BYTES))
        return false;
    if (!c->in_frame) {
        take_header(c);
        return true;
    }
    const unsigned char *body = evbuffer_pullup(input, (ev_ssize_t)c->header.body_bytes);
    if (!body && c->header.body_bytes)
        return false; /* no memory: the deadline ends it */
    c->in_frame = false;
    (void)session_take(c->session, &c->header, body); /* a CLOSE shows in the state */
    evbuffer_drain(input, c->header.body_bytes);
    return true;
}

/* Asks for just what is needed next: a peer cannot make us keep more than one frame and a little. */
static void set_reading(struct connection *c)
{
    size_t least = c->in_frame && !is_closing(c) ? c->header.body_bytes : 1;
    bufferevent_setwatermark(c->stream, EV_READ, least, least + READ_AHEAD_BYTES);
    if (c->paused || c->ended)
        bufferevent_disable(c->stream, EV_READ);
    else
        bufferevent_enable(c->stream, EV_READ);
}

static bool is_cut(const struct connection *c)
{
    return !is_closing(c) && (c->in_frame || c->skip_bytes || evbuffer_get_length(input_of(c)));
}

/* Ends a connection that has nothing left to do. A peer that was refused may still be sending: closing then would reset the
 * connection and lose the answer on its way, so its bytes are thrown away for a little while. May free c. */
static void settle(struct connection *c)
{
    if ((!c->ended && !is_closing(c)) || !session_is_idle(c->session) || output_bytes(c) || (c->ended && c->paused))
        return;
    if (c->ended && is_cut(c))
        log_end(c, "the peer closed in the middle of a frame");
    if (c->ended || c->net->stopping)
        free_connection(c);
    else if (c->linger_until_ms == NEVER)
        c->linger_until_ms = net_now_ms(c->net) + c->net->limits.linger_ms;
}

/* Takes every whole frame that is there. May free c. */
static void read_all(struct connection *c)
{
    bool any = false;
    int64_t now = net_now_ms(c->net);
    while (read_step(c))
        any = true;
    bool partial = c->in_frame || c->skip_bytes || evbuffer_get_length(input_of(c));
    if (any)
        c->idle_until_ms = now + c->net->limits.idle_ms;
    if (c->paused || !partial || is_closing(c))
        c->frame_until_ms = NEVER;
    else if (c->frame_until_ms == NEVER || (any && !c->in_frame && !c->skip_bytes))
        c->frame_until_ms = now + c->net->limits.stall_ms + transfer_ms(c, c->in_frame ? c->header.body_bytes : 0);
    set_reading(c);
    settle(c);
}

static void on_read(struct bufferevent *stream, void *context)
{
    (void)stream;
    read_all(context);
}

/* All output has gone out. */
static void on_write(struct bufferevent *stream, void *context)
{
    (void)stream;
    struct connection *c = context;
    if (output_bytes(c))
        return;
    c->output_until_ms = NEVER;
    if (c->session)
        read_all(c);
}

static void on_progress(void *context)
{
    read_all(context);
}

static bool begin_session(struct connection *c)
{
    const struct session_edge edge = {.send = send_frame, .progress = on_progress, .connection = c};
    c->session = session_new(&c->net->shared, &edge, &c->peer);
    return c->session != NULL;
}

static void on_connected(struct connection *c)
{
    c->peer.certified = tls_take_peer_key(c->tls, &c->peer.key_hash);
    if (!begin_session(c)) {
        log_end(c, "no memory");
        free_connection(c);
        return;
    }
    if (c->net->stopping)
        session_close(c->session);
    read_all(c);
}

/* The handshake failed, or the connection broke. */
static void on_broken(struct connection *c)
{
    char text[256], reason[288], number[128];
    int code = EVUTIL_SOCKET_ERROR();
    unsigned long error = c->tls ? bufferevent_get_openssl_error(c->stream) : 0;
    if (!c->session) {
        tls_failure(c->tls, error, text, sizeof text);
        snprintf(reason, sizeof reason, "TLS: %s",
                 text[0] ? text
                 : code  ? err_errno(code, number, sizeof number)
                         : "the peer closed during the handshake");
        log_end(c, reason);
        free_connection(c);
        return;
    }
    /* Without a proper end of TLS nothing more can be said; what came whole is carried out all the same. */
    c->ended = true;
    while (read_step(c))
        ;
    if (is_cut(c))
        log_end(c, "the peer closed in the middle of a frame");
    else if (!session_is_idle(c->session) || output_bytes(c))
        log_end(c, "the connection broke before everything was answered");
    free_connection(c);
}

static void on_event(struct bufferevent *stream, short what, void *context)
{
    struct connection *c = context;
    if (what & BEV_EVENT_CONNECTED) {
        on_connected(c);
    } else if (what & BEV_EVENT_EOF && c->session) {
        c->ended = true;
        /* With TLS the end of reading is found again at each look, and stops writing too. */
        bufferevent_disable(stream, EV_READ);
        bufferevent_enable(stream, EV_WRITE);
        read_all(c);
    } else if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR)) {
        on_broken(c);
    }
}

static struct bufferevent *stream_new(struct net *net, int fd, struct ssl_st *tls)
{
    int options = BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS;
    if (!tls)
        return bufferevent_socket_new(net->base, fd, options);
    return bufferevent_openssl_socket_new(net->base, fd, tls, BUFFEREVENT_SSL_ACCEPTING, options);
}

unsigned connection_count_from(const struct net *net, const char *name)
{
    const char *port = strrchr(name, ':');
    size_t bytes = port ? (size_t)(port - name) : strlen(name);
    unsigned n = 0;
    for (const struct connection *c = net->connections; c; c = c->next)
        n += strncmp(c->peer.name, name, bytes) == 0 && c->peer.name[bytes] == ':';
    return n;
}

static void insert(struct net *net, struct connection *c)
{
    c->next = net->connections;
    c->link = &net->connections;
    if (c->next)
        c->next->link = &c->next;
    net->connections = c;
    net->n_connections++;
}

void connection_new(struct net *net, int fd, const struct tls *tls, const char *name)
{
    int64_t now = net_now_ms(net);
    struct connection *c = calloc(1, sizeof *c);
    struct ssl_st *ssl = tls && c ? tls_connection(tls) : NULL;
    struct bufferevent *stream = c && (ssl || !tls) ? stream_new(net, fd, ssl) : NULL;
    if (!stream) {
        log_event(net->config.log, LOG_ERROR, "conn.refused", "peer", name, "reason", "no memory", NULL);
        SSL_free(ssl);
        free(c);
        evutil_closesocket(fd);
        return;
    }
    *c = (struct connection){.net = net, .stream = stream, .tls = ssl, .peer = {.operator_socket = !tls}};
    c->greeting_until_ms = now + net->limits.greeting_ms;
    c->idle_until_ms = now + net->limits.idle_ms;
    c->frame_until_ms = c->output_until_ms = c->linger_until_ms = NEVER;
    snprintf(c->peer.name, sizeof c->peer.name, "%s", name);
    insert(net, c);
    bufferevent_setcb(stream, on_read, on_write, on_event, c);
    bufferevent_enable(stream, EV_READ | EV_WRITE);
    if (!tls && !begin_session(c)) {
        log_end(c, "no memory");
        free_connection(c);
    }
}

/* Why its time is up; NULL when it is not. */
static const char *find_overdue(const struct connection *c, int64_t now)
{
    bool waiting = c->session && !session_is_idle(c->session); /* for us, not the other way round */
    if (now >= c->linger_until_ms)
        return "";
    if (now >= c->output_until_ms)
        return "the peer does not read its answers";
    if (waiting)
        return NULL;
    if (now >= c->greeting_until_ms && (!c->session || session_state(c->session) < SESSION_ENROLLED))
        return "the peer did not introduce itself in time";
    if (now >= c->frame_until_ms)
        return "a frame was not whole in time";
    return now >= c->idle_until_ms ? "" : NULL;
}

void connection_sweep_all(struct net *net)
{
    int64_t now = net_now_ms(net);
    for (struct connection *c = net->connections, *next; c; c = next) {
        next = c->next;
        const char *reason = find_overdue(c, now);
        if (!reason)
            continue;
        if (*reason)
            log_end(c, reason);
        free_connection(c);
    }
}

void connection_close_all(struct net *net)
{
    for (struct connection *c = net->connections, *next; c; c = next) {
        next = c->next;
        if (!c->session) {
            free_connection(c);
            continue;
        }
        session_close(c->session);
        read_all(c);
    }
}

void connection_free_all(struct net *net)
{
    while (net->connections)
        free_connection(net->connections);
}
