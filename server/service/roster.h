/* SPDX-License-Identifier: Apache-2.0
 *
 * All schools at once, in the order of their codes: what the district's questions run over. */
#ifndef SERVER_SERVICE_ROSTER_H
#define SERVER_SERVICE_ROSTER_H

#include "common/db/store.h"

struct roster_school {
    uint32_t number; /* of its stream */
    const char *code, *name;
    const char *area;       /* "" when it has none */
    int stage;              /* enum _Lianxin__Stage; 0: none */
    int32_t opened, closed; /* months; 0: not said */
};

struct roster {
    struct roster_school *schools;         /* by code */
    const struct roster_school **numbered; /* the same by number */
    size_t n;
};

/* The one the desk keeps, read again when the public stream has moved since; valid until the desk is asked again. For the pages of
 * one question, which would otherwise read all schools each. */
struct desk;
struct roster_kept;
enum status roster_get(struct desk *desk, const struct roster **out, struct err *err) MUST_CHECK;
void roster_kept_free(struct roster_kept *kept);

/* In arena. */
enum status roster_load(struct store *store, struct arena *arena, struct roster *out, struct err *err) MUST_CHECK;
/* By number; NULL when there is none. */
const struct roster_school *roster_find(const struct roster *roster, uint32_t number);
/* Is the school at work in that month? */
bool roster_is_open(const struct roster_school *school, int32_t month);
/* Does text match a pattern in which * stands for any run of characters and ? for one character? Without regard to ASCII case. */
bool roster_match(const char *pattern, const char *text);

#endif
