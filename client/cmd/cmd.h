/* SPDX-License-Identifier: Apache-2.0
 *
 * One run of lianxin: what was typed, the data folder, the way to the server. Everything a verb allocates lives in cmd->arena. */
#ifndef CLIENT_CMD_CMD_H
#define CLIENT_CMD_CMD_H

#include "client/cache/cache.h"
#include "client/cmd/verb.h"
#include "client/sync/sync.h"
#include "client/ui/lang.h"
#include "client/ui/ui.h"
#include "common/base/role.h"

#define CMD_OPTIONS_MAX 32
#define CMD_SOFTWARE "lianxin " LIANXIN_VERSION

struct cmd_option {
    const struct option *option;
    const char *value; /* "" for a flag */
};

struct cmd {
    struct ui ui;
    struct arena arena;
    struct clock clock;
    struct random random;
    const struct schema *schema;
    const struct verb *verb;
    const struct verb_part *part; /* of a verb that has parts */
    const char *const *args;
    size_t n_args;
    struct cmd_option options[CMD_OPTIONS_MAX];
    size_t n_options;
    const char *home;
    bool offline; /* --offline: do not try to reach the server */
    /* with VERB_HOME */
    struct lock *lock;
    struct cache *cache;
    struct cache_identity identity;
    struct transport transport; /* opened by device_connect() */
    bool news;                  /* a sync of this command brought changes by others */
    struct err away;            /* why the server could not be reached a moment ago; OK: it was not tried */
};

/* The value of an option, NULL when it was not given; a flag's value is "". */
const char *cmd_option(const struct cmd *cmd, const char *name);
/* The same for one that may be repeated: the i-th. */
const char *cmd_option_at(const struct cmd *cmd, const char *name, size_t i);

/* HOME/name, in arena. */
const char *cmd_path(struct cmd *cmd, const char *name);
/* Makes the folder if it is not there, takes its lock and opens the cache for writing, or opens it for reading. */
enum status cmd_open_cache(struct cmd *cmd, bool writer, struct err *err) MUST_CHECK;
bool cmd_is_district(const struct cmd *cmd);
/* Was --school given? Looking at another school brings its stream here: for verb.writes. */
bool cmd_names_school(const struct cmd *cmd);
/* The month it is at the district. */
int32_t cmd_month(const struct cmd *cmd);
/* An instant as people read it; "never" for 0. In arena. */
const char *cmd_time(struct cmd *cmd, int64_t at_ms);
/* A field's value as people read it; "" when absent. In arena. */
const char *cmd_field(struct cmd *cmd, const ProtobufCMessage *message, const struct field *field);
/* USAGE: -o FILE was given to a command that lists nothing. */
enum status cmd_refuse_output(struct cmd *cmd, struct err *err) MUST_CHECK;

#endif
