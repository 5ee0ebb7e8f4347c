/* SPDX-License-Identifier: Apache-2.0
 *
 * The certificates of a data folder renew themselves: the server's own, and in its last third the authority's. A new authority gets
 * a new key; clients take it because the old one has signed it (common/wire/tls.h) and remember it at their next sync, so that an
 * authority is replaced years before it ends and nobody has to be invited again. Clients that have followed refuse the authority
 * before: so the new one is prepared first, and used when a restore cannot bring back a folder that does not hold it. */
#ifndef SERVER_CMD_CERTIFICATE_H
#define SERVER_CMD_CERTIFICATE_H

#include "server/cmd/app.h"

#define CERTIFICATE_WAIT_DAYS 60 /* at most, for backups that hold the next authority */

/* Opens app->authority. A change that was cut off in the middle is finished. */
enum status certificate_open_authority(struct app *app, struct err *err) MUST_CHECK;
/* Before serving: an authority that is due gets its successor prepared, and is replaced by it as soon as every backup holds it
 * (oldest_backup_ms: when the oldest one was made; INT64_MAX: there is none), or CERTIFICATE_WAIT_DAYS later; at once when the
 * folder came out of a backup that holds it (began_ms: when the database's present life began), for clients may have followed it
 * already. */
enum status certificate_settle_authority(struct app *app, int64_t oldest_backup_ms, int64_t began_ms, struct err *err) MUST_CHECK;
/* Renews the server's certificate when it is due, or still of an authority before; *renewed says whether it did. */
enum status certificate_renew(struct app *app, bool *renewed, struct err *err) MUST_CHECK;

#endif
