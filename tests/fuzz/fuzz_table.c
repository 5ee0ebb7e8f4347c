/* SPDX-License-Identifier: Apache-2.0
 *
 * Whatever stands in a table: every text format comes out as UTF-8 without terminal controls, and JSON as JSON. */
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/utf8.h"
#include "common/table/table_writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TYPES (TABLE_UUID + 1)
#define COLUMNS 6

struct input {
    const uint8_t *at, *end;
};

static uint8_t take(struct input *input)
{
    return input->at < input->end ? *input->at++ : 0;
}

/* A text of the input: a length, then bytes. */
static const char *take_text(struct input *input, struct arena *arena)
{
    size_t want = take(input), left = (size_t)(input->end - input->at), n = want < left ? want : left;
    const char *text = arena_strndup(arena, (const char *)input->at, n);
    input->at += n;
    return text;
}

static int64_t take_number(struct input *input)
{
    uint64_t number = 0;
    for (int i = 0; i < 8; i++)
        number = number << 8 | take(input);
    return (int64_t)number;
}

static void put_cell(struct table *table, struct input *input, struct arena *arena, enum table_type type)
{
    if (take(input) % 4 == 0)
        table_put_null(table);
    else if (type == TABLE_ENUM)
        table_put_enum(table, take_text(input, arena), "label", NULL);
    else if (type == TABLE_TEXT || type == TABLE_DAY || type == TABLE_UUID)
        table_put_text(table, take_text(input, arena));
    else
        table_put_int(table, take_number(input));
}

static struct table *take_table(struct input *input, struct arena *arena)
{
    struct table *table = table_new(arena, "fuzz", take_text(input, arena), NULL);
    for (int i = 0; i < COLUMNS; i++) {
        enum table_type type = take(input) % TYPES;
        table_add_column(table, arena_printf(arena, "key%d", i), type, take_text(input, arena), NULL, take(input) % 16);
    }
    while (input->at < input->end) {
        if (take(input) % 8 == 0)
            table_begin_group(table, take_text(input, arena));
        if (take(input) % 8 == 0)
            table_add_total(table);
        else
            table_add_row(table);
        for (int i = 0; i < COLUMNS; i++)
            put_cell(table, input, arena, table->columns[i].type);
    }
    table_add_note(table, take_text(input, arena));
    return table;
}

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_text(const struct buf *out)
{
    check(utf8_check(buf_text(out), out->len_bytes, NULL));
    check(!memchr(buf_text(out), '\033', out->len_bytes) && !memchr(buf_text(out), '\a', out->len_bytes));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const formats[] = {"terminal", "json", "csv", "html"};
    struct input input = {data, data + size};
    struct arena arena;
    struct buf out;
    struct err err;
    arena_init(&arena, 0);
    buf_init(&out, 0);
    struct table_style style = {.chinese = size % 2, .ambiguous_wide = size % 3 == 0, .width = take(&input), .zone_s = 28800};
    const struct table *table = take_table(&input, &arena);
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        buf_reset(&out);
        check(table_write(table_writer_find(formats[i]), &table, 1, &style, &out, &err) == STATUS_OK);
        check_text(&out);
        if (strcmp(formats[i], "json") == 0) {
            json_t *document = json_loadb(out.data, out.len_bytes, 0, NULL);
            check(document != NULL);
            json_decref(document);
        }
    }
    buf_done(&out);
    arena_done(&arena);
    return 0;
}
