/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/import_update.h"

#include <stdlib.h>
#include <string.h>

#include "client/cmd/change.h"
#include "client/cmd/import_edited.h"
#include "client/cmd/plan_document.h"
#include "client/import/compare.h"
#include "common/domain/month.h"

/* Why an activity was dropped: so a later version that has it again brings it back, and a mistake dropped by a person stays. */
#define GONE "新版计划中已没有"

struct update {
    struct cmd *cmd;
    const struct import_id *id;
    const struct import_fresh *fresh;
    const struct import_held *held;
    struct import_records *out;
    struct uuid *sections; /* of fresh, by index */
    bool *section_stays;   /* of held, by index */
    size_t *pairs;         /* of fresh activities */
    struct import_edited edited;
    unsigned counters[13];
    size_t visible; /* edits a person sees */
};

static bool add(struct update *u, const char *kind, const struct uuid *id, const ProtobufCMessage *before,
                const ProtobufCMessage *after)
{
    struct import_records *out = u->out;
    bool differs = edit_between(&u->cmd->arena, change_kind(u->cmd, kind), id, before, after, &out->edits[out->n]);
    out->n += differs;
    return differs;
}

static void note(struct update *u, enum import_what what, const Lianxin__Activity *before, const Lianxin__Activity *after)
{
    u->out->changes[u->out->n_changes++] = (struct import_change){what, before, after};
    u->out->counts[what]++;
    u->visible += what != IMPORT_KEPT && what != IMPORT_DIFFERS;
}

/* --- plan --- */

static void update_plan(struct update *u)
{
    const struct record *record = u->held->plan;
    const Lianxin__Plan *held = work_plan(record), *fresh = u->fresh->plan;
    Lianxin__Plan *after = (Lianxin__Plan *)change_copy(u->cmd, record->kind, record);
    after->title = fresh->title;
    after->has_term_kind = fresh->has_term_kind;
    after->term_kind = fresh->term_kind;
    after->first_month = fresh->first_month;
    after->last_month = fresh->last_month;
    after->signature = fresh->signature ? fresh->signature : after->signature;
    u->visible += record_diff(record->kind, &held->base, &after->base) != 0;
    after->source_name = fresh->source_name;
    after->has_source_digest = 1;
    after->source_digest = fresh->source_digest;
    add(u, "plan", &record->id, record->message, &after->base);
}

/* --- sections --- */

static const Lianxin__Section *section_of(const struct record *record)
{
    return (const Lianxin__Section *)record->message;
}

static struct compare_item section_item(struct cmd *cmd, const Lianxin__Section *s)
{
    return (struct compare_item){
        .text = arena_printf(&cmd->arena, "%u %s%s", s->level, s->label ? s->label : "", s->text ? s->text : "")};
}

static void pair_sections(struct update *u, size_t *pairs)
{
    struct arena *arena = &u->cmd->arena;
    struct compare_item *held = ARENA_ARRAY(arena, u->held->n_sections + 1, struct compare_item);
    struct compare_item *fresh = ARENA_ARRAY(arena, u->fresh->n_sections + 1, struct compare_item);
    for (size_t i = 0; i < u->held->n_sections; i++)
        held[i] = section_item(u->cmd, section_of(u->held->sections[i]));
    for (size_t i = 0; i < u->fresh->n_sections; i++)
        fresh[i] = section_item(u->cmd, u->fresh->sections[i]);
    compare_items(arena, held, u->held->n_sections, fresh, u->fresh->n_sections, pairs);
}

static bool has_same_words(const Lianxin__Section *a, const Lianxin__Section *b)
{
    return strcmp(a->label ? a->label : "", b->label ? b->label : "") == 0 &&
           strcmp(a->text ? a->text : "", b->text ? b->text : "") == 0;
}

/* What a person sees of a section: all but its position, which counts the activities too. */
static bool reads_the_same(const Lianxin__Section *a, const Lianxin__Section *b)
{
    return a->level == b->level && has_same_words(a, b);
}

/* A held record may have been made by this very file and have become another one since, or was and is deleted. */
static enum status free_id(struct update *u, const char *kind, size_t i, struct uuid *id, struct err *err)
{
    struct import_id of = *u->id;
    struct record *there;
    bool activity = strcmp(kind, "activity") == 0;
    enum status s;
    do {
        *id = activity ? import_edits_activity_id(&of, u->fresh->source, i) : import_id_make(&of, kind, "", (uint32_t)i, 0);
        s = store_find(cache_store(u->cmd->cache), &u->cmd->arena, change_kind(u->cmd, kind), of.stream, id, &there, err);
    } while (s == STATUS_OK && there && ++of.generation);
    return s;
}

static enum status update_section(struct update *u, size_t i, const struct record *held, struct err *err)
{
    Lianxin__Section *section = u->fresh->sections[i];
    enum status s = held ? STATUS_OK : free_id(u, "section", i, &u->sections[i], err);
    if (s != STATUS_OK)
        return s;
    section->has_plan = 1;
    section->plan = change_id(u->cmd, &u->held->plan->id);
    if (held) {
        u->sections[i] = held->id;
        if (!section->level && has_same_words(section_of(held), section)) /* not every format tells what a heading is */
            section->level = section_of(held)->level;
    }
    u->out->sections += !held || !reads_the_same(section_of(held), section);
    add(u, "section", &u->sections[i], held ? held->message : NULL, &section->base);
    return STATUS_OK;
}

static enum status update_sections(struct update *u, struct err *err)
{
    enum status s = STATUS_OK;
    size_t *pairs = ARENA_ARRAY(&u->cmd->arena, u->fresh->n_sections + 1, size_t);
    u->sections = ARENA_ARRAY(&u->cmd->arena, u->fresh->n_sections + 1, struct uuid);
    u->section_stays = ARENA_ARRAY(&u->cmd->arena, u->held->n_sections + 1, bool);
    pair_sections(u, pairs);
    for (size_t i = 0; i < u->fresh->n_sections && s == STATUS_OK; i++) {
        if (pairs[i] != COMPARE_NONE)
            u->section_stays[pairs[i]] = true;
        s = update_section(u, i, pairs[i] != COMPARE_NONE ? u->held->sections[pairs[i]] : NULL, err);
    }
    for (size_t i = 0; i < u->held->n_sections; i++)
        if (!u->section_stays[i]) {
            edit_delete(&u->cmd->arena, u->held->sections[i], &u->out->edits[u->out->n++]);
            u->out->sections++;
        }
    u->visible += u->out->sections;
    return s;
}

/* --- activities --- */

static bool is_gone(const Lianxin__Activity *a)
{
    return a->state == LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DROPPED && a->state_reason && strcmp(a->state_reason, GONE) == 0;
}

/* What a document knows the activity as: in the words it had before a person changed them, unless it has taken those over. */
static const Lianxin__Activity *known_as(const struct update *u, size_t i)
{
    const Lianxin__Activity *here = work_activity(u->held->activities[i]), *said = u->edited.said[i];
    if (!import_edited_fields(&u->edited, u->held, i) || !said->text)
        return here;
    for (size_t k = 0; k < u->fresh->n_activities; k++)
        if (compare_same_text(&u->cmd->arena, u->fresh->activities[k]->text, here->text))
            return here;
    return said;
}

/* In a document that was exported here an activity's text tells what has happened to it: （延至2026年5月）. That is no change. */
static void take_marks_off(struct update *u)
{
    for (size_t h = 0; h < u->held->n_activities; h++) {
        const Lianxin__Activity *held = work_activity(u->held->activities[h]);
        const char *exported = plan_document_text(u->cmd, held);
        for (size_t i = 0; exported != held->text && i < u->fresh->n_activities; i++)
            if (u->fresh->activities[i]->text && strcmp(u->fresh->activities[i]->text, exported) == 0)
                u->fresh->activities[i]->text = held->text;
    }
}

static void pair_activities(struct update *u)
{
    struct arena *arena = &u->cmd->arena;
    struct compare_item *held = ARENA_ARRAY(arena, u->held->n_activities + 1, struct compare_item);
    struct compare_item *fresh = ARENA_ARRAY(arena, u->fresh->n_activities + 1, struct compare_item);
    for (size_t i = 0; i < u->held->n_activities; i++) {
        const Lianxin__Activity *a = known_as(u, i);
        held[i] = (struct compare_item){a->text, a->months, u->held->worked[i]};
    }
    for (size_t i = 0; i < u->fresh->n_activities; i++)
        fresh[i] = (struct compare_item){u->fresh->activities[i]->text, u->fresh->activities[i]->months, false};
    u->pairs = ARENA_ARRAY(arena, u->fresh->n_activities + 1, size_t);
    compare_items(arena, held, u->held->n_activities, fresh, u->fresh->n_activities, u->pairs);
}

/* The words of a document about an activity. */
static const char *const words[] = {"text", "header", "lead", "person", "assisting", "months", "budget_fen", "participants"};

/* What the document tells goes over what is held, but for the fields in keep; what it does not tell stays. */
static void take_words(struct update *u, Lianxin__Activity *to, const Lianxin__Activity *from, field_set keep)
{
    const struct kind *kind = change_kind(u->cmd, "activity");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const struct field *field = kind_find_field_by_name(kind, words[i]);
        if (record_has(&from->base, field) && !(keep & field_bit(field)))
            record_share_field(&to->base, &from->base, field);
    }
}

/* What a person changed here since a document said it stays. *clash: of that, what the document has changed since, to something
 * else; with --document it is taken. */
static field_set changed_here(const struct update *u, size_t held, const Lianxin__Activity *fresh, field_set *clash)
{
    const struct kind *kind = change_kind(u->cmd, "activity");
    const ProtobufCMessage *said = &u->edited.said[held]->base, *here = u->held->activities[held]->message;
    field_set edited = import_edited_fields(&u->edited, u->held, held), told = 0;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const struct field *field = kind_find_field_by_name(kind, words[i]);
        told |= record_has(&fresh->base, field) ? field_bit(field) : 0;
    }
    *clash = edited & told & record_diff(kind, &fresh->base, said) & record_diff(kind, &fresh->base, here);
    if (cmd_option(u->cmd, "document")) {
        edited &= ~*clash;
        *clash = 0;
    }
    field_set months = field_bit(kind_find_field_by_name(kind, "months")),
              header = field_bit(kind_find_field_by_name(kind, "header"));
    return edited & months ? edited | header : edited; /* a header names its months */
}

/* What a person changed and the document changed to something else is shown, and stays. */
static void note_clash(struct update *u, const struct record *record, const Lianxin__Activity *fresh, field_set clash)
{
    if (!clash)
        return;
    Lianxin__Activity *document = (Lianxin__Activity *)change_copy(u->cmd, record->kind, record);
    take_words(u, document, fresh, ~clash);
    note(u, IMPORT_DIFFERS, work_activity(record), document);
}

static void take_guesses(Lianxin__Activity *to, const Lianxin__Activity *from, const Lianxin__Activity *held)
{
    if (held->category_confirmed || strcmp(to->text, held->text) == 0)
        return;
    to->has_category = from->has_category;
    to->category = from->category;
    to->n_tags = from->n_tags;
    to->tags = from->tags;
}

static void set_section(struct update *u, Lianxin__Activity *a, size_t i)
{
    a->has_section = u->fresh->section_of[i] != IMPORT_NONE;
    a->section = (ProtobufCBinaryData){0};
    if (a->has_section)
        a->section = change_id(u->cmd, &u->sections[u->fresh->section_of[i]]);
}

static void update_activity(struct update *u, size_t i, size_t h)
{
    const struct record *record = u->held->activities[h];
    const Lianxin__Activity *held = work_activity(record), *fresh = u->fresh->activities[i];
    Lianxin__Activity *after = (Lianxin__Activity *)change_copy(u->cmd, record->kind, record);
    field_set clash, keep = changed_here(u, h, fresh, &clash);
    if (!held->header && held->months == fresh->months) /* came from no document, and is printed below a header of its month */
        keep |= field_bit(kind_find_field_by_name(record->kind, "header"));
    take_words(u, after, fresh, keep);
    take_guesses(after, fresh, held);
    if (is_gone(held)) {
        after->state = LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_PLANNED;
        after->state_reason = NULL;
    }
    bool differs = record_diff(record->kind, &held->base, &after->base);
    after->has_position = 1;
    after->position = fresh->position;
    set_section(u, after, i);
    add(u, "activity", &record->id, record->message, &after->base);
    if (is_gone(held))
        note(u, IMPORT_ADDED, NULL, after);
    else if (differs)
        note(u, IMPORT_CHANGED, held, after);
    note_clash(u, record, fresh, clash);
}

static enum status add_activity(struct update *u, size_t i, struct err *err)
{
    Lianxin__Activity *a = u->fresh->activities[i];
    struct uuid id;
    enum status s = free_id(u, "activity", i, &id, err);
    if (s != STATUS_OK)
        return s;
    a->has_plan = 1;
    a->plan = change_id(u->cmd, &u->held->plan->id);
    set_section(u, a, i);
    a->number = import_edits_next_number(u->cmd, u->fresh->plan->body, a->months, u->counters);
    add(u, "activity", &id, NULL, &a->base);
    note(u, IMPORT_ADDED, NULL, a);
    return STATUS_OK;
}

static bool loses_section(const struct update *u, const Lianxin__Activity *a)
{
    for (size_t i = 0; i < u->held->n_sections; i++)
        if (a->has_section && a->section.len == UUID_BYTES && !u->section_stays[i] &&
            memcmp(a->section.data, u->held->sections[i]->id.bytes, UUID_BYTES) == 0)
            return true;
    return false;
}

/* One that the document does not have: outside the plan it stays as it is. */
static void leave_activity(struct update *u, size_t i)
{
    const struct record *record = u->held->activities[i];
    const Lianxin__Activity *a = work_activity(record);
    bool planned = a->origin == LIANXIN__ORIGIN__ORIGIN_SCHEDULE || a->origin == LIANXIN__ORIGIN__ORIGIN_TEXT;
    bool over = a->state == LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DROPPED ||
                a->state == LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_CANCELLED; /* no document has to name it any more */
    Lianxin__Activity *after = (Lianxin__Activity *)change_copy(u->cmd, record->kind, record);
    if (loses_section(u, a)) {
        after->has_section = 0;
        after->section = (ProtobufCBinaryData){0};
    }
    if (planned && !over && u->held->worked[i]) {
        note(u, IMPORT_KEPT, a, NULL);
    } else if (planned && !over) {
        after->state = LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DROPPED;
        after->state_reason = arena_strdup(&u->cmd->arena, GONE);
        note(u, IMPORT_DROPPED, a, NULL);
    }
    add(u, "activity", &record->id, record->message, &after->base);
}

/* Numbers go on behind the highest given in the plan, also to what was dropped: a number is for life. */
static void count_numbers(struct update *u)
{
    const char *prefix = work_body_prefix(u->fresh->plan->body);
    for (size_t i = 0; i < u->held->n_activities; i++) {
        const char *number = work_activity(u->held->activities[i])->number;
        char *end;
        if (!number || strncmp(number, prefix, strlen(prefix)) != 0)
            continue;
        unsigned long month = strtoul(number + strlen(prefix), &end, 10), n = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;
        if (month <= 12 && n < UINT32_MAX && n > u->counters[month])
            u->counters[month] = (unsigned)n;
    }
}

static enum status update_activities(struct update *u, struct err *err)
{
    bool *found = ARENA_ARRAY(&u->cmd->arena, u->held->n_activities + 1, bool);
    enum status s = STATUS_OK;
    take_marks_off(u);
    pair_activities(u);
    count_numbers(u);
    for (size_t i = 0; i < u->fresh->n_activities && s == STATUS_OK; i++) {
        if (u->pairs[i] == COMPARE_NONE) {
            s = add_activity(u, i, err);
            continue;
        }
        found[u->pairs[i]] = true;
        update_activity(u, i, u->pairs[i]);
    }
    for (size_t i = 0; i < u->held->n_activities && s == STATUS_OK; i++)
        if (!found[i])
            leave_activity(u, i);
    return s;
}

enum status import_update_make(struct cmd *cmd, const struct import_id *id, const struct import_fresh *fresh,
                               const struct import_held *held, struct import_records *out, struct err *err)
{
    struct update u = {.cmd = cmd, .id = id, .fresh = fresh, .held = held, .out = out};
    size_t most = fresh->n_activities + held->n_activities;
    out->edits = ARENA_ARRAY(&cmd->arena, 1 + fresh->n_sections + held->n_sections + most, struct edit);
    out->changes = ARENA_ARRAY(&cmd->arena, 2 * most + 1, struct import_change);
    enum status s = import_edited_load(cmd, id->stream, held, &u.edited, err);
    if (s != STATUS_OK)
        return s;
    update_plan(&u);
    s = update_sections(&u, err);
    if (s == STATUS_OK)
        s = update_activities(&u, err);
    if (s == STATUS_OK && !u.visible)
        out->n = 0;
    return s;
}
