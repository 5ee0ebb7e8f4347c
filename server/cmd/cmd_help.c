/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cmd/cmd.h"

static const char *letter_text(struct cmd *cmd, char letter)
{
    return letter ? arena_printf(&cmd->arena, "-%c, ", letter) : "";
}

static void print_options(struct cmd *cmd, const char *heading, const struct option *options, size_t n)
{
    ui_print(&cmd->ui, "\n%s\n", heading);
    for (size_t i = 0; i < n && options[i].name; i++)
        ui_print_pair(&cmd->ui,
                      arena_printf(&cmd->arena, "%s--%s%s%s", letter_text(cmd, options[i].letter), options[i].name,
                                   options[i].argument ? " " : "", options[i].argument ? options[i].argument : ""),
                      _(options[i].help));
}

void cmd_help(struct cmd *cmd, const struct verb *verb)
{
    if (verb) {
        ui_print(&cmd->ui, "lianxind %s %s\n%s\n\n%s\n", verb->name, verb->arguments, _(verb->summary), verb->examples);
        if (verb->n_options)
            print_options(cmd, _("Options:"), verb->options, verb->n_options);
    } else {
        ui_print(&cmd->ui, "%s\n\n", _("lianxind: the district's server of Lianxin"));
        for (size_t i = 0; cmd_verb_at(i); i++)
            ui_print_pair(&cmd->ui, arena_printf(&cmd->arena, "%s %s", cmd_verb_at(i)->name, cmd_verb_at(i)->arguments),
                          _(cmd_verb_at(i)->summary));
    }
    print_options(cmd, _("Everywhere:"), cmd_globals, SIZE_MAX);
}
