/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "client/transport/transport_unix.h"
#include "common/wire/tls.h"
#include "server/cmd/app.h"
#include "server/cmd/certificate.h"
#include "server/cmd/cmd.h"
#include "server/cmd/upgrade.h"
#include "server/net/net.h"
#include "server/net/notify.h"

struct serve {
    struct app app;
    struct tls *tls;
    struct net *net;
    int log_fd;         /* -1: standard error */
    int64_t checked_ms; /* when the server's certificate was last looked at */
};

#define LOCK_WAIT_MS 5000
#define CERTIFICATE_CHECK_MS ((int64_t)3600 * 1000)

/* ---- log ---- */

static enum status open_log(struct serve *serve, struct err *err)
{
    struct app *app = &serve->app;
    const char *path = config_get_text(&app->config, APP_KEY_log_file);
    char text[128];
    int fd = STDERR_FILENO;
    if (*path)
        fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
    if (fd < 0)
        return err_set(err, STATUS_FAILED, "the log %s: %s", path, err_errno(errno, text, sizeof text));
    serve->log_fd = *path ? fd : -1;
    app->log = log_to_fd(fd, (enum log_level)log_level_parse(config_get_text(&app->config, APP_KEY_log_level)), app->clock);
    return STATUS_OK;
}

/* The new file takes the old one's number, so that no thread ever writes to a closed one. */
static void reopen_log(struct serve *serve)
{
    if (serve->log_fd < 0)
        return;
    int fd = open(config_get_text(&serve->app.config, APP_KEY_log_file), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
    if (fd < 0)
        return;
    dup2(fd, serve->log_fd);
    close(fd);
}

/* ---- TLS ---- */

static enum status open_tls(struct app *app, struct tls **out, struct err *err)
{
    return tls_server_new(app_path(app, "keys/server.key"), app_path(app, "keys/server.pem"), app_path(app, "keys/authority.pem"),
                          out, err);
}

/* ---- events ---- */

static void reload(void *context)
{
    struct serve *serve = context;
    struct app *app = &serve->app, fresh;
    struct buf ignored;
    struct err err;
    app_init(&fresh, app->data);
    buf_init(&ignored, 0);
    if (app_read_config(&fresh, &err)) {
        log_event(&app->log, LOG_ERROR, "config.refuse", "error", err.text, NULL);
        goto out;
    }
    config_reload(&app->config, &fresh.config, &ignored);
    atomic_store(&app->log.level, (enum log_level)log_level_parse(config_get_text(&app->config, APP_KEY_log_level)));
    reopen_log(serve);
    struct settings settings = app_settings(app);
    core_change_settings(app->core, &settings);
    log_event(&app->log, LOG_INFO, "config.reload", "need_restart", buf_text(&ignored), NULL);
out:
    buf_done(&ignored);
    app_done(&fresh);
}

static void check_certificate(struct serve *serve)
{
    struct app *app = &serve->app;
    struct tls *fresh;
    struct err err;
    bool renewed;
    enum status st = certificate_renew(app, &renewed, &err);
    if (st == STATUS_OK && renewed)
        st = open_tls(app, &fresh, &err);
    if (st) {
        log_event(&app->log, LOG_ERROR, "certificate.renew", "error", err.text, NULL);
    } else if (renewed) {
        net_set_tls(serve->net, fresh);
        tls_free(serve->tls);
        serve->tls = fresh;
        log_event(&app->log, LOG_INFO, "certificate.renew", NULL);
    }
}

static void tick(void *context)
{
    struct serve *serve = context;
    int64_t now_ms = clock_mono_ms(&serve->app.clock);
    if (now_ms - serve->checked_ms < CERTIFICATE_CHECK_MS)
        return;
    serve->checked_ms = now_ms;
    check_certificate(serve);
}

/* ---- serving ---- */

static enum status open_net(struct serve *serve, struct err *err)
{
    struct app *app = &serve->app;
    const struct config *c = &app->config;
    struct net_config config = {.control_path = app_path(app, "control.sock"),
                                .tls = serve->tls,
                                .lanes = {.submit = lanes_submit, .context = app->lanes},
                                .log = &app->log,
                                .clock = app->clock,
                                .reload = reload,
                                .tick = tick,
                                .context = serve,
                                .signals = true};
    config.listen = app_split(&app->arena, config_get_text(c, APP_KEY_listen), &config.n_listen);
    config.limits.connections = (unsigned)config_get_int(c, APP_KEY_connections);
    config.limits.per_address = (unsigned)config_get_int(c, APP_KEY_connections_per_address);
    config.limits.greeting_ms = (unsigned)config_get_int(c, APP_KEY_greeting);
    config.limits.idle_ms = (unsigned)config_get_int(c, APP_KEY_idle);
    config.limits.drain_ms = (unsigned)config_get_int(c, APP_KEY_drain);
    return net_new(&config, &serve->net, err);
}

/* Before the lanes have threads: the authority may change here. */
static enum status settle_authority(struct app *app, struct err *err)
{
    Lianxin__BackupListRequest request = LIANXIN__BACKUP_LIST_REQUEST__INIT;
    ProtobufCMessage *message;
    int64_t oldest_ms = INT64_MAX;
    enum status st = app_ask(app, MESSAGE_backup_list, &request.base, &app->arena, &message, err);
    if (st)
        return st;
    const Lianxin__BackupListReply *list = (const Lianxin__BackupListReply *)message;
    for (size_t i = 0; i < list->n_backups; i++)
        if (list->backups[i]->made_ms < oldest_ms)
            oldest_ms = list->backups[i]->made_ms;
    return certificate_settle_authority(app, oldest_ms, (int64_t)app->core->epoch, err);
}

static enum status serve_until_stopped(struct serve *serve, struct err *err)
{
    struct app *app = &serve->app;
    bool renewed;
    enum status st = settle_authority(app, err);
    if (st == STATUS_OK)
        st = certificate_renew(app, &renewed, err);
    serve->checked_ms = clock_mono_ms(&app->clock);
    if (st == STATUS_OK)
        st = open_tls(app, &serve->tls, err);
    if (st == STATUS_OK)
        st = open_net(serve, err);
    if (st == STATUS_OK)
        st = lanes_start(app->lanes, err);
    if (st)
        return st;
    log_event(&app->log, LOG_INFO, "server.start", "version", LIANXIN_VERSION, "listen",
              config_get_text(&app->config, APP_KEY_listen), NULL);
    notify_send("READY=1");
    st = net_run(serve->net, err);
    notify_send("STOPPING=1");
    lanes_stop(app->lanes);
    log_event(&app->log, LOG_INFO, "server.stop", NULL);
    return st;
}

/* A verb that works on the folder right now is done in a moment; another server is not. */
static enum status take_lock(struct app *app, struct err *err)
{
    int64_t until_ms = clock_mono_ms(&app->clock) + LOCK_WAIT_MS;
    enum status st;
    while ((st = app_lock(app, err)) == STATUS_LOCKED && clock_mono_ms(&app->clock) < until_ms) {
        struct transport server;
        struct err none;
        if (transport_unix_open(app_path(app, "control.sock"), LOCK_WAIT_MS, &server, &none) == STATUS_OK) {
            transport_free(&server);
            break;
        }
        clock_pause(LOCK_PAUSE_MS);
    }
    return st;
}

static enum status run_serve(struct cmd *cmd, struct err *err)
{
    struct serve serve = {.log_fd = -1};
    struct app *app = &serve.app;
    app_init(app, cmd->data);
    app->host.serves = true;
    enum status st = app_read_config(app, err);
    if (st == STATUS_OK)
        st = open_log(&serve, err);
    if (st == STATUS_OK)
        st = take_lock(app, err);
    if (st == STATUS_OK)
        st = upgrade_open(app, err);
    if (st == STATUS_OK)
        st = serve_until_stopped(&serve, err);
    if (app->lanes)
        lanes_stop(app->lanes);
    net_free(serve.net);
    tls_free(serve.tls);
    app_done(app);
    if (serve.log_fd >= 0)
        close(serve.log_fd);
    return st;
}

const struct verb verb_serve = {
    .name = "serve",
    .arguments = "",
    .summary = N_("serve until SIGTERM; SIGHUP reads the configuration again"),
    .examples = "  lianxind serve --data /srv/lianxin",
    .run = run_serve,
};
