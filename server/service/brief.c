/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/brief.h"

#include <stdio.h>

enum status brief_get(struct sql *db, struct arena *arena, const char *date, struct brief *out, struct err *err)
{
    struct sql_statement *s = NULL;
    bool row = false;
    enum status st = sql_prepare(db,
                                 date ? "SELECT date, made_ms, body FROM brief WHERE date = $date"
                                      : "SELECT date, made_ms, body FROM brief ORDER BY date DESC LIMIT 1",
                                 &s, err);

    if (st != STATUS_OK)
        return st;
    if (date)
        sql_bind_text(s, "$date", date);
    st = sql_step(s, &row, err);
    if (st == STATUS_OK && !row)
        st = err_reason(err, REASON_BRIEF_MISSING, date ? date : "any day", NULL);
    if (st == STATUS_OK) {
        out->date = arena_strdup(arena, sql_text(s, 0));
        out->made_ms = sql_int(s, 1);
        out->body = sql_blob(s, 2, &out->body_bytes);
        out->body = arena_copy(arena, out->body_bytes > 0 ? out->body : "", out->body_bytes);
    }
    sql_reset(s);
    return st;
}

enum status brief_put(struct sql *db, const struct brief *brief, bool *replaced, struct err *err)
{
    static const char *const texts[] = {"UPDATE brief SET made_ms = $made_ms, body = $body WHERE date = $date",
                                        "INSERT INTO brief (made_ms, body, date) VALUES ($made_ms, $body, $date)"};
    bool stored = false;
    enum status st = STATUS_OK;

    for (size_t i = 0; st == STATUS_OK && !stored && i < 2; i++) {
        struct sql_statement *s = NULL;

        st = sql_prepare(db, texts[i], &s, err);
        if (st != STATUS_OK)
            break;
        sql_bind_int(s, "$made_ms", brief->made_ms);
        sql_bind_blob(s, "$body", brief->body, brief->body_bytes);
        sql_bind_text(s, "$date", brief->date);
        st = sql_execute(s, err);
        stored = sql_changes(db) > 0;
        if (st == STATUS_OK && stored)
            *replaced = i == 0;
    }
    return st;
}

enum status brief_find_newest(struct sql *db, char date[11], struct err *err)
{
    struct sql_statement *s = NULL;
    bool row = false;
    enum status st = sql_prepare(db, "SELECT max(date) FROM brief", &s, err);

    if (st != STATUS_OK)
        return st;
    st = sql_step(s, &row, err);
    if (st == STATUS_OK)
        snprintf(date, 11, "%s", row ? sql_text(s, 0) : "");
    sql_reset(s);
    return st;
}
