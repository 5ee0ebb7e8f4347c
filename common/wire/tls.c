/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHAIN_BYTES_MAX (16 << 10) /* what a peer's certificates may take */
#define SESSION_BYTES_MAX 256      /* of one without certificate, encoded */

static const unsigned char protocol_name[] = {7, 'l', 'i', 'a', 'n', 'x', 'i', 'n'};

struct tls {
    SSL_CTX *context;
    struct sha256 pin; /* of a client */
};

/* The verdict's texts are OpenSSL's, but for these that it cannot know. */
#define VERDICT_PIN X509_V_ERR_APPLICATION_VERIFICATION
#define VERDICT_USAGE X509_V_ERR_INVALID_PURPOSE

static enum status fail(struct err *err, enum status status, const char *what, const char *path)
{
    char text[160] = "";
    unsigned long error = ERR_get_error();
    if (error)
        ERR_error_string_n(error, text, sizeof text);
    ERR_clear_error();
    return err_set(err, status, "%s%s%s%s%s", what, path ? " " : "", path ? path : "", error ? ": " : "", text);
}

/* OpenSSL lets a certificate without an extended key usage pass for anything; ours always state it. */
static int verify_usage(X509_STORE_CTX *store, uint32_t usage)
{
    X509 *leaf = X509_STORE_CTX_get0_cert(store);
    if (X509_verify_cert(store) != 1)
        return 0;
    if (X509_get_extension_flags(leaf) & EXFLAG_XKUSAGE && X509_get_extended_key_usage(leaf) & usage)
        return 1;
    X509_STORE_CTX_set_error(store, VERDICT_USAGE);
    return 0;
}

/* The chain would be kept with the connection, and nobody looks at it again. */
static int verify_client(X509_STORE_CTX *store, void *argument)
{
    (void)argument;
    int ok = verify_usage(store, XKU_SSL_CLIENT);
    X509_STORE_CTX_set0_verified_chain(store, NULL);
    return ok;
}

static bool is_pinned(X509 *certificate, const struct sha256 *pin)
{
    struct sha256 digest;
    unsigned bytes = SHA256_BYTES;
    return X509_digest(certificate, EVP_sha256(), digest.bytes, &bytes) == 1 && sha256_equal(&digest, pin);
}

/* Adds the authorities whose key the pinned one has signed. Only an authority's certificate can tell: any other of that key would
 * make everybody with a certificate an authority. */
static void trust_successors(STACK_OF(X509) * sent, X509 *pinned, STACK_OF(X509) * trusted)
{
    EVP_PKEY *signer = X509_get0_pubkey(pinned);
    for (int i = 0; i < sk_X509_num(sent); i++) {
        X509 *bridge = sk_X509_value(sent, i);
        if (bridge == pinned || X509_check_ca(bridge) != 1 || X509_verify(bridge, signer) != 1)
            continue;
        for (int k = 0; k < sk_X509_num(sent); k++) {
            X509 *root = sk_X509_value(sent, k);
            EVP_PKEY *key = X509_get0_pubkey(root);
            if (root != bridge && root != pinned && key && X509_check_ca(root) == 1 && X509_verify(root, key) == 1 &&
                EVP_PKEY_eq(key, X509_get0_pubkey(bridge)) == 1)
                sk_X509_push(trusted, root);
        }
    }
    ERR_clear_error(); /* of the signatures that were others' */
}

/* The authority comes from the peer and is believed because its digest is the one in the invitation. */
static int verify_server(X509_STORE_CTX *store, void *argument)
{
    const struct sha256 *pin = argument;
    STACK_OF(X509) *sent = X509_STORE_CTX_get0_untrusted(store), *trusted = sk_X509_new_null();
    X509 *pinned = NULL;
    for (int i = 0; trusted && !pinned && i < sk_X509_num(sent); i++)
        if (is_pinned(sk_X509_value(sent, i), pin))
            pinned = sk_X509_value(sent, i);
    int ok = 0;
    if (pinned && sk_X509_push(trusted, pinned) > 0) {
        trust_successors(sent, pinned, trusted);
        X509_STORE_CTX_set0_trusted_stack(store, trusted);
        ok = verify_usage(store, XKU_SSL_SERVER);
    } else {
        X509_STORE_CTX_set_error(store, VERDICT_PIN);
    }
    sk_X509_free(trusted);
    return ok;
}

static int choose_protocol(SSL *connection, const unsigned char **out, unsigned char *out_bytes, const unsigned char *offered,
                           unsigned offered_bytes, void *argument)
{
    (void)connection;
    (void)argument;
    unsigned char *chosen;
    if (SSL_select_next_proto(&chosen, out_bytes, protocol_name, sizeof protocol_name, offered, offered_bytes) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

/* What both ends agree on. */
static bool set_policy(SSL_CTX *context)
{
    char groups[] = "X25519:P-256", signatures[] = "ECDSA+SHA256"; /* the macros below cast const away */
    SSL_CTX_set_options(context,
                        SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    /* Idle connections give their buffers back: 10,000 of them take 159 MiB instead of 280. */
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_max_cert_list(context, CHAIN_BYTES_MAX);
    return SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) && SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) &&
           SSL_CTX_set_num_tickets(context, 0) && SSL_CTX_set_max_early_data(context, 0) &&
           SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384") &&
           SSL_CTX_set1_groups_list(context, groups) && SSL_CTX_set1_sigalgs_list(context, signatures);
}

static enum status set_certificate(SSL_CTX *context, const char *key_path, const char *certificate_path, struct err *err)
{
    if (SSL_CTX_use_certificate_file(context, certificate_path, SSL_FILETYPE_PEM) != 1)
        return fail(err, STATUS_CORRUPT, "cannot use the certificate", certificate_path);
    if (SSL_CTX_use_PrivateKey_file(context, key_path, SSL_FILETYPE_PEM) != 1)
        return fail(err, STATUS_CORRUPT, "cannot use the key", key_path);
    if (SSL_CTX_check_private_key(context) != 1)
        return fail(err, STATUS_CORRUPT, "the key does not belong to the certificate", certificate_path);
    return STATUS_OK;
}

static enum status tls_new(const SSL_METHOD *method, struct tls **out, struct err *err)
{
    struct tls *tls = calloc(1, sizeof *tls);
    if (!tls || !(tls->context = SSL_CTX_new(method)) || !set_policy(tls->context)) {
        tls_free(tls);
        return fail(err, STATUS_FAILED, "cannot set up TLS", NULL);
    }
    *out = tls;
    return STATUS_OK;
}

void tls_free(struct tls *tls)
{
    if (tls)
        SSL_CTX_free(tls->context);
    free(tls);
}

/* Every certificate of the file is sent along, so that a client which only knows a pin can check it. Those signed by themselves are
 * the authorities that clients may come from; the others only tell of one by another. */
static bool add_authority(SSL_CTX *context, X509 *authority)
{
    bool own = X509_verify(authority, X509_get0_pubkey(authority)) == 1;
    ERR_clear_error();
    return SSL_CTX_add1_chain_cert(context, authority) == 1 &&
           (!own || (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority) == 1 &&
                     SSL_CTX_add_client_CA(context, authority) == 1));
}

static enum status set_authority(SSL_CTX *context, const char *path, struct err *err)
{
    BIO *bio = BIO_new_file(path, "r");
    X509 *authority = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    bool ok = authority != NULL;
    for (; ok && authority; authority = PEM_read_bio_X509(bio, NULL, NULL, NULL)) {
        ok = add_authority(context, authority);
        X509_free(authority);
    }
    BIO_free(bio);
    if (ok)
        ERR_clear_error(); /* of the file's end */
    return ok ? STATUS_OK : fail(err, STATUS_CORRUPT, "cannot use the authority's certificate", path);
}

enum status tls_server_new(const char *key_path, const char *certificate_path, const char *authority_path, struct tls **out,
                           struct err *err)
{
    struct tls *tls = NULL;
    enum status s = tls_new(TLS_server_method(), &tls, err);
    if (s)
        return s;
    SSL_CTX_set_verify(tls->context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(tls->context, verify_client, NULL);
    SSL_CTX_set_alpn_select_cb(tls->context, choose_protocol, NULL);
    s = set_certificate(tls->context, key_path, certificate_path, err);
    s = s ? s : set_authority(tls->context, authority_path, err);
    if (s)
        tls_free(tls);
    else
        *out = tls;
    return s;
}

enum status tls_client_new(const struct sha256 *pin, const char *key_path, const char *certificate_path, struct tls **out,
                           struct err *err)
{
    struct tls *tls = NULL;
    enum status s = tls_new(TLS_client_method(), &tls, err);
    if (s)
        return s;
    tls->pin = *pin;
    SSL_CTX_set_verify(tls->context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(tls->context, verify_server, &tls->pin);
    if (SSL_CTX_set_alpn_protos(tls->context, protocol_name, sizeof protocol_name) != 0)
        s = fail(err, STATUS_FAILED, "cannot set up TLS", NULL);
    if (!s && key_path)
        s = set_certificate(tls->context, key_path, certificate_path, err);
    if (s)
        tls_free(tls);
    else
        *out = tls;
    return s;
}

struct ssl_st *tls_connection(const struct tls *tls)
{
    return SSL_new(tls->context);
}

/* There is no function for it: the session that the connection holds is decoded anew, in its place, from one that is like it but
 * has no certificate. No session is ever resumed, so its secret is none. Where this fails, the certificate stays. */
static void forget_certificate(SSL *connection)
{
    static const unsigned char no_secret[SHA256_BYTES];
    unsigned char encoded[SESSION_BYTES_MAX], *to = encoded;
    const unsigned char *from = encoded;
    SSL_SESSION *held = SSL_get_session(connection), *bare = SSL_SESSION_new();
    int bytes = bare && held && SSL_SESSION_set_protocol_version(bare, TLS1_3_VERSION) &&
                        SSL_SESSION_set_cipher(bare, SSL_SESSION_get0_cipher(held)) &&
                        SSL_SESSION_set1_master_key(bare, no_secret, sizeof no_secret)
                    ? i2d_SSL_SESSION(bare, NULL)
                    : 0;
    if (bytes > 0 && bytes <= SESSION_BYTES_MAX && i2d_SSL_SESSION(bare, &to) == bytes)
        (void)d2i_SSL_SESSION(&held, &from, bytes);
    SSL_SESSION_free(bare);
    ERR_clear_error();
}

bool tls_take_peer_key(struct ssl_st *connection, struct sha256 *key_hash)
{
    X509 *certificate = SSL_get0_peer_certificate(connection);
    unsigned char *der = NULL;
    int bytes = certificate ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der) : 0;
    if (bytes > 0)
        *key_hash = sha256_of(der, (size_t)bytes);
    OPENSSL_free(der);
    if (certificate)
        forget_certificate(connection);
    return bytes > 0;
}

bool tls_server_pin(const struct ssl_st *connection, struct sha256 *pin)
{
    STACK_OF(X509) *chain = SSL_get0_verified_chain(connection);
    int n = chain ? sk_X509_num(chain) : 0;
    unsigned bytes = SHA256_BYTES;
    return n > 1 && X509_digest(sk_X509_value(chain, n - 1), EVP_sha256(), pin->bytes, &bytes) == 1;
}

void tls_failure(const struct ssl_st *connection, unsigned long error, char *out, size_t size)
{
    long verdict = SSL_get_verify_result(connection);
    const char *text = "";
    if (!error)
        error = ERR_get_error();
    ERR_clear_error();
    if (verdict == VERDICT_PIN)
        text = "the certificate is not of this district's authority";
    else if (verdict != X509_V_OK)
        text = X509_verify_cert_error_string(verdict);
    else if (error)
        text = ERR_reason_error_string(error);
    snprintf(out, size, "%s", text ? text : "unknown TLS error");
}

const char *tls_library_version(void)
{
    return OpenSSL_version(OPENSSL_VERSION_STRING);
}
