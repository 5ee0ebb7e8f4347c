/* SPDX-License-Identifier: Apache-2.0 */
#include "common/table/table_writer.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "common/base/clock.h"
#include "common/domain/month.h"

static const struct table_writer writers[] = {
#define TABLE_WRITER(lower_name, extension) {#lower_name, extension, table_##lower_name##_write},
#include "common/table/writer.def"
#undef TABLE_WRITER
};

#define N_WRITERS (sizeof writers / sizeof writers[0])

const struct table_writer *table_writer_find(const char *name)
{
    for (size_t i = 0; i < N_WRITERS; i++)
        if (strcmp(writers[i].name, name) == 0)
            return &writers[i];
    return NULL;
}

const struct table_writer *table_writer_find_for_file(const char *path)
{
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < N_WRITERS; i++)
        if (*writers[i].extension && strcasecmp(writers[i].extension, dot) == 0)
            return &writers[i];
    return NULL;
}

const struct table_writer *table_writer_list(size_t *n)
{
    *n = N_WRITERS;
    return writers;
}

static enum status check(const struct table *table, struct err *err)
{
    if (table->fault == STATUS_NO_MEMORY)
        return err_set(err, STATUS_NO_MEMORY, "the table \"%s\" does not fit into memory: ask for fewer rows", table->name);
    if (table->fault != STATUS_OK)
        return err_set(err, table->fault, "the table \"%s\" was built wrongly: its cells do not fit its columns", table->name);
    return STATUS_OK;
}

enum status table_write(const struct table_writer *writer, const struct table *const *tables, size_t n,
                        const struct table_style *style, struct buf *out, struct err *err)
{
    size_t before = out->len_bytes;
    enum status s = STATUS_OK;
    for (size_t i = 0; i < n && s == STATUS_OK; i++)
        s = check(tables[i], err);
    if (s == STATUS_OK)
        s = writer->write(tables, n, style, out, err);
    if (s == STATUS_OK && out->failed)
        s = err_set(err, STATUS_TOO_LARGE, "the %s output is larger than there is room for: ask for fewer rows", writer->name);
    if (s != STATUS_OK && out->data) {
        out->len_bytes = before;
        out->data[before] = '\0';
    }
    return s;
}

const char *table_label(const struct table_column *column, const struct table_style *style)
{
    return style->chinese ? column->label_zh : column->label;
}

const char *table_title(const struct table *table, const struct table_style *style)
{
    return style->chinese ? table->title_zh : table->title;
}

bool table_column_is_right(const struct table_column *column)
{
    if (column->flags & TABLE_RIGHT)
        return true;
    return column->type == TABLE_INT || column->type == TABLE_MONEY_FEN || column->type == TABLE_RATIO;
}

bool table_has_groups(const struct table *table)
{
    for (const struct table_row *row = table->rows; row; row = row->next)
        if (row->group)
            return true;
    return false;
}

/* value ÷ 10^digits with all its digits, -0.05 too. */
static void put_decimal(struct buf *out, int64_t value, int digits)
{
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value, unit = 1;
    for (int i = 0; i < digits; i++)
        unit *= 10;
    buf_printf(out, "%s%" PRIu64 ".%0*" PRIu64, value < 0 ? "-" : "", size / unit, digits, size % unit);
}

static void put_month(struct buf *out, int64_t month)
{
    char text[MONTH_TEXT_BYTES];
    if (!month_is_valid(month))
        return;
    month_format((int32_t)month, text);
    buf_puts(out, text);
}

/* "2024-09,10" "2024-09~12" "2024-12,2025-01": a run of three or more is joined, a year is said once. */
static void put_month_set(struct buf *out, int64_t set)
{
    int32_t run = INT32_MIN, said = INT32_MIN;
    if (!month_set_is_valid(set))
        return;
    while (month_set_next(set, &run)) {
        int32_t end = run;
        while (month_set_has(set, end + 1))
            end++;
        bool joined = end - run >= 2;
        for (int32_t m = run; m <= end; m = joined && m < end ? end : m + 1) {
            if (said != INT32_MIN)
                buf_putc(out, joined && m == end ? '~' : ',');
            if (said != INT32_MIN && month_year(said) == month_year(m))
                buf_printf(out, "%02d", month_of_year(m));
            else
                put_month(out, m);
            said = m;
        }
        run = end;
    }
}

static void put_instant(struct buf *out, int64_t at_ms, int32_t zone_s)
{
    char text[CLOCK_TIME_BYTES];
    clock_format_time(at_ms, zone_s, text);
    buf_put(out, text, strlen("2024-09-01 08:30"));
}

static void put_number(struct buf *out, enum table_type type, int64_t value, const struct table_style *style)
{
    switch (type) {
    case TABLE_MONEY_FEN:
        put_decimal(out, value, 2);
        return;
    case TABLE_MONTH:
        put_month(out, value);
        return;
    case TABLE_MONTH_SET:
        put_month_set(out, value);
        return;
    case TABLE_INSTANT_MS:
        put_instant(out, value, style->zone_s);
        return;
    case TABLE_BOOL:
        buf_puts(out, style->chinese ? (value ? "是" : "否") : (value ? "yes" : "no"));
        return;
    case TABLE_RATIO:
        put_decimal(out, value / 10 + (value % 10 >= 5) - (value % 10 <= -5), 1);
        buf_putc(out, '%');
        return;
    case TABLE_INT:
    case TABLE_TEXT:
    case TABLE_DAY:
    case TABLE_ENUM:
    case TABLE_UUID:
        buf_printf(out, "%" PRId64, value);
        return;
    }
}

void table_cell_put(struct buf *out, const struct table_column *column, const struct table_cell *cell,
                    const struct table_style *style)
{
    switch (cell->kind) {
    case TABLE_CELL_NULL:
        return;
    case TABLE_CELL_NUMBER:
        put_number(out, column->type, cell->number, style);
        return;
    case TABLE_CELL_TEXT:
        buf_puts(out, column->type != TABLE_ENUM ? cell->text : style->chinese ? cell->label_zh : cell->label);
        return;
    }
}
