/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cache/cache_internal.h"
#include "common/db/migration.h"

static const struct migration migrations[] = {
#define MIGRATION(number, name, sql) {number, name, sql},
#include "client/cache/cache_table.def"
#undef MIGRATION
};

#define MIGRATIONS (sizeof migrations / sizeof migrations[0])

enum status cache_table_open(struct sql *db, bool writer, struct err *err)
{
    int64_t last, newest = migrations[MIGRATIONS - 1].number;
    if (writer)
        return migration_run(db, migrations, MIGRATIONS, err);
    enum status s = migration_find_last(db, &last, err);
    if (s != STATUS_OK || last == newest)
        return s;
    if (last > newest)
        return err_reason(err, REASON_FORMAT_NEWER, NULL);
    return err_reason(err, REASON_FORMAT_OLDER, NULL);
}
