/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a line of text may end. */
#ifndef COMMON_TABLE_TABLE_LINE_H
#define COMMON_TABLE_TABLE_LINE_H

#include <stdbool.h>
#include <stddef.h>

/* How many bytes of text go into a line of width columns; at least one character, all of them when they fit. A line ends
 * after a space rather than inside a Latin word, and, as Chinese is set (GB/T 15834-2011, 5.1), neither before 。 ， 》 and the
 * like nor after （ 《 “. A sign of the latter kind that fills a whole line is broken all the same. */
size_t table_line_bytes(const char *text, size_t width, bool ambiguous_wide);

#endif
