/* SPDX-License-Identifier: Apache-2.0
 *
 * A verb of lianxind is one declarative struct in the file of its noun; verb.def lists them all. */
#ifndef SERVER_CMD_VERB_H
#define SERVER_CMD_VERB_H

#include <stddef.h>

#include "common/base/err.h"

struct cmd;

struct option {
    const char *name;     /* without -- */
    const char *argument; /* "CODE"; NULL: a flag */
    const char *help;
    char letter; /* -o; 0: none */
};

struct verb {
    const char *name;      /* one word or two: "school add" */
    const char *arguments; /* "CODE NAME" */
    const char *summary;   /* one line */
    const char *examples;
    const struct option *options;
    size_t n_options;
    size_t min_arguments, max_arguments;
    enum status (*run)(struct cmd *cmd, struct err *err);
};

#define VERB(name) extern const struct verb verb_##name;
#include "server/cmd/verb.def"
#undef VERB

#endif
