/* SPDX-License-Identifier: Apache-2.0
 *
 * A verb is one declarative struct in the file of its noun; verb.def lists them all. */
#ifndef CLIENT_CMD_VERB_H
#define CLIENT_CMD_VERB_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/err.h"

struct cmd;

struct option {
    const char *name;     /* without -- */
    const char *name_zh;  /* understood as well; NULL: none */
    const char *argument; /* "MONTH"; NULL: a flag */
    const char *help;
};

enum verb_flag {
    VERB_HOME = 1,     /* opens the data folder, which must have joined */
    VERB_WRITE = 2,    /* …for writing */
    VERB_DISTRICT = 4, /* for district devices only */
    VERB_PATIENT = 8,  /* much may travel: a slow answer is waited for longer */
    VERB_OUTPUT = 16,  /* -o may also name a document: the verb checks it */
    VERB_TABLE = 32,   /* has something to put into the file of -o; without it -o is refused */
};

/* What a verb's first argument chooses: `plan submit`. */
struct verb_part {
    const char *name, *name_zh;
    bool writes; /* opened for writing */
    enum status (*run)(struct cmd *cmd, struct err *err);
};

struct verb {
    const char *name, *name_zh;
    const char *arguments; /* "ID FIELD=VALUE…" */
    const char *summary;   /* one line, in English; N_() */
    const char *help;      /* by example; N_(), may be NULL */
    const struct option *options;
    size_t n_options;
    int min_arguments, max_arguments;      /* max -1: any number */
    unsigned flags;                        /* enum verb_flag */
    bool (*writes)(const struct cmd *cmd); /* without VERB_WRITE: opened for writing when it says so; NULL: never */
    enum status (*run)(struct cmd *cmd, struct err *err);
    const struct verb_part *parts; /* instead of run; without an argument the first */
    size_t n_parts;
};

#define VERB(name) extern const struct verb verb_##name;
#include "client/cmd/verb.def"
#undef VERB

/* By name in either language; NULL when there is none. */
const struct verb *verb_find(const char *name);
/* The verb whose name is nearest to what was typed, NULL when none is near. */
const struct verb *verb_nearest(const char *name);
/* By its name in either language; NULL when the verb has no such part. */
const struct verb_part *verb_find_part(const struct verb *verb, const char *name);
/* In the order of the list; NULL after the last. */
const struct verb *verb_at(size_t i);

#endif
