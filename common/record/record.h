/* SPDX-License-Identifier: Apache-2.0
 *
 * A record and its fields, through the descriptor: no code here or above names a kind's fields unless a rule is about them.
 * Messages live in arenas; a "message" is the generated protobuf-c struct of the kind, so rules may cast it. */
#ifndef COMMON_RECORD_RECORD_H
#define COMMON_RECORD_RECORD_H

#include "common/base/buf.h"
#include "common/base/uuid.h"
#include "common/record/schema.h"

/* Bounds of what one field may hold, in one place. */
#define LIMIT_TEXT_BYTES ((size_t)8 << 10)
#define LIMIT_NOTE_BYTES ((size_t)256 << 10)
#define LIMIT_LIST_ITEMS 1024u
#define LIMIT_RECORD_BYTES ((size_t)512 << 10) /* and as much again for each PARTIAL field of its kind */
#define LIMIT_MONEY_FEN INT64_C(100000000000000)

struct record {
    const struct kind *kind;
    uint32_t stream;
    struct uuid id;
    uint64_t rev;              /* of the last commit that touched it; 0: not yet committed */
    bool dead;                 /* a tombstone: no field is present */
    ProtobufCMessage *message; /* never NULL */
};

/* One field's value. Text and bytes are borrowed from the message. Repeated and message fields come as VALUE_BYTES: their
 * canonical encoding (record_encode_field). */
enum value_type { VALUE_NONE, VALUE_INT, VALUE_TEXT, VALUE_BYTES };
struct value {
    enum value_type type;
    int64_t number; /* VALUE_INT; a bool is 0 or 1 */
    const void *data;
    size_t bytes; /* VALUE_TEXT (without NUL), VALUE_BYTES */
};

/* A message of the kind without any field. */
ProtobufCMessage *record_message_new(struct arena *arena, const struct kind *kind);
struct record *record_new(struct arena *arena, const struct kind *kind, uint32_t stream, const struct uuid *id);

bool record_has(const ProtobufCMessage *message, const struct field *field);
/* Absent, or a text of nothing but spaces. */
bool record_is_blank(const ProtobufCMessage *message, const struct field *field);
/* arena holds the encoding of a repeated or message field; other fields need no memory. */
struct value record_get(struct arena *arena, const ProtobufCMessage *message, const struct field *field);
/* Sets a field from a value of the type record_get() gives, copying into arena; VALUE_NONE clears. INVALID when the value does
 * not fit the field's type. */
enum status record_set(struct arena *arena, ProtobufCMessage *message, const struct field *field, struct value value,
                       struct err *err) MUST_CHECK;
void record_clear(ProtobufCMessage *message, const struct field *field);
/* The items of a repeated field, as protobuf-c keeps them (char *, uint32_t or message pointers), and how many; set: they are
 * shared. */
const void *record_items(const ProtobufCMessage *message, const struct field *field, size_t *n);
void record_set_items(ProtobufCMessage *message, const struct field *field, void *items, size_t n);
/* Makes to's field what from's is, sharing from's memory: both must live as long. */
void record_share_field(ProtobufCMessage *to, const ProtobufCMessage *from, const struct field *field);
/* The same for every field of set. */
void record_share_fields(const struct kind *kind, ProtobufCMessage *to, const ProtobufCMessage *from, field_set set);

bool record_field_equal(const ProtobufCMessage *a, const ProtobufCMessage *b, const struct field *field);
bool record_unknown_equal(const ProtobufCMessage *a, const ProtobufCMessage *b);
/* The fields in which a and b differ; the fields a message has. */
field_set record_diff(const struct kind *kind, const ProtobufCMessage *a, const ProtobufCMessage *b);
field_set record_present(const struct kind *kind, const ProtobufCMessage *message);
/* A new message with just the fields of set, sharing message's memory; unknown fields are left behind. */
ProtobufCMessage *record_project(struct arena *arena, const struct kind *kind, const ProtobufCMessage *message, field_set set);
/* A message that shares all of message, unknown fields too. */
ProtobufCMessage *record_clone(struct arena *arena, const struct kind *kind, const ProtobufCMessage *message);

/* The whole message as protobuf-c packs it: fields by number, then unknown ones as received. In arena. */
void record_encode(struct arena *arena, const ProtobufCMessage *message, const uint8_t **data, size_t *bytes);
/* Checks (common/wire/check.h: depth, counts, UTF-8, NUL, duplicates) and unpacks, within the arena's budget. PROTOCOL when it
 * is no message of the kind, NO_MEMORY when the budget is spent. */
enum status record_decode(struct arena *arena, const struct kind *kind, const void *data, size_t bytes, ProtobufCMessage **out,
                          struct err *err) MUST_CHECK;
/* Appends the canonical bytes of one field: exactly what record_encode() writes for it, tag included; nothing when absent. So a
 * field has the same canonical bytes whether the reader knows it or carries it as unknown. */
void record_encode_field(struct buf *out, const ProtobufCMessage *message, const struct field *field);
/* Unknown fields, by number: visit(context, number, canonical bytes) once per number, ascending. */
void record_visit_unknown(struct arena *arena, const ProtobufCMessage *message,
                          void (*visit)(void *context, uint32_t number, const void *data, size_t bytes), void *context);

/* What of record_validate() a change of these fields alone can break; the others are taken to be as they were in before. */
enum status record_validate_changed(const struct kind *kind, const ProtobufCMessage *message, const ProtobufCMessage *before,
                                    field_set changed, struct err *err) MUST_CHECK;
/* Rules that hold for every kind: encodings by meaning, lengths, enum values (one this build does not know may stay, not come),
 * REQUIRED (unless partial), then the kind's own rules (common/record/rules.h). A partial message is taken to hold its merge groups
 * whole, and is checked for what can be told from it. before may be NULL. INVALID with a reason that names the field. */
enum status record_validate(const struct kind *kind, const ProtobufCMessage *message, const ProtobufCMessage *before, bool partial,
                            struct err *err) MUST_CHECK;

#endif
