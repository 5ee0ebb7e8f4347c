/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes of a text file to UTF-8: UTF-8 with or without BOM, UTF-16 with BOM, else GB18030. */
#ifndef COMMON_BASE_ENCODING_H
#define COMMON_BASE_ENCODING_H

#include <stddef.h>

#include "common/base/arena.h"
#include "common/base/err.h"

#define ENCODING_TEXT_BYTES_MAX ((size_t)2 << 20)

/* *out is NUL-terminated. STATUS_NOT_UNDERSTOOD, with the line, for bytes that are no text or too many. */
enum status encoding_to_utf8(struct arena *arena, const char *data, size_t bytes, const char **out, size_t *out_bytes,
                             struct err *err) MUST_CHECK;

#endif
