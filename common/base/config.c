/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/config.h"

#include <ini.h>
#include <stdio.h>
#include <string.h>

#include "common/base/config_value.h"
#include "common/base/file.h"
#include "common/base/utf8.h"

/* Strangers' keys in error messages are cut to this. */
#define SHOWN_BYTES 80

static enum status value_take(struct config *config, size_t i, const char *value, int line, struct err *err)
{
    int64_t number;
    enum status s = config_value_parse(&config->keys[i], value, &number, err);
    if (s == STATUS_OK)
        config->values[i] = (struct config_value){.text = arena_strdup(config->arena, value), .number = number, .line = line};
    return s;
}

enum status config_init(struct config *config, struct arena *arena, const struct config_key *keys, size_t n, struct err *err)
{
    struct config fresh = {.keys = keys, .n = n, .arena = arena, .values = ARENA_ARRAY(arena, n, struct config_value)};
    for (size_t i = 0; i < n; i++) {
        enum status s = value_take(&fresh, i, keys[i].preset, 0, err);
        if (s != STATUS_OK)
            return s;
    }
    *config = fresh;
    return STATUS_OK;
}

static size_t key_find(const struct config *config, const char *name)
{
    size_t i = 0;
    while (i < config->n && strcmp(config->keys[i].name, name) != 0)
        i++;
    return i;
}

/* Levenshtein's distance, of names cut to SHOWN_BYTES. */
static size_t distance(const char *a, const char *b)
{
    size_t row[SHOWN_BYTES + 1], n = strnlen(b, SHOWN_BYTES);
    for (size_t k = 0; k <= n; k++)
        row[k] = k;
    for (size_t i = 0; i < SHOWN_BYTES && a[i]; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t k = 0; k < n; k++) {
            size_t change = diagonal + (a[i] != b[k]), drop = (row[k] < row[k + 1] ? row[k] : row[k + 1]) + 1;
            diagonal = row[k + 1];
            row[k + 1] = change < drop ? change : drop;
        }
    }
    return row[n];
}

static enum status unknown_key(const struct config *config, const char *name, struct err *err)
{
    const char *nearest = NULL;
    size_t best = 0;
    for (size_t i = 0; i < config->n; i++) {
        size_t d = distance(name, config->keys[i].name);
        if (!nearest || d < best) {
            nearest = config->keys[i].name;
            best = d;
        }
    }
    if (nearest && best <= strlen(nearest) / 2)
        return err_set(err, STATUS_INVALID, "there is no key \"%.*s\"; did you mean \"%s\"?", SHOWN_BYTES, name, nearest);
    return err_set(err, STATUS_INVALID, "there is no key \"%.*s\"; --print-config lists those there are", SHOWN_BYTES, name);
}

enum status config_set(struct config *config, const char *key, const char *value, struct err *err)
{
    size_t i = key_find(config, key);
    return i < config->n ? value_take(config, i, value, 0, err) : unknown_key(config, key, err);
}

/* What inih's callbacks share. inih reads lines through read_line(), which counts them and refuses what it would cut. */
struct reader {
    struct config *config;
    const char *name, *rest;
    int line;
    enum status status; /* the first failure stays */
    struct err *err;
};

static void complain(struct reader *reader, const char *what)
{
    reader->status = err_set(reader->err, STATUS_INVALID, "%s:%d: %s", reader->name, reader->line, what);
}

static char *read_line(char *out, int size, void *stream)
{
    struct reader *reader = stream;
    if (!*reader->rest || reader->status != STATUS_OK)
        return NULL;
    size_t bytes = strcspn(reader->rest, "\n");
    reader->line++;
    if (bytes > CONFIG_LINE_BYTES_MAX || bytes + 2 > (size_t)size) {
        char what[64];
        snprintf(what, sizeof what, "the line is longer than %d bytes", CONFIG_LINE_BYTES_MAX);
        complain(reader, what);
        return NULL;
    }
    memcpy(out, reader->rest, bytes);
    out[bytes] = '\0';
    reader->rest += bytes + (reader->rest[bytes] == '\n');
    return out;
}

static enum status line_take(struct reader *reader, const char *section, const char *name, const char *value)
{
    struct config *config = reader->config;
    if (*section)
        return err_set(reader->err, STATUS_INVALID, "there are no sections: take out [%.*s]", SHOWN_BYTES, section);
    size_t i = key_find(config, name);
    if (i == config->n)
        return unknown_key(config, name, reader->err);
    if (config->values[i].line)
        return err_set(reader->err, STATUS_INVALID, "\"%s\" is set a second time, after line %d; keep one of them", name,
                       config->values[i].line);
    return value_take(config, i, value, reader->line, reader->err);
}

static int handle_line(void *user, const char *section, const char *name, const char *value)
{
    struct reader *reader = user;
    if (reader->status != STATUS_OK)
        return 0;
    reader->status = line_take(reader, section, name, value);
    if (reader->status != STATUS_OK)
        err_prefix(reader->err, "%s:%d", reader->name, reader->line);
    return reader->status == STATUS_OK;
}

enum status config_parse(struct config *config, const char *name, const char *text, struct err *err)
{
    struct err own;
    struct config fresh = *config;
    fresh.values = arena_copy(config->arena, config->values, config->n * sizeof config->values[0]);
    for (size_t i = 0; i < fresh.n; i++)
        fresh.values[i].line = 0;
    struct reader reader = {.config = &fresh, .name = name, .rest = text, .err = err ? err : &own};
    if (!utf8_check(text, strlen(text), NULL))
        return err_set(err, STATUS_INVALID, "%s: not UTF-8 text; save it as UTF-8", name);
    int line = ini_parse_stream(read_line, &reader, handle_line, &reader);
    if (reader.status == STATUS_OK && line < 0)
        reader.status = err_set(err, STATUS_NO_MEMORY, "%s: no memory to read it", name);
    if (reader.status == STATUS_OK && line > 0)
        reader.status = err_set(err, STATUS_INVALID, "%s:%d: not of the form \"key = value\"", name, line);
    if (reader.status == STATUS_OK)
        memcpy(config->values, fresh.values, config->n * sizeof config->values[0]);
    return reader.status;
}

enum status config_read(struct config *config, const char *path, struct err *err)
{
    struct buf text;
    buf_init(&text, 0);
    enum status s = file_read(path, CONFIG_FILE_BYTES_MAX, &text, err);
    if (s == STATUS_OK && strlen(buf_text(&text)) != text.len_bytes)
        s = err_set(err, STATUS_INVALID, "%s: no text, it holds a NUL byte", path);
    if (s == STATUS_OK)
        s = config_parse(config, path, buf_text(&text), err);
    buf_done(&text);
    return s;
}

const char *config_get_text(const struct config *config, size_t key)
{
    return config->values[key].text;
}

int64_t config_get_int(const struct config *config, size_t key)
{
    return config->values[key].number;
}

bool config_get_bool(const struct config *config, size_t key)
{
    return config->values[key].number != 0;
}

void config_print(const struct config *config, bool chinese, struct buf *out)
{
    for (size_t i = 0; i < config->n; i++) {
        const struct config_key *key = &config->keys[i];
        buf_printf(out, "%s# %s\n# ", i > 0 ? "\n" : "", chinese ? key->text_zh : key->text);
        config_value_describe(key, chinese, out);
        buf_printf(out, "\n%s = %s\n", key->name, config->values[i].text);
    }
}

void config_reload(struct config *config, const struct config *fresh, struct buf *ignored)
{
    for (size_t i = 0; i < config->n; i++) {
        if (strcmp(config->values[i].text, fresh->values[i].text) == 0)
            continue;
        if (config->keys[i].reloadable) {
            config->values[i] = fresh->values[i];
            config->values[i].text = arena_strdup(config->arena, fresh->values[i].text);
        } else {
            buf_putc(ignored, ' ');
            buf_puts(ignored, config->keys[i].name);
        }
    }
}
