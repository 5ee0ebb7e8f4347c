/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/config.h"
#include "tests/harness/test.h"

enum { NAME, WORKERS, STRICT, LIMIT, IDLE, NIGHTLY, LISTEN, DATA, N_KEYS };

static const struct config_key keys[N_KEYS] = {
    [NAME] = {"name", CONFIG_TEXT, "", .text = "the district's name", .text_zh = "区名", .reloadable = true},
    [WORKERS] = {"workers", CONFIG_INT, "2", 1, 64, .text = "threads", .text_zh = "线程"},
    [STRICT] = {"strict", CONFIG_BOOL, "yes", .text = "be strict", .text_zh = "严格", .reloadable = true},
    [LIMIT] = {"body_limit", CONFIG_BYTES, "16M", 1 << 20, 1 << 30, .text = "size", .text_zh = "大小"},
    [IDLE] = {"idle_time", CONFIG_DURATION, "10m", .text = "idle", .text_zh = "空闲", .reloadable = true},
    [NIGHTLY] = {"nightly_at", CONFIG_TIME_OF_DAY, "02:00", .text = "when", .text_zh = "何时"},
    [LISTEN] = {"listen", CONFIG_ADDRESS, "0.0.0.0:7443", .text = "address", .text_zh = "地址"},
    [DATA] = {"data", CONFIG_PATH, "/var/lib/lianxin", .text = "folder", .text_zh = "文件夹"},
};

struct fixture {
    struct arena arena;
    struct config config;
    struct err err;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    arena_init(&fixture.arena, 0);
    *state = &fixture;
    return config_init(&fixture.config, &fixture.arena, keys, N_KEYS, &fixture.err) == STATUS_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_done(&f->arena);
    return 0;
}

static enum status parse(struct fixture *f, const char *text)
{
    return config_parse(&f->config, "x.conf", text, &f->err);
}

static void defaults_hold_until_a_file_says_otherwise(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(config_get_int(&f->config, IDLE), 600000);
    assert_int_equal(config_get_int(&f->config, LIMIT), 16 << 20);
    assert_int_equal(parse(f, "# comment\n; another\n\nidle_time = 90s\nworkers: 4 ; why\r\n"), STATUS_OK);
    assert_int_equal(config_get_int(&f->config, IDLE), 90000);
    assert_int_equal(config_get_int(&f->config, WORKERS), 4);
    assert_int_equal(config_get_int(&f->config, NIGHTLY), 120);
    assert_int_equal(config_get_int(&f->config, LISTEN), 7443);
    assert_true(config_get_bool(&f->config, STRICT));
}

static void each_type_takes_its_spellings_and_no_others(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *key, *value;
        int64_t number; /* -1: refused */
    } cases[] = {
        {"workers", "64", 64},
        {"workers", "65", -1},
        {"workers", "0", -1},
        {"workers", "4x", -1},
        {"workers", "", -1},
        {"workers", "99999999999999999999", -1},
        {"strict", "off", 0},
        {"strict", "是", 1},
        {"strict", "2", -1},
        {"body_limit", "1G", 1 << 30},
        {"body_limit", "2048k", 2 << 20},
        {"body_limit", "1048576", 1 << 20},
        {"body_limit", "1", -1},
        {"body_limit", "2G", -1},
        {"body_limit", "9223372036854775807G", -1},
        {"idle_time", "500ms", 500},
        {"idle_time", "7d", 604800000},
        {"idle_time", "7", -1},
        {"idle_time", "-7s", -1},
        {"nightly_at", "23:59", 1439},
        {"nightly_at", "24:00", -1},
        {"nightly_at", "2:00", -1},
        {"listen", "[::1]:80", 80},
        {"listen", "host.example:0", 0},
        {"listen", "::1:80", -1},
        {"listen", ":80", -1},
        {"listen", "host", -1},
        {"listen", "host:65536", -1},
        {"listen", "host:-1", -1},
        {"listen", "ho st:1", -1},
        {"name", "东城区", 0},
        {"name", "a ; b", -1},
        {"name", "a\nb", -1},
        {"data", "/srv/连 心", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum status s = config_set(&f->config, cases[i].key, cases[i].value, &f->err);
        assert_int_equal(s, cases[i].number < 0 ? STATUS_INVALID : STATUS_OK);
        for (size_t k = 0; k < N_KEYS && s == STATUS_OK; k++)
            if (strcmp(keys[k].name, cases[i].key) == 0)
                assert_int_equal(config_get_int(&f->config, k), cases[i].number);
    }
}

static void an_unknown_key_is_named_with_its_line_and_the_nearest_one(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(parse(f, "workers = 3\n\nlissten = a:1\n"), STATUS_INVALID);
    assert_string_equal(f->err.text, "x.conf:3: there is no key \"lissten\"; did you mean \"listen\"?");
    assert_int_equal(parse(f, "completely_different = 1\n"), STATUS_INVALID);
    assert_non_null(strstr(f->err.text, "--print-config"));
    assert_int_equal(config_set(&f->config, "worker", "1", &f->err), STATUS_INVALID);
    assert_non_null(strstr(f->err.text, "\"workers\""));
}

static void a_bad_file_changes_nothing(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(parse(f, "workers = 3\nstrict = perhaps\n"), STATUS_INVALID);
    assert_string_equal(f->err.text, "x.conf:2: \"strict\" does not take \"perhaps\": it wants yes or no");
    assert_int_equal(config_get_int(&f->config, WORKERS), 2);
}

static void what_is_no_setting_is_refused_with_its_line(void **state)
{
    struct fixture *f = *state;
    struct buf text;
    assert_int_equal(parse(f, "workers = 3\nnonsense\n"), STATUS_INVALID);
    assert_non_null(strstr(f->err.text, "x.conf:2:"));
    assert_int_equal(parse(f, "[server]\nworkers = 3\n"), STATUS_INVALID);
    assert_non_null(strstr(f->err.text, "no sections"));
    assert_int_equal(parse(f, "workers = 3\nname = x\nworkers = 4\n"), STATUS_INVALID);
    assert_non_null(strstr(f->err.text, "x.conf:3: \"workers\" is set a second time, after line 1"));
    assert_int_equal(parse(f, "name = \xFF\n"), STATUS_INVALID);
    buf_init(&text, 0);
    buf_puts(&text, "workers = 3\nname = ");
    for (int i = 0; i < 1000; i++)
        buf_putc(&text, 'x');
    assert_int_equal(parse(f, buf_text(&text)), STATUS_INVALID);
    assert_non_null(strstr(f->err.text, "x.conf:2: the line is longer"));
    buf_done(&text);
}

static void a_value_that_could_not_be_printed_on_one_line_is_refused(void **state)
{
    struct fixture *f = *state;
    char line[CONFIG_LINE_BYTES_MAX + 1] = "name=";
    memset(line + strlen("name="), 'x', sizeof line - 1 - strlen("name=")); /* fits as it is, but not with spaces around = */
    assert_int_equal(parse(f, line), STATUS_INVALID);
    line[sizeof line - 3] = '\0';
    assert_int_equal(parse(f, line), STATUS_OK);
}

static void the_printed_configuration_reads_back_the_same(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(parse(f, "name = 东城区 “教育” 工会\nidle_time = 90s\nbody_limit = 2048K\nlisten = [::1]:1\n"), STATUS_OK);
    for (int chinese = 0; chinese < 2; chinese++) {
        struct config again;
        struct buf text;
        buf_init(&text, 0);
        config_print(&f->config, chinese, &text);
        assert_int_equal(config_init(&again, &f->arena, keys, N_KEYS, &f->err), STATUS_OK);
        assert_int_equal(config_parse(&again, "printed", buf_text(&text), &f->err), STATUS_OK);
        for (size_t i = 0; i < N_KEYS; i++) {
            assert_string_equal(config_get_text(&again, i), config_get_text(&f->config, i));
            assert_int_equal(config_get_int(&again, i), config_get_int(&f->config, i));
        }
        assert_non_null(strstr(buf_text(&text), chinese
                                                    ? "# 区名\n# 一行文字；默认 空；重新载入后生效\nname = 东城区"
                                                    : "# size\n# bytes (64K, 32M, 2G), 1M to 1G; default 16M; takes effect at"));
        buf_done(&text);
    }
}

static void a_reload_takes_what_it_may_and_names_the_rest(void **state)
{
    struct fixture *f = *state;
    struct config fresh;
    struct buf ignored;
    buf_init(&ignored, 0);
    assert_int_equal(config_init(&fresh, &f->arena, keys, N_KEYS, &f->err), STATUS_OK);
    assert_int_equal(config_parse(&fresh, "new", "idle_time = 1s\nworkers = 9\nlisten = a:1\n", &f->err), STATUS_OK);
    config_reload(&f->config, &fresh, &ignored);
    assert_int_equal(config_get_int(&f->config, IDLE), 1000);
    assert_int_equal(config_get_int(&f->config, WORKERS), 2);
    assert_string_equal(buf_text(&ignored), " workers listen");
    buf_done(&ignored);
}

static void files_are_read_and_missing_ones_reported(void **state)
{
    struct fixture *f = *state;
    char path[] = "/tmp/test_config.XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    static const char text[] = "\xEF\xBB\xBFworkers = 7\n", nul[] = "name = a\0b\n";
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(config_read(&f->config, path, &f->err), STATUS_OK);
    assert_int_equal(config_get_int(&f->config, WORKERS), 7);
    assert_int_equal(write(fd, nul, sizeof nul - 1), sizeof nul - 1);
    assert_int_equal(config_read(&f->config, path, &f->err), STATUS_INVALID);
    close(fd);
    unlink(path);
    assert_int_equal(config_read(&f->config, path, &f->err), STATUS_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(defaults_hold_until_a_file_says_otherwise, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_type_takes_its_spellings_and_no_others, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_unknown_key_is_named_with_its_line_and_the_nearest_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_bad_file_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_setting_is_refused_with_its_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_value_that_could_not_be_printed_on_one_line_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_printed_configuration_reads_back_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reload_takes_what_it_may_and_names_the_rest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(files_are_read_and_missing_ones_reported, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
