/* SPDX-License-Identifier: Apache-2.0 */
#include "packaging/page.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "client/ui/lang.h"
#include "common/base/status.h"

#define LINE_BYTES 4096

/* ---- man(7) ---- */

/* Text as man(7) wants it: nothing of it is a request or an escape, and a dash is one that can be copied. */
static void put_text(const char *text)
{
    bool line_begins = true;
    for (; *text; text++) {
        if (line_begins && (*text == '.' || *text == '\''))
            fputs("\\&", stdout);
        line_begins = *text == '\n';
        if (*text == '\\')
            fputs("\\e", stdout);
        else if (*text == '-')
            fputs("\\-", stdout);
        else
            putchar(*text);
    }
}

/* In the language of the page; nothing has no translation (gettext would give the catalogue's header). */
static void put_message(const char *text)
{
    if (*text)
        put_text(_(text));
}

static void put_option(const struct page_option *option)
{
    fputs(".TP\n.B ", stdout);
    if (option->letter)
        printf("\\-%c\\fR, \\fB", option->letter);
    fputs("\\-\\-", stdout);
    put_text(option->name);
    if (option->argument) {
        fputs("\\fR \\fI", stdout);
        put_message(option->argument);
        fputs("\\fR", stdout);
    }
    putchar('\n');
    put_message(option->help);
    putchar('\n');
}

static void put_verb(const struct page *page, const struct page_verb *verb)
{
    printf(".SS \"%s ", page->program);
    put_text(verb->name);
    putchar(' ');
    put_message(verb->arguments);
    fputs("\"\n", stdout);
    put_message(verb->summary);
    if (verb->name_zh)
        printf(" (%s)", verb->name_zh);
    putchar('\n');
    if (verb->help) {
        fputs(".PP\n.nf\n", stdout);
        put_message(verb->help);
        fputs("\n.fi\n", stdout);
    }
    for (size_t i = 0; i < verb->n_options; i++)
        put_option(&verb->options[i]);
}

static void put_key(const struct page_key *key)
{
    fputs(".TP\n.B ", stdout);
    put_text(key->name);
    fputs("\n", stdout);
    put_text(key->text);
    if (*key->preset) {
        fputs(" (default: ", stdout);
        put_text(key->preset);
        putchar(')');
    }
    putchar('\n');
}

static void put_exits(bool chinese)
{
    static const char *const meanings[][2] = {{"It was done.", "完成。"},
                                              {"It failed; the message says what to do.", "失败；提示中说明了如何处理。"},
                                              {"The arguments are wrong.", "参数有误。"},
                                              {"A conflict needs a person.", "有冲突，需要人来决定。"},
                                              {"Not allowed.", "没有权限。"},
                                              {"Not found.", "没有找到。"},
                                              {"The network or the server is not available now.", "网络或服务器暂不可用。"},
                                              {"The input is not understood.", "看不懂输入的内容。"}};
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        printf(".TP\n.B %zu\n%s\n", i, meanings[i][chinese]);
}

static void put_line(const char *line)
{
    for (const char *at; (at = strstr(line, "@VERSION@")) != NULL; line = at + strlen("@VERSION@"))
        printf("%.*s%s", (int)(at - line), line, LIANXIN_VERSION);
    fputs(line, stdout);
}

static int print_man(const struct page *page, const char *path, bool chinese)
{
    char line[LINE_BYTES];
    FILE *file = fopen(path, "r");
    if (!file) {
        perror(path);
        return 1;
    }
    while (fgets(line, sizeof line, file)) {
        if (strcmp(line, "@VERBS@\n") == 0)
            for (size_t i = 0; i < page->n_verbs; i++)
                put_verb(page, &page->verbs[i]);
        else if (strcmp(line, "@OPTIONS@\n") == 0)
            for (size_t i = 0; i < page->n_options; i++)
                put_option(&page->options[i]);
        else if (strcmp(line, "@KEYS@\n") == 0)
            for (size_t i = 0; i < page->n_keys; i++)
                put_key(&page->keys[i]);
        else if (strcmp(line, "@EXITS@\n") == 0)
            put_exits(chinese);
        else
            put_line(line);
    }
    fclose(file);
    return 0;
}

/* ---- bash ---- */

/* Adds "|--name" for every option whose argument holds word. */
static void put_takers(const struct page_option *options, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (options[i].argument && strstr(options[i].argument, word)) {
            printf("|--%s", options[i].name);
            if (options[i].letter)
                printf("|-%c", options[i].letter);
        }
}

static void put_case_of(const struct page *page, const char *word, const char *action)
{
    fputs("    none", stdout); /* a pattern needs a first one */
    put_takers(page->options, page->n_options, word);
    for (size_t i = 0; i < page->n_verbs; i++)
        put_takers(page->verbs[i].options, page->verbs[i].n_options, word);
    printf(")\n        mapfile -t COMPREPLY < <(compgen %s -- \"$cur\")\n        return\n        ;;\n", action);
}

static void put_options(const struct page_option *options, size_t n)
{
    for (size_t i = 0; i < n; i++)
        printf(" --%s", options[i].name);
}

/* What may follow the words typed so far: the next words of verbs that begin with them. */
static void put_verbs(const struct page *page)
{
    fputs("    local verb\n    for verb in", stdout);
    for (size_t i = 0; i < page->n_verbs; i++) {
        printf(" '%s'", page->verbs[i].name);
        if (page->verbs[i].name_zh)
            printf(" '%s'", page->verbs[i].name_zh);
        for (size_t k = 0; k < page->verbs[i].n_parts; k++)
            printf(" '%s'", page->verbs[i].parts[k]);
    }
    fputs("; do\n"
          "        [[ $verb == \"$words\"* ]] || continue\n"
          "        verb=${verb#\"$words\"}\n"
          "        verb=${verb%% *}\n"
          "        [[ \"$candidates \" == *\" $verb \"* ]] || candidates+=\" $verb\"\n"
          "    done\n",
          stdout);
}

static int print_bash(const struct page *page)
{
    printf("# SPDX-License-Identifier: Apache-2.0\n"
           "# bash completion of %s, made from its own lists.\n"
           "_%s() {\n"
           "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words= candidates= word\n"
           "    COMPREPLY=()\n"
           "    case $prev in\n",
           page->program, page->program);
    put_case_of(page, "FILE", "-f");
    put_case_of(page, "DIR", "-d");
    fputs("    esac\n"
          "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
          "        [[ $word == -* ]] || words+=\"$word \"\n"
          "    done\n"
          "    if [[ $cur == -* ]]; then\n"
          "        case $words in\n",
          stdout);
    for (size_t i = 0; i < page->n_verbs; i++) {
        if (!page->verbs[i].n_options)
            continue;
        printf("        '%s '*", page->verbs[i].name);
        if (page->verbs[i].name_zh)
            printf(" | '%s '*", page->verbs[i].name_zh);
        fputs(") candidates='", stdout);
        put_options(page->verbs[i].options, page->verbs[i].n_options);
        fputs("' ;;\n", stdout);
    }
    fputs("        esac\n        candidates+='", stdout);
    put_options(page->options, page->n_options);
    fputs("'\n        mapfile -t COMPREPLY < <(compgen -W \"$candidates\" -- \"$cur\")\n        return\n    fi\n", stdout);
    put_verbs(page);
    printf("    if [ -n \"$candidates\" ]; then\n"
           "        mapfile -t COMPREPLY < <(compgen -W \"$candidates\" -- \"$cur\")\n"
           "    else\n"
           "        mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
           "    fi\n"
           "}\n"
           "complete -o filenames -F _%s %s\n",
           page->program, page->program);
    return 0;
}

int page_main(const struct page *page, int argc, char *const *argv)
{
    bool chinese = argc == 4 && strcmp(argv[3], "zh") == 0;
    (void)lang_init(chinese ? "zh" : "en");
    if ((argc == 3 || chinese) && strcmp(argv[1], "man") == 0)
        return print_man(page, argv[2], chinese);
    if (argc == 2 && strcmp(argv[1], "bash") == 0)
        return print_bash(page);
    fprintf(stderr, "usage: %s man TEMPLATE [zh] | %s bash\n", argv[0], argv[0]);
    return 2;
}
