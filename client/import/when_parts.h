/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts when_parse() is put together from. All work on folded text; a parser that fails may leave *w half filled. */
#ifndef CLIENT_IMPORT_WHEN_PARTS_H
#define CLIENT_IMPORT_WHEN_PARTS_H

#include "client/import/when.h"

enum join { JOIN_NONE, JOIN_LIST, JOIN_RANGE };

/* Up to six decimal digits; their count. */
size_t when_digits(const char *s, int *value);
/* What stands between two times at s + *at: 、和 … or -~至 …; moves *at behind it. */
enum join when_parse_join(const char *s, size_t *at);
/* Appends a month, or all up to a month. */
void when_add(struct when *w, int month);
void when_add_range(struct when *w, int to);
bool when_parse_quarter(const char *s, struct when *w);
/* lO月: a month's digits of which a scan took one for a letter; 月 must follow. Bytes read, 0 when it is none. */
size_t when_scanned_month(const char *s, int *month);
bool when_parse_english(const char *s, struct when *w);
/* 02-18 ~ 02-24: days between two hyphened dates. */
bool when_parse_hyphened(const char *s, struct when *w);
/* 上半年, 第一学期, 每月 and the like. */
bool when_parse_period(const char *s, struct when *w);
bool when_parse_festival(const char *s, struct when *w);

#endif
