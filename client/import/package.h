/* SPDX-License-Identifier: Apache-2.0
 *
 * An Office Open XML package: a zip of XML parts, read with limits against everything a hostile file can blow up. */
#ifndef CLIENT_IMPORT_PACKAGE_H
#define CLIENT_IMPORT_PACKAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/err.h"

#define PACKAGE_MAX_ENTRIES 4096
#define PACKAGE_MAX_PART_BYTES ((size_t)48 << 20) /* of one part, unpacked */
#define PACKAGE_MAX_DEPTH 200                     /* nested elements */

struct package {
    void *zip; /* zip_t */
    const void *data;
    size_t unpacked_bytes; /* of all parts read so far, against PACKAGE_MAX_PART_BYTES */
};

/* What a part is made of. Names come without their prefix: w:p is "p". Text may come in pieces. A callback that fails fills err
 * and returns its status: parsing stops with it. */
struct xml_sink {
    enum status (*start)(void *context, const char *name, const char *const *attributes, struct err *err);
    enum status (*end)(void *context, const char *name, struct err *err);
    enum status (*text)(void *context, const char *text, size_t bytes, struct err *err);
};

/* data stays the caller's and must outlive the package. STATUS_NOT_UNDERSTOOD for a damaged zip or one over the limits. */
enum status package_open(struct package *package, const void *data, size_t bytes, struct err *err) MUST_CHECK;
void package_close(struct package *package);
bool package_has(const struct package *package, const char *part);
/* Streams a part through an XML parser. A document type declaration stops it: no plan needs one, an entity bomb does. */
enum status package_read(struct package *package, const char *part, const struct xml_sink *sink, void *context,
                         struct err *err) MUST_CHECK;
/* The value of the attribute with the local name, NULL when there is none. */
const char *xml_attribute(const char *const *attributes, const char *name);
/* A decimal attribute within 0..max; fallback when absent or none. */
long xml_number(const char *const *attributes, const char *name, long fallback, long max);

#endif
