/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* struct ucred */
#include <errno.h>
#include <event2/listener.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/wire/address.h"
#include "server/net/net_internal.h"

#define BACKLOG 512
#define PAUSE_MS 500 /* also keeps a lasting shortage from flooding the log */

struct listener {
    struct listener *next;
    struct net *net;
    struct evconnlistener *socket;
    bool control;
    bool paused;
    size_t index; /* in config.listen */
};

static void pause_all(struct net *net, const char *reason)
{
    net->resume_ms = net_now_ms(net) + PAUSE_MS;
    for (struct listener *l = net->listeners; l; l = l->next) {
        if (l->paused)
            continue;
        evconnlistener_disable(l->socket);
        l->paused = true;
        log_event(net->config.log, LOG_WARN, "listen.paused", "reason", reason, NULL);
    }
}

void listener_resume_all(struct net *net)
{
    for (struct listener *l = net->listeners; l; l = l->next) {
        if (l->paused)
            evconnlistener_enable(l->socket);
        l->paused = false;
    }
}

/* Without file descriptors accept() fails at once, again and again: the loop would spin. The sweep tries again a little later. */
static void on_error(struct evconnlistener *socket, void *context)
{
    (void)socket;
    char text[128];
    struct listener *l = context;
    pause_all(l->net, err_errno(EVUTIL_SOCKET_ERROR(), text, sizeof text));
}

static void name_peer(const struct sockaddr *from, int bytes, char *out, size_t size)
{
    char host[64], port[8];
    if (getnameinfo(from, (socklen_t)bytes, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        snprintf(out, size, "unknown");
    else
        snprintf(out, size, from->sa_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}

static void refuse(struct listener *l, evutil_socket_t fd, const char *name, const char *reason)
{
    if (log_limit_admit(&l->net->refusals, l->net->config.log))
        log_event(l->net->config.log, LOG_WARN, "conn.refused", "peer", name, "reason", reason, NULL);
    evutil_closesocket(fd);
}

static void on_accept(struct evconnlistener *socket, evutil_socket_t fd, struct sockaddr *from, int bytes, void *context)
{
    (void)socket;
    struct listener *l = context;
    char name[80];
    name_peer(from, bytes, name, sizeof name);
    if (connection_count_from(l->net, name) >= l->net->limits.per_address) {
        refuse(l, fd, name, "as many connections from this address as allowed");
        return;
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    connection_new(l->net, fd, l->net->config.tls, name);
    if (net_is_full(l->net))
        pause_all(l->net, "as many connections as allowed");
}

/* The kernel says who is at the other end; file modes alone would let a passed descriptor in. */
static void on_accept_control(struct evconnlistener *socket, evutil_socket_t fd, struct sockaddr *from, int bytes, void *context)
{
    (void)socket, (void)from, (void)bytes;
    struct listener *l = context;
    struct ucred peer;
    char name[64] = "control";
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &(socklen_t){sizeof peer}) == 0) {
        snprintf(name, sizeof name, "control:uid=%ld,pid=%ld", (long)peer.uid, (long)peer.pid);
        if (peer.uid == 0 || peer.uid == geteuid()) {
            connection_new(l->net, fd, NULL, name);
            return;
        }
    }
    refuse(l, fd, name, "only the server's own user and root may use the control socket");
}

/* Takes over fd, bound. */
static enum status add_listener(struct net *net, int fd, bool control, size_t index, struct err *err)
{
    struct listener *l = calloc(1, sizeof *l);
    if (l) {
        *l = (struct listener){.net = net, .control = control, .index = index};
        l->socket = evconnlistener_new(net->base, control ? on_accept_control : on_accept, l,
                                       LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, BACKLOG, fd);
    }
    if (!l || !l->socket) {
        char text[128];
        int number = errno;
        free(l);
        close(fd);
        return err_set(err, STATUS_FAILED, "cannot listen: %s", err_errno(number, text, sizeof text));
    }
    evconnlistener_set_error_cb(l->socket, on_error);
    l->next = net->listeners;
    net->listeners = l;
    return STATUS_OK;
}

static enum status fail_bind(struct err *err, const char *address, int number)
{
    char text[128];
    enum status s = number == EACCES ? STATUS_DENIED : STATUS_FAILED;
    return err_set(err, s, "cannot listen on %s: %s", address, err_errno(number, text, sizeof text));
}

static int bind_one(const struct addrinfo *info)
{
    int fd = socket(info->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (info->ai_family == AF_INET6)
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){1}, sizeof(int));
    if (bind(fd, info->ai_addr, info->ai_addrlen) == 0)
        return fd;
    int number = errno;
    close(fd);
    errno = number;
    return -1;
}

static enum status listen_on(struct net *net, size_t index, struct err *err)
{
    const char *text = net->config.listen[index];
    struct address address;
    enum status s = address_parse(text, &address, err);
    if (s)
        return s;
    struct addrinfo *found = NULL, hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    int failure = getaddrinfo(address.host[0] ? address.host : NULL, address.port, &hints, &found);
    if (failure)
        return err_set(err, STATUS_FAILED, "cannot listen on %s: %s", text, gai_strerror(failure));
    unsigned bound = 0;
    int number = 0;
    for (struct addrinfo *at = found; at && !s; at = at->ai_next) {
        int fd = bind_one(at);
        if (fd >= 0) {
            s = add_listener(net, fd, false, index, err);
            bound++;
        } else if (errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL) { /* a machine without IPv6 is no failure */
            number = errno;
        }
    }
    freeaddrinfo(found);
    if (!s && (number || !bound))
        s = fail_bind(err, text, number ? number : EADDRNOTAVAIL);
    return s;
}

static enum status listen_on_control(struct net *net, struct err *err)
{
    const char *path = net->config.control_path;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if ((size_t)snprintf(address.sun_path, sizeof address.sun_path, "%s", path) >= sizeof address.sun_path)
        return err_set(err, STATUS_TOO_LARGE, "the path of the control socket is longer than %zu bytes: %s",
                       sizeof address.sun_path - 1, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return fail_bind(err, path, errno);
    unlink(path);
    mode_t before = umask(0177);
    bool ok = bind(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    int number = errno;
    umask(before);
    if (ok)
        return add_listener(net, fd, true, net->config.n_listen, err);
    close(fd);
    return fail_bind(err, path, number);
}

enum status listener_open_all(struct net *net, struct err *err)
{
    enum status s = STATUS_OK;
    for (size_t i = 0; i < net->config.n_listen && !s; i++)
        s = listen_on(net, i, err);
    if (!s && net->config.control_path)
        s = listen_on_control(net, err);
    return s;
}

void listener_close_all(struct net *net)
{
    while (net->listeners) {
        struct listener *l = net->listeners;
        net->listeners = l->next;
        if (l->control)
            unlink(net->config.control_path);
        evconnlistener_free(l->socket);
        free(l);
    }
}

unsigned net_port(const struct net *net, size_t i)
{
    unsigned port = 0;
    for (const struct listener *l = net->listeners; l; l = l->next) {
        struct sockaddr_storage bound;
        socklen_t bytes = sizeof bound;
        if (l->index != i || l->control || getsockname(evconnlistener_get_fd(l->socket), (struct sockaddr *)&bound, &bytes) != 0)
            continue;
        port = bound.ss_family == AF_INET6 ? ntohs(((const struct sockaddr_in6 *)&bound)->sin6_port)
                                           : ntohs(((const struct sockaddr_in *)&bound)->sin_port);
    }
    return port;
}
