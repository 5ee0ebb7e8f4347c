/* SPDX-License-Identifier: Apache-2.0
 *
 * Pushes at the limits: what an enrolled device may send must never end the server. */
#include <string.h>

#include "proto/records.pb-c.h"
#include "tests/harness/test.h"
#include "tests/harness/test_author.h"

struct fixture {
    struct test_server server;
    struct test_author wang, li;
};

static int setup(void **state)
{
    static struct fixture f;
    test_server_open(&f.server, 12);
    test_server_add_school(&f.server, "SY01", "实验小学");
    test_author_join(&f.wang, &f.server, "SY01", "王老师");
    test_author_join(&f.li, &f.server, "SY01", "李老师");
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    test_author_close(&f->wang);
    test_author_close(&f->li);
    test_server_close(&f->server);
    return 0;
}

static void the_largest_push_the_limits_allow_is_committed(void **state)
{
    struct fixture *f = *state;
    struct edit *edits = ARENA_ARRAY(&f->wang.arena, LIMIT_PUSH_EDITS, struct edit);
    edits[0] = test_author_new_plan(&f->wang, 1);
    for (unsigned i = 1; i < LIMIT_PUSH_EDITS; i++)
        edits[i] = test_author_new_activity(&f->wang, 1, i);
    const Lianxin__PushReply *reply = test_author_push(&f->wang, edits, LIMIT_PUSH_EDITS);
    if (!reply)
        fail_msg("%s", f->wang.err.text);
    assert_int_equal(reply->status, STATUS_OK);
    assert_int_equal(reply->n_results, LIMIT_PUSH_EDITS);
}

/* A section's text of nearly the largest size, as wang holds it; li's edits saw none. */
static struct edit large_section(struct fixture *f, unsigned id, const char *before)
{
    const struct kind *kind = schema_find_kind_by_name(f->server.schema, "section");
    struct uuid plan = test_id(3, 1), section = test_id(4, id);
    struct test_author *author = &f->wang;
    Lianxin__Section *s = (Lianxin__Section *)record_message_new(&author->arena, kind);
    char *text = arena_alloc(&author->arena, LIMIT_NOTE_BYTES);
    memset(text, 'x', LIMIT_NOTE_BYTES - 1);
    s->has_plan = s->has_position = 1;
    s->plan = (ProtobufCBinaryData){.len = UUID_BYTES, .data = arena_copy(&author->arena, plan.bytes, UUID_BYTES)};
    s->text = text;
    struct edit edit;
    assert_true(edit_between(&author->arena, kind, &section, NULL, &s->base, &edit));
    if (before) {
        Lianxin__Section *seen = (Lianxin__Section *)record_clone(&author->arena, kind, &s->base), *wanted;
        wanted = (Lianxin__Section *)record_clone(&author->arena, kind, &s->base);
        seen->text = arena_strdup(&author->arena, before);
        wanted->text = arena_strdup(&author->arena, "y");
        assert_true(edit_between(&author->arena, kind, &section, &seen->base, &wanted->base, &edit));
    }
    return edit;
}

static void small_edits_against_large_records_are_refused_when_they_come_to_too_much(void **state)
{
    struct fixture *f = *state;
    struct edit first[] = {test_author_new_plan(&f->wang, 1), large_section(f, 1, NULL)};
    const Lianxin__PushReply *reply = test_author_push(&f->wang, first, 2);
    assert_non_null(reply);
    assert_int_equal(reply->status, STATUS_OK);
    const size_t n = 3000;
    struct edit *edits = ARENA_ARRAY(&f->li.arena, n, struct edit);
    for (size_t i = 0; i < n; i++)
        edits[i] = i ? edits[i - 1] : large_section(f, 1, "z");
    reply = test_author_push(&f->li, edits, n);
    assert_non_null(reply);
    assert_int_equal(reply->status, STATUS_REFUSED);
    assert_non_null(strstr(reply->reasons[0], "what the push changes"));
    reply = test_author_push(&f->li, edits, 1);
    assert_int_equal(reply->status, STATUS_OK);
    assert_int_equal(reply->results[0]->outcome, LIANXIN__EDIT_RESULT__OUTCOME__CONFLICT);
    assert_string_equal(test_author_field(&f->wang, "section", 1, "position"), "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_largest_push_the_limits_allow_is_committed, setup, teardown),
        cmocka_unit_test_setup_teardown(small_edits_against_large_records_are_refused_when_they_come_to_too_much, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
