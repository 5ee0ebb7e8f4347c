/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/test_sql.h"

#include "tests/harness/test.h"

int64_t test_sql_number(struct sql *db, const char *text)
{
    struct sql_statement *s = NULL;
    struct err err;
    bool row = false;
    if (sql_prepare_once(db, text, &s, &err) || sql_step(s, &row, &err))
        fail_msg("%s: %s", text, err.text);
    if (!row)
        fail_msg("%s: no row", text);
    int64_t n = sql_int(s, 0);
    sql_finish(s);
    return n;
}
