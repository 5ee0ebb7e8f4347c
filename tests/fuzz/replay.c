/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs one fuzzer without libFuzzer: replay [FOLDER]. Every file of FOLDER, then cut and flipped copies of it from a fixed
 * seed, so that a parser is exercised by every compiler and every test run, always with the same inputs. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MUTANTS_PER_INPUT 200
#define FLIPS_MAX 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t next_random(uint64_t *state) /* xorshift64 */
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* The input goes in a block of exactly its size, so that the address sanitizer sees the first byte read past it. */
static void run_copy(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    if (!copy)
        abort();
    if (size)
        memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static void run_mutants(uint8_t *data, size_t size, uint64_t *state)
{
    for (int i = 0; size && i < MUTANTS_PER_INPUT; i++) {
        size_t at[FLIPS_MAX], flips = next_random(state) % (FLIPS_MAX + 1);
        uint8_t was[FLIPS_MAX];
        for (size_t f = 0; f < flips; f++) {
            at[f] = next_random(state) % size;
            was[f] = data[at[f]];
            data[at[f]] = (uint8_t)next_random(state);
        }
        run_copy(data, i % 2 ? size : next_random(state) % (size + 1));
        for (size_t f = flips; f-- > 0;)
            data[at[f]] = was[f];
    }
}

static uint8_t *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        abort();
    long end = ftell(file);
    uint8_t *data = end < 0 ? NULL : malloc((size_t)end + 1);
    rewind(file);
    if (!data || fread(data, 1, (size_t)end, file) != (size_t)end)
        abort();
    fclose(file);
    *size = (size_t)end;
    return data;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int not_hidden(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
    uint64_t state = 0x9e3779b97f4a7c15u;
    struct dirent **entries = NULL;
    int count = argc > 1 ? scandir(argv[1], &entries, not_hidden, by_name) : 0;
    run_copy(NULL, 0);
    for (int i = 0; i < count; i++) {
        char path[4096];
        size_t size;
        snprintf(path, sizeof path, "%s/%s", argv[1], entries[i]->d_name);
        uint8_t *data = read_file(path, &size);
        run_copy(data, size);
        run_mutants(data, size, &state);
        free(data);
        free(entries[i]);
    }
    free(entries);
    printf("%d files, %d inputs\n", count < 0 ? 0 : count, 1 + (count < 0 ? 0 : count) * (1 + MUTANTS_PER_INPUT));
    return 0;
}
