/* SPDX-License-Identifier: Apache-2.0
 *
 * Manual pages and shell completions, made from a program's own lists of verbs, options and keys when it is built: so that they
 * cannot say anything else than the program does.
 *
 * A manual page comes from a template: a file in man(7) with lines that are replaced whole:
 *   @VERBS@     every verb with what it does, its options and examples
 *   @OPTIONS@   the options understood everywhere
 *   @KEYS@      every key of the configuration
 *   @EXITS@     the exit codes
 * and @VERSION@ anywhere. */
#ifndef PACKAGING_PAGE_H
#define PACKAGING_PAGE_H

#include <stddef.h>

struct page_option {
    const char *name;     /* without -- */
    const char *argument; /* "FILE"; NULL: a flag */
    const char *help;
    char letter; /* -o; 0: none */
};
struct page_verb {
    const char *name, *name_zh; /* one word or two; name_zh may be NULL */
    const char *arguments, *summary;
    const char *help; /* examples; may be NULL */
    struct page_option *options;
    size_t n_options;
    const char **parts; /* "plan submit", "计划 提交": with what its first argument may be; for completion */
    size_t n_parts;
};
struct page_key {
    const char *name, *preset, *text;
};
struct page {
    const char *program;
    const struct page_verb *verbs;
    size_t n_verbs;
    const struct page_option *options;
    size_t n_options;
    const struct page_key *keys;
    size_t n_keys;
};

/* PROGRAM man TEMPLATE [zh] | PROGRAM bash: prints the page, in Chinese from the messages of the build with zh; returns the exit
 * code.
 */
int page_main(const struct page *page, int argc, char *const *argv);

#endif
