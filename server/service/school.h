/* SPDX-License-Identifier: Apache-2.0
 *
 * The schools: records of the public stream, committed by the server itself. A school's number is the number of its stream; its
 * record's id is computed from the number, so that a stream's school is found by key. */
#ifndef SERVER_SERVICE_SCHOOL_H
#define SERVER_SERVICE_SCHOOL_H

#include "proto/records.pb-c.h"
#include "server/service/core.h"

struct uuid school_id(uint32_t number);
enum status school_exists(struct desk *desk, uint32_t number, bool *out, struct err *err) MUST_CHECK;
/* The school of a number; *out is NULL when there is none. In arena. */
enum status school_find(struct desk *desk, struct arena *arena, uint32_t number, const Lianxin__School **out,
                        struct err *err) MUST_CHECK;
/* By code; NOT_FOUND with reason SCHOOL_UNKNOWN. In arena. */
enum status school_get_by_code(struct desk *desk, struct arena *arena, const char *code, const Lianxin__School **out,
                               struct err *err) MUST_CHECK;

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
