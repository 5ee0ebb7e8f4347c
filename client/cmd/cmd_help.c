/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/cmd_parse.h"

static void print_globals(struct cmd *cmd)
{
    ui_print(&cmd->ui, "%s\n", _("Everywhere:"));
    for (size_t i = 0; i < cmd_n_globals; i++) {
        const struct global_option *o = &cmd_globals[i];
        const char *letter = o->letter ? arena_printf(&cmd->arena, "-%c, ", o->letter) : "";
        ui_print_pair(
            &cmd->ui,
            arena_printf(&cmd->arena, "%s--%s%s%s", letter, o->name, o->argument ? " " : "", o->argument ? _(o->argument) : ""),
            _(o->help));
    }
}

static void help_all(struct cmd *cmd)
{
    ui_print(&cmd->ui, "%s\n\n%s\n", _("lianxin: plans, activities and reports of a school union, with or without a network"),
             _("Commands:"));
    for (size_t i = 0; verb_at(i); i++) {
        const struct verb *verb = verb_at(i);
        if (verb->flags & VERB_DISTRICT && cmd->cache && !cmd_is_district(cmd))
            continue;
        ui_print_pair(&cmd->ui, arena_printf(&cmd->arena, "%s %s", verb->name, verb->name_zh), _(verb->summary));
    }
    ui_print(&cmd->ui, "\n");
    print_globals(cmd);
    ui_print(&cmd->ui, "\n%s\n", _("`lianxin COMMAND --help` shows examples."));
}

void cmd_help(struct cmd *cmd, const struct verb *verb)
{
    if (!verb) {
        help_all(cmd);
        return;
    }
    const char *arguments = *verb->arguments ? _(verb->arguments) : "";
    ui_print(&cmd->ui, "lianxin %s %s\n%s (%s)\n", verb->name, arguments, _(verb->summary), verb->name_zh);
    if (verb->help)
        ui_print(&cmd->ui, "\n%s\n", _(verb->help));
    if (verb->n_options)
        ui_print(&cmd->ui, "\n%s\n", _("Options:"));
    for (size_t i = 0; i < verb->n_options; i++) {
        const struct option *o = &verb->options[i];
        const char *name_zh = cmd->ui.chinese && o->name_zh ? arena_printf(&cmd->arena, " --%s", o->name_zh) : "";
        ui_print_pair(
            &cmd->ui,
            arena_printf(&cmd->arena, "--%s%s%s%s", o->name, name_zh, o->argument ? " " : "", o->argument ? _(o->argument) : ""),
            _(o->help));
    }
    ui_print(&cmd->ui, "\n");
    print_globals(cmd);
}
