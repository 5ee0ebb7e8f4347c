/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include "server/cmd/cmd.h"

int main(int argc, char **argv)
{
    umask(077); /* keys, records and the control socket are the owner's */
    return cmd_main(argc, argv);
}
