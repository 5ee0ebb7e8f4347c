/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(struct buf *buf, size_t limit_bytes)
{
    *buf = (struct buf){.limit_bytes = limit_bytes};
}

void buf_done(struct buf *buf)
{
    free(buf->data);
    *buf = (struct buf){.limit_bytes = buf->limit_bytes};
}

void buf_reset(struct buf *buf)
{
    buf->len_bytes = 0;
    buf->failed = false;
    if (buf->data)
        buf->data[0] = '\0';
}

bool buf_reserve(struct buf *buf, size_t bytes)
{
    if (buf->failed)
        return false;
    if (bytes > SIZE_MAX / 4 || (buf->limit_bytes && (bytes > buf->limit_bytes || buf->len_bytes > buf->limit_bytes - bytes))) {
        buf->failed = true;
        return false;
    }
    size_t need = buf->len_bytes + bytes + 1;
    if (need <= buf->cap_bytes)
        return true;
    size_t cap = buf->cap_bytes ? buf->cap_bytes : 64;
    while (cap < need)
        cap *= 2;
    char *data = realloc(buf->data, cap);
    if (!data) {
        buf->failed = true;
        return false;
    }
    buf->data = data;
    buf->cap_bytes = cap;
    return true;
}

void buf_put(struct buf *buf, const void *data, size_t bytes)
{
    if (!bytes || !buf_reserve(buf, bytes))
        return;
    memcpy(buf->data + buf->len_bytes, data, bytes);
    buf->len_bytes += bytes;
    buf->data[buf->len_bytes] = '\0';
}

void buf_puts(struct buf *buf, const char *text)
{
    buf_put(buf, text, strlen(text));
}

void buf_putc(struct buf *buf, char c)
{
    buf_put(buf, &c, 1);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list ap, again;
    va_start(ap, format);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    if (n > 0 && buf_reserve(buf, (size_t)n)) {
        vsnprintf(buf->data + buf->len_bytes, (size_t)n + 1, format, again);
        buf->len_bytes += (size_t)n;
    }
    va_end(again);
}

void buf_drain(struct buf *buf, size_t bytes)
{
    if (bytes >= buf->len_bytes) {
        buf_reset(buf);
        return;
    }
    memmove(buf->data, buf->data + bytes, buf->len_bytes - bytes + 1);
    buf->len_bytes -= bytes;
}

const char *buf_text(const struct buf *buf)
{
    return buf->data ? buf->data : "";
}
