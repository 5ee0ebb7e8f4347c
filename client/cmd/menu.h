/* SPDX-License-Identifier: Apache-2.0
 *
 * Bare lianxin on a terminal: a numbered menu over the same verbs, for those who do not want to learn them. */
#ifndef CLIENT_CMD_MENU_H
#define CLIENT_CMD_MENU_H

#include "client/cmd/cmd.h"

/* Shows the menu until the person leaves. Every choice is a command of its own, which run() runs, and the command line that does
 * the same is shown. globals: what was typed before ("--home", "…"), passed on to each. */
enum status menu_run(struct cmd *cmd, int n_globals, char *const *globals, int (*run)(int argc, char *const *argv),
                     struct err *err) MUST_CHECK;

#endif
