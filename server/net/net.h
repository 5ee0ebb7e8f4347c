/* SPDX-License-Identifier: Apache-2.0
 *
 * The server's sockets: listeners, TLS, connections with their deadlines, the control socket, signals and the one event loop. The
 * thread that calls net_run() is the I/O thread. */
#ifndef SERVER_NET_NET_H
#define SERVER_NET_NET_H

#include "common/base/clock.h"
#include "common/wire/tls.h"
#include "server/session/session.h"

/* Bounds on what connections may cost; a zero takes the value named beside it. */
struct net_limits {
    unsigned connections; /* 4096 together; more wait in the listen queue */
    unsigned per_address; /* as many as together; a further one from the same address is closed at once */
    unsigned greeting_ms; /* 10 000 from accept to an answered Hello of an enrolled device */
    unsigned idle_ms;     /* 600 000 without a frame, nothing in flight */
    unsigned stall_ms;    /* 30 000 for a frame once it began, or for output; more for long ones by bytes_per_s */
    unsigned bytes_per_s; /* 16 384: the slowest line that is served */
    unsigned linger_ms;   /* 2 000 for a peer to read why it was refused */
    unsigned drain_ms;    /* 15 000 for the answers of what is in flight when stopping */
    size_t output_bytes;  /* 4 MiB waiting to be written: nothing more is read until it shrinks */
};

struct net_config {
    const char *const *listen; /* "host:port", "[v6]:port", ":port" for every address; port 0 takes a free one */
    size_t n_listen;
    const char *control_path; /* the control socket; NULL: none. An old one is removed: the caller holds the data folder's lock */
    struct tls *tls;          /* stays the caller's; replaced by net_set_tls() */
    struct session_lanes lanes;
    const struct log *log;
    struct clock clock;
    struct net_limits limits;
    /* Called on the I/O thread; each may be NULL. */
    void (*reload)(void *context); /* SIGHUP */
    void (*tick)(void *context);   /* every second or so: schedules, renewals */
    void *context;
    bool signals; /* take SIGTERM and SIGINT as net_stop(), SIGHUP as reload; SIGPIPE is ignored in any case */
};

struct net;

/* Binds and listens; connections are served in net_run(). FAILED or DENIED with the address that could not be bound. config is
 * copied, what it points to must outlive the net. */
enum status net_new(const struct net_config *config, struct net **out, struct err *err) MUST_CHECK;
/* Serves until net_stop(), then stops accepting, finishes what is in flight, closes, and returns. */
enum status net_run(struct net *net, struct err *err) MUST_CHECK;
/* From any thread or a signal handler. */
void net_stop(struct net *net);
/* After net_run(), and after the lanes have answered everything they took. */
void net_free(struct net *net);

/* The port of listen[i] as bound; 0 when there is no such one. */
unsigned net_port(const struct net *net, size_t i);
/* On the I/O thread: for connections from now on. */
void net_set_tls(struct net *net, struct tls *tls);

/* libevent's, as linked. */
const char *net_library_version(void);

#endif
