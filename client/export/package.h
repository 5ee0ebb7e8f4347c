/* SPDX-License-Identifier: Apache-2.0
 *
 * An Open Packaging zip (ECMA-376 part 2) in memory, from whole parts. */
#ifndef CLIENT_EXPORT_PACKAGE_H
#define CLIENT_EXPORT_PACKAGE_H

#include <stddef.h>

#include "common/base/buf.h"
#include "common/base/err.h"

struct package_part {
    const char *name; /* "word/document.xml" */
    const char *data;
    size_t bytes;
};

/* Appends the zip to out. Nothing of the moment is in it: the same parts give the same bytes. */
enum status package_write(const struct package_part *parts, size_t n, struct buf *out, struct err *err) MUST_CHECK;

#endif
