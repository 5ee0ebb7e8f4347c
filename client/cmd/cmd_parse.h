/* SPDX-License-Identifier: Apache-2.0
 *
 * What was typed: global options, the verb, its options and arguments, in any order. */
#ifndef CLIENT_CMD_CMD_PARSE_H
#define CLIENT_CMD_CMD_PARSE_H

#include "client/cmd/cmd.h"

struct global_option {
    const char *name;
    char letter; /* 0: none */
    const char *argument;
    const char *help;
};
extern const struct global_option cmd_globals[];
extern const size_t cmd_n_globals;

/* Prints the verb's help, or the list of verbs when verb is NULL (cmd_help.c). */
void cmd_help(struct cmd *cmd, const struct verb *verb);

struct cmd_globals {
    const char *home, *lang, *output;
    bool json, help, version, offline;
};

/* Fills cmd->verb (NULL: none was typed), options and args. USAGE with the nearest name that exists. */
enum status cmd_parse(struct cmd *cmd, int argc, char *const *argv, struct cmd_globals *globals, struct err *err) MUST_CHECK;

#endif
