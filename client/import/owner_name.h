/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of those who are responsible: departments and posts (工会委员会, 教务处, 王校长 is none), persons (张三, 李老师), and both
 * in one word (女工委员王燕). A bracket behind a name belongs to it. On folded text. */
#ifndef CLIENT_IMPORT_OWNER_NAME_H
#define CLIENT_IMPORT_OWNER_NAME_H

#include <stdbool.h>
#include <stddef.h>

#define OWNER_NAMES_BYTES 120 /* a longer list of names is none */

/* The names a list is made of, one by one: [*at, *end) is the next at or behind *at; false when there is none. */
bool owner_next_name(const char *s, size_t *at, size_t *end);
/* Is the one name s[0, bytes) of this kind? */
bool owner_is_department(const char *s, size_t bytes); /* or a post */
bool owner_is_post(const char *s, size_t bytes);
bool owner_is_person(const char *s, size_t bytes);
bool owner_names_person(const char *s, size_t bytes); /* or a post and its person */
bool owner_is_any(const char *s, size_t bytes);
/* Is s a list of names of one kind, and nothing else? */
bool owner_all_names(const char *s, bool (*is)(const char *, size_t));
/* Is s[from, to)? */
bool owner_span(const char *s, size_t from, size_t to, bool (*is)(const char *, size_t));

#endif
