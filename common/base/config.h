/* SPDX-License-Identifier: Apache-2.0
 *
 * A configuration: "key = value" lines, every key from one list. The list is the caller's (server/config.def); this is the
 * engine: defaults, a file in ini form without sections (# and ; begin comments), overrides, printing, reloading.
 *
 *   static const struct config_key keys[] = {
 *       {"listen", CONFIG_ADDRESS, "0.0.0.0:7443", .text = "where the server listens", .text_zh = "服务器监听的地址"},
 *   };
 *
 * How a value is written, and what config_get_int() gives for it:
 *   TEXT, PATH    anything in one line without " ;"; may be empty     0
 *   INT           -12                                                 the number
 *   BOOL          yes no true false on off 1 0 是 否                  1 or 0
 *   BYTES         4096 64K 32M 2G (powers of 1024)                    bytes
 *   DURATION      500ms 10s 5m 2h 7d                                  milliseconds
 *   TIME_OF_DAY   02:00 … 23:59                                       minutes after midnight
 *   ADDRESS       127.0.0.1:7443 host:7443 [::1]:7443                 the port */
#ifndef COMMON_BASE_CONFIG_H
#define COMMON_BASE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/err.h"

#define CONFIG_FILE_BYTES_MAX ((size_t)1 << 20)
#define CONFIG_LINE_BYTES_MAX 198 /* inih's INI_MAX_LINE of 200, less newline and NUL */

enum config_type {
    CONFIG_TEXT,
    CONFIG_INT,
    CONFIG_BOOL,
    CONFIG_BYTES,
    CONFIG_DURATION,
    CONFIG_TIME_OF_DAY,
    CONFIG_ADDRESS,
    CONFIG_PATH,
};

struct config_key {
    const char *name;
    enum config_type type;
    const char *preset;  /* the default, written as in a file */
    int64_t least, most; /* for INT, BYTES and DURATION in the units above; both 0: any that is not negative */
    const char *text, *text_zh;
    bool reloadable; /* takes effect on reload; else at the next start */
};

struct config_value {
    const char *text; /* as written */
    int64_t number;
    int line; /* of the file it was read from; 0: default or override */
};

struct config {
    const struct config_key *keys; /* borrowed */
    struct config_value *values;   /* one for each key, in the same order */
    size_t n;
    struct arena *arena;
};

/* All defaults. A default that its own key does not take is STATUS_INVALID. */
enum status config_init(struct config *config, struct arena *arena, const struct config_key *keys, size_t n,
                        struct err *err) MUST_CHECK;
/* Reads a file over what is there. STATUS_NOT_FOUND when there is none; STATUS_INVALID names file, line and, for an unknown
 * key, the nearest one there is. On failure the config is as before. */
enum status config_read(struct config *config, const char *path, struct err *err) MUST_CHECK;
/* The same from text; name stands for it in errors. */
enum status config_parse(struct config *config, const char *name, const char *text, struct err *err) MUST_CHECK;
/* One value, for a command-line option. */
enum status config_set(struct config *config, const char *key, const char *value, struct err *err) MUST_CHECK;

/* By place in the list of keys. */
const char *config_get_text(const struct config *config, size_t key);
int64_t config_get_int(const struct config *config, size_t key);
bool config_get_bool(const struct config *config, size_t key);

/* Appends the whole configuration with descriptions and defaults; read again it gives the same values. */
void config_print(const struct config *config, bool chinese, struct buf *out);

/* Takes over the reloadable values of fresh (same list of keys). Appends the names of other keys that differ, with a space
 * before each, to ignored: they need a restart. */
void config_reload(struct config *config, const struct config *fresh, struct buf *ignored);

/* Splits "host:port" or "[v6]:port"; false when it is none, out untouched then. Ports are 0 … 65535. */
bool config_split_address(const char *address, char *host, size_t host_size, uint16_t *port);

#endif
