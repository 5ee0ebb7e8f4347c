/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/crash/witness.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/base/buf.h"

#define PATH_BYTES 4096
#define MARK 'h'

/* In the order of the line; the whole format is these two lists. */
#define ENTRY_NUMBERS(X)                                                                                                           \
    X(event)                                                                                                                       \
    X(client)                                                                                                                      \
    X(other)                                                                                                                       \
    X(stream) X(kind) X(token) X(instance) X(device) X(sequence) X(rev) X(digest) X(previous) X(waiting) X(value) X(refused)
#define OP_NUMBERS(X) X(record) X(kind) X(field) X(group) X(edit) X(remove) X(before) X(after) X(about) X(about_fields)

static void die(const char *what, const char *path)
{
    perror(path);
    fprintf(stderr, "the witness cannot be %s\n", what);
    _exit(70);
}

void witness_open(struct witness *witness, const char *path)
{
    char beside[PATH_BYTES];
    snprintf(beside, sizeof beside, "%s.tokens", path);
    witness->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    int fd = open(beside, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (witness->fd < 0 || fd < 0 || ftruncate(fd, sizeof *witness->tokens) != 0)
        die("opened", path);
    witness->tokens = mmap(NULL, sizeof *witness->tokens, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (witness->tokens == MAP_FAILED)
        die("opened", beside);
    close(fd);
}

uint64_t witness_next_token(struct witness *witness)
{
    return __atomic_add_fetch(witness->tokens, 1, __ATOMIC_SEQ_CST);
}

void witness_tell(struct witness *witness, const struct history_entry *entry, const struct history_op *ops)
{
    struct buf line;
    buf_init(&line, 0);
    buf_printf(&line, "\n%c", MARK);
#define PUT(name) buf_printf(&line, " %" PRIu64, (uint64_t)entry->name);
    ENTRY_NUMBERS(PUT)
#undef PUT
    buf_printf(&line, " %zu", entry->n_ops);
    for (size_t i = 0; i < entry->n_ops; i++) {
#define PUT(name) buf_printf(&line, " %" PRIu64, (uint64_t)ops[i].name);
        OP_NUMBERS(PUT)
#undef PUT
    }
    buf_puts(&line, " .");
    if (write(witness->fd, line.data, line.len_bytes) != (ssize_t)line.len_bytes)
        die("written", "witness");
    buf_done(&line);
}

/* False at the end of the line, or at what is no number. */
static bool take(char **at, uint64_t *out)
{
    char *end;
    *out = strtoull(*at, &end, 10);
    bool taken = end != *at;
    *at = end;
    return taken;
}

static bool read_line(char *line, struct history *out)
{
    struct history_entry entry = {0};
    uint64_t number, n_ops;
    char *at = line + 1;
    size_t bytes = strlen(line);
    if (bytes < 2 || line[0] != MARK || line[bytes - 1] != '.')
        return false;
#define TAKE(name)                                                                                                                 \
    if (!take(&at, &number))                                                                                                       \
        return false;                                                                                                              \
    entry.name = (__typeof__(entry.name))number;
    ENTRY_NUMBERS(TAKE)
#undef TAKE
    if (!take(&at, &n_ops))
        return false;
    while (n_ops--) {
        struct history_op op = {0};
#define TAKE(name)                                                                                                                 \
    if (!take(&at, &number))                                                                                                       \
        return false;                                                                                                              \
    op.name = (__typeof__(op.name))number;
        OP_NUMBERS(TAKE)
#undef TAKE
        history_add_op(out, &op);
    }
    history_add(out, &entry);
    return true;
}

void witness_read(const char *path, struct history *out)
{
    struct witness witness;
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;
    if (!file)
        die("read", path);
    for (ssize_t n; (n = getline(&line, &room, file)) > 0;) {
        size_t ops_before = out->n_ops;
        if (line[n - 1] == '\n')
            line[n - 1] = 0;
        if (!read_line(line, out))
            out->n_ops = ops_before;
    }
    free(line);
    fclose(file);
    witness_open(&witness, path);
    out->tokens = *witness.tokens;
}
