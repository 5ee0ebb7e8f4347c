/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables that are not record tables: each program has one list of numbered migrations, run in order and recorded, each in a
 * transaction of its own with its record. Numbers rise; what was released is never changed. */
#ifndef COMMON_DB_MIGRATION_H
#define COMMON_DB_MIGRATION_H

#include "common/db/sql.h"

struct migration {
    int64_t number; /* 1, 2, 3 … */
    const char *name;
    const char *text; /* one or several statements */
};

/* Brings a database up to date. INVALID when it has a migration that is not in the list: it was written by a newer program; nothing
 * is changed then. FAILED when the list's numbers do not rise. A migration that fails leaves the database at the one before. */
enum status migration_run(struct sql *db, const struct migration *list, size_t n, struct err *err) MUST_CHECK;
/* The number of the last one run; 0 for a new database. */
enum status migration_find_last(struct sql *db, int64_t *number, struct err *err) MUST_CHECK;

#endif
