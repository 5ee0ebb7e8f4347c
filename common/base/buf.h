/* SPDX-License-Identifier: Apache-2.0
 *
 * A growable run of bytes on the heap. data is always followed by a NUL that does not count, so a buf of text is a C
 * string. Growth past limit_bytes (0: none) or past memory sets failed and drops the bytes; check once at the end. */
#ifndef COMMON_BASE_BUF_H
#define COMMON_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/status.h"

struct buf {
    char *data; /* NULL until the first byte */
    size_t len_bytes, cap_bytes, limit_bytes;
    bool failed;
};

void buf_init(struct buf *buf, size_t limit_bytes);
void buf_done(struct buf *buf);
void buf_reset(struct buf *buf);
/* Makes room for bytes more; false (and failed) when there is none. */
bool buf_reserve(struct buf *buf, size_t bytes);
void buf_put(struct buf *buf, const void *data, size_t bytes);
void buf_puts(struct buf *buf, const char *text);
void buf_putc(struct buf *buf, char c);
void buf_printf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
/* Removes bytes from the front. */
void buf_drain(struct buf *buf, size_t bytes);
/* The text so far; "" when empty. Borrowed until the next change. */
const char *buf_text(const struct buf *buf) __attribute__((returns_nonnull));

#endif
