/* SPDX-License-Identifier: Apache-2.0
 *
 * The rules of single kinds, from two lists: rule.def says what a record's fields must say together, step.def which way its state
 * may go and by whom. Whether parents exist is not asked here: that needs a database. */
#ifndef COMMON_RECORD_RULES_H
#define COMMON_RECORD_RULES_H

#include "common/record/record.h"

/* Finds the kind's rules and their fields once: part of making a schema. */
void rules_bind(struct arena *arena, struct kind *kind);

/* The rules of rule.def whose fields are all in listed. INVALID with a reason. */
enum status rules_check(const struct kind *kind, const ProtobufCMessage *message, field_set listed, struct err *err) MUST_CHECK;

/* May a record of the kind go from one state to another (names of enum values; from NULL: it is created, to NULL: deleted) by this
 * actor? A district may take a school's steps, the server everybody's. Staying means changing other fields, and is allowed unless a
 * row says by whom. */
bool rules_step_allowed(const struct kind *kind, const char *from, const char *to, enum writer actor);
/* The same for the field "state" of two messages; before NULL: created, after NULL: deleted. INVALID with reason STATE_STEP, DENIED
 * with STATE_HELD. */
enum status rules_check_step(const struct kind *kind, const ProtobufCMessage *before, const ProtobufCMessage *after,
                             enum writer actor, struct err *err) MUST_CHECK;

#endif
