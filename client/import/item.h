/* SPDX-License-Identifier: Apache-2.0
 *
 * What an item looks like where neither a number nor a title tells. */
#ifndef CLIENT_IMPORT_ITEM_H
#define CLIENT_IMPORT_ITEM_H

#include <stdbool.h>

/* May the folded text be an item: three characters at least, not who is responsible, nor what it costs? */
bool item_may_be(const char *s);
/* Does the folded text name something to do (教工篮球赛, 慰问困难教师), not who is responsible, a place, or what it costs? Short
 * ones without a known word are not taken. */
bool item_is_activity(const char *s);

#endif
