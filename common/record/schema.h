/* SPDX-License-Identifier: Apache-2.0
 *
 * The schema: which kinds of records there are and what their fields are. It joins protobuf-c's descriptors (types) with
 * kind.def, field.def and label.def (meaning, labels, rights). A schema is a value passed as an argument, so that two
 * versions can live in one process. */
#ifndef COMMON_RECORD_SCHEMA_H
#define COMMON_RECORD_SCHEMA_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/err.h"

/* A set of fields of one kind: bit i is the field at index i. A kind has at most 64 fields. */
typedef uint64_t field_set;
#define FIELD_SET_MAX 64

enum meaning {
    MEANING_TEXT, /* string, one line, at most LIMIT_TEXT_BYTES */
    MEANING_NOTE, /* string, may hold newlines, at most LIMIT_NOTE_BYTES */
    MEANING_INT,  /* uint32 or int64 */
    MEANING_BOOL,
    MEANING_ENUM,
    MEANING_MONEY,   /* int64 fen */
    MEANING_DAY,     /* string YYYY-MM-DD */
    MEANING_MONTH,   /* int32, common/domain/month.h */
    MEANING_MONTHS,  /* int64 month set */
    MEANING_INSTANT, /* int64 ms UTC */
    MEANING_ID,      /* bytes, 16 */
    MEANING_DIGEST,  /* bytes, 32 */
    MEANING_TEXTS,   /* repeated string */
    MEANING_INTS,    /* repeated uint32 */
    MEANING_FIGURES, /* repeated Figure */
    MEANING_PARTIAL, /* bytes: an encoded partial record of another kind */
};

enum writer { WRITER_SCHOOL, WRITER_DISTRICT, WRITER_SERVER };
enum stream_class { STREAM_CLASS_SCHOOL, STREAM_CLASS_PUBLIC };

/* Streams are numbered; a school's stream has the school's number. */
#define STREAM_PUBLIC 1u         /* read by everybody enrolled */
#define STREAM_DISTRICT 2u       /* read by district devices */
#define STREAM_FIRST_SCHOOL 100u /* school numbers count up from here */

enum field_flag { FIELD_REQUIRED = 1, FIELD_FIXED = 2, FIELD_SENSITIVE = 4 };

/* One value of an enum, joined from the descriptor and label.def. */
struct enum_value {
    int64_t value;
    const char *name;             /* its constant in lower case without the enum's prefix */
    const char *label, *label_zh; /* the name when label.def has none */
};

struct field {
    const ProtobufCFieldDescriptor *descriptor; /* number, name, type, offsets */
    uint32_t number;
    const char *name; /* the proto name: also the SQL column, JSON key and CLI word */
    enum meaning meaning;
    enum writer writer;
    unsigned group; /* 0: merges alone */
    unsigned flags; /* enum field_flag */
    const char *label, *label_zh;
    size_t index;                    /* in kind->fields, and its bit in a field_set */
    const struct enum_value *values; /* MEANING_ENUM: what it may be */
    size_t n_values;
};

struct kind {
    uint32_t number;
    const char *name; /* also the SQL table */
    const char *label, *label_zh;
    enum stream_class stream_class;
    const ProtobufCMessageDescriptor *descriptor;
    const struct field *fields; /* in the order of their numbers */
    size_t n_fields;
    field_set all;                 /* every field */
    const struct field *state;     /* the field "state", an enum; NULL: none */
    const struct kind_rule *rules; /* of rule.def; their shape is common/record/rules.c's */
    size_t n_rules;
};

struct schema {
    const struct kind *kinds; /* in the order of their numbers: parents before children */
    size_t n_kinds;
};

/* The rows of the .def lists, as data. */
struct kind_row {
    uint32_t number;
    const char *name;
    const ProtobufCMessageDescriptor *descriptor;
    enum stream_class stream_class;
    const char *label, *label_zh;
};
struct field_row {
    const char *kind, *name;
    enum meaning meaning;
    enum writer writer;
    unsigned group, flags;
    const char *label, *label_zh;
};
struct label_row {
    const char *type, *value; /* the names in the .proto: ActivityState, ACTIVITY_STATE_DONE */
    const char *label, *label_zh;
};
struct schema_source {
    const struct kind_row *kinds;
    size_t n_kinds;
    const struct field_row *fields;
    size_t n_fields;
    const struct label_row *labels;
    size_t n_labels;
};

/* The lists of this build. */
const struct schema_source *schema_source_current(void);
/* Joins them; everything lives in arena. INVALID when the lists and the descriptors do not name the same fields, a type does
 * not fit its meaning, or a kind has more than 64 fields. */
enum status schema_new(struct arena *arena, const struct schema_source *source, const struct schema **out,
                       struct err *err) MUST_CHECK;

/* A stand-in for a kind the schema does not know: it has no fields, so all a record of it holds is carried as unknown and
 * hashed all the same. In arena. */
const struct kind *kind_foreign(struct arena *arena, uint32_t number);

/* NULL when there is none. */
const struct kind *schema_find_kind(const struct schema *schema, uint32_t number);
const struct kind *schema_find_kind_by_name(const struct schema *schema, const char *name);
const struct field *kind_find_field(const struct kind *kind, uint32_t number);
/* By proto name, or by label in either language. */
const struct field *kind_find_field_by_name(const struct kind *kind, const char *name);
static inline field_set field_bit(const struct field *field)
{
    return (field_set)1 << field->index;
}
/* set grown to whole merge groups. */
field_set kind_close_groups(const struct kind *kind, field_set set);

/* A value of an enum field; NULL for an unknown one. */
const struct enum_value *field_find_value(const struct field *field, int64_t value);
/* The JSON/CLI name of an enum value; NULL for an unknown value. The string lives as long as the schema. */
const char *schema_enum_name(const struct field *field, int64_t value);
/* The label of an enum value, in Chinese or English; NULL for an unknown value. */
const char *schema_enum_label(const struct field *field, int64_t value, bool chinese);
/* By name or label in either language; false when it is none. */
bool schema_enum_parse(const struct field *field, const char *text, int64_t *value);

#endif
