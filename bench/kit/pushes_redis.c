/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/kit/pushes.h"

#define HEX_BYTES 41
#define BODY_BYTES 400 /* of our journal row about one edit; 86 for each further one */

/* KEYS: the school's revision, its journal, the activities. ARGV: the row, then before and after of each. 1: accepted. */
static const char push_script[] =
    "local n = #KEYS - 2 for i = 1, n do if redis.call('HGET', KEYS[2 + i], 'person') ~= ARGV[2 * i] then return 0 end end "
    "local rev = redis.call('INCR', KEYS[1]) "
    "for i = 1, n do redis.call('HSET', KEYS[2 + i], 'person', ARGV[2 * i + 1], 'rev', rev) end "
    "redis.call('RPUSH', KEYS[2], ARGV[1]) return 1";

/* ARGV: first school, how many, activities of each. */
static const char fill_script[] =
    "local text = string.rep('t', 180) for s = ARGV[1], ARGV[1] + ARGV[2] - 1 do redis.call('SET', 'h:' .. string.format('%d', s), "
    "1) "
    "for n = 0, ARGV[3] - 1 do redis.call('HSET', string.format('a:%d:%d', s, n), 'person', 'p0', 'rev', 1, 'rest', text) end end "
    "return 1";

static void put_argument(struct buf *out, const char *data, size_t bytes)
{
    buf_printf(out, "$%zu\r\n", bytes);
    buf_put(out, data, bytes);
    buf_puts(out, "\r\n");
}

static void put_text(struct buf *out, const char *text)
{
    put_argument(out, text, strlen(text));
}

static void put_number(struct buf *out, unsigned long number)
{
    char text[24];
    snprintf(text, sizeof text, "%lu", number);
    put_text(out, text);
}

/* The digest that EVALSHA knows the script by. */
static const char *script_digest(char out[HEX_BYTES])
{
    unsigned char digest[20];
    must_be(EVP_Digest(push_script, sizeof push_script - 1, digest, NULL, EVP_sha1(), NULL) == 1, "no SHA-1");
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
    return out;
}

/* ---- before the run ---- */

/* One command and its answer, which is a line or a short text. */
static void command(SSL *tls, struct buf *out)
{
    char answer[256];
    must_be(SSL_write(tls, out->data, (int)out->len_bytes) == (int)out->len_bytes, "redis does not take a command");
    int n = SSL_read(tls, answer, sizeof answer - 1);
    must_be(n > 0, "redis does not answer");
    answer[n] = '\0';
    must_be(answer[0] != '-', answer);
    buf_reset(out);
}

bool redis_prepare(struct pushes *p, unsigned *port)
{
    const char *text = getenv("BENCH_REDIS");
    struct buf out;
    if (!text || !*text)
        return false;
    *port = (unsigned)strtoul(text, NULL, 10);
    SSL_CTX *context = load_context(p->district);
    SSL *tls = load_connect(context, *port);
    buf_init(&out, 0);
    buf_puts(&out, "*1\r\n$8\r\nFLUSHALL\r\n");
    command(tls, &out);
    for (size_t i = 0; i < p->schools; i += 100) {
        buf_puts(&out, "*6\r\n$4\r\nEVAL\r\n");
        put_text(&out, fill_script);
        put_number(&out, 0);
        put_number(&out, i);
        put_number(&out, p->schools - i < 100 ? p->schools - i : 100);
        put_number(&out, p->activities);
        command(tls, &out);
    }
    buf_puts(&out, "*3\r\n$6\r\nSCRIPT\r\n$4\r\nLOAD\r\n");
    put_text(&out, push_script);
    command(tls, &out);
    buf_done(&out);
    load_disconnect(tls);
    SSL_CTX_free(context);
    return true;
}

/* ---- the run ---- */

static void put_push(void *context, unsigned client, struct buf *out)
{
    static const char body[BODY_BYTES + 86 * PUSHES_EDITS_MAX];
    struct pushes *p = context;
    char digest[HEX_BYTES], key[48];
    pushes_pick(p, client);
    size_t school = p->at[client].school;
    buf_printf(out, "*%u\r\n$7\r\nEVALSHA\r\n", 3 + 2 + p->n_edits + 1 + 2 * p->n_edits);
    put_text(out, script_digest(digest));
    put_number(out, 2 + p->n_edits);
    snprintf(key, sizeof key, "h:%zu", school);
    put_text(out, key);
    snprintf(key, sizeof key, "j:%zu", school);
    put_text(out, key);
    for (unsigned i = 0; i < p->n_edits; i++) {
        snprintf(key, sizeof key, "a:%zu:%u", school, p->at[client].first + i);
        put_text(out, key);
    }
    put_argument(out, body, BODY_BYTES + 86 * (size_t)(p->n_edits - 1));
    for (unsigned i = 0; i < p->n_edits; i++) {
        uint32_t value = *pushes_value(p, client, i);
        snprintf(key, sizeof key, "p%u", value);
        put_text(out, key);
        snprintf(key, sizeof key, "p%u", value + 1);
        put_text(out, key);
    }
}

static size_t take_reply(void *context, unsigned client, const char *data, size_t bytes)
{
    if (bytes < 4)
        return 0;
    must_be(memcmp(data, ":1\r\n", 4) == 0, "redis did not accept a push");
    pushes_accepted(context, client);
    return 4;
}

struct load_language redis_language(struct pushes *pushes)
{
    return (struct load_language){.ask = put_push, .take = take_reply, .context = pushes};
}
