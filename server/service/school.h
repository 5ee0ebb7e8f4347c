/* SPDX-License-Identifier: Apache-2.0
 *
 * The schools: records of the public stream. A school's number is the number of its stream; its record's id is computed from the
 * number, so that a stream's school is found by key. */
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

#endif
