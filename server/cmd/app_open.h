/* SPDX-License-Identifier: Apache-2.0
 *
 * Opening a founded data folder that is locked (app.h), for good or to look at it. */
#ifndef SERVER_CMD_APP_OPEN_H
#define SERVER_CMD_APP_OPEN_H

#include "server/cmd/app.h"

/* Reads what opening takes: schema, journal key, authority. The configuration must have been read. NOT_FOUND: no district here. */
enum status app_prepare(struct app *app, struct core_config *config, struct err *err) MUST_CHECK;
/* Opens core and lanes. */
enum status app_start(struct app *app, const struct core_config *config, struct err *err) MUST_CHECK;
/* Both, for a folder that is not at work: a backup's. One that is, is opened by upgrade_open(). */
enum status app_open(struct app *app, struct err *err) MUST_CHECK;

#endif
