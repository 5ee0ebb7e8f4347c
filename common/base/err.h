/* SPDX-License-Identifier: Apache-2.0
 *
 * One error, owned by the caller and passed last. A function that fails fills it once and returns the same status;
 * callers add context with err_prefix() or return it as it is. Log or return, never both. */
#ifndef COMMON_BASE_ERR_H
#define COMMON_BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/status.h"

#define ERR_TEXT_BYTES 512
#define ERR_ARGUMENTS 3
#define ERR_ARGUMENT_BYTES 160

enum reason {
    REASON_NONE = 0,
#define REASON(number, name, status, text, text_zh) REASON_##name = number,
#include "common/base/reason.def"
#undef REASON
};

struct err {
    enum status status;
    char text[ERR_TEXT_BYTES]; /* what happened, to what, what to do next; UTF-8, cut at a character */
    enum reason reason;        /* REASON_NONE: only text */
    char arguments[ERR_ARGUMENTS][ERR_ARGUMENT_BYTES];
};

/* Fills *err (when not NULL) and returns status, so that `return err_set(err, STATUS_X, …)` reads as one line. */
enum status err_set(struct err *err, enum status status, const char *format, ...) PRINTF_LIKE(3, 4);
/* The same by a row of reason.def, for errors that travel; arguments are up to three const char * ended by NULL. */
enum status err_reason(struct err *err, enum reason reason, ...) __attribute__((sentinel));
/* Words reason with its arguments (missing ones read "") into out, in Chinese or English. False for an unknown reason. */
bool err_format(enum reason reason, const char *const *arguments, size_t n, bool chinese, char *out, size_t size);
/* Puts "context: " before the text already there; status stays. Returns err->status. */
enum status err_prefix(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);
/* The text of errno number, thread-safe, for use as a %s argument; buf holds it. */
const char *err_errno(int number, char *buf, unsigned long size);

#endif
