/* SPDX-License-Identifier: Apache-2.0
 *
 * Pieces shared by the files that find who is responsible. On folded text. */
#ifndef CLIENT_IMPORT_OWNER_PARTS_H
#define CLIENT_IMPORT_OWNER_PARTS_H

#include "client/import/facts.h"
#include "client/import/owner_name.h"

enum owner_verb {
    OWNER_LEADS,   /* 负责: words may follow (负责编排) */
    OWNER_DOES,    /* 组织: only at the end of its clause, or behind 由 */
    OWNER_HELPS,   /* 协助 */
    OWNER_TEACHES, /* 主讲: who is not alone beside a department is responsible */
};

/* What is done at s, with adverbs and further verbs (共同, 负责筹备): its bytes, 0 when nothing. */
size_t owner_verb(const char *s, enum owner_verb *kind);

struct owner_clause {
    enum owner_verb verb;
    size_t names_end, end; /* of the names, and of the verb behind them */
};

/* Do names and a verb begin at s + from, and end before s + to? */
bool owner_clause(const char *s, size_t from, size_t to, struct owner_clause *out);
/* Where the clause that begins at `at` ends: at , ; 。 or a bracket. */
size_t owner_clause_end(const char *s, size_t at);

/* Is s[from, to) a count, money, or for whom: 约90人, 每人35元, 全体, 自愿? */
bool owner_is_count(const char *s, size_t from, size_t to);

/* Notes the part of text as who is responsible, a person or a department. */
void owner_set(struct arena *arena, const struct text *text, size_t from, size_t to, struct facts *f);

/* 负责人：张三；协办：团委 */
void owner_read_keys(struct arena *arena, const struct text *text, struct facts *f);
/* 主持：工会主席, where nothing else tells it. */
void owner_read_hosts(struct arena *arena, const struct text *text, struct facts *f);
/* （女工委负责）, （工会；约90人）, 【工会】 at the end, also with counts behind it. */
void owner_read_bracket(struct arena *arena, const struct text *text, struct facts *f);
/* 走访慰问（工会主席雷鸣），发放慰问金: inside a sentence, at the end of a clause. */
void owner_read_inner_bracket(struct arena *arena, const struct text *text, struct facts *f);
/* （工会主席）慰问老教师: at the front. */
void owner_read_front_bracket(struct arena *arena, const struct text *text, struct facts *f);
/* Where a value that begins at `at` ends: at the end of its clause, or before the next fact. */
size_t owner_value_end(const char *s, size_t at);

#endif
