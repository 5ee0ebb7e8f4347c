/* SPDX-License-Identifier: Apache-2.0
 *
 * Month headers: a line, or the start of one, that says when the items after it happen. */
#ifndef CLIENT_IMPORT_HEADER_H
#define CLIENT_IMPORT_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "client/import/label.h"
#include "client/import/text.h"
#include "client/import/when.h"

enum header_strength {
    HEADER_NONE,
    HEADER_WEAK,   /* a time directly followed by text: needs company to be a header */
    HEADER_MEDIUM, /* a time, a space, text */
    HEADER_STRONG, /* a time alone, with a colon, a dash, brackets, or before a numbered item */
};

struct header {
    enum header_strength strength;
    struct when when;
    struct label label; /* the list number before it, LABEL_NONE when none */
    bool either;        /* the number before it can be a list number (list, alone) or a month (both): 5、6月 */
    struct label list;
    struct when alone, both;
    bool brackets; /* 【三月】 */
    size_t end;    /* of the header's words in the fold, colon not included */
    size_t rest;   /* where text on the same line begins; the fold's length when none */
    char mark;     /* what stands between: ':', '-', '|', ' ', '(' for a theme in brackets, '1' for a number, 0 for nothing */
};

/* Looks for a header at the start of the folded line. False (and strength NONE) when the line begins with no time. */
bool header_parse(const char *s, unsigned when_flags, struct header *out);
/* A part of the plan with its months behind its name, and nothing else: （一）启动阶段（1—2月）; any_name: not only a stage. */
bool header_parse_stage(const char *s, bool any_name, struct header *out);
/* Does it name months or days itself, not a festival, a quarter, a part of a month? */
bool header_names_months(const struct header *header);
/* 春节前夕，走访慰问…: a festival, a word that makes it a time, a comma. */
bool header_names_occasion(const struct header *header, const char *s);
/* Chooses between the two readings of an `either` header. */
void header_choose(struct header *header, bool list_number);

#endif
