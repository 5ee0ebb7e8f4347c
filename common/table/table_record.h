/* SPDX-License-Identifier: Apache-2.0
 *
 * Records in tables: a field's column and its cell follow from the schema, so that no listing names a field's type or labels
 * itself. Each column added by table_add_field() is filled by a table_put_field() of the same field. */
#ifndef COMMON_TABLE_TABLE_RECORD_H
#define COMMON_TABLE_TABLE_RECORD_H

#include "common/record/record.h"
#include "common/table/table.h"

/* The type and the labels follow from the field; flags (enum table_flag) are added to what the meaning implies: a NOTE wraps,
 * ids and digests are for data only. */
void table_add_field(struct table *table, const struct field *field, unsigned flags);

/* The value message holds, null when the field is absent. Lists become one text; chinese says in which language the words in
 * them are. An enum value this build does not know is shown as its number. */
void table_put_field(struct table *table, const ProtobufCMessage *message, const struct field *field, bool chinese);

/* The cell of an enum field's value that no message holds; 0, which no enum of ours has, is null. */
void table_put_enum_value(struct table *table, const struct field *field, int64_t value);

#endif
