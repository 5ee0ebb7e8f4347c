/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cmd/issuer.h"

#include "server/service/device.h"

static enum status issue(void *context, struct arena *arena, const void *csr, size_t csr_bytes, const struct uuid *device,
                         struct issued *out, struct err *err)
{
    const struct issuer_context *issuer = context;
    struct issued issued;
    struct buf der;
    buf_init(&der, X509_FILE_BYTES_MAX);
    enum status st = x509_request_check(csr, csr_bytes, &issued.key_hash, err);
    if (st == STATUS_OK)
        issued.device = device ? *device : device_of_key(&issued.key_hash);
    if (st == STATUS_OK)
        st = x509_issue_client(issuer->authority, csr, csr_bytes, &issued.device, clock_now_ms(&issuer->clock), &issuer->random,
                               &der, err);
    if (st == STATUS_OK) {
        const void *ca = x509_authority_der(issuer->authority, &issued.ca_bytes);
        issued.ca = arena_copy(arena, ca, issued.ca_bytes);
        issued.certificate = arena_copy(arena, der.data, der.len_bytes);
        issued.certificate_bytes = der.len_bytes;
        *out = issued;
    }
    buf_done(&der);
    return st;
}

static struct sha256 ca_pin(void *context)
{
    return x509_authority_pin(((const struct issuer_context *)context)->authority);
}

static enum status check_signature(void *context, const void *key, size_t key_bytes, const void *data, size_t bytes,
                                   const void *signature, size_t signature_bytes, struct sha256 *key_hash, struct err *err)
{
    (void)context;
    return x509_check_signature(key, key_bytes, data, bytes, signature, signature_bytes, key_hash, err);
}

struct issuer issuer_of(struct issuer_context *context)
{
    return (struct issuer){.issue = issue, .ca_pin = ca_pin, .check_signature = check_signature, .context = context};
}
