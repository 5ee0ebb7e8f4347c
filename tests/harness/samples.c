/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "client/import/import.h"
#include "common/base/arena.h"
#include "common/base/file.h"

#define NAMES_MAX 400

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Expected results, lists and notes lie beside the documents. */
static bool is_document(const char *name)
{
    static const char *const endings[] = {".txt", ".md", ".tsv", ".docx", ".xlsx"};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof endings / sizeof endings[0]; i++)
        if (strcmp(dot, endings[i]) == 0)
            return strcmp(name, "README.md") != 0;
    return false;
}

bool samples_exist(const char *folder)
{
    DIR *dir = opendir(folder);
    if (dir)
        closedir(dir);
    return dir != NULL;
}

void samples_each(const char *folder, void (*visit)(const char *path, const char *name, void *context), void *context)
{
    struct arena arena;
    const char *names[NAMES_MAX];
    size_t n = 0;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    arena_init(&arena, 0);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
        if (is_document(entry->d_name)) {
            assert_true(n < NAMES_MAX);
            names[n++] = arena_strdup(&arena, entry->d_name);
        }
    closedir(dir);
    assert_true(n > 0);
    qsort(names, n, sizeof names[0], compare_names);
    for (size_t i = 0; i < n; i++)
        visit(arena_printf(&arena, "%s/%s", folder, names[i]), names[i], context);
    arena_done(&arena);
}

void samples_read(const char *path, struct buf *out)
{
    struct err err = {0};
    buf_init(out, 0);
    if (file_read(path, IMPORT_MAX_BYTES, out, &err) != STATUS_OK)
        fail_msg("%s: %s", path, err.text);
}
