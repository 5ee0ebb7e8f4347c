/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables that travel: struct table ↔ the message Table, without loss. */
#ifndef COMMON_TABLE_TABLE_WIRE_H
#define COMMON_TABLE_TABLE_WIRE_H

#include "common/base/err.h"
#include "common/table/table.h"
#include "proto/wire.pb-c.h"

#define TABLE_WIRE_ROWS_MAX 100000u

/* In arena; shares the table's memory. A table that was not built whole gives its fault. */
enum status table_to_wire(struct arena *arena, const struct table *table, Lianxin__Table **out, struct err *err) MUST_CHECK;
/* Copies into arena. PROTOCOL when wire is NULL (an answer came without it), the columns are too many or of an unknown type, or a
 * line has more cells than there are columns. */
enum status table_from_wire(struct arena *arena, const Lianxin__Table *wire, struct table **out, struct err *err) MUST_CHECK;

/* Several tables as one run of bytes: an encoded BriefReply with nothing but tables. In arena. */
enum status table_pack(struct arena *arena, struct table *const *tables, size_t n, const uint8_t **data, size_t *bytes,
                       struct err *err) MUST_CHECK;

#endif
