/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/tables.h"

#include "common/db/migration.h"

static const struct migration migrations[] = {
#define MIGRATION(number_, name_, text_) {.number = (number_), .name = #name_, .text = (text_)},
#include "server/service/migration.def"
#undef MIGRATION
};
#define MIGRATIONS (sizeof migrations / sizeof migrations[0])

enum status tables_migrate(struct sql *db, struct err *err)
{
    return migration_run(db, migrations, MIGRATIONS, err);
}

enum status tables_are_current(struct sql *db, bool *current, struct err *err)
{
    int64_t last;
    enum status st = migration_find_last(db, &last, err);
    if (st == STATUS_OK)
        *current = last >= migrations[MIGRATIONS - 1].number;
    return st;
}
