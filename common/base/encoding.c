/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/encoding.h"

#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "common/base/utf8.h"

static size_t line_of(const char *data, size_t at)
{
    size_t line = 1;
    for (size_t i = 0; i < at; i++)
        line += data[i] == '\n';
    return line;
}

#define NUMBER_BYTES 24

static enum status unreadable(const char *data, size_t at, const char *encoding, struct err *err)
{
    char line[NUMBER_BYTES], byte[NUMBER_BYTES];
    snprintf(line, sizeof line, "%zu", line_of(data, at));
    snprintf(byte, sizeof byte, "%zu", at + 1);
    return err_reason(err, REASON_TEXT_UNREADABLE, line, encoding, byte, NULL);
}

static enum status too_long(size_t bytes, struct err *err)
{
    char has[NUMBER_BYTES], limit[NUMBER_BYTES];
    snprintf(has, sizeof has, "%zu", bytes);
    snprintf(limit, sizeof limit, "%zu", ENCODING_TEXT_BYTES_MAX);
    return err_reason(err, REASON_TEXT_LONG, has, limit, NULL);
}

static enum status convert(struct arena *arena, const char *from, const char *data, size_t bytes, const char **out,
                           size_t *out_bytes, struct err *err)
{
    if (bytes > ENCODING_TEXT_BYTES_MAX)
        return too_long(bytes, err);
    iconv_t cd = iconv_open("UTF-8", from);
    if (cd == (iconv_t)-1)
        return err_set(err, STATUS_FAILED, "this system cannot convert from %s", from);
    size_t room = bytes * 2 + 16;
    char *to = arena_alloc(arena, room + 1), *to_at = to;
    char *in = arena_copy(arena, data, bytes);
    char *in_at = in;
    size_t in_left = bytes, to_left = room;
    size_t n = iconv(cd, &in_at, &in_left, &to_at, &to_left);
    iconv_close(cd);
    if (n == (size_t)-1)
        return unreadable(data, (size_t)(in_at - in), from, err);
    *out = to;
    *out_bytes = (size_t)(to_at - to);
    return STATUS_OK;
}

enum status encoding_to_utf8(struct arena *arena, const char *data, size_t bytes, const char **out, size_t *out_bytes,
                             struct err *err)
{
    const unsigned char *u = (const unsigned char *)data;
    if (bytes >= 2 && u[0] == 0xFF && u[1] == 0xFE)
        return convert(arena, "UTF-16LE", data + 2, bytes - 2, out, out_bytes, err);
    if (bytes >= 2 && u[0] == 0xFE && u[1] == 0xFF)
        return convert(arena, "UTF-16BE", data + 2, bytes - 2, out, out_bytes, err);
    size_t bom = bytes >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0, at = 0;
    if (memchr(data, '\0', bytes))
        return err_reason(err, REASON_TEXT_BINARY, NULL);
    if (utf8_check(data + bom, bytes - bom, &at)) {
        *out = data + bom;
        *out_bytes = bytes - bom;
        return STATUS_OK;
    }
    enum status s = convert(arena, "GB18030", data + bom, bytes - bom, out, out_bytes, err);
    /* Mostly good UTF-8 with one bad place: name that place, not the one GB18030 stumbles over. */
    if (s == STATUS_NOT_UNDERSTOOD && (bom || at > 8))
        return unreadable(data, bom + at, "GB18030", err);
    return s;
}
