/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/cmd_main.h"

#include <stdlib.h>
#include <unistd.h>

#include "client/cmd/cmd_parse.h"
#include "client/cmd/menu.h"
#include "common/db/lock.h"
#include "common/record/wording.h"

static bool is_writer(const struct cmd *cmd)
{
    const struct verb *verb = cmd->verb;
    return verb->flags & VERB_WRITE || (verb->writes && verb->writes(cmd)) || (cmd->part && cmd->part->writes);
}

static enum status open_home(struct cmd *cmd, struct err *err)
{
    if (access(cmd_path(cmd, "cache.db"), F_OK) != 0)
        return err_reason(err, REASON_NOT_ENROLLED, NULL);
    enum status s = cmd_open_cache(cmd, is_writer(cmd), err);
    if (s == STATUS_OK)
        s = cache_identity_get(cmd->cache, &cmd->arena, &cmd->identity, err);
    if (s == STATUS_OK && cmd->verb->flags & VERB_DISTRICT && !cmd_is_district(cmd))
        s = err_reason(err, REASON_ROLE, cmd->verb->name, role_label(ROLE_DISTRICT, cmd->ui.chinese), NULL);
    return s;
}

static const char *default_home(struct cmd *cmd)
{
    const char *home = getenv("LIANXIN_HOME");
    if (home && *home)
        return home;
    home = getenv("HOME");
    return arena_printf(&cmd->arena, "%s/.lianxin", home && *home ? home : ".");
}

static enum status check_output(struct cmd *cmd, struct err *err)
{
    if (!cmd->ui.output_path || cmd->verb->flags & VERB_OUTPUT)
        return STATUS_OK;
    return cmd->verb->flags & VERB_TABLE ? ui_check_output_path(cmd->ui.output_path, err) : cmd_refuse_output(cmd, err);
}

static enum status run(struct cmd *cmd, int argc, char *const *argv, struct err *err)
{
    struct cmd_globals globals = {0};
    enum status s = cmd_parse(cmd, argc, argv, &globals, err);
    cmd->ui.verb = cmd->verb ? cmd->ui.chinese ? cmd->verb->name_zh : cmd->verb->name : NULL;
    if (s == STATUS_OK && globals.lang)
        s = lang_check(globals.lang, err);
    if (s != STATUS_OK)
        return s;
    cmd->ui.json = globals.json;
    cmd->ui.output_path = globals.output;
    cmd->offline = globals.offline;
    cmd->home = globals.home ? globals.home : default_home(cmd);
    if ((s = schema_new(&cmd->arena, schema_source_current(), &cmd->schema, err)) != STATUS_OK)
        return s;
    if (globals.version) {
        ui_print(&cmd->ui, "%s\n", CMD_SOFTWARE);
        return STATUS_OK;
    }
    if (!cmd->verb && !globals.help && cmd->ui.in_is_tty && cmd->ui.out_is_tty && access(cmd_path(cmd, "cache.db"), F_OK) == 0)
        return menu_run(cmd, argc, argv, cmd_main, err);
    if (globals.help || !cmd->verb) {
        cmd_help(cmd, cmd->verb);
        if (!cmd->verb && access(cmd_path(cmd, "cache.db"), F_OK) != 0)
            ui_print(&cmd->ui, "%s\n",
                     _("First of all: lianxin join INVITATION (the district gives you one). Then `lianxin` alone is a menu."));
        return STATUS_OK;
    }
    if ((s = check_output(cmd, err)) != STATUS_OK)
        return s;
    if (cmd->verb->flags & VERB_HOME && (s = open_home(cmd, err)) != STATUS_OK)
        return s;
    return cmd->part ? cmd->part->run(cmd, err) : cmd->verb->run(cmd, err);
}

int cmd_main(int argc, char *const *argv)
{
    struct cmd cmd = {.clock = clock_system(CLOCK_ZONE_CHINA_S), .random = random_system()};
    struct err err = {0};
    ui_init(&cmd.ui, lang_init(lang_typed(argc, argv)), CLOCK_ZONE_CHINA_S);
    arena_init(&cmd.arena, 0);
    enum status s = run(&cmd, argc, argv, &err);
    transport_free(&cmd.transport);
    cache_close(cmd.cache);
    if (cmd.lock)
        lock_close(cmd.lock);
    enum reason reason = err.reason;
    if (s != STATUS_OK && cmd.schema)
        wording_apply(cmd.schema, cmd.ui.chinese, &err);
    int code = s == STATUS_OK ? 0 : *err.text ? ui_fail(&cmd.ui, &err, reason) : status_exit_code(s);
    arena_done(&cmd.arena);
    return code;
}
