/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/cmd_parse.h"
#include "client/cmd/verb.h"
#include "common/base/arena.h"
#include "packaging/page.h"

static struct page_verb describe(struct arena *arena, const struct verb *verb)
{
    struct page_verb page = {.name = verb->name,
                             .name_zh = verb->name_zh,
                             .arguments = verb->arguments,
                             .summary = verb->summary,
                             .help = verb->help,
                             .options = ARENA_ARRAY(arena, verb->n_options, struct page_option),
                             .n_options = verb->n_options,
                             .parts = ARENA_ARRAY(arena, 2 * verb->n_parts, const char *)};
    for (size_t i = 0; i < verb->n_parts; i++) {
        page.parts[page.n_parts++] = arena_printf(arena, "%s %s", verb->name, verb->parts[i].name);
        page.parts[page.n_parts++] = arena_printf(arena, "%s %s", verb->name_zh, verb->parts[i].name_zh);
    }
    for (size_t i = 0; i < verb->n_options; i++)
        page.options[i] = (struct page_option){
            .name = verb->options[i].name, .argument = verb->options[i].argument, .help = verb->options[i].help};
    return page;
}

int main(int argc, char **argv)
{
    struct arena arena;
    size_t n = 0;
    arena_init(&arena, 0);
    while (verb_at(n))
        n++;
    struct page_verb *verbs = ARENA_ARRAY(&arena, n, struct page_verb);
    for (size_t i = 0; i < n; i++)
        verbs[i] = describe(&arena, verb_at(i));
    struct page_option *options = ARENA_ARRAY(&arena, cmd_n_globals, struct page_option);
    for (size_t i = 0; i < cmd_n_globals; i++)
        options[i] = (struct page_option){.name = cmd_globals[i].name,
                                          .argument = cmd_globals[i].argument,
                                          .help = cmd_globals[i].help,
                                          .letter = cmd_globals[i].letter};
    const struct page page = {.program = "lianxin", .verbs = verbs, .n_verbs = n, .options = options, .n_options = cmd_n_globals};
    int code = page_main(&page, argc, argv);
    arena_done(&arena);
    return code;
}
