/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMON_BASE_STATUS_H
#define COMMON_BASE_STATUS_H

enum status {
#define STATUS(number, name, exit_code, text, text_zh) STATUS_##name = number,
#include "common/base/status.def"
#undef STATUS
};

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_at, first) __attribute__((format(printf, format_at, first)))

/* The constant's name ("NOT_FOUND"), for logs and JSON; "UNKNOWN" for a number not in the list. */
const char *status_name(enum status s);
/* A short text for people. chinese: in which language. Never NULL. */
const char *status_text(enum status s, int chinese);
/* The process exit code that stands for s. */
int status_exit_code(enum status s);

#endif
