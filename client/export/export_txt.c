/* SPDX-License-Identifier: Apache-2.0
 *
 * Plain text: month headers with numbered items; as tables with tabs, which can be pasted into Word and Excel, when there is more
 * to say than the items' texts, or a paragraph behind them that could be taken for one more. */
#include "client/export/schedule.h"

#define INDENT "　　"

static void put_list(const struct schedule *schedule, struct arena *arena, struct buf *out)
{
    for (size_t i = 0; i < schedule->n; i++) {
        if (schedule_begins(schedule, i))
            buf_printf(out, "%s：\n", schedule_cell(schedule, i, SCHEDULE_TIME, arena));
        buf_printf(out, "%s\n", schedule_cell(schedule, i, SCHEDULE_CONTENT, arena));
    }
}

static void put_table(const struct schedule *schedule, struct arena *arena, struct buf *out)
{
    for (size_t c = 0; c < schedule->n_columns; c++)
        buf_printf(out, "%s%s", c ? "\t" : "", schedule_title(schedule->columns[c]));
    buf_putc(out, '\n');
    for (size_t i = 0; i < schedule->n; i++) {
        for (size_t c = 0; c < schedule->n_columns; c++) {
            bool again = schedule->columns[c] == SCHEDULE_TIME && !schedule_begins(schedule, i);
            buf_printf(out, "%s%s", c ? "\t" : "", again ? "" : schedule_cell(schedule, i, schedule->columns[c], arena));
        }
        buf_putc(out, '\n');
    }
}

static bool needs_tables(const struct export_plan *plan)
{
    for (size_t i = 0; i < plan->n; i++) {
        const struct export_part *part = &plan->parts[i], *next = i + 1 < plan->n ? part + 1 : NULL;
        struct schedule schedule = schedule_of(part);
        if (part->kind == EXPORT_SCHEDULE && (!schedule_is_plain(&schedule) || (next && next->kind == EXPORT_SECTION &&
                                                                                (!next->section.level || !next->section.label))))
            return true;
    }
    return false;
}

static void put_part(const struct export_part *part, bool tables, bool first_signature, struct arena *arena, struct buf *out)
{
    switch (part->kind) {
    case EXPORT_SECTION:
        buf_printf(out, "%s%s\n", part->section.level ? "" : INDENT, section_line(&part->section, arena));
        return;
    case EXPORT_SCHEDULE: {
        struct schedule schedule = schedule_of(part);
        if (tables)
            put_table(&schedule, arena, out);
        else
            put_list(&schedule, arena, out);
        return;
    }
    case EXPORT_SIGNATURE:
        buf_printf(out, "%s%s\n", first_signature ? "\n" : "", one_line(part->section.text, arena));
        return;
    }
}

enum status export_txt_write(const struct export_plan *plan, struct arena *arena, struct buf *out, struct err *err)
{
    (void)err;
    bool tables = needs_tables(plan);
    if (plan->title)
        buf_printf(out, "%s\n\n", one_line(plan->title, arena));
    for (size_t i = 0; i < plan->n; i++)
        put_part(&plan->parts[i], tables, i == 0 || plan->parts[i - 1].kind != EXPORT_SIGNATURE, arena, out);
    return STATUS_OK;
}
