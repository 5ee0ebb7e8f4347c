/* SPDX-License-Identifier: Apache-2.0
 *
 * Any text is either refused or, printed and read again, the same configuration. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct config_key keys[] = {
    {"name", CONFIG_TEXT, "", .text = "t", .text_zh = "t"},
    {"workers", CONFIG_INT, "2", 1, 64, .text = "t", .text_zh = "t"},
    {"strict", CONFIG_BOOL, "yes", .text = "t", .text_zh = "t"},
    {"limit", CONFIG_BYTES, "1M", .text = "t", .text_zh = "t"},
    {"idle", CONFIG_DURATION, "10s", .text = "t", .text_zh = "t"},
    {"nightly", CONFIG_TIME_OF_DAY, "02:00", .text = "t", .text_zh = "t"},
    {"listen", CONFIG_ADDRESS, "[::1]:7443", .text = "t", .text_zh = "t"},
    {"data", CONFIG_PATH, "/var/lib/x", .text = "t", .text_zh = "t"},
};

#define N_KEYS (sizeof keys / sizeof keys[0])

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct config config, again;
    struct buf printed;
    struct err err;
    arena_init(&arena, 0);
    buf_init(&printed, 0);
    char *text = arena_strndup(&arena, (const char *)data, size);
    if (config_init(&config, &arena, keys, N_KEYS, &err) != STATUS_OK ||
        config_init(&again, &arena, keys, N_KEYS, &err) != STATUS_OK)
        abort();
    if (config_parse(&config, "fuzz", text, &err) == STATUS_OK) {
        config_print(&config, false, &printed);
        if (config_parse(&again, "printed", buf_text(&printed), &err) != STATUS_OK)
            abort();
        for (size_t i = 0; i < N_KEYS; i++)
            if (strcmp(config_get_text(&config, i), config_get_text(&again, i)) != 0)
                abort();
    }
    buf_done(&printed);
    arena_done(&arena);
    return 0;
}
