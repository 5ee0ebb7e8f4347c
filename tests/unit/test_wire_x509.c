/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/wire/x509.h"
#include "tests/harness/test.h"

#define NOW_MS INT64_C(1735689600000) /* 2025-01-01 */
#define DAY_MS INT64_C(86400000)

struct fixture {
    char folder[64], key_path[96], certificate_path[96];
    struct random random;
    struct x509_authority *authority;
    struct err err;
};

static int set_up(void **state)
{
    static struct fixture f;
    f = (struct fixture){.folder = "/tmp/lianxin-x509-XXXXXX", .random = random_system()};
    assert_non_null(mkdtemp(f.folder));
    snprintf(f.key_path, sizeof f.key_path, "%s/ca.key", f.folder);
    snprintf(f.certificate_path, sizeof f.certificate_path, "%s/ca.pem", f.folder);
    struct x509_key *key;
    struct buf der;
    buf_init(&der, 0);
    assert_int_equal(x509_key_new(&key, &f.err), STATUS_OK);
    assert_int_equal(x509_make_authority(key, NOW_MS, &f.random, &der, &f.err), STATUS_OK);
    assert_int_equal(x509_key_write(key, f.key_path, &f.err), STATUS_OK);
    assert_int_equal(x509_write(f.certificate_path, der.data, der.len_bytes, &f.err), STATUS_OK);
    assert_int_equal(x509_authority_open(f.key_path, f.certificate_path, &f.authority, &f.err), STATUS_OK);
    x509_key_free(key);
    buf_done(&der);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    x509_authority_free(f->authority);
    unlink(f->key_path);
    unlink(f->certificate_path);
    assert_int_equal(rmdir(f->folder), 0); /* no temporary file is left behind */
    return 0;
}

static void the_authority_lasts_twenty_years_and_is_known_by_its_digest(void **state)
{
    struct fixture *f = *state;
    size_t bytes;
    const void *der = x509_authority_der(f->authority, &bytes);
    struct x509_info info;
    assert_int_equal(x509_inspect(der, bytes, &info, &f->err), STATUS_OK);
    assert_true(info.authority);
    assert_false(info.server || info.client);
    assert_int_equal(info.not_before_ms, NOW_MS - DAY_MS);
    assert_int_equal(info.not_after_ms, NOW_MS + (X509_CA_YEARS * 365 + 5) * DAY_MS);
    struct sha256 pin = x509_authority_pin(f->authority);
    assert_true(sha256_equal(&pin, &info.digest));
}

static void only_their_owner_may_read_key_and_certificate_files(void **state)
{
    struct fixture *f = *state;
    struct stat st;
    assert_int_equal(stat(f->key_path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(stat(f->certificate_path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void a_request_becomes_a_client_certificate_of_the_same_key(void **state)
{
    struct fixture *f = *state;
    struct x509_key *key;
    struct buf request, first, again;
    buf_init(&request, 0);
    buf_init(&first, 0);
    buf_init(&again, 0);
    struct uuid device = {{1, 2, 3}};
    assert_int_equal(x509_key_new(&key, &f->err), STATUS_OK);
    assert_int_equal(x509_request_make(key, &request, &f->err), STATUS_OK);
    struct sha256 want = x509_key_hash(key), got;
    assert_int_equal(x509_request_check(request.data, request.len_bytes, &got, &f->err), STATUS_OK);
    assert_true(sha256_equal(&want, &got));
    assert_int_equal(x509_issue_client(f->authority, request.data, request.len_bytes, &device, NOW_MS, &f->random, &first, &f->err),
                     STATUS_OK);
    assert_int_equal(
        x509_issue_client(f->authority, request.data, request.len_bytes, &device, NOW_MS + DAY_MS, &f->random, &again, &f->err),
        STATUS_OK);
    struct x509_info info;
    assert_int_equal(x509_inspect(first.data, first.len_bytes, &info, &f->err), STATUS_OK);
    assert_true(info.client && !info.server && !info.authority);
    assert_true(sha256_equal(&info.key_hash, &want));
    assert_int_equal(info.not_after_ms, NOW_MS + X509_CLIENT_DAYS * DAY_MS);
    assert_int_equal(x509_inspect(again.data, again.len_bytes, &info, &f->err), STATUS_OK);
    assert_true(sha256_equal(&info.key_hash, &want));
    x509_key_free(key);
    buf_done(&request);
    buf_done(&first);
    buf_done(&again);
}

static void a_request_that_was_changed_is_refused(void **state)
{
    struct fixture *f = *state;
    struct x509_key *key;
    struct buf request;
    struct sha256 hash = {{42}};
    buf_init(&request, 0);
    assert_int_equal(x509_key_new(&key, &f->err), STATUS_OK);
    assert_int_equal(x509_request_make(key, &request, &f->err), STATUS_OK);
    request.data[request.len_bytes - 1] ^= 1;
    assert_int_equal(x509_request_check(request.data, request.len_bytes, &hash, &f->err), STATUS_INVALID);
    assert_int_equal(x509_request_check(request.data, request.len_bytes - 1, &hash, &f->err), STATUS_INVALID);
    assert_int_equal(x509_request_check("", 0, &hash, &f->err), STATUS_INVALID);
    assert_int_equal(hash.bytes[0], 42);
    x509_key_free(key);
    buf_done(&request);
}

static void a_server_certificate_is_for_servers_only(void **state)
{
    struct fixture *f = *state;
    struct x509_key *key;
    struct buf der;
    struct x509_info info;
    buf_init(&der, 0);
    assert_int_equal(x509_key_new(&key, &f->err), STATUS_OK);
    assert_int_equal(x509_issue_server(f->authority, key, NOW_MS, &f->random, &der, &f->err), STATUS_OK);
    assert_int_equal(x509_inspect(der.data, der.len_bytes, &info, &f->err), STATUS_OK);
    assert_true(info.server && !info.client && !info.authority);
    assert_int_equal(x509_inspect(der.data, der.len_bytes - 1, &info, &f->err), STATUS_PROTOCOL);
    x509_key_free(key);
    buf_done(&der);
}

static void a_key_of_another_authority_is_not_taken_for_its_certificate(void **state)
{
    struct fixture *f = *state;
    struct x509_key *other;
    char path[96];
    snprintf(path, sizeof path, "%s/other.key", f->folder);
    assert_int_equal(x509_key_new(&other, &f->err), STATUS_OK);
    assert_int_equal(x509_key_write(other, path, &f->err), STATUS_OK);
    struct x509_authority *authority = NULL;
    assert_int_equal(x509_authority_open(path, f->certificate_path, &authority, &f->err), STATUS_CORRUPT);
    assert_int_equal(x509_authority_open(f->certificate_path, f->certificate_path, &authority, &f->err), STATUS_CORRUPT);
    assert_int_equal(x509_authority_open("/nowhere/ca.key", f->certificate_path, &authority, &f->err), STATUS_NOT_FOUND);
    assert_null(authority);
    x509_key_free(other);
    unlink(path);
}

static void a_file_is_replaced_whole_or_not_at_all(void **state)
{
    struct fixture *f = *state;
    struct buf content;
    buf_init(&content, 0);
    assert_int_equal(file_write(f->certificate_path, "one", 3, 0600, &f->err), STATUS_OK);
    assert_int_equal(file_write("/proc/nowhere/x", "two", 3, 0600, &f->err), STATUS_NOT_FOUND);
    assert_int_equal(file_read(f->certificate_path, 2, &content, &f->err), STATUS_TOO_LARGE);
    assert_string_equal(buf_text(&content), "");
    assert_int_equal(file_read(f->certificate_path, 3, &content, &f->err), STATUS_OK);
    assert_string_equal(buf_text(&content), "one");
    buf_done(&content);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_authority_lasts_twenty_years_and_is_known_by_its_digest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_their_owner_may_read_key_and_certificate_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_request_becomes_a_client_certificate_of_the_same_key, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_request_that_was_changed_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_server_certificate_is_for_servers_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_key_of_another_authority_is_not_taken_for_its_certificate, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_is_replaced_whole_or_not_at_all, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
