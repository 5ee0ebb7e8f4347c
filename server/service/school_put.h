/* SPDX-License-Identifier: Apache-2.0
 *
 * Adding and changing schools: commits of the server itself. */
#ifndef SERVER_SERVICE_SCHOOL_PUT_H
#define SERVER_SERVICE_SCHOOL_PUT_H

#include "server/service/core.h"

/* What is to become of one school: absent (NULL, 0 with has_ false) members stay as they are. */
struct school_wish {
    const char *code;
    const char *new_code, *name, *area;
    bool has_stage, has_opened, has_closed;
    uint32_t stage;
    int32_t opened, closed;
    bool add; /* must not exist yet; otherwise must exist */
};
struct school_done {
    uint32_t number;
    bool changed;
};
/* Decides all wishes and writes them in one commit, or none: failures[i] (n of them, each OK or not) says why wish i cannot be, err
 * is the first of them. check_only writes nothing. done has n elements; *rev is the public stream's head afterwards. */
enum status school_put(struct work *work, const struct school_wish *wishes, size_t n, bool check_only, struct school_done *done,
                       struct err *failures, uint64_t *rev, struct err *err) MUST_CHECK;

#endif
