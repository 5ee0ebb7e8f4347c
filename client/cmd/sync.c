/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "client/cmd/input.h"
#include "client/cmd/send.h"

#define WAIT_S_MAX 86400

static enum status run(struct cmd *cmd, struct err *err)
{
    const char *typed = cmd_option(cmd, "wait");
    char *end;
    if (!typed)
        return send_all(cmd, SEND_WAIT_MS, err);
    const char *folded = input_fold(&cmd->arena, typed);
    long seconds = strtol(folded, &end, 10);
    if (*end || end == folded || seconds < 0 || seconds > WAIT_S_MAX)
        return err_set(err, STATUS_USAGE, _("--wait takes seconds, 0 to 86400: %s"), typed);
    return send_all(cmd, seconds * INT64_C(1000), err);
}

static const struct option options[] = {
    {"wait", "等待", N_("SECONDS"), N_("how long to try again when the server cannot be reached; 2 unless given")},
};

const struct verb verb_sync = {
    .name = "sync",
    .name_zh = "同步",
    .arguments = "",
    .summary = N_("send what was changed here and fetch what is new"),
    .help =
        N_("  lianxin sync\n"
           "  lianxin sync --wait 600      try for ten minutes\n"
           "May be cut off at any time and repeated as often as you like: nothing is sent twice. Exit code 3: conflicts appeared\n"
           "that a person must decide (`lianxin conflicts`); 6: the server could not be reached, everything is kept here."),
    .options = options,
    .n_options = 1,
    .flags = VERB_HOME | VERB_WRITE | VERB_PATIENT,
    .run = run,
};
