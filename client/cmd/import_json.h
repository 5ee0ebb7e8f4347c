/* SPDX-License-Identifier: Apache-2.0
 *
 * What `import --dry-run --json` prints. */
#ifndef CLIENT_CMD_IMPORT_JSON_H
#define CLIENT_CMD_IMPORT_JSON_H

#include "client/import/import.h"
#include "common/base/buf.h"

/* Appends one JSON object: plans (title, body, term, activities, sections), doubts. Months are "2024-09" when the document tells
 * the year, else "Y-09", "Y+1-01". */
enum status import_json_put(const struct import_result *result, struct buf *out, struct err *err) MUST_CHECK;

#endif
