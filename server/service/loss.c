/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/loss.h"

#include "common/base/buf.h"
#include "common/db/sql.h"

enum status loss_note_claim(struct work *work, uint32_t stream, uint64_t epoch, uint64_t rev, struct err *err)
{
    static const char *const texts[] = {"INSERT INTO claim (stream, epoch, rev) SELECT $stream, $epoch, 0 WHERE NOT EXISTS"
                                        " (SELECT 1 FROM claim WHERE stream = $stream AND epoch = $epoch)",
                                        "UPDATE claim SET rev = $rev WHERE stream = $stream AND epoch = $epoch AND rev < $rev"};
    enum status st = STATUS_OK;
    if (epoch >= work->desk->core->epoch)
        return STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < 2; i++) {
        struct sql_statement *s;
        st = sql_prepare(work->desk->sql, texts[i], &s, err);
        if (st)
            return st;
        sql_bind_int(s, "$stream", stream);
        sql_bind_int(s, "$epoch", (int64_t)epoch);
        if (i)
            sql_bind_int(s, "$rev", (int64_t)rev);
        work_write(work);
        st = sql_execute(s, err);
    }
    return st;
}

enum status loss_note_row(struct work *work, const struct row *row, const struct commit *commit, struct err *err)
{
    struct sql_statement *s;
    enum status st = sql_prepare(work->desk->sql,
                                 "UPDATE recovered SET digest = $digest, previous = $previous"
                                 " WHERE stream = $stream AND epoch = $epoch AND rev = $rev AND digest IS NULL",
                                 &s, err);
    if (st)
        return st;
    sql_bind_blob(s, "$digest", row->digest.bytes, SHA256_BYTES);
    sql_bind_blob(s, "$previous", commit->previous.bytes, SHA256_BYTES);
    sql_bind_int(s, "$stream", commit->stream);
    sql_bind_int(s, "$epoch", (int64_t)commit->epoch);
    sql_bind_int(s, "$rev", (int64_t)commit->rev);
    work_write(work);
    return sql_execute(s, err);
}

enum status loss_find_fork(struct work *work, uint32_t stream, uint64_t epoch, uint64_t *out, struct err *err)
{
    struct sql_statement *s;
    int64_t rev;
    enum status st = sql_prepare(work->desk->sql,
                                 "SELECT min(CASE WHEN s.rev IS NULL THEN 0 ELSE s.rev END) FROM restore LEFT JOIN restore_stream s"
                                 " ON s.epoch = restore.epoch AND s.stream = $stream WHERE restore.epoch > $epoch",
                                 &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$stream", stream);
    sql_bind_int(s, "$epoch", (int64_t)epoch);
    st = sql_find_int(s, &rev, err);
    if (st == STATUS_OK)
        *out = (uint64_t)rev;
    return st;
}

struct claim {
    uint32_t stream;
    uint64_t epoch, rev;
};
struct gap_list {
    struct buf text;
    uint64_t missing, next;
};

static void add_gap(struct gap_list *gaps, uint64_t first, uint64_t last)
{
    if (first > last)
        return;
    gaps->missing += last - first + 1;
    buf_printf(&gaps->text, "%s%llu", gaps->text.len_bytes ? ", " : "", (unsigned long long)first);
    if (first != last)
        buf_printf(&gaps->text, "-%llu", (unsigned long long)last);
}

/* A life that came out of a backup goes on from a row of the life before: *fork is not below that, when both rows have come back.
 */
static enum status find_beginning(struct work *work, const struct claim *claim, uint64_t *fork, struct err *err)
{
    struct sql_statement *s;
    bool row;
    enum status st = sql_prepare(work->desk->sql,
                                 "SELECT last.rev FROM recovered first JOIN recovered last ON last.stream = first.stream"
                                 " AND last.epoch < first.epoch AND last.rev = first.rev - 1 AND last.digest = first.previous"
                                 " WHERE first.stream = $stream AND first.epoch = $epoch AND first.rev ="
                                 " (SELECT min(rev) FROM recovered WHERE stream = $stream AND epoch = $epoch AND rev > $fork)",
                                 &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$stream", claim->stream);
    sql_bind_int(s, "$epoch", (int64_t)claim->epoch);
    sql_bind_int(s, "$fork", (int64_t)*fork);
    st = sql_step(s, &row, err);
    if (st == STATUS_OK && row)
        *fork = (uint64_t)sql_int(s, 0);
    sql_reset(s);
    return st;
}

static enum status list_gaps(struct work *work, const struct claim *claim, uint64_t fork, struct gap_list *gaps, struct err *err)
{
    struct sql_statement *s;
    bool row = true;
    enum status st =
        sql_prepare(work->desk->sql,
                    "SELECT rev FROM recovered WHERE stream = $stream AND epoch = $epoch AND rev > $fork ORDER BY rev", &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$stream", claim->stream);
    sql_bind_int(s, "$epoch", (int64_t)claim->epoch);
    sql_bind_int(s, "$fork", (int64_t)fork);
    gaps->next = fork + 1;
    while ((st = sql_step(s, &row, err)) == STATUS_OK && row) {
        uint64_t rev = (uint64_t)sql_int(s, 0);
        add_gap(gaps, gaps->next, rev - 1);
        gaps->next = rev + 1;
    }
    sql_reset(s);
    add_gap(gaps, gaps->next, claim->rev);
    return st;
}

static enum status find_claim_after(struct work *work, struct claim *claim, bool *found, struct err *err)
{
    struct sql_statement *s;
    enum status st =
        sql_prepare(work->desk->sql,
                    "SELECT stream, epoch, rev FROM claim WHERE epoch > $epoch OR (epoch = $epoch AND stream > $stream)"
                    " ORDER BY epoch, stream LIMIT 1",
                    &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$epoch", (int64_t)claim->epoch);
    sql_bind_int(s, "$stream", claim->stream);
    st = sql_step(s, found, err);
    if (st == STATUS_OK && *found)
        *claim = (struct claim){(uint32_t)sql_int(s, 0), (uint64_t)sql_int(s, 1), (uint64_t)sql_int(s, 2)};
    sql_reset(s);
    return st;
}

enum status loss_list(struct work *work,
                      void (*say)(void *context, uint32_t stream, uint64_t epoch, uint64_t missing, const char *ranges),
                      void *context, struct err *err)
{
    struct claim claim = {0};
    for (;;) {
        struct gap_list gaps = {0};
        uint64_t fork;
        bool found;
        enum status st = find_claim_after(work, &claim, &found, err);
        if (st == STATUS_OK && found)
            st = loss_find_fork(work, claim.stream, claim.epoch, &fork, err);
        if (st == STATUS_OK && found)
            st = find_beginning(work, &claim, &fork, err);
        if (st || !found)
            return st;
        buf_init(&gaps.text, 4096);
        st = list_gaps(work, &claim, fork, &gaps, err);
        if (st == STATUS_OK && gaps.missing)
            say(context, claim.stream, claim.epoch, gaps.missing, gaps.text.failed ? "…" : buf_text(&gaps.text));
        buf_done(&gaps.text);
        if (st)
            return st;
    }
}
