/* SPDX-License-Identifier: Apache-2.0
 *
 * import_json FILE: reads a plan document and prints the import as JSON. What `lianxin import --dry-run --json` does, without a
 * home folder: for the scorer, the corpus and the fuzzers' findings. */
#include <stdio.h>
#include <stdlib.h>

#include "client/cmd/import_json.h"

static char *read_file(const char *path, size_t *bytes)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    size_t capacity = IMPORT_MAX_BYTES + 1;
    char *data = malloc(capacity);
    *bytes = data ? fread(data, 1, capacity, file) : 0;
    fclose(file);
    return data;
}

int main(int argc, char **argv)
{
    struct import_source source = {.name = argc > 1 ? argv[1] : NULL};
    char *data = argc == 2 ? read_file(argv[1], &source.size_bytes) : NULL;
    if (!data) {
        fprintf(stderr, "usage: import_json FILE\n");
        return 2;
    }
    source.data = data;
    struct arena arena;
    struct buf out;
    struct err err = {0};
    struct import_result result;
    arena_init(&arena, IMPORT_ARENA_BYTES);
    buf_init(&out, 0);
    enum status s = import_read(&source, &arena, &result, &err);
    if (s == STATUS_OK)
        s = import_json_put(&result, &out, &err);
    if (s == STATUS_OK)
        fwrite(out.data, 1, out.len_bytes, stdout);
    else
        fprintf(stderr, "import_json: %s: %s\n", argv[1], err.text);
    buf_done(&out);
    arena_done(&arena);
    free(data);
    return status_exit_code(s);
}
