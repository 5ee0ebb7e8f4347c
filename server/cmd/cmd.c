/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cmd/cmd.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/transport/transport_unix.h"
#include "common/table/table_wire.h"
#include "server/cmd/app.h"
#include "server/cmd/upgrade.h"

#define START_WAIT_MS 5000
#define CALL_TIMEOUT_MS 600000 /* a check or an aggregation takes its time */

/* ---- asking ---- */

static enum status ask_server(struct cmd *cmd, struct app *app, enum message_number number, const ProtobufCMessage *request,
                              ProtobufCMessage **reply, struct err *err)
{
    struct transport transport;
    enum status st = transport_unix_open(app_path(app, "control.sock"), CALL_TIMEOUT_MS, &transport, err);
    if (st)
        return st;
    st = transport_call(&transport, number, request, &cmd->arena, reply, err);
    transport_free(&transport);
    return st;
}

static enum status ask_here(struct cmd *cmd, struct app *app, enum message_number number, const ProtobufCMessage *request,
                            ProtobufCMessage **reply, struct err *err)
{
    enum status st = app_read_config(app, err);
    if (st == STATUS_OK)
        st = upgrade_open(app, err);
    return st ? st : app_ask(app, number, request, &cmd->arena, reply, err);
}

/* Who holds the lock is a server, or one that is just starting or stopping: then the socket comes or the lock goes. */
enum status cmd_ask(struct cmd *cmd, enum message_number number, const ProtobufCMessage *request, ProtobufCMessage **reply,
                    struct err *err)
{
    struct app app;
    app_init(&app, cmd->data);
    int64_t until_ms = clock_mono_ms(&app.clock) + START_WAIT_MS;
    enum status st;
    for (;;) {
        st = app_lock(&app, err);
        if (st == STATUS_OK) {
            st = ask_here(cmd, &app, number, request, reply, err);
            break;
        }
        if (st != STATUS_LOCKED)
            break;
        st = ask_server(cmd, &app, number, request, reply, err);
        if (st == STATUS_OK || err->reason != REASON_NO_SERVER || clock_mono_ms(&app.clock) >= until_ms)
            break;
        clock_pause(LOCK_PAUSE_MS);
    }
    app_done(&app);
    return st;
}

/* ---- answering ---- */

enum status cmd_show(struct cmd *cmd, const Lianxin__Table *wire, struct err *err)
{
    struct table *table;
    enum status st = table_from_wire(&cmd->arena, wire, &table, err);
    return st ? st : ui_table(&cmd->ui, table, err);
}

void cmd_say_json(struct cmd *cmd, json_t *result)
{
    json_dumpf(result, cmd->ui.out, JSON_INDENT(2));
    fputc('\n', cmd->ui.out);
    json_decref(result);
}

void cmd_say(struct cmd *cmd, const char *line, json_t *result)
{
    if (cmd->ui.json) {
        cmd_say_json(cmd, result);
        return;
    }
    ui_print(&cmd->ui, "%s\n", line);
    json_decref(result);
}

/* ---- the run ---- */

/* root's files in the server's folder would lock the server out of it. */
static enum status become_owner(const char *data, struct err *err)
{
    struct stat folder;
    char text[128];
    if (geteuid() != 0 || stat(data, &folder) != 0 || folder.st_uid == 0)
        return STATUS_OK;
    if (setgroups(0, NULL) == 0 && setgid(folder.st_gid) == 0 && setuid(folder.st_uid) == 0)
        return STATUS_OK;
    return err_set(err, STATUS_DENIED, _("cannot become the user who owns %s: %s"), data, err_errno(errno, text, sizeof text));
}

static enum status print_config(struct cmd *cmd, struct err *err)
{
    struct app app;
    struct buf out;
    app_init(&app, cmd->data);
    buf_init(&out, 0);
    enum status st = app_read_config(&app, err);
    if (st == STATUS_OK) {
        config_print(&app.config, cmd->ui.chinese, &out);
        ui_print(&cmd->ui, "%s", buf_text(&out));
    }
    buf_done(&out);
    app_done(&app);
    return st;
}

static enum status run(struct cmd *cmd, int argc, char *const *argv, struct err *err)
{
    const char *data = getenv("LIANXIND_DATA");
    cmd->data = data && *data ? data : "/var/lib/lianxin";
    enum status st = cmd_parse(cmd, argc, argv, err);
    if (st == STATUS_OK)
        st = become_owner(cmd->data, err);
    if (st)
        return st;
    if (lang_typed(argc, argv) && (st = lang_check(lang_typed(argc, argv), err)) != STATUS_OK)
        return st;
    if (cmd->version)
        ui_print(&cmd->ui, "lianxind %s\n", LIANXIN_VERSION);
    else if (cmd->help || (!cmd->verb && !cmd->print_config))
        cmd_help(cmd, cmd->verb);
    else if (cmd->print_config)
        return print_config(cmd, err);
    else
        return cmd->verb->run(cmd, err);
    return STATUS_OK;
}

int cmd_main(int argc, char *const *argv)
{
    struct cmd cmd = {0};
    struct err err = {0};
    ui_init(&cmd.ui, lang_init(lang_typed(argc, argv)), CLOCK_ZONE_CHINA_S);
    cmd.ui.is_operator = true;
    arena_init(&cmd.arena, 0);
    enum status st = run(&cmd, argc, argv, &err);
    int code = st == STATUS_OK ? 0 : *err.text ? ui_fail(&cmd.ui, &err, err.reason) : status_exit_code(st);
    arena_done(&cmd.arena);
    return code;
}
