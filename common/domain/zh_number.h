/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers in Chinese and decimal digits. Texts are UTF-8, half width and simplified. */
#ifndef COMMON_DOMAIN_ZH_NUMBER_H
#define COMMON_DOMAIN_ZH_NUMBER_H

#include <stddef.h>
#include <stdint.h>

#define ZH_NUMBER_MAX INT64_C(999999999999)
#define ZH_NUMBER_BYTES 48

/* One Chinese digit 〇○零一二三四五六七八九 (两 = 2, 壹贰叁… too): its length in bytes, 0 when none. */
size_t zh_digit_parse(const char *text, unsigned *value);
/* A whole number at the start of text: 12, 十二, 二十, 廿三, 一百零五, 三千, 一万二千, 壹佰, 二〇二四 (by place). Returns bytes
 * read, 0 when there is none or it passes ZH_NUMBER_MAX. */
size_t zh_number_parse(const char *text, int64_t *value);
/* 1 → 一, 12 → 十二, 105 → 一百零五; 0 → 〇; for 0 ≤ value ≤ 9999, else decimal digits. */
void zh_number_format(int64_t value, char out[ZH_NUMBER_BYTES]);

#endif
