/* SPDX-License-Identifier: Apache-2.0 */
#include "common/sync/conflict.h"

#include <string.h>

/* Everything one call of conflict_make() works on. */
struct maker {
    struct arena *arena;
    const struct kind *kind; /* conflict */
    uint32_t stream;
    const struct conflict_author *author;
    const struct conflict_holder *holder;
    const struct refusal *refusal;
    const struct edit *edit; /* refusal's, or what it comes to with what waits already */
    struct conflict_list *out;
};

static void store_be(uint8_t *out, size_t bytes, uint64_t number)
{
    for (size_t i = bytes; i-- > 0; number >>= 8)
        out[i] = (uint8_t)number;
}

struct uuid conflict_id(uint32_t stream, const struct conflict_author *author, const struct uuid *record, uint32_t field)
{
    uint8_t stream_bytes[4], sequence[8], field_bytes[4];
    store_be(stream_bytes, sizeof stream_bytes, stream);
    store_be(sequence, sizeof sequence, author->sequence);
    store_be(field_bytes, sizeof field_bytes, field);
    const struct uuid_part parts[] = {
        {"conflict", 8},
        {stream_bytes, sizeof stream_bytes},
        {author->instance.bytes, UUID_BYTES},
        {sequence, sizeof sequence},
        {record->bytes, UUID_BYTES},
        {field_bytes, sizeof field_bytes},
    };
    return uuid_hash(parts, sizeof parts / sizeof parts[0]);
}

static ProtobufCBinaryData copy_bytes(struct arena *arena, const void *data, size_t bytes)
{
    return (ProtobufCBinaryData){.len = bytes, .data = arena_copy(arena, data, bytes)};
}

static ProtobufCBinaryData encode_part(struct arena *arena, const struct kind *kind, const ProtobufCMessage *message, field_set set)
{
    const uint8_t *data;
    size_t bytes;
    record_encode(arena, record_project(arena, kind, message, set), &data, &bytes);
    return copy_bytes(arena, data, bytes);
}

static bool equals(const ProtobufCBinaryData *a, const ProtobufCBinaryData *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

static void list_numbers(struct arena *arena, const struct kind *kind, field_set set, Lianxin__Conflict *c)
{
    c->n_fields = 0;
    c->fields = ARENA_ARRAY(arena, kind->n_fields, uint32_t);
    for (size_t i = 0; i < kind->n_fields; i++)
        if (set & field_bit(&kind->fields[i]))
            c->fields[c->n_fields++] = kind->fields[i].number;
}

/* False when the conflict names a field the kind does not have. */
static bool read_numbers(const struct kind *kind, const Lianxin__Conflict *c, field_set *out)
{
    field_set set = 0;
    for (size_t i = 0; i < c->n_fields; i++) {
        const struct field *field = kind_find_field(kind, c->fields[i]);
        if (!field)
            return false;
        set |= field_bit(field);
    }
    *out = set;
    return true;
}

static bool by_same_device(const struct maker *m, const Lianxin__Conflict *c)
{
    return c->author_device.len == UUID_BYTES && memcmp(c->author_device.data, m->author->device.bytes, UUID_BYTES) == 0;
}

static bool is_homeless(int why)
{
    return why == LIANXIN__CONFLICT_WHY__CONFLICT_WHY_HOMELESS;
}

static bool came_back(int why)
{
    return why == LIANXIN__CONFLICT_WHY__CONFLICT_WHY_LOST || is_homeless(why);
}

/* A lost commit that comes back takes the place of a lower one about the same fields, whoever made it. */
static bool is_lost(const Lianxin__Conflict *c, int why)
{
    return came_back(why) && (int)c->why == why;
}

static bool is_whole(int why)
{
    return why == LIANXIN__CONFLICT_WHY__CONFLICT_WHY_DEAD || why == LIANXIN__CONFLICT_WHY__CONFLICT_WHY_ALIVE || is_homeless(why);
}

/* The open conflict in which the author's own earlier wish for these fields waits. */
static const struct record *find_waiting(const struct maker *m, const struct uuid *id, field_set set, int why)
{
    ProtobufCBinaryData seen = encode_part(m->arena, m->edit->kind, m->edit->before, set);
    for (size_t i = 0; i < m->refusal->n_open; i++) {
        const Lianxin__Conflict *c = (const Lianxin__Conflict *)m->refusal->open[i]->message;
        field_set fields;
        if (uuid_equal(&m->refusal->open[i]->id, id))
            return m->refusal->open[i];
        if (c->state == LIANXIN__CONFLICT_STATE__CONFLICT_STATE_OPEN && is_lost(c, why) &&
            read_numbers(m->edit->kind, c, &fields) && (fields & set))
            return m->refusal->open[i];
        if (came_back(why) || c->state != LIANXIN__CONFLICT_STATE__CONFLICT_STATE_OPEN || !by_same_device(m, c) ||
            is_whole((int)c->why) != is_whole(why))
            continue;
        if (is_whole(why) && (int)c->why == why)
            return m->refusal->open[i];
        if (!is_whole(why) && read_numbers(m->edit->kind, c, &fields) && fields == set && equals(&c->mine, &seen))
            return m->refusal->open[i];
    }
    return NULL;
}

static void put_edit(struct maker *m, const struct uuid *id, const ProtobufCMessage *before, const ProtobufCMessage *after)
{
    if (edit_between(m->arena, m->kind, id, before, after, &m->out->items[m->out->n]))
        m->out->n++;
}

/* What is wanted and what is held, for the fields of set. */
static void fill_values(struct maker *m, field_set set, Lianxin__Conflict *c)
{
    const struct kind *kind = m->edit->kind;
    c->has_mine = !m->edit->remove;
    c->mine = encode_part(m->arena, kind, m->edit->after, set);
    c->has_theirs = m->refusal->current && !m->refusal->current->dead;
    if (c->has_theirs)
        c->theirs = encode_part(m->arena, kind, m->refusal->current->message, set);
    list_numbers(m->arena, kind, set, c);
}

static void fill_people(struct maker *m, Lianxin__Conflict *c)
{
    c->has_author_device = c->has_author_at = 1;
    c->author_device = copy_bytes(m->arena, m->author->device.bytes, UUID_BYTES);
    c->author_person = arena_strdup(m->arena, m->author->person);
    c->author_at = m->author->time_ms;
    c->holder_person = *m->holder->person ? arena_strdup(m->arena, m->holder->person) : NULL;
    c->has_holder_at = m->holder->time_ms != 0;
    c->holder_at = m->holder->time_ms;
}

static void create(struct maker *m, const struct uuid *id, field_set set, int why)
{
    Lianxin__Conflict *c = (Lianxin__Conflict *)record_message_new(m->arena, m->kind);
    c->has_record_kind = c->has_record = c->has_why = c->has_state = 1;
    c->record_kind = m->edit->kind->number;
    c->record = copy_bytes(m->arena, m->edit->id.bytes, UUID_BYTES);
    c->why = (Lianxin__ConflictWhy)why;
    c->state = LIANXIN__CONFLICT_STATE__CONFLICT_STATE_OPEN;
    fill_values(m, set, c);
    fill_people(m, c);
    put_edit(m, id, NULL, &c->base);
}

/* The fields a conflict about a whole record waits with grow by set; those of the others stay the same. One about its home holds
 * the record as it is. */
static void move(struct maker *m, const struct record *waiting, field_set set)
{
    struct edit whole = *m->edit;
    Lianxin__Conflict *c = (Lianxin__Conflict *)record_clone(m->arena, m->kind, waiting->message);
    ProtobufCMessage *mine;
    field_set fields = 0;
    if (!whole.remove && !is_homeless((int)c->why) && read_numbers(whole.kind, c, &fields) &&
        record_decode(m->arena, whole.kind, c->mine.data, c->mine.len, &mine, NULL) == STATUS_OK) {
        record_share_fields(whole.kind, mine, whole.after, set);
        whole.after = mine;
    }
    struct maker moved = *m;
    moved.edit = &whole;
    fill_values(&moved, fields | set, c);
    fill_people(&moved, c);
    put_edit(m, &waiting->id, waiting->message, &c->base);
}

static void make_one(struct maker *m, field_set set, int why)
{
    uint32_t number = is_homeless(why) ? CONFLICT_HOME : 0;
    for (size_t i = m->edit->kind->n_fields; !is_whole(why) && i-- > 0;)
        if (set & field_bit(&m->edit->kind->fields[i]))
            number = m->edit->kind->fields[i].number;
    struct uuid id = conflict_id(m->stream, m->author, &m->edit->id, number);
    const struct record *waiting = find_waiting(m, &id, set, why);
    if (waiting)
        move(m, waiting, set);
    else
        create(m, &id, set, why);
}

void conflict_make(struct arena *arena, const struct schema *schema, uint32_t stream, const struct conflict_author *author,
                   const struct conflict_holder *holder, const struct refusal *refusal, struct conflict_list *out)
{
    const struct edit *edit = refusal->edit;
    const struct edit_applied *applied = refusal->applied;
    const struct kind *kind = schema_find_kind_by_name(schema, "conflict");
    struct maker m = {arena, kind, stream, author, holder, refusal, edit, out};
    *out = (struct conflict_list){.items = ARENA_ARRAY(arena, edit->kind->n_fields, struct edit)};
    if (is_whole(applied->why)) {
        make_one(&m, applied->conflicted, applied->why);
        return;
    }
    for (field_set left = applied->conflicted, unit; (unit = edit_next_unit(edit, left)) != 0; left &= ~unit)
        make_one(&m, unit,
                 unit & applied->invalid                                    ? LIANXIN__CONFLICT_WHY__CONFLICT_WHY_INVALID
                 : applied->why == LIANXIN__CONFLICT_WHY__CONFLICT_WHY_LOST ? applied->why
                                                                            : LIANXIN__CONFLICT_WHY__CONFLICT_WHY_RACED);
}
