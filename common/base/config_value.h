/* SPDX-License-Identifier: Apache-2.0
 *
 * One value of a configuration: what its type takes, and how that is described. For config.c. */
#ifndef COMMON_BASE_CONFIG_VALUE_H
#define COMMON_BASE_CONFIG_VALUE_H

#include "common/base/config.h"

/* STATUS_INVALID says what the key takes. */
enum status config_value_parse(const struct config_key *key, const char *text, int64_t *number, struct err *err) MUST_CHECK;
/* Appends "bytes (64K, 32M, 2G), 1M to 1G; default 16M; takes effect on reload". */
void config_value_describe(const struct config_key *key, bool chinese, struct buf *out);

#endif
