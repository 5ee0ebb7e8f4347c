/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/config_value.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SHOWN_BYTES 80
#define HOST_BYTES_MAX 256

struct unit {
    const char *name;
    int64_t size;
};

/* From large to small; formatting takes the first that divides. */
static const struct unit byte_units[] = {{"G", 1 << 30}, {"M", 1 << 20}, {"K", 1 << 10}, {"", 1}, {NULL, 0}};
static const struct unit duration_units[] = {{"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}, {NULL, 0}};

static bool parse_number(const char *text, const char **end, int64_t *number)
{
    if (strchr(" \t\n\v\f\r+", *text))
        return false;
    char *after;
    errno = 0;
    long long value = strtoll(text, &after, 10);
    if (errno || after == text)
        return false;
    *end = after;
    *number = value;
    return true;
}

static bool parse_units(const char *text, const struct unit *units, int64_t *number)
{
    const char *end;
    int64_t value;
    if (!parse_number(text, &end, &value))
        return false;
    for (; units->name; units++)
        if (strcasecmp(end, units->name) == 0)
            return !__builtin_mul_overflow(value, units->size, number);
    return false;
}

static bool parse_bool(const char *text, int64_t *number)
{
    static const struct {
        const char *word;
        int value;
    } words[] = {{"yes", 1}, {"true", 1}, {"on", 1}, {"1", 1}, {"是", 1}, {"no", 0}, {"false", 0}, {"off", 0}, {"0", 0}, {"否", 0}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcasecmp(text, words[i].word) == 0) {
            *number = words[i].value;
            return true;
        }
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool parse_time_of_day(const char *t, int64_t *number)
{
    if (strlen(t) != 5 || !is_digit(t[0]) || !is_digit(t[1]) || t[2] != ':' || !is_digit(t[3]) || !is_digit(t[4]))
        return false;
    int hour = (t[0] - '0') * 10 + t[1] - '0', minute = (t[3] - '0') * 10 + t[4] - '0';
    if (hour > 23 || minute > 59)
        return false;
    *number = hour * 60 + minute;
    return true;
}

bool config_split_address(const char *address, char *host, size_t host_size, uint16_t *port)
{
    const char *colon = strrchr(address, ':'), *end;
    int64_t number;
    if (!colon || !is_digit(colon[1]) || !parse_number(colon + 1, &end, &number) || *end || number > UINT16_MAX)
        return false;
    size_t bytes = (size_t)(colon - address);
    if (bytes > 2 && address[0] == '[' && colon[-1] == ']') {
        address++;
        bytes -= 2;
    } else if (memchr(address, ':', bytes)) {
        return false; /* an IPv6 address wants brackets */
    }
    if (bytes == 0 || bytes >= host_size || strcspn(address, " \t[]") < bytes)
        return false;
    memcpy(host, address, bytes);
    host[bytes] = '\0';
    *port = (uint16_t)number;
    return true;
}

static bool parse_address(const char *text, int64_t *number)
{
    char host[HOST_BYTES_MAX];
    uint16_t port;
    if (!config_split_address(text, host, sizeof host, &port))
        return false;
    *number = port;
    return true;
}

/* A value must survive being written to a file and read again: one line, no space at an end, nothing inih takes as a comment. */
static bool is_plain_line(const char *text)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F)
            return false;
    return n == 0 || (text[0] != ' ' && text[0] != ';' && text[n - 1] != ' ' && !strstr(text, " ;"));
}

static bool parse(const struct config_key *key, const char *text, int64_t *number)
{
    const char *end = text;
    switch (key->type) {
    case CONFIG_TEXT:
    case CONFIG_PATH:
        *number = 0;
        return true;
    case CONFIG_INT:
        return parse_number(text, &end, number) && !*end;
    case CONFIG_BOOL:
        return parse_bool(text, number);
    case CONFIG_BYTES:
        return parse_units(text, byte_units, number);
    case CONFIG_DURATION:
        return parse_units(text, duration_units, number);
    case CONFIG_TIME_OF_DAY:
        return parse_time_of_day(text, number);
    case CONFIG_ADDRESS:
        return parse_address(text, number);
    }
    return false;
}

static bool has_range(const struct config_key *key)
{
    return key->type == CONFIG_INT || key->type == CONFIG_BYTES || key->type == CONFIG_DURATION;
}

static bool in_range(const struct config_key *key, int64_t number)
{
    if (!has_range(key))
        return true;
    bool any = key->least == 0 && key->most == 0;
    return any ? number >= 0 : number >= key->least && number <= key->most;
}

static void put_units(struct buf *out, const struct unit *unit, int64_t number)
{
    while (unit[1].name && (number == 0 || number % unit->size != 0))
        unit++;
    buf_printf(out, "%" PRId64 "%s", number / unit->size, unit->name);
}

static void put_number(const struct config_key *key, int64_t number, struct buf *out)
{
    if (key->type == CONFIG_BYTES)
        put_units(out, byte_units, number);
    else if (key->type == CONFIG_DURATION)
        put_units(out, duration_units, number);
    else
        buf_printf(out, "%" PRId64, number);
}

static const char *type_text(enum config_type type, bool chinese)
{
    switch (type) {
    case CONFIG_TEXT:
        return chinese ? "一行文字" : "a line of text";
    case CONFIG_INT:
        return chinese ? "整数" : "a number";
    case CONFIG_BOOL:
        return chinese ? "yes 或 no" : "yes or no";
    case CONFIG_BYTES:
        return chinese ? "字节数（64K、32M、2G）" : "bytes (64K, 32M, 2G)";
    case CONFIG_DURATION:
        return chinese ? "时长（500ms、10s、5m、2h、7d）" : "a time span (500ms, 10s, 5m, 2h, 7d)";
    case CONFIG_TIME_OF_DAY:
        return chinese ? "时刻（02:00）" : "a time of day (02:00)";
    case CONFIG_ADDRESS:
        return chinese ? "主机:端口" : "host:port";
    case CONFIG_PATH:
        return chinese ? "路径" : "a path";
    }
    return "";
}

static void describe_type(const struct config_key *key, bool chinese, struct buf *out)
{
    buf_puts(out, type_text(key->type, chinese));
    if (!has_range(key) || (key->least == 0 && key->most == 0))
        return;
    buf_puts(out, chinese ? "，" : ", ");
    put_number(key, key->least, out);
    buf_puts(out, chinese ? " 到 " : " to ");
    put_number(key, key->most, out);
}

enum status config_value_parse(const struct config_key *key, const char *text, int64_t *number, struct err *err)
{
    int64_t value = 0;
    if (strlen(key->name) + strlen(" = ") + strlen(text) > CONFIG_LINE_BYTES_MAX)
        return err_set(err, STATUS_INVALID, "the value of \"%s\" is too long: a line holds %d bytes", key->name,
                       CONFIG_LINE_BYTES_MAX);
    if (!is_plain_line(text))
        return err_set(err, STATUS_INVALID, "the value of \"%s\" must be one line without control characters and without \" ;\"",
                       key->name);
    if (parse(key, text, &value) && in_range(key, value)) {
        *number = value;
        return STATUS_OK;
    }
    struct buf wanted;
    buf_init(&wanted, 0);
    describe_type(key, false, &wanted);
    enum status s =
        err_set(err, STATUS_INVALID, "\"%s\" does not take \"%.*s\": it wants %s", key->name, SHOWN_BYTES, text, buf_text(&wanted));
    buf_done(&wanted);
    return s;
}

void config_value_describe(const struct config_key *key, bool chinese, struct buf *out)
{
    describe_type(key, chinese, out);
    buf_printf(out, chinese ? "；默认 %s；" : "; default %s; ", *key->preset ? key->preset : chinese ? "空" : "empty");
    if (key->reloadable)
        buf_puts(out, chinese ? "重新载入后生效" : "takes effect on reload");
    else
        buf_puts(out, chinese ? "重启后生效" : "takes effect at the next start");
}
