/* SPDX-License-Identifier: Apache-2.0 */
#include "common/record/rules.h"

#include <stdio.h>
#include <string.h>

enum rule_type { RULE_TYPE_ORDER, RULE_TYPE_NEEDS, RULE_TYPE_SPAN, RULE_TYPE_NOT_NEGATIVE };

struct rule {
    enum rule_type type;
    const char *kind;
    const char *when, *value; /* NEEDS and SPAN hold when this field has this value */
    const char *first, *last; /* the period; NEEDS and NOT_NEGATIVE: first is the field */
    int64_t months;
};

static const struct rule rules[] = {
#define ORDER(kind, first, last, months) {RULE_TYPE_ORDER, #kind, NULL, NULL, #first, #last, months},
#define NEEDS(kind, field, value, needed) {RULE_TYPE_NEEDS, #kind, #field, #value, #needed, NULL, 0},
#define SPAN(kind, field, value, first, last, months) {RULE_TYPE_SPAN, #kind, #field, #value, #first, #last, months},
#define NOT_NEGATIVE(kind, field) {RULE_TYPE_NOT_NEGATIVE, #kind, NULL, NULL, #field, NULL, 0},
#include "common/record/rule.def"
#undef ORDER
#undef NEEDS
#undef SPAN
#undef NOT_NEGATIVE
};

struct step {
    const char *kind, *from, *to; /* from and to: "NEW", "GONE", "ANY" or a value's name */
    enum writer actor;
};

static const struct step steps[] = {
#define STEP(kind, from, to, actor) {#kind, #from, #to, WRITER_##actor},
#include "common/record/step.def"
#undef STEP
};

/* A rule's fields never are repeated ones, so reading them needs no memory. */
static bool read_number(const ProtobufCMessage *message, const struct field *field, int64_t *out)
{
    struct value value = record_get(NULL, message, field);
    *out = value.number;
    return value.type == VALUE_INT;
}

static enum status check_period(const struct rule *rule, const ProtobufCMessage *message, const struct field *first,
                                const struct field *last, struct err *err)
{
    int64_t from, to;
    if (!read_number(message, first, &from) || !read_number(message, last, &to))
        return STATUS_OK;
    if (to < from)
        return err_reason(err, REASON_RULE_ORDER, rule->kind, first->name, last->name, NULL);
    if (to - from >= rule->months) {
        char months[24];
        snprintf(months, sizeof months, "%lld", (long long)rule->months);
        return err_reason(err, REASON_RULE_SPAN, rule->kind, months, NULL);
    }
    return STATUS_OK;
}

static enum status check_sign(const struct rule *rule, const ProtobufCMessage *message, const struct field *field, struct err *err)
{
    int64_t number;
    if (!read_number(message, field, &number) || number >= 0)
        return STATUS_OK;
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)number);
    return err_reason(err, REASON_FIELD_NUMBER, rule->kind, field->name, text, NULL);
}

/* A rule and what it is about in one schema's kind. A rule about a field or value that this kind does not have never holds. */
struct kind_rule {
    const struct rule *rule;
    const struct field *when, *first, *last; /* NULL: not part of the rule */
    int64_t value;                           /* of when */
    field_set fields;                        /* all of them */
};

static bool bind_field(const struct kind *kind, const char *name, const struct field **field, field_set *fields)
{
    *field = name ? kind_find_field_by_name(kind, name) : NULL;
    if (*field)
        *fields |= field_bit(*field);
    return !name || *field;
}

static bool bind_value(const struct field *field, const char *name, int64_t *value)
{
    for (size_t i = 0; field && i < field->n_values; i++)
        if (strcmp(field->values[i].name, name) == 0) {
            *value = field->values[i].value;
            return true;
        }
    return !field;
}

void rules_bind(struct arena *arena, struct kind *kind)
{
    struct kind_rule *bound = ARENA_ARRAY(arena, sizeof rules / sizeof rules[0], struct kind_rule);
    const struct field *state = kind_find_field_by_name(kind, "state");
    kind->state = state && state->meaning == MEANING_ENUM ? state : NULL;
    kind->rules = bound;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        struct kind_rule b = {.rule = &rules[i]};
        if (strcmp(rules[i].kind, kind->name) == 0 && bind_field(kind, rules[i].when, &b.when, &b.fields) &&
            bind_field(kind, rules[i].first, &b.first, &b.fields) && bind_field(kind, rules[i].last, &b.last, &b.fields) &&
            bind_value(b.when, rules[i].value, &b.value))
            bound[kind->n_rules++] = b;
    }
}

static enum status check_rule(const struct kind_rule *bound, const struct kind *kind, const ProtobufCMessage *message,
                              struct err *err)
{
    const struct rule *rule = bound->rule;
    int64_t value;
    if (bound->when && (!read_number(message, bound->when, &value) || value != bound->value))
        return STATUS_OK;
    switch (rule->type) {
    case RULE_TYPE_ORDER:
    case RULE_TYPE_SPAN:
        return check_period(rule, message, bound->first, bound->last, err);
    case RULE_TYPE_NEEDS:
        return record_is_blank(message, bound->first)
                   ? err_reason(err, REASON_RULE_NEEDS, kind->name, rule->value, bound->first->name, NULL)
                   : STATUS_OK;
    case RULE_TYPE_NOT_NEGATIVE:
        return check_sign(rule, message, bound->first, err);
    }
    return STATUS_OK;
}

enum status rules_check(const struct kind *kind, const ProtobufCMessage *message, field_set listed, struct err *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < kind->n_rules && status == STATUS_OK; i++)
        if (!(kind->rules[i].fields & ~listed))
            status = check_rule(&kind->rules[i], kind, message, err);
    return status;
}

/* without: what the row calls having no state. */
static bool names_state(const char *row, const char *state, const char *without)
{
    return strcmp(row, state ? state : without) == 0 || (strcmp(row, "ANY") == 0 && (state || strcmp(without, "GONE") == 0));
}

static bool may_stay(const struct kind *kind, const char *state, enum writer actor)
{
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (strcmp(steps[i].kind, kind->name) == 0 && strcmp(steps[i].from, state) == 0 && strcmp(steps[i].to, state) == 0)
            return actor >= steps[i].actor;
    return true;
}

bool rules_step_allowed(const struct kind *kind, const char *from, const char *to, enum writer actor)
{
    bool has_steps = false;
    if (from && to && strcmp(from, to) == 0)
        return may_stay(kind, from, actor);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (strcmp(steps[i].kind, kind->name) != 0)
            continue;
        has_steps = true;
        if (names_state(steps[i].from, from, "NEW") && names_state(steps[i].to, to, "GONE") && actor >= steps[i].actor)
            return true;
    }
    return !has_steps;
}

static const char *state_text(bool has, const char *name, const char *without)
{
    if (!has)
        return without;
    return name ? name : "?";
}

enum status rules_check_step(const struct kind *kind, const ProtobufCMessage *before, const ProtobufCMessage *after,
                             enum writer actor, struct err *err)
{
    const struct field *field = kind->state;
    int64_t from = 0, to = 0;
    if (!field)
        return STATUS_OK;
    bool had = before && read_number(before, field, &from), has = after && read_number(after, field, &to);
    if ((after && !has) || (!had && !has))
        return STATUS_OK;
    const char *from_name = had ? schema_enum_name(field, from) : NULL, *to_name = has ? schema_enum_name(field, to) : NULL;
    if (had && has && from == to)
        return !to_name || may_stay(kind, to_name, actor) ? STATUS_OK
                                                          : err_reason(err, REASON_STATE_HELD, kind->name, to_name, NULL);
    if ((to_name || !has) && (from_name || !had) && rules_step_allowed(kind, from_name, to_name, actor))
        return STATUS_OK;
    return err_reason(err, REASON_STATE_STEP, kind->name, state_text(had, from_name, "new"), state_text(has, to_name, "deleted"),
                      NULL);
}
