/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/loss.h"

#include "common/base/buf.h"
#include "common/db/sql.h"

enum status loss_note_claim(struct work *work, uint32_t stream, uint64_t epoch, uint64_t rev, struct err *err)
{
    static const char *const texts[] = {
        "INSERT INTO restore_stream (epoch, stream, rev, known_rev) SELECT epoch, $stream, 0, 0 FROM restore WHERE before = $before"
        " AND NOT EXISTS (SELECT 1 FROM restore_stream s WHERE s.epoch = restore.epoch AND s.stream = $stream)",
        "UPDATE restore_stream SET known_rev = $rev WHERE stream = $stream AND known_rev < $rev"
        " AND epoch IN (SELECT epoch FROM restore WHERE before = $before)"};
    enum status st = STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < 2; i++) {
        struct sql_statement *s;
        st = sql_prepare(work->desk->sql, texts[i], &s, err);
        if (st)
            return st;
        sql_bind_int(s, "$stream", stream);
        sql_bind_int(s, "$before", (int64_t)epoch);
        if (i)
            sql_bind_int(s, "$rev", (int64_t)rev);
        work_write(work);
        st = sql_execute(s, err);
    }
    return st;
}

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

static enum status list_gaps(struct work *work, uint32_t stream, uint64_t before, uint64_t base, uint64_t known,
                             struct gap_list *gaps, struct err *err)
{
    struct sql_statement *s;
    bool row = true;
    enum status st =
        sql_prepare(work->desk->sql,
                    "SELECT rev FROM recovered WHERE stream = $stream AND epoch = $epoch AND rev > $base ORDER BY rev", &s, err);
    if (st)
        return st;
    sql_bind_int(s, "$stream", stream);
    sql_bind_int(s, "$epoch", (int64_t)before);
    sql_bind_int(s, "$base", (int64_t)base);
    gaps->next = base + 1;
    while ((st = sql_step(s, &row, err)) == STATUS_OK && row) {
        uint64_t rev = (uint64_t)sql_int(s, 0);
        add_gap(gaps, gaps->next, rev - 1);
        gaps->next = rev + 1;
    }
    sql_reset(s);
    add_gap(gaps, gaps->next, known);
    return st;
}

enum status loss_list(struct work *work,
                      void (*say)(void *context, uint32_t stream, uint64_t epoch, uint64_t missing, const char *ranges),
                      void *context, struct err *err)
{
    struct sql_statement *s;
    bool row = true;
    enum status st = sql_prepare(work->desk->sql,
                                 "SELECT s.stream, restore.before, s.rev, s.known_rev, s.epoch FROM restore_stream s JOIN restore"
                                 " ON restore.epoch = s.epoch WHERE s.known_rev > s.rev ORDER BY s.epoch, s.stream",
                                 &s, err);
    if (st)
        return st;
    while ((st = sql_step(s, &row, err)) == STATUS_OK && row) {
        struct gap_list gaps = {0};
        buf_init(&gaps.text, 4096);
        st = list_gaps(work, (uint32_t)sql_int(s, 0), (uint64_t)sql_int(s, 1), (uint64_t)sql_int(s, 2), (uint64_t)sql_int(s, 3),
                       &gaps, err);
        if (st == STATUS_OK && gaps.missing)
            say(context, (uint32_t)sql_int(s, 0), (uint64_t)sql_int(s, 1), gaps.missing,
                gaps.text.failed ? "…" : buf_text(&gaps.text));
        buf_done(&gaps.text);
        if (st)
            break;
    }
    sql_reset(s);
    return st;
}
