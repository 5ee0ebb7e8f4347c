/* SPDX-License-Identifier: Apache-2.0
 *
 * Bundles, by the first byte: 0 a file as either side reads it; 1 what is inside a question, signed and sealed here, as the server
 * takes it in; 2 what is inside an answer, sealed here, as a client imports it, twice. The journal still agrees with the tables,
 * and what waits at the client is never lost. */
#include <stdlib.h>
#include <string.h>

#include "client/sync/answer.h"
#include "client/sync/question.h"
#include "tests/fuzz/fuzz_client.h"
#include "tests/harness/test_author.h"

static void read_file(const uint8_t *data, size_t size)
{
    struct box_public district;
    struct bundle bundle;
    struct err err = {0};
    if (!bundle_find_district(data, size, &district))
        memset(&district, 0, sizeof district);
    for (int i = 0; i < 2; i++)
        if (bundle_read(data, size, i ? BUNDLE_ANSWER : BUNDLE_QUESTION, &district, &bundle, &err) == STATUS_OK)
            fuzz_must(bundle.n_parts && bundle.n_parts <= BUNDLE_PARTS_MAX);
        else
            fuzz_must(err.status && err.text[0]);
}

/* A file of one part that holds these bytes. */
static void seal(enum bundle_kind kind, const struct box_key *from, const struct box_public *to, const void *data, size_t bytes,
                 struct buf *out)
{
    struct bundle bundle = {.kind = kind, .district = kind == BUNDLE_QUESTION ? *to : from->open, .n_parts = 1};
    struct buf sealed;
    buf_init(&sealed, 0);
    fuzz_must(!box_seal(from, to, &fuzz_random, data, bytes, &sealed, NULL));
    bundle.parts[0] = (struct bundle_part){sealed.data, sealed.len_bytes};
    fuzz_must(!bundle_write(&bundle, out, NULL));
    buf_done(&sealed);
}

/* ---- the server ---- */

static void ask(struct test_server *server, enum message_number number, const ProtobufCMessage *request, struct arena *arena)
{
    struct peer operator= test_server_operator();
    ProtobufCMessage *reply;
    struct err err = {0};
    enum status s = test_server_ask(server, &operator, number, request, arena, &reply, &err);
    fuzz_must(s ? err.text[0] != 0 : number != MESSAGE_check || ((const Lianxin__CheckReply *)reply)->ok);
}

static void take_in(const uint8_t *data, size_t size)
{
    Lianxin__BundleSigned message = LIANXIN__BUNDLE_SIGNED__INIT;
    Lianxin__BundleRequest request = LIANXIN__BUNDLE_REQUEST__INIT;
    Lianxin__CheckRequest check = LIANXIN__CHECK_REQUEST__INIT;
    struct test_server server;
    struct arena arena;
    struct buf file;
    test_server_open(&server, 41);
    test_server_add_school(&server, "SY01", "实验小学");
    struct peer wang = test_server_enrol(&server, "SY01", "王芳");
    arena_init(&arena, 0);
    buf_init(&file, 0);
    uint8_t *whole = arena_alloc(&arena, strlen(BUNDLE_SIGNED_FOR) + size + 1);
    memcpy(whole, BUNDLE_SIGNED_FOR, strlen(BUNDLE_SIGNED_FOR));
    if (size)
        memcpy(whole + strlen(BUNDLE_SIGNED_FOR), data, size);
    struct sha256 signature = test_server_sign(&wang.key_hash, whole, strlen(BUNDLE_SIGNED_FOR) + size);
    message.has_body = message.has_key = message.has_signature = true;
    message.body = (ProtobufCBinaryData){.len = size, .data = whole + strlen(BUNDLE_SIGNED_FOR)};
    message.key = (ProtobufCBinaryData){.len = SHA256_BYTES, .data = wang.key_hash.bytes};
    message.signature = (ProtobufCBinaryData){.len = SHA256_BYTES, .data = signature.bytes};
    size_t bytes = lianxin__bundle_signed__get_packed_size(&message);
    uint8_t *plain = arena_alloc(&arena, bytes);
    lianxin__bundle_signed__pack(&message, plain);
    struct sha256 seed = hmac_sha256(server.config.journal_key, "bundle", 6);
    struct box_key once = box_key_new(&fuzz_random), district = box_key_of(seed.bytes);
    seal(BUNDLE_QUESTION, &once, &district.open, plain, bytes, &file);
    request.has_question = true;
    request.question = (ProtobufCBinaryData){.len = file.len_bytes, .data = (uint8_t *)file.data};
    for (int i = 0; i < 2; i++)
        ask(&server, MESSAGE_bundle, &request.base, &arena);
    ask(&server, MESSAGE_check, &check.base, &arena);
    buf_done(&file);
    arena_done(&arena);
    test_server_close(&server);
}

/* ---- the client ---- */

static struct cache *open_client(struct test_disk *disk, const struct schema *schema, struct arena *arena,
                                 const struct box_key *district)
{
    struct cache *cache = fuzz_open_client(disk, schema, arena);
    fuzz_must(!cache_put_meta(cache, CACHE_META_bundle_key, district->open.bytes, BOX_KEY_BYTES, NULL));
    return cache;
}

static void import_twice(struct cache *cache, const struct buf *file)
{
    for (int i = 0; i < 2; i++) {
        struct sync sync = {.cache = cache, .clock = &fuzz_clock, .random = &fuzz_random, .software = "fuzz"};
        struct sync_report report;
        struct answer answer;
        struct err err = {0};
        enum status s = answer_open(cache, &fuzz_random, file->data, file->len_bytes, &answer, &err);
        if (s == STATUS_OK)
            s = answer_take(&answer, &sync, &report, &err);
        fuzz_must(s == STATUS_OK || (err.status && err.text[0]));
        answer_close(&answer);
    }
}

static void import(const uint8_t *data, size_t size)
{
    struct test_disk *disk = test_disk_new(1);
    const struct schema *schema;
    struct box_key district = box_key_new(&fuzz_random), own;
    struct arena arena;
    struct buf file;
    arena_init(&arena, 0);
    buf_init(&file, 0);
    fuzz_must(!schema_new(&arena, schema_source_current(), &schema, NULL));
    struct cache *cache = open_client(disk, schema, &arena, &district);
    fuzz_must(!question_answer_key(cache, &fuzz_random, &own, NULL));
    seal(BUNDLE_ANSWER, &district, &own.open, data, size, &file);
    import_twice(cache, &file);
    fuzz_check_outbox(cache);
    cache_close(cache);
    buf_done(&file);
    arena_done(&arena);
    test_disk_free(disk);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    switch (data[0] % 3) {
    case 0:
        read_file(data + 1, size - 1);
        break;
    case 1:
        take_in(data + 1, size - 1);
        break;
    case 2:
        import(data + 1, size - 1);
        break;
    }
    return 0;
}
