/* SPDX-License-Identifier: Apache-2.0
 *
 * The daily briefs, stored by date as they travel: tables packed by common/table/table_wire.h. */
#ifndef SERVER_SERVICE_BRIEF_H
#define SERVER_SERVICE_BRIEF_H

#include "common/db/sql.h"

struct brief {
    const char *date; /* YYYY-MM-DD */
    int64_t made_ms;
    const void *body;
    size_t body_bytes;
};

/* The brief of a date (NULL: the newest); NOT_FOUND with reason BRIEF_MISSING. In arena. */
enum status brief_get(struct sql *db, struct arena *arena, const char *date, struct brief *out, struct err *err) MUST_CHECK;
/* Stores a brief; *replaced says whether there was one of that date. Inside the caller's transaction. */
enum status brief_put(struct sql *db, const struct brief *brief, bool *replaced, struct err *err) MUST_CHECK;
/* The newest date there is a brief of; "" when there is none. */
enum status brief_find_newest(struct sql *db, char date[11], struct err *err) MUST_CHECK;

#endif
