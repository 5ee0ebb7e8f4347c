/* SPDX-License-Identifier: Apache-2.0
 *
 * What people type: months as 9, 九月, 2024-09 or 2024年9月, days as 12, 9-12, 9月12日 or 2024-09-12, numbers in full width or
 * Chinese. USAGE with what is expected otherwise. */
#ifndef CLIENT_CMD_INPUT_H
#define CLIENT_CMD_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/err.h"

/* Full width → half width, spaces at the ends gone; the text itself when it is not UTF-8. In arena. */
const char *input_fold(struct arena *arena, const char *text);
/* A month without a year is the one nearest to near (at most six months before, five after). */
enum status input_month(struct arena *arena, const char *text, int32_t near, int32_t *out, struct err *err) MUST_CHECK;
/* today is a day "YYYY-MM-DD"; what is left out comes from the nearest such day that is not after today. out: 11 bytes. */
enum status input_day(struct arena *arena, const char *text, const char *today, char *out, struct err *err) MUST_CHECK;
/* A count that is not negative; 人, 人次 and 场 behind it are understood. */
enum status input_count(struct arena *arena, const char *text, int64_t most, int64_t *out, struct err *err) MUST_CHECK;
/* Yuan with up to two decimals, 元 or 块 behind it, 万元 too; in fen. */
enum status input_money(struct arena *arena, const char *text, int64_t *fen, struct err *err) MUST_CHECK;

#endif
