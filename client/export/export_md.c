/* SPDX-License-Identifier: Apache-2.0
 *
 * Markdown (GitHub's tables). */
#include <string.h>

#include "client/export/schedule.h"

/* What Markdown would take for a mark is escaped. */
static void put_text(struct buf *out, const char *text)
{
    if (*text == '#')
        buf_putc(out, '\\');
    for (; *text; text++) {
        if (strchr("\\`*_|[]", *text))
            buf_putc(out, '\\');
        buf_putc(out, *text);
    }
}

static void put_row(const struct schedule *schedule, size_t i, struct arena *arena, struct buf *out)
{
    buf_putc(out, '|');
    for (size_t c = 0; c < schedule->n_columns; c++) {
        bool again = schedule->columns[c] == SCHEDULE_TIME && !schedule_begins(schedule, i);
        buf_putc(out, ' ');
        put_text(out, again ? "" : schedule_cell(schedule, i, schedule->columns[c], arena));
        buf_puts(out, " |");
    }
    buf_putc(out, '\n');
}

static void put_table(const struct export_part *part, struct arena *arena, struct buf *out)
{
    struct schedule schedule = schedule_of(part);
    buf_putc(out, '|');
    for (size_t c = 0; c < schedule.n_columns; c++)
        buf_printf(out, " %s |", schedule_title(schedule.columns[c]));
    buf_puts(out, "\n|");
    for (size_t c = 0; c < schedule.n_columns; c++)
        buf_puts(out, " --- |");
    buf_putc(out, '\n');
    for (size_t i = 0; i < schedule.n; i++)
        put_row(&schedule, i, arena, out);
    buf_putc(out, '\n');
}

static void put_section(const struct export_section *section, struct arena *arena, struct buf *out)
{
    static const char marks[] = "######";
    size_t depth = section->level ? section->level + 1 : 0;
    if (depth)
        buf_printf(out, "%.*s ", (int)(depth < sizeof marks ? depth : sizeof marks - 1), marks);
    put_text(out, section_line(section, arena));
    buf_puts(out, "\n\n");
}

enum status export_md_write(const struct export_plan *plan, struct arena *arena, struct buf *out, struct err *err)
{
    (void)err;
    if (plan->title) {
        buf_puts(out, "# ");
        put_text(out, one_line(plan->title, arena));
        buf_puts(out, "\n\n");
    }
    for (size_t i = 0; i < plan->n; i++)
        if (plan->parts[i].kind == EXPORT_SCHEDULE)
            put_table(&plan->parts[i], arena, out);
        else
            put_section(&plan->parts[i].section, arena, out);
    return STATUS_OK;
}
