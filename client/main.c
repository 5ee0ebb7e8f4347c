/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/cmd_main.h"

int main(int argc, char **argv)
{
    return cmd_main(argc, argv);
}
