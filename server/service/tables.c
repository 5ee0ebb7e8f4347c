/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/tables.h"

#include "common/db/migration.h"

static const struct migration migrations[] = {
#define MIGRATION(number_, name_, text_) {.number = (number_), .name = #name_, .text = (text_)},
#include "server/service/migration.def"
#undef MIGRATION
};

enum status tables_migrate(struct sql *db, struct err *err)
{
    return migration_run(db, migrations, sizeof migrations / sizeof migrations[0], err);
}
