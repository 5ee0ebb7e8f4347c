/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "client/cmd/bundle.h"
#include "client/cmd/input.h"
#include "client/cmd/send.h"

#define WAIT_S_MAX 86400

static enum status run(struct cmd *cmd, struct err *err)
{
    const char *typed = cmd_option(cmd, "wait"), *to = cmd_option(cmd, "export"), *from = cmd_option(cmd, "import");
    char *end;
    if (to && from)
        return err_set(err, STATUS_USAGE, _("--export and --import are two steps: one file goes out, the answer to it comes in"));
    if (to)
        return bundle_export(cmd, to, err);
    if (from)
        return bundle_import(cmd, from, err);
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
    {"export", "导出", N_("FILE"), N_("without a network: write what waits into a file for the district")},
    {"import", "导入", N_("FILE"), N_("without a network: take in the district's answer to it")},
};

const struct verb verb_sync = {
    .name = "sync",
    .name_zh = "同步",
    .arguments = "",
    .summary = N_("send what was changed here and fetch what is new"),
    .help =
        N_("  lianxin sync\n"
           "  lianxin sync --wait 600      try for ten minutes\n"
           "Where there is no network, a USB stick goes to the district and back; the district says `lianxind bundle FILE`:\n"
           "  lianxin sync --export /media/usb/SY01.lxb\n"
           "  lianxin sync --import /media/usb/SY01.lxb.answer\n"
           "May be cut off at any time and repeated as often as you like: nothing is sent twice. Exit code 3: conflicts appeared\n"
           "that a person must decide (`lianxin conflicts`); 6: the server could not be reached, everything is kept here."),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .flags = VERB_HOME | VERB_WRITE | VERB_PATIENT,
    .run = run,
};
