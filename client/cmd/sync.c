/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/send.h"

const struct verb verb_sync = {
    .name = "sync",
    .name_zh = "同步",
    .arguments = "",
    .summary = N_("send what was changed here and fetch what is new"),
    .help =
        N_("  lianxin sync\n"
           "May be cut off at any time and repeated as often as you like: nothing is sent twice. Exit code 3: conflicts appeared\n"
           "that a person must decide (`lianxin conflicts`); 6: the server could not be reached, everything is kept here."),
    .flags = VERB_HOME | VERB_WRITE | VERB_PATIENT,
    .run = send_all,
};
