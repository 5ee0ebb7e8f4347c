/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of server/net share. Everything here belongs to the I/O thread. */
#ifndef SERVER_NET_NET_INTERNAL_H
#define SERVER_NET_NET_INTERNAL_H

#include <event2/event.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "server/net/completion.h"
#include "server/net/net.h"

struct connection;
struct listener;

struct net {
    struct net_config config;
    struct net_limits limits; /* with the defaults filled in */
    struct event_base *base;
    struct completion completion;
    struct session_shared shared;
    struct listener *listeners;
    struct connection *connections;
    unsigned n_connections;
    struct log_limit refusals; /* lines about them */
    atomic_bool stop_wanted;
    bool stopping;
    int64_t stop_until_ms;
    int64_t ticked_ms;
    int64_t resume_ms; /* not before this do paused listeners accept again */
    struct event *completed, *sweep, *terminate, *interrupt, *hang_up;
};

int64_t net_now_ms(const struct net *net); /* monotonic */
bool net_is_full(const struct net *net);

/* listener.c */
/* Opens every address of config.listen and the control socket. */
enum status listener_open_all(struct net *net, struct err *err) MUST_CHECK;
void listener_close_all(struct net *net);
/* Accepts again where accepting had to pause. */
void listener_resume_all(struct net *net);

/* connection.c */
/* How many there are from the same address; name is "host:port". */
unsigned connection_count_from(const struct net *net, const char *name);
/* Takes over fd. tls NULL: the control socket. */
void connection_new(struct net *net, int fd, const struct tls *tls, const char *name);
/* Closes those whose time is up. */
void connection_sweep_all(struct net *net);
/* Lets every connection finish what it has in flight. */
void connection_close_all(struct net *net);
void connection_free_all(struct net *net);

#endif
