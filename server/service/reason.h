/* SPDX-License-Identifier: Apache-2.0
 *
 * Why a push is refused, as it is kept in its row: one line, English, and behind a tab Chinese. Both are there because the row is
 * read by every device of the stream, now and later. */
#ifndef SERVER_SERVICE_REASON_H
#define SERVER_SERVICE_REASON_H

#include "common/base/err.h"
#include "common/record/schema.h"

/* In arena. Names of kinds, fields and values among the arguments are put into Chinese by the schema's labels. */
const char *reason_line(struct arena *arena, const struct schema *schema, const struct err *err);

#endif
