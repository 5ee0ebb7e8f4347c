/* SPDX-License-Identifier: Apache-2.0
 *
 * Fields as people and JSON see them, by meaning. */
#ifndef COMMON_RECORD_TEXT_H
#define COMMON_RECORD_TEXT_H

#include <jansson.h>

#include "common/record/record.h"

/* One field as text for people: money 12.50, months 2024-09,2024-10, enum label, day as is; "" when absent. In arena. */
const char *record_text(struct arena *arena, const ProtobufCMessage *message, const struct field *field, bool chinese,
                        int32_t zone_s);
/* Parses what a person types for a field ("" or "-" clears): money 500 or 500.5 yuan (元), month 2024-09, months separated by
 * commas or ranges, enum by name or label, lists separated by 、 or commas. Full-width digits and punctuation are folded.
 * USAGE with a text that says what is expected. */
enum status record_parse_text(struct arena *arena, ProtobufCMessage *message, const struct field *field, const char *text,
                              struct err *err) MUST_CHECK;
/* The record as a JSON object: "id", "rev", "dead" when true, then every present field under its proto name: ids as uuid text,
 * months as arrays, money as integer fen, instants as ISO 8601 UTC, enums by name (unknown ones as numbers), digests as hex. A new
 * reference; NULL only without memory. */
json_t *record_json(struct arena *arena, const struct schema *schema, const struct record *record);

#endif
