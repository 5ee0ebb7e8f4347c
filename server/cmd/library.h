/* SPDX-License-Identifier: Apache-2.0
 *
 * The libraries this program runs with, and which of their versions are known to be bad (library.def). */
#ifndef SERVER_CMD_LIBRARY_H
#define SERVER_CMD_LIBRARY_H

#include "server/service/health.h"

/* One line a library. */
void library_tell(struct health *health);
/* Numbers between dots, left to right; anything behind them is ignored: "2.1.12-stable" is 2.1.12. <0, 0, >0 as in strcmp(). */
int library_compare(const char *a, const char *b);

#endif
