/* SPDX-License-Identifier: Apache-2.0
 *
 * The certificates of a data folder renew themselves: the server's own, and in its last third the authority's. A new authority gets a
 * new key; clients take it because the old one has signed it (common/wire/tls.h) and remember it at their next sync, so that an
 * authority is replaced years before it ends and nobody has to be invited again. */
#ifndef SERVER_CMD_CERTIFICATE_H
#define SERVER_CMD_CERTIFICATE_H

#include "server/cmd/app.h"

/* Opens app->authority. With `replace` it is replaced first when it is due. What was cut off in the middle is finished. */
enum status certificate_open_authority(struct app *app, bool replace, struct err *err) MUST_CHECK;
/* Renews the server's certificate when it is due, or still of an authority before; *renewed says whether it did. */
enum status certificate_renew(struct app *app, bool *renewed, struct err *err) MUST_CHECK;

#endif
