/* SPDX-License-Identifier: Apache-2.0
 *
 * The commands of a school's client without a network: a data folder that has joined, and the whole program run in this process. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/cache/cache.h"
#include "client/cmd/cmd_main.h"
#include "common/base/buf.h"
#include "common/base/file.h"
#include "common/base/role.h"
#include "tests/harness/test.h"

#define PLAN_FILE "tests/data/demo/01-calendar-year.txt"
#define SEVERAL_FILE "tests/data/demo/05-two-plans.txt"
#define MASKED_FILE "tests/data/demo/04-masked-year.txt"

static char home[64];
static struct buf output; /* of the last run */

static void join(void)
{
    struct arena arena;
    struct err err;
    const struct schema *schema;
    struct cache *cache;
    char path[96];
    struct cache_identity id = {.instance = {{1}},
                                .device = {{2}},
                                .role = ROLE_DEVICE,
                                .stream = 101,
                                .person = "王老师",
                                .school_code = "SY01",
                                .school_name = "实验小学",
                                .district = "测试区"};
    arena_init(&arena, 0);
    snprintf(path, sizeof path, "%s/cache.db", home);
    assert_int_equal(schema_new(&arena, schema_source_current(), &schema, &err), STATUS_OK);
    assert_int_equal(cache_open(path, schema, true, NULL, &cache, &err), STATUS_OK);
    assert_int_equal(cache_identity_put(cache, &id, &err), STATUS_OK);
    cache_close(cache);
    arena_done(&arena);
}

static int start(void **state)
{
    (void)state;
    snprintf(home, sizeof home, "/tmp/lianxin-cmd-XXXXXX");
    assert_non_null(mkdtemp(home));
    buf_init(&output, 0);
    join();
    return 0;
}

static int stop(void **state)
{
    static const char *const names[] = {"cache.db", "cache.db-wal", "cache.db-shm", "lock", "out", "log"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[96];
        snprintf(path, sizeof path, "%s/%s", home, names[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(home), 0);
    buf_done(&output);
    return 0;
}

/* Runs lianxin with its own stdout and stderr in files; both together are in output then. */
static int run(const char *first, ...)
{
    char *argv[24] = {(char *)(uintptr_t) "lianxin", (char *)(uintptr_t) "--home", home, (char *)(uintptr_t) "--offline"};
    int argc = 4, saved[2] = {dup(STDOUT_FILENO), dup(STDERR_FILENO)};
    static const char *const names[] = {"out", "log"};
    char path[2][96];
    struct err err;
    va_list ap;
    va_start(ap, first);
    for (const char *text = first; text; text = va_arg(ap, const char *))
        argv[argc++] = (char *)(uintptr_t)text;
    va_end(ap);
    fflush(NULL);
    for (int i = 0; i < 2; i++) {
        snprintf(path[i], sizeof path[i], "%s/%s", home, names[i]);
        assert_non_null(freopen(path[i], "w", i ? stderr : stdout));
    }
    int code = cmd_main(argc, argv);
    fflush(NULL);
    dup2(saved[0], STDOUT_FILENO);
    dup2(saved[1], STDERR_FILENO);
    close(saved[0]);
    close(saved[1]);
    buf_reset(&output);
    for (int i = 0; i < 2; i++)
        assert_int_equal(file_read(path[i], 1 << 20, &output, &err), STATUS_OK);
    return code;
}

static bool says(const char *text)
{
    if (strstr(buf_text(&output), text))
        return true;
    print_message("%s\n", buf_text(&output));
    return false;
}

/* The rows of the table that `list --all --json` prints. */
static json_t *rows(void)
{
    assert_int_equal(run("list", "--all", "--json", NULL), 0);
    json_t *root = json_loads(buf_text(&output), JSON_DISABLE_EOF_CHECK, NULL);
    json_t *list = json_incref(json_object_get(root, "rows"));
    json_decref(root);
    assert_true(json_is_array(list));
    return list;
}

static const char *field(json_t *list, const char *number, const char *key)
{
    size_t i;
    json_t *row;
    json_array_foreach(list, i, row) if (strcmp(json_string_value(json_object_get(row, "number")), number) ==
                                         0) return json_string_value(json_object_get(row, key));
    return NULL;
}

static void an_imported_plan_has_numbers_a_person_can_say(void **state)
{
    (void)state;
    assert_int_equal(run("import", PLAN_FILE, "--yes", NULL), 0);
    assert_true(says("not sent yet: 1 change"));
    json_t *list = rows();
    assert_true(json_array_size(list) > 15);
    assert_non_null(strstr(field(list, "3.1", "text"), "妇女节"));
    assert_string_equal(field(list, "3.2", "state"), "planned");
    json_decref(list);
}

static void importing_a_file_again_changes_nothing(void **state)
{
    (void)state;
    assert_int_equal(run("import", PLAN_FILE, "--yes", NULL), 0);
    assert_int_equal(run("import", PLAN_FILE, "--yes", NULL), 0);
    assert_true(says("already here"));
    assert_true(says("not sent yet: 1 change"));
}

static void a_plan_without_a_year_asks_for_it(void **state)
{
    (void)state;
    assert_int_equal(run("import", MASKED_FILE, "--yes", NULL), 7);
    assert_true(says("--from 1="));
}

static void the_bodies_of_one_file_have_plans_of_their_own(void **state)
{
    (void)state;
    assert_int_equal(run("import", SEVERAL_FILE, "--yes", "--from", "2026-03", NULL), 0);
    assert_int_equal(run("plan", "list", "--json", NULL), 0);
    assert_true(says("\"union\""));
    assert_true(says("\"women\""));
    json_t *list = rows();
    assert_non_null(field(list, "女3.1", "text"));
    json_decref(list);
}

static void an_activity_goes_through_its_states_and_back(void **state)
{
    (void)state;
    assert_int_equal(run("import", PLAN_FILE, "--yes", NULL), 0);
    assert_int_equal(run("done", "3.1", "--day", "2026-03-08", "--people", "45", "--money", "500", NULL), 0);
    assert_true(says("3.1"));
    assert_true(says("2026-03"));
    assert_true(says("lianxin undo"));
    assert_int_equal(run("延期", "３．２", "五月", "场地维修", NULL), 0);
    assert_int_equal(run("cancel", "4.1", "不再举办", NULL), 0);
    assert_int_equal(run("log", "4.2", "--people", "20", NULL), 0);
    json_t *list = rows();
    assert_string_equal(field(list, "3.1", "state"), "done");
    assert_string_equal(field(list, "3.2", "state"), "deferred");
    assert_string_equal(field(list, "3.2", "deferred_to"), "2026-05");
    assert_string_equal(field(list, "4.1", "state"), "cancelled");
    assert_string_equal(field(list, "4.2", "state"), "doing");
    json_decref(list);
    assert_int_equal(run("undo", NULL), 0);
    list = rows();
    assert_string_equal(field(list, "4.2", "state"), "planned");
    json_decref(list);
    assert_int_equal(run("undo", NULL), 2);
}

static void an_import_taken_back_can_be_done_again(void **state)
{
    (void)state;
    assert_int_equal(run("import", PLAN_FILE, "--yes", NULL), 0);
    assert_int_equal(run("undo", NULL), 0);
    json_t *list = rows();
    assert_int_equal(json_array_size(list), 0);
    json_decref(list);
    assert_int_equal(run("import", PLAN_FILE, "--yes", NULL), 0);
    list = rows();
    assert_true(json_array_size(list) > 15);
    json_decref(list);
}

static void fields_are_edited_by_name_or_label(void **state)
{
    (void)state;
    assert_int_equal(run("import", PLAN_FILE, "--yes", NULL), 0);
    assert_int_equal(run("edit", "3.1", "负责人=李老师", "budget_fen=500", "类别＝文体与节庆", NULL), 0);
    assert_int_equal(run("show", "3.1", "--json", NULL), 0);
    assert_true(says("李老师"));
    assert_true(says("50000"));
    assert_true(says("\"culture\""));
    assert_true(says("\"category_confirmed\": true"));
    assert_int_equal(run("edit", "3.1", "月份=三月、五月", NULL), 0);
    assert_int_equal(run("show", "3.1", "--json", NULL), 0);
    assert_true(says("2026-05"));
    assert_int_equal(run("edit", "3.1", "nonsense=1", NULL), 2);
    assert_int_equal(run("edit", "3.1", "state=deferred", NULL), 1);
}

static void an_added_activity_gets_the_next_free_number(void **state)
{
    (void)state;
    assert_int_equal(run("import", PLAN_FILE, "--yes", NULL), 0);
    assert_int_equal(run("add", "参加区职工运动会", "--month", "三月", "--above", NULL), 0);
    assert_true(says("3.4"));
    json_t *list = rows();
    assert_string_equal(field(list, "3.4", "origin"), "above");
    json_decref(list);
}

static void what_is_not_there_is_said_with_a_way_on(void **state)
{
    (void)state;
    assert_int_equal(run("import", PLAN_FILE, "--yes", NULL), 0);
    assert_int_equal(run("done", "3.99", NULL), 5);
    assert_int_equal(run("done", NULL), 2);
    assert_int_equal(run("dnoe", "3.1", NULL), 2);
    assert_true(says("done"));
    assert_int_equal(run("sync", NULL), 6);
    assert_int_equal(run("status", NULL), 0);
    assert_true(says("import 01-calendar-year.txt"));
}

static void an_activity_is_found_by_its_id_too(void **state)
{
    (void)state;
    assert_int_equal(run("import", PLAN_FILE, "--yes", NULL), 0);
    json_t *list = rows();
    char id[40];
    snprintf(id, sizeof id, "%s", field(list, "3.1", "id"));
    json_decref(list);
    assert_int_equal(run("show", id, NULL), 0);
    assert_true(says("妇女节"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_imported_plan_has_numbers_a_person_can_say, start, stop),
        cmocka_unit_test_setup_teardown(importing_a_file_again_changes_nothing, start, stop),
        cmocka_unit_test_setup_teardown(a_plan_without_a_year_asks_for_it, start, stop),
        cmocka_unit_test_setup_teardown(the_bodies_of_one_file_have_plans_of_their_own, start, stop),
        cmocka_unit_test_setup_teardown(an_activity_goes_through_its_states_and_back, start, stop),
        cmocka_unit_test_setup_teardown(an_import_taken_back_can_be_done_again, start, stop),
        cmocka_unit_test_setup_teardown(fields_are_edited_by_name_or_label, start, stop),
        cmocka_unit_test_setup_teardown(an_added_activity_gets_the_next_free_number, start, stop),
        cmocka_unit_test_setup_teardown(what_is_not_there_is_said_with_a_way_on, start, stop),
        cmocka_unit_test_setup_teardown(an_activity_is_found_by_its_id_too, start, stop),
    };
    setenv("LANGUAGE", "en", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
