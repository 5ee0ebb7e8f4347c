/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/wire/invitation.h"
#include "server/cmd/app.h"
#include "server/cmd/cmd.h"
#include "server/service/core_open.h"

static enum status make_folder(const char *path, struct err *err)
{
    char text[128];
    if (mkdir(path, 0700) == 0 || errno == EEXIST)
        return STATUS_OK;
    return err_set(err, STATUS_FAILED, _("the folder %s cannot be made: %s"), path, err_errno(errno, text, sizeof text));
}

/* ---- configuration ---- */

/* Where the first public address says, on every address of this machine unless that is the loopback. */
static const char *usual_listen(struct arena *arena, const char *public)
{
    char host[256];
    uint16_t port;
    if (!config_split_address(public, host, sizeof host, &port))
        return public;
    bool loopback = strcmp(host, "127.0.0.1") == 0 || strcmp(host, "::1") == 0 || strcmp(host, "localhost") == 0;
    return loopback ? public : arena_printf(arena, ":%u", port);
}

static enum status check_addresses(struct cmd *cmd, const char *text, const char *const **out, size_t *n, struct err *err)
{
    char host[256];
    uint16_t port;
    *out = app_split(&cmd->arena, text, n);
    if (!*n || *n > INVITATION_ADDRESSES_MAX)
        return err_set(err, STATUS_USAGE, _("--public needs one to %u addresses: HOST:PORT,HOST:PORT"), INVITATION_ADDRESSES_MAX);
    for (size_t i = 0; i < *n; i++)
        if (!config_split_address((*out)[i], host, sizeof host, &port) || !port || !*host ||
            strlen((*out)[i]) > INVITATION_ADDRESS_BYTES_MAX)
            return err_set(err, STATUS_USAGE, _("\"%s\" is no address: write HOST:PORT"), (*out)[i]);
    return STATUS_OK;
}

static enum status set_config(struct cmd *cmd, struct app *app, struct err *err)
{
    const char *public = cmd_option(cmd, "public"), *name = cmd_option(cmd, "name"), *listen = cmd_option(cmd, "listen");
    const char *const *addresses;
    size_t n;
    if (!public)
        return err_set(err, STATUS_USAGE, _("--public is needed: the address under which schools reach this server, HOST:PORT"));
    enum status st = check_addresses(cmd, public, &addresses, &n, err);
    if (st == STATUS_OK)
        st = config_init(&app->config, &app->arena, app_keys, APP_KEYS, err);
    if (st == STATUS_OK)
        st = config_set(&app->config, "public", public, err);
    if (st == STATUS_OK)
        st = config_set(&app->config, "name", name ? name : "区教育工会", err);
    if (st == STATUS_OK)
        st = config_set(&app->config, "listen", listen ? listen : usual_listen(&cmd->arena, addresses[0]), err);
    return st;
}

static enum status write_config(struct cmd *cmd, struct app *app, struct err *err)
{
    struct buf out;
    buf_init(&out, 0);
    config_print(&app->config, cmd->ui.chinese, &out);
    enum status st = file_write(app_path(app, "lianxind.conf"), out.data, out.len_bytes, 0600, err);
    buf_done(&out);
    return st;
}

/* ---- keys ---- */

static enum status make_authority(struct app *app, struct err *err)
{
    struct x509_key *key = NULL;
    struct buf der;
    buf_init(&der, 0);
    enum status st = x509_key_new(&key, err);
    if (st == STATUS_OK)
        st = x509_make_authority(key, clock_now_ms(&app->clock), &app->random, &der, err);
    if (st == STATUS_OK)
        st = x509_key_write(key, app_path(app, "keys/authority.key"), err);
    if (st == STATUS_OK)
        st = x509_write(app_path(app, "keys/authority.pem"), der.data, der.len_bytes, err);
    if (st == STATUS_OK)
        st = x509_authority_open(app_path(app, "keys/authority.key"), app_path(app, "keys/authority.pem"), &app->authority, err);
    x509_key_free(key);
    buf_done(&der);
    return st;
}

static enum status make_server_key(struct app *app, struct err *err)
{
    struct x509_key *key = NULL;
    struct buf der;
    buf_init(&der, 0);
    enum status st = x509_key_new(&key, err);
    if (st == STATUS_OK)
        st = x509_issue_server(app->authority, key, clock_now_ms(&app->clock), &app->random, &der, err);
    if (st == STATUS_OK)
        st = x509_key_write(key, app_path(app, "keys/server.key"), err);
    if (st == STATUS_OK)
        st = x509_write(app_path(app, "keys/server.pem"), der.data, der.len_bytes, err);
    x509_key_free(key);
    buf_done(&der);
    return st;
}

/* A folder without a district in its database is not founded: an init that was cut off may be tried again. */
static enum status check_free(struct app *app, const struct core_config *config, struct err *err)
{
    struct core *core;
    if (access(config->path, F_OK) != 0)
        return STATUS_OK;
    enum status st = core_open(config, &core, err);
    if (st == STATUS_OK) {
        core_close(core);
        return err_set(err, STATUS_EXISTS, _("%s holds a district already"), app->data);
    }
    return st == STATUS_NOT_FOUND ? STATUS_OK : st;
}

/* The database comes last. */
static enum status found(struct cmd *cmd, struct app *app, struct err *err)
{
    uint8_t journal_key[SHA256_BYTES] = {0};
    enum status st = schema_new(&app->arena, schema_source_current(), &app->schema, err);
    if (st)
        return st;
    struct core_config config = app_core_config(app, journal_key);
    st = check_free(app, &config, err);
    if (st == STATUS_OK)
        st = make_folder(app_path(app, "keys"), err);
    if (st == STATUS_OK)
        st = make_authority(app, err);
    if (st == STATUS_OK)
        st = make_server_key(app, err);
    random_fill(&app->random, journal_key, sizeof journal_key);
    if (st == STATUS_OK)
        st = file_write(app_path(app, "keys/journal.key"), journal_key, sizeof journal_key, 0600, err);
    if (st == STATUS_OK)
        st = write_config(cmd, app, err);
    if (st)
        return st;
    config = app_core_config(app, journal_key);
    return core_create(&config, err);
}

static enum status run_init(struct cmd *cmd, struct err *err)
{
    struct app app;
    app_init(&app, cmd->data);
    enum status st = set_config(cmd, &app, err);
    if (st == STATUS_OK)
        st = make_folder(cmd->data, err);
    if (st == STATUS_OK)
        st = app_lock(&app, err);
    if (st == STATUS_OK)
        st = found(cmd, &app, err);
    if (st == STATUS_OK)
        cmd_say(cmd,
                arena_printf(&cmd->arena,
                             _("The district is founded in %s. Next: lianxind school add CODE NAME, then lianxind serve."),
                             cmd->data),
                json_pack("{s:s, s:s}", "data", cmd->data, "listen", config_get_text(&app.config, APP_KEY_listen)));
    app_done(&app);
    return st;
}

static const struct option options[] = {
    {"public", "HOST:PORT[,…]", N_("where schools reach this server; needed"), 0},
    {"name", "NAME", N_("the name of the district union"), 0},
    {"listen", "HOST:PORT[,…]", N_("where to listen; :PORT is every address of this machine"), 0},
};
const struct verb verb_init = {
    .name = "init",
    .arguments = "",
    .summary = N_("found a district: folder, keys, database, configuration"),
    .examples = "  lianxind init --data /srv/lianxin --public union.example.edu:7443 --name 实验区教育工会\n"
                "  lianxind init --data /tmp/try --public 127.0.0.1:7443",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .run = run_init,
};
