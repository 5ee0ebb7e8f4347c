/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/test_bundle.h"

#include <string.h>

#include "tests/harness/test.h"

static enum status sign(void *context, const void *data, size_t bytes, struct buf *key, struct buf *signature, struct err *err)
{
    const struct peer *peer = context;
    struct sha256 made = test_server_sign(&peer->key_hash, data, bytes);
    (void)err;
    buf_put(key, peer->key_hash.bytes, SHA256_BYTES);
    buf_put(signature, made.bytes, SHA256_BYTES);
    return STATUS_OK;
}

enum status test_bundle_export(struct sync *sync, const struct peer *peer, struct question *made, struct buf *out, struct err *err)
{
    struct peer signing = *peer;
    const struct signer signer = {.sign = sign, .context = &signing};
    return question_write(sync, &signer, made, out, err);
}

static void add(struct test_bundle_taken *sum, const Lianxin__BundleReply *reply)
{
    sum->taken += reply->taken;
    sum->known += reply->known;
    sum->refused += reply->refused;
    sum->conflicts += reply->conflicts;
    sum->left += reply->left;
    sum->rows += reply->rows;
    sum->revoked = reply->revoked;
    sum->restored = reply->restored;
    sum->parts++;
}

enum status test_bundle_take(struct test_server *server, const struct buf *question, bool accept_revoked,
                             struct test_bundle_taken *out, struct buf *answer, struct err *err)
{
    Lianxin__BundleRequest request = LIANXIN__BUNDLE_REQUEST__INIT;
    struct peer operator= test_server_operator();
    struct bundle bundle = {.kind = BUNDLE_ANSWER};
    struct arena arena;
    enum status s;
    arena_init(&arena, 0);
    *out = (struct test_bundle_taken){0};
    request.has_question = request.has_accept_revoked = true;
    request.question = (ProtobufCBinaryData){.len = question->len_bytes, .data = (uint8_t *)question->data};
    request.accept_revoked = accept_revoked;
    do {
        ProtobufCMessage *message;
        s = test_server_ask(server, &operator, MESSAGE_bundle, &request.base, &arena, &message, err);
        if (s != STATUS_OK)
            break;
        Lianxin__BundleReply *reply = (Lianxin__BundleReply *)message;
        add(out, reply);
        assert_true(uuid_from_bytes(reply->device.data, reply->device.len, &bundle.device));
        assert_true(bundle_find_district(question->data, question->len_bytes, &bundle.district));
        assert_true(bundle.n_parts < BUNDLE_PARTS_MAX);
        bundle.parts[bundle.n_parts++] = (struct bundle_part){reply->part.data, reply->part.len};
        request.next = reply->next;
    } while (request.next);
    if (s == STATUS_OK)
        s = bundle_write(&bundle, answer, err);
    arena_done(&arena);
    return s;
}

enum status test_bundle_import(struct sync *sync, const struct buf *answer, struct sync_report *report, struct err *err)
{
    struct answer opened;
    enum status s = answer_open(sync->cache, sync->random, answer->data, answer->len_bytes, &opened, err);
    if (s == STATUS_OK)
        s = answer_take(&opened, sync, report, err);
    answer_close(&opened);
    return s;
}
