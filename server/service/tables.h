/* SPDX-License-Identifier: Apache-2.0
 *
 * The server's own tables beside the record tables (common/db/store.h). */
#ifndef SERVER_SERVICE_TABLES_H
#define SERVER_SERVICE_TABLES_H

#include "common/db/sql.h"

/* Makes them, or brings them up to date. */
enum status tables_migrate(struct sql *db, struct err *err) MUST_CHECK;
/* False when tables_migrate() has something to do. */
enum status tables_are_current(struct sql *db, bool *current, struct err *err) MUST_CHECK;

#endif
