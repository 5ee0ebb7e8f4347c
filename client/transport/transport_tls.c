/* SPDX-License-Identifier: Apache-2.0 */
#include "client/transport/transport_tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/sslerr.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/transport/exchange.h"
#include "client/transport/socket.h"
#include "common/wire/tls.h"

#define CONNECT_TIMEOUT_MS 5000
#define CALL_TIMEOUT_MS 60000
#define GREETING_ARENA_BYTES ((size_t)1 << 20)

struct client {
    char **addresses;
    size_t n_addresses, next_address; /* the one to try first */
    int connect_timeout_ms, call_timeout_ms;
    struct tls *tls;
    struct ssl_st *connection; /* NULL: not connected */
    int fd;
    bool greeted;
    struct sha256 pin; /* of the authority that the server was taken by, when has_pin */
    bool has_pin;
    uint32_t last_request;
};

static void disconnect(struct client *client)
{
    if (!client->connection)
        return;
    (void)SSL_shutdown(client->connection);
    ERR_clear_error();
    SSL_free(client->connection);
    client->connection = NULL;
    close(client->fd);
    client->greeted = false;
}

/* The alerts by which a TLS 1.3 server says that it does not like our certificate. They arrive with the first read: to the client
 * the handshake was over before the server looked. */
static bool is_certificate_alert(unsigned long error)
{
    switch (ERR_GET_REASON(error)) {
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
        return true;
    default:
        return false;
    }
}

/* The error to report. When writing failed because the server has gone, what it said before going may still be there to read. */
static unsigned long take_error(struct client *client, int code)
{
    char byte;
    if (code == SSL_ERROR_SYSCALL)
        (void)SSL_read(client->connection, &byte, 1);
    return ERR_get_error();
}

/* Waits for what the last operation, whose result was n, needs; OK: do it again. */
static enum status wait_or_fail(struct client *client, int n, int64_t until_ms, struct err *err)
{
    int number = errno, code = SSL_get_error(client->connection, n);
    if (code == SSL_ERROR_WANT_READ || code == SSL_ERROR_WANT_WRITE) {
        if (socket_wait(client->fd, code == SSL_ERROR_WANT_WRITE, until_ms))
            return STATUS_OK;
        return err_reason(err, REASON_CONNECTION_LOST, "no answer in time", NULL);
    }
    char text[256];
    unsigned long error = take_error(client, code);
    if (error && is_certificate_alert(error)) {
        ERR_clear_error();
        return err_reason(err, REASON_CERTIFICATE_REFUSED, ERR_reason_error_string(error), NULL);
    }
    tls_failure(client->connection, error, text, sizeof text);
    if (!text[0] && code == SSL_ERROR_SYSCALL && number)
        (void)err_errno(number, text, sizeof text);
    return err_reason(err, REASON_CONNECTION_LOST, text[0] ? text : "the server closed it", NULL);
}

static enum status write_bytes(void *context, const void *data, size_t bytes, int64_t until_ms, struct err *err)
{
    struct client *client = context;
    const char *at = data;
    enum status s = STATUS_OK;
    while (bytes && !s) {
        size_t n = 0;
        ERR_clear_error();
        int result = SSL_write_ex(client->connection, at, bytes, &n);
        if (result != 1)
            s = wait_or_fail(client, result, until_ms, err);
        at += n;
        bytes -= n;
    }
    return s;
}

static enum status read_bytes(void *context, void *data, size_t bytes, int64_t until_ms, struct err *err)
{
    struct client *client = context;
    char *at = data;
    enum status s = STATUS_OK;
    while (bytes && !s) {
        size_t n = 0;
        ERR_clear_error();
        int result = SSL_read_ex(client->connection, at, bytes, &n);
        if (result != 1)
            s = wait_or_fail(client, result, until_ms, err);
        at += n;
        bytes -= n;
    }
    return s;
}

/* TLS on client->fd. The caller cleans up. */
static enum status shake_hands(struct client *client, const char *address, int64_t until_ms, struct err *err)
{
    char text[256];
    enum status s = STATUS_OK;
    int result = 0;
    while (!s) {
        ERR_clear_error();
        result = SSL_connect(client->connection);
        if (result == 1) {
            client->has_pin = tls_server_pin(client->connection, &client->pin);
            return STATUS_OK;
        }
        if (SSL_get_verify_result(client->connection) != X509_V_OK) {
            tls_failure(client->connection, 0, text, sizeof text);
            return err_reason(err, REASON_WRONG_SERVER, address, text, NULL);
        }
        s = wait_or_fail(client, result, until_ms, err);
    }
    return s;
}

static enum status connect_to(struct client *client, const char *text, struct err *err)
{
    int64_t until_ms = socket_now_ms() + client->connect_timeout_ms;
    struct address address;
    enum status s = address_parse(text, &address, err);
    s = s ? s : socket_connect(&address, until_ms, &client->fd, err);
    if (s)
        return s;
    client->connection = tls_connection(client->tls);
    if (!client->connection || SSL_set_fd(client->connection, client->fd) != 1) {
        SSL_free(client->connection);
        client->connection = NULL;
        close(client->fd);
        return err_set(err, STATUS_NO_MEMORY, "no memory for a connection");
    }
    s = shake_hands(client, text, until_ms, err);
    if (s)
        disconnect(client);
    return s;
}

/* The first address that answers. A wrong server at one does not keep us from the next; it is reported when none is right. */
static enum status connect_any(struct client *client, struct err *err)
{
    struct buf causes;
    struct err last = {.status = STATUS_UNAVAILABLE}, wrong = {0};
    buf_init(&causes, 0);
    enum status s = STATUS_UNAVAILABLE;
    for (size_t i = 0; i < client->n_addresses && s; i++) {
        size_t at = (client->next_address + i) % client->n_addresses;
        s = connect_to(client, client->addresses[at], &last);
        if (!s)
            client->next_address = at;
        else if (s == STATUS_UNAVAILABLE)
            buf_printf(&causes, "%s%s: %s", causes.len_bytes ? "; " : "", client->addresses[at],
                       last.reason == REASON_CONNECTION_LOST ? last.arguments[0] : last.text);
        else
            wrong = last;
    }
    if (s && wrong.status) {
        s = wrong.status;
        if (err)
            *err = wrong;
    } else if (s) {
        s = err_reason(err, REASON_UNREACHABLE, buf_text(&causes), NULL);
    }
    buf_done(&causes);
    return s;
}

/* Whether the server has closed a connection that was kept: nothing of a request may be sent on it then. */
static bool is_stale(const struct client *client)
{
    struct pollfd poll_fd = {.fd = client->fd, .events = POLLIN};
    return poll(&poll_fd, 1, 0) != 0; /* between calls the server has nothing to say but that it closes */
}

static enum status exchange(struct client *client, enum message_number number, const ProtobufCMessage *request, struct arena *arena,
                            ProtobufCMessage **reply, struct err *err)
{
    const struct channel channel = {.write = write_bytes, .read = read_bytes, .context = client};
    bool broken;
    enum status s = exchange_call(&channel, number, ++client->last_request, request, socket_now_ms() + client->call_timeout_ms,
                                  arena, reply, &broken, err);
    if (broken)
        disconnect(client);
    return s;
}

/* The server wants a Hello first on every connection; callers need not know when one was made again. */
static enum status greet(struct client *client, struct err *err)
{
    Lianxin__HelloRequest hello = LIANXIN__HELLO_REQUEST__INIT;
    char software[] = "lianxin " LIANXIN_VERSION;
    hello.has_version_min = hello.has_version_max = true;
    hello.version_min = PROTOCOL_VERSION_MIN;
    hello.version_max = PROTOCOL_VERSION;
    hello.software = software;
    struct arena arena;
    ProtobufCMessage *reply;
    arena_init(&arena, GREETING_ARENA_BYTES);
    enum status s = exchange(client, MESSAGE_hello, &hello.base, &arena, &reply, err);
    arena_done(&arena);
    return s;
}

static enum status call_connected(struct client *client, enum message_number number, const ProtobufCMessage *request,
                                  struct arena *arena, ProtobufCMessage **reply, struct err *err)
{
    enum status s = STATUS_OK;
    if (client->connection && is_stale(client))
        disconnect(client);
    if (!client->connection)
        s = connect_any(client, err);
    if (!s && !client->greeted && number != MESSAGE_hello && number != MESSAGE_enrol)
        s = greet(client, err);
    if (s)
        return s;
    s = exchange(client, number, request, arena, reply, err);
    client->greeted = client->connection && (client->greeted || number != MESSAGE_enrol) && (!s || number != MESSAGE_hello);
    return s;
}

static enum status call(void *context, enum message_number number, const ProtobufCMessage *request, struct arena *arena,
                        ProtobufCMessage **reply, struct err *err)
{
    /* OpenSSL writes with write(2): a connection closed by the server would end the process. */
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGPIPE, &ignore, &before);
    enum status s = call_connected(context, number, request, arena, reply, err);
    sigaction(SIGPIPE, &before, NULL);
    return s;
}

static void release(void *context)
{
    struct client *client = context;
    disconnect(client);
    tls_free(client->tls);
    for (size_t i = 0; client->addresses && i < client->n_addresses; i++)
        free(client->addresses[i]);
    free(client->addresses);
    free(client);
}

static enum status copy_addresses(struct client *client, const struct transport_tls_config *config, struct err *err)
{
    struct address parsed;
    if (!config->n_addresses)
        return err_set(err, STATUS_USAGE, "no address of the district's server is known");
    client->addresses = calloc(config->n_addresses, sizeof *client->addresses);
    client->n_addresses = client->addresses ? config->n_addresses : 0;
    enum status s = client->addresses ? STATUS_OK : err_set(err, STATUS_NO_MEMORY, "no memory for addresses");
    for (size_t i = 0; i < client->n_addresses && !s; i++) {
        s = address_parse(config->addresses[i], &parsed, err);
        client->addresses[i] = s ? NULL : strdup(config->addresses[i]);
        if (!s && !client->addresses[i])
            s = err_set(err, STATUS_NO_MEMORY, "no memory for addresses");
    }
    return s;
}

enum status transport_tls_open(const struct transport_tls_config *config, struct transport *out, struct err *err)
{
    struct client *client = calloc(1, sizeof *client);
    if (!client)
        return err_set(err, STATUS_NO_MEMORY, "no memory for a connection");
    client->connect_timeout_ms = config->connect_timeout_ms ? config->connect_timeout_ms : CONNECT_TIMEOUT_MS;
    client->call_timeout_ms = config->call_timeout_ms ? config->call_timeout_ms : CALL_TIMEOUT_MS;
    enum status s = copy_addresses(client, config, err);
    s = s ? s : tls_client_new(&config->ca_pin, config->key_path, config->certificate_path, &client->tls, err);
    if (s)
        release(client);
    else
        *out = (struct transport){.call = call, .free = release, .context = client};
    return s;
}

bool transport_tls_find_pin(const struct transport *transport, struct sha256 *pin)
{
    const struct client *client = transport->context;
    if (transport->call != call || !client->has_pin)
        return false;
    *pin = client->pin;
    return true;
}
