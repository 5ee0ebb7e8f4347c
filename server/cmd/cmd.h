/* SPDX-License-Identifier: Apache-2.0
 *
 * One run of lianxind: what was typed, the data folder, and the one function through which a verb asks the server, whether it runs
 * or not. Everything a verb allocates lives in cmd->arena. */
#ifndef SERVER_CMD_CMD_H
#define SERVER_CMD_CMD_H

#include <jansson.h>

#include "client/ui/lang.h"
#include "client/ui/ui.h"
#include "common/wire/message.h"
#include "server/cmd/verb.h"

#define CMD_OPTIONS_MAX 16

struct cmd_option {
    const struct option *option;
    const char *value; /* "" for a flag */
};

struct cmd {
    struct ui ui;
    struct arena arena;
    const struct verb *verb;
    const char *const *args;
    size_t n_args;
    struct cmd_option options[CMD_OPTIONS_MAX];
    size_t n_options;
    const char *data; /* the folder */
    bool print_config, help, version;
};

/* Parses the command line, runs the verb and says what went wrong; returns the exit code. */
int cmd_main(int argc, char *const *argv);
/* Fills cmd from what was typed (cmd_parse.c). */
enum status cmd_parse(struct cmd *cmd, int argc, char *const *argv, struct err *err) MUST_CHECK;
/* The verb's help, or all verbs when it is NULL (cmd_help.c). */
void cmd_help(struct cmd *cmd, const struct verb *verb);
const struct verb *cmd_verb_at(size_t i);
/* What is understood everywhere, for parsing and help; ended by a NULL name. */
extern const struct option cmd_globals[];

/* The value of an option, NULL when it was not given; a flag's is "". */
const char *cmd_option(const struct cmd *cmd, const char *name);
/* Values typed by people, for messages; USAGE with what is expected. A NULL text gives 0. */
enum status cmd_read_stage(const char *text, uint32_t *out, struct err *err) MUST_CHECK;
enum status cmd_read_month(const char *text, int32_t *out, struct err *err) MUST_CHECK;

/* One exchange, as the operator: through DATA/control.sock when a server runs there, else with the same core in this process under
 * the folder's lock. *reply in cmd->arena. */
enum status cmd_ask(struct cmd *cmd, enum message_number number, const ProtobufCMessage *request, ProtobufCMessage **reply,
                    struct err *err) MUST_CHECK;
/* Prints a table that came in a reply. */
enum status cmd_show(struct cmd *cmd, const Lianxin__Table *table, struct err *err) MUST_CHECK;
/* What a command did: with --json result (json_pack()), else the line. Releases result. */
void cmd_say(struct cmd *cmd, const char *line, json_t *result);
/* The result alone, for --json. Releases it. */
void cmd_say_json(struct cmd *cmd, json_t *result);

#endif
