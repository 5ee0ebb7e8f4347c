/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/arena.h"
#include "packaging/page.h"
#include "server/cmd/app.h"
#include "server/cmd/cmd.h"

static struct page_option *copy_options(struct arena *arena, const struct option *options, size_t n)
{
    struct page_option *copies = ARENA_ARRAY(arena, n, struct page_option);
    for (size_t i = 0; i < n; i++)
        copies[i] = (struct page_option){
            .name = options[i].name, .argument = options[i].argument, .help = options[i].help, .letter = options[i].letter};
    return copies;
}

int main(int argc, char **argv)
{
    struct arena arena;
    struct page_key keys[APP_KEYS];
    size_t n = 0, n_globals = 0;
    arena_init(&arena, 0);
    while (cmd_verb_at(n))
        n++;
    while (cmd_globals[n_globals].name)
        n_globals++;
    struct page_verb *verbs = ARENA_ARRAY(&arena, n, struct page_verb);
    for (size_t i = 0; i < n; i++) {
        const struct verb *verb = cmd_verb_at(i);
        verbs[i] = (struct page_verb){.name = verb->name,
                                      .arguments = verb->arguments,
                                      .summary = verb->summary,
                                      .help = verb->examples,
                                      .options = copy_options(&arena, verb->options, verb->n_options),
                                      .n_options = verb->n_options};
    }
    for (size_t i = 0; i < APP_KEYS; i++)
        keys[i] = (struct page_key){.name = app_keys[i].name, .preset = app_keys[i].preset, .text = app_keys[i].text};
    const struct page page = {.program = "lianxind",
                              .verbs = verbs,
                              .n_verbs = n,
                              .options = copy_options(&arena, cmd_globals, n_globals),
                              .n_options = n_globals,
                              .keys = keys,
                              .n_keys = APP_KEYS};
    int code = page_main(&page, argc, argv);
    arena_done(&arena);
    return code;
}
