/* SPDX-License-Identifier: Apache-2.0 */
#include "server/net/net.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "server/net/net_internal.h"

#define SWEEP_MS 100
#define TICK_MS 1000
#define OTHER_DESCRIPTORS 128u /* databases, listeners, logs */

static void fill_limits(struct net_limits *to, const struct net_limits *from)
{
    *to = (struct net_limits){
        .connections = from->connections ? from->connections : 4096,
        .per_address = from->per_address   ? from->per_address
                       : from->connections ? from->connections
                                           : 4096,
        .greeting_ms = from->greeting_ms ? from->greeting_ms : 10000,
        .idle_ms = from->idle_ms ? from->idle_ms : 600000,
        .stall_ms = from->stall_ms ? from->stall_ms : 30000,
        .bytes_per_s = from->bytes_per_s ? from->bytes_per_s : 16384,
        .linger_ms = from->linger_ms ? from->linger_ms : 2000,
        .drain_ms = from->drain_ms ? from->drain_ms : 15000,
        .output_bytes = from->output_bytes ? from->output_bytes : (size_t)4 << 20,
    };
}

int64_t net_now_ms(const struct net *net)
{
    return clock_mono_ms(&net->config.clock);
}

bool net_is_full(const struct net *net)
{
    return net->n_connections >= net->limits.connections;
}

void net_set_tls(struct net *net, struct tls *tls)
{
    net->config.tls = tls;
}

static void begin_stop(struct net *net)
{
    net->stopping = true;
    net->stop_until_ms = net_now_ms(net) + net->limits.drain_ms;
    log_event(net->config.log, LOG_INFO, "net.stopping", NULL);
    listener_close_all(net);
    connection_close_all(net);
}

/* Lanes have answered, or a stop is wanted. */
static void on_completed(evutil_socket_t fd, short what, void *context)
{
    (void)fd, (void)what;
    struct net *net = context;
    for (struct request *r = completion_take(&net->completion), *next; r; r = next) {
        next = r->next;
        session_complete(r);
    }
    if (atomic_load(&net->stop_wanted) && !net->stopping)
        begin_stop(net);
    if (net->stopping && !net->n_connections)
        event_base_loopbreak(net->base);
}

static void on_sweep(evutil_socket_t fd, short what, void *context)
{
    (void)fd, (void)what;
    struct net *net = context;
    int64_t now = net_now_ms(net);
    connection_sweep_all(net);
    log_limit_tick(&net->refusals, net->config.log);
    if (net->stopping && (now >= net->stop_until_ms || !net->n_connections)) {
        connection_free_all(net);
        event_base_loopbreak(net->base);
        return;
    }
    if (!net->stopping && !net_is_full(net) && now >= net->resume_ms)
        listener_resume_all(net);
    if (net->config.tick && now - net->ticked_ms >= TICK_MS) {
        net->ticked_ms = now;
        net->config.tick(net->config.context);
    }
}

static void on_terminate(evutil_socket_t number, short what, void *context)
{
    (void)number, (void)what;
    net_stop(context);
}

static void on_hang_up(evutil_socket_t number, short what, void *context)
{
    (void)number, (void)what;
    struct net *net = context;
    if (net->config.reload)
        net->config.reload(net->config.context);
}

static struct event *add_event(struct net *net, int fd, short what, event_callback_fn callback, const struct timeval *every)
{
    struct event *event = event_new(net->base, fd, what | EV_PERSIST, callback, net);
    if (event && event_add(event, every) == 0)
        return event;
    if (event)
        event_free(event);
    return NULL;
}

static enum status add_events(struct net *net, struct err *err)
{
    const struct timeval every = {.tv_usec = SWEEP_MS * 1000};
    net->completed = add_event(net, net->completion.fd, EV_READ, on_completed, NULL);
    net->sweep = add_event(net, -1, 0, on_sweep, &every);
    if (!net->completed || !net->sweep)
        return err_set(err, STATUS_FAILED, "cannot set up the event loop");
    signal(SIGPIPE, SIG_IGN);
    if (!net->config.signals)
        return STATUS_OK;
    net->terminate = add_event(net, SIGTERM, EV_SIGNAL, on_terminate, NULL);
    net->interrupt = add_event(net, SIGINT, EV_SIGNAL, on_terminate, NULL);
    net->hang_up = add_event(net, SIGHUP, EV_SIGNAL, on_hang_up, NULL);
    if (!net->terminate || !net->interrupt || !net->hang_up)
        return err_set(err, STATUS_FAILED, "cannot take signals");
    return STATUS_OK;
}

/* As many descriptors as connections are allowed, as far as the system lets us; where it does not, the listener waits. */
static void raise_descriptors(unsigned connections)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= connections + OTHER_DESCRIPTORS)
        return;
    limit.rlim_cur = connections + OTHER_DESCRIPTORS < limit.rlim_max ? connections + OTHER_DESCRIPTORS : limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

static void complete(void *context, struct request *request)
{
    struct net *net = context;
    completion_put(&net->completion, request);
}

enum status net_new(const struct net_config *config, struct net **out, struct err *err)
{
    struct net *net = calloc(1, sizeof *net);
    if (!net)
        return err_set(err, STATUS_NO_MEMORY, "no memory for the network");
    net->config = *config;
    net->completion.fd = -1;
    net->shared = (struct session_shared){
        .lanes = config->lanes, .log = config->log, .refusals = &net->refusals, .completed = complete, .context = net};
    fill_limits(&net->limits, &config->limits);
    raise_descriptors(net->limits.connections);
    enum status s = completion_open(&net->completion, err);
    if (s)
        goto out;
    net->base = event_base_new();
    s = net->base ? add_events(net, err) : err_set(err, STATUS_FAILED, "cannot make an event loop");
    s = s ? s : listener_open_all(net, err);
    if (s)
        goto out;
    *out = net;
    net = NULL;
out:
    net_free(net);
    return s;
}

enum status net_run(struct net *net, struct err *err)
{
    if (event_base_dispatch(net->base) < 0)
        return err_set(err, STATUS_FAILED, "the event loop failed");
    event_base_loop(net->base, EVLOOP_NONBLOCK); /* a freed bufferevent closes its socket in the next turn of the loop */
    log_event(net->config.log, LOG_INFO, "net.stopped", NULL);
    return STATUS_OK;
}

void net_stop(struct net *net)
{
    atomic_store(&net->stop_wanted, true);
    completion_wake(&net->completion);
}

void net_free(struct net *net)
{
    if (!net)
        return;
    listener_close_all(net);
    connection_free_all(net);
    struct event *const events[] = {net->completed, net->sweep, net->terminate, net->interrupt, net->hang_up};
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
        if (events[i])
            event_free(events[i]);
    /* Answers that came after the loop ended belong to sessions without a connection. */
    for (struct request *r = net->completion.fd < 0 ? NULL : completion_take(&net->completion), *next; r; r = next) {
        next = r->next;
        session_complete(r);
    }
    if (net->base) {
        event_base_loop(net->base, EVLOOP_NONBLOCK); /* those that were freed here */
        event_base_free(net->base);
    }
    if (net->completion.fd >= 0)
        completion_close(&net->completion);
    free(net);
}

const char *net_library_version(void)
{
    return event_get_version();
}
