/* SPDX-License-Identifier: Apache-2.0
 *
 * lianxin from its command line to its exit code. */
#ifndef CLIENT_CMD_CMD_MAIN_H
#define CLIENT_CMD_CMD_MAIN_H

/* Parses the command line, runs the verb and says what went wrong; returns the exit code. */
int cmd_main(int argc, char *const *argv);

#endif
