/* SPDX-License-Identifier: Apache-2.0
 *
 * proto/PROTOCOL.md is the specification: what the lists hold must stand in its tables. */
#include <stdio.h>
#include <string.h>

#include "common/base/file.h"
#include "common/wire/frame.h"
#include "common/wire/message.h"
#include "tests/harness/test.h"

static struct buf document;

static int read_document(void **state)
{
    (void)state;
    struct err err;
    buf_init(&document, 0);
    return file_read("proto/PROTOCOL.md", (size_t)1 << 20, &document, &err) == STATUS_OK ? 0 : -1;
}

static int free_document(void **state)
{
    (void)state;
    buf_done(&document);
    return 0;
}

static void expect_row(const char *row)
{
    if (!strstr(buf_text(&document), row))
        fail_msg("proto/PROTOCOL.md has no table row that begins \"%s\"", row);
}

static void every_exchange_is_specified(void **state)
{
    (void)state;
    char row[200];
#define MSG(number, name, Name, role, request_bytes, lane)                                                                         \
    snprintf(row, sizeof row, "| %d | %s | %s | %d | ", number, #name, #role, request_bytes);                                      \
    expect_row(row);
#include "proto/message.def"
#undef MSG
}

static void every_status_is_specified(void **state)
{
    (void)state;
    char row[200];
#define STATUS(number, name, exit_code, text, text_zh)                                                                             \
    snprintf(row, sizeof row, "| %d | %s | %d | ", number, #name, exit_code);                                                      \
    expect_row(row);
#include "common/base/status.def"
#undef STATUS
}

static void the_example_of_a_frame_is_one(void **state)
{
    (void)state;
    Lianxin__HelloRequest hello = LIANXIN__HELLO_REQUEST__INIT;
    struct buf frame, text;
    hello.has_version_min = hello.has_version_max = true;
    hello.version_min = hello.version_max = 1;
    buf_init(&frame, 0);
    buf_init(&text, 0);
    frame_put(&frame, MESSAGE_hello, 0, 7, &hello.base);
    static const unsigned gaps[] = {4, 6, 8, 12};
    for (size_t i = 0, gap = 0; i < frame.len_bytes; i++) {
        bool wide = gap < 4 && i == gaps[gap];
        gap += wide;
        buf_printf(&text, "%s%02x", i == 12 ? "   " : wide ? "  " : i ? " " : "", (unsigned)(uint8_t)frame.data[i]);
    }
    expect_row(buf_text(&text));
    buf_done(&frame);
    buf_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_exchange_is_specified),
        cmocka_unit_test(every_status_is_specified),
        cmocka_unit_test(the_example_of_a_frame_is_one),
    };
    return cmocka_run_group_tests(tests, read_document, free_document);
}
