/* SPDX-License-Identifier: Apache-2.0
 *
 * What an item's words tell beside what is planned: money, people, who is responsible. */
#ifndef CLIENT_IMPORT_FACTS_H
#define CLIENT_IMPORT_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "client/import/text.h"
#include "common/base/arena.h"

struct facts {
    int64_t budget_fen;                 /* -1 when none */
    bool per_head;                      /* an amount per head was seen */
    int64_t participants;               /* -1 when none */
    bool budget_range, people_range;    /* the figure is one end of a range (2000-3000元) */
    const char *lead, *assist, *person; /* as written, NULL when none */
    bool hosts;                         /* a key of hosts (主持：…) was met */
    bool owner_guessed;                 /* who is responsible stood only in a closing bracket, behind a dash or a gap */
    size_t text_end;                    /* where the fold's own words end before who is responsible; 0: nowhere */
};

/* Of a longer text nothing is read: it is no item. */
#define FACTS_TEXT_BYTES ((size_t)4 << 10)

/* Reads the facts out of an item's text or of a line about it (负责人：…；预算 3000 元). */
struct facts facts_read(struct arena *arena, const struct text *text);
/* The part of facts_read that finds who is responsible. */
void facts_owner_read(struct arena *arena, const struct text *text, struct facts *f);
/* What a cell says beside the names: 工会牵头，体育组配合; 主办：工会 协办：医务室; 负责人：工会. Empty when it is only names. */
struct facts facts_roles(struct arena *arena, const struct text *text);
/* Does it begin with a word and a colon before who is responsible (责任部门：…)? Or before that, the money, people or place? */
bool facts_begins_owner(const char *s);
bool facts_begins_key(const char *s);
/* Does it begin with such a word and a name that is known as one? */
bool facts_names_owner(const char *s);
/* Is the sentence that begins at s nothing but who does it (德育处负责，工会配合。)? */
bool facts_tells_owner(const char *s);
/* Is the line nothing but who is responsible, perhaps behind dashes (——工会、团委)? Where the names begin then, else the end of s.
 */
size_t facts_owner_line(const char *s);
/* An amount in a cell of a budget column; unit_fen: of a bare number (100 for 元, 1000000 for 万元). -1 when there is none or a
 * rate per head only (*per_head then). */
int64_t facts_budget_cell(const struct text *text, int64_t unit_fen, bool *per_head);
/* A number of people in a cell of a people column; -1 when there is none. */
int64_t facts_people_cell(const struct text *text);
/* Is the text nothing but names of departments or posts, or of persons? */
bool facts_is_department(const char *s);
bool facts_is_person(const char *s);

#endif
