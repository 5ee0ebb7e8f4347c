/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/ui_fixture.h"

static const char *out(struct fixture *f)
{
    fflush(f->ui.out);
    return f->out;
}

static struct table *schools(struct fixture *f)
{
    struct table *t = table_new(&f->arena, "schools", "Schools", "学校");
    table_add_column(t, "code", TABLE_TEXT, "Code", "代码", TABLE_FIXED);
    table_add_column(t, "name", TABLE_TEXT, "Name", "名称", 0);
    table_add_row(t);
    table_put_text(t, "SY01");
    table_put_text(t, "实验小学");
    return t;
}

static void foreign_text_is_harmless_wherever_it_is_printed(void **state)
{
    struct fixture *f = *state;
    static const char nasty[] = "\033[2J\xE2\x80\xAE";
    err_set(&f->err, STATUS_NOT_FOUND, "no plan %s", nasty);
    ui_print(&f->ui, "plan %s\nnext line\n", nasty);
    ui_warn(&f->ui, "%s", nasty);
    ui_error(&f->ui, &f->err);
    assert_string_equal(out(f), "plan \xEF\xBF\xBD[2J\nnext line\n");
    assert_null(strchr(log_text(f), '\033'));
    assert_null(strstr(log_text(f), "\xE2\x80\xAE"));
}

static void an_error_says_what_to_do_next(void **state)
{
    struct fixture *f = *state;
    err_set(&f->err, STATUS_UNAVAILABLE, "the district's server does not answer");
    assert_int_equal(ui_fail(&f->ui, &f->err, f->err.reason), 6);
    assert_string_equal(log_text(f), "error: the district's server does not answer\n"
                                     "next: your work is kept on this computer; try `lianxin sync` again later\n");
}

static void the_operator_is_told_about_lianxind(void **state)
{
    struct fixture *f = *state;
    f->ui.is_operator = true;
    err_set(&f->err, STATUS_USAGE, "no such verb");
    ui_error(&f->ui, &f->err);
    assert_string_equal(log_text(f), "error: no such verb\n"
                                     "next: see `lianxind --help`, and --help behind a verb for examples\n");
}

static void messages_are_chinese_when_chinese_is_wanted(void **state)
{
    struct fixture *f = *state;
    f->ui.chinese = lang_init("zh");
    assert_true(f->ui.chinese);
    err_set(&f->err, STATUS_CONFLICT, "%s", "");
    ui_error(&f->ui, &f->err);
    assert_string_equal(log_text(f), "错误：有冲突，需要人来决定\n下一步：请用 `lianxin 冲突` 查看，并选择保留哪个值\n");
}

static void the_language_is_chosen_by_option_then_environment(void **state)
{
    (void)state;
    static const struct {
        const char *wanted, *language, *lc_all, *lang;
        bool chinese;
    } cases[] = {
        {"zh", "en", NULL, NULL, true},        {"en", "zh_CN", NULL, NULL, false},   {NULL, "zh_CN:en", "C", NULL, true},
        {NULL, "en:zh", NULL, "zh_CN", false}, {NULL, "", "zh_CN.UTF-8", "C", true}, {NULL, NULL, NULL, "zh_TW.UTF-8", true},
        {NULL, NULL, "C", "zh_CN", false},     {NULL, NULL, NULL, NULL, false},      {"fr", NULL, NULL, "zh_CN", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *const variables[][2] = {
            {"LANGUAGE", cases[i].language}, {"LC_ALL", cases[i].lc_all}, {"LANG", cases[i].lang}, {"LC_MESSAGES", NULL}};
        for (size_t k = 0; k < 4; k++)
            if (variables[k][1])
                setenv(variables[k][0], variables[k][1], 1);
            else
                unsetenv(variables[k][0]);
        assert_int_equal(lang_choose(cases[i].wanted), cases[i].chinese);
    }
}

static void a_table_goes_to_out_aligned_or_as_json_alone(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(ui_table(&f->ui, schools(f), &f->err), STATUS_OK);
    assert_string_equal(out(f), "Schools\nCode  Name\n----  --------\nSY01  实验小学\n");
    f->ui.json = true;
    rewind(f->ui.out);
    ui_print(&f->ui, "3 schools\n");
    assert_int_equal(ui_table(&f->ui, schools(f), &f->err), STATUS_OK);
    json_t *document = json_loads(out(f), 0, NULL);
    assert_non_null(document);
    json_decref(document);
    assert_string_equal(log_text(f), "3 schools\n");
}

static void an_output_file_gets_the_format_of_its_name(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *name, *start;
    } cases[] = {{"a.csv", "\xEF\xBB\xBF"}, {"a.XLSX", "PK"}, {"a.html", "<!DOCTYPE html>"}, {"a.json", "{"}};
    char folder[] = "/tmp/test_ui.XXXXXX";
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char start[32] = "";
        f->ui.output_path = arena_printf(&f->arena, "%s/%s", folder, cases[i].name);
        assert_int_equal(ui_table(&f->ui, schools(f), &f->err), STATUS_OK);
        FILE *file = fopen(f->ui.output_path, "rb");
        assert_non_null(file);
        assert_int_equal(fread(start, 1, strlen(cases[i].start), file), strlen(cases[i].start));
        assert_string_equal(start, cases[i].start);
        fclose(file);
        unlink(f->ui.output_path);
    }
    assert_int_equal(rmdir(folder), 0); /* nothing else was left behind */
    assert_non_null(strstr(out(f), "1 row written to"));
}

static void an_output_file_of_unknown_format_is_a_wrong_argument(void **state)
{
    struct fixture *f = *state;
    f->ui.output_path = "/tmp/a.pdf";
    assert_int_equal(ui_table(&f->ui, schools(f), &f->err), STATUS_USAGE);
    assert_non_null(strstr(f->err.text, ".json .csv .xlsx .html"));
}

static void a_file_that_cannot_be_written_leaves_the_old_one(void **state)
{
    struct fixture *f = *state;
    char folder[] = "/tmp/test_ui.XXXXXX";
    assert_non_null(mkdtemp(folder));
    const char *path = arena_printf(&f->arena, "%s/a.csv", folder);
    FILE *old = fopen(path, "w");
    fputs("old", old);
    fclose(old);
    struct rlimit before, none;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    none = before;
    none.rlim_cur = 0; /* as on a full disk: no file may grow */
    signal(SIGXFSZ, SIG_IGN);
    f->ui.output_path = path;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    enum status s = ui_table(&f->ui, schools(f), &f->err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(s, STATUS_FAILED);
    struct stat found;
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_size, 3);
    unlink(path);
    assert_int_equal(rmdir(folder), 0);
}

static void an_error_that_travelled_is_worded_here(void **state)
{
    struct fixture *f = *state;
    f->ui.chinese = lang_init("zh");
    err_reason(&f->err, REASON_SCHOOL_UNKNOWN, "SY01", NULL);
    ui_error(&f->ui, &f->err);
    err_prefix(&f->err, "schools.csv:3");
    ui_error(&f->ui, &f->err);
    assert_string_equal(log_text(f), "错误：没有单位 SY01\n错误：schools.csv:3: 没有单位 SY01\n");
}

/* In a process of its own whose stdin, stdout and stderr are a terminal of 123 columns. */
static bool on_a_terminal(bool (*holds)(const struct ui *ui))
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    const char *name = ptsname(master);
    pid_t child = fork();
    if (child == 0) {
        struct winsize size = {.ws_row = 40, .ws_col = 123};
        int slave = open(name, O_RDWR | O_NOCTTY);
        bool ready = slave >= 0 && ioctl(slave, TIOCSWINSZ, &size) == 0;
        for (int fd = 0; ready && fd < 3; fd++)
            ready = dup2(slave, fd) == fd;
        struct ui ui;
        ui_init(&ui, false, 28800);
        _exit(ready && holds(&ui) ? 0 : 1);
    }
    int result = -1;
    assert_int_equal(waitpid(child, &result, 0), child);
    close(master);
    return WIFEXITED(result) && WEXITSTATUS(result) == 0;
}

static bool is_wide_and_coloured(const struct ui *ui)
{
    return ui->width == 123 && ui->in_is_tty && ui->out_is_tty && ui->log_is_tty && ui->colour;
}

static bool is_plain(const struct ui *ui)
{
    return ui->out_is_tty && !ui->colour;
}

static void the_terminal_says_how_wide_it_is(void **state)
{
    (void)state;
    int probe = posix_openpt(O_RDWR | O_NOCTTY);
    if (probe < 0)
        skip(); /* a container without /dev/pts */
    close(probe);
    setenv("COLUMNS", "50", 1);
    unsetenv("NO_COLOR");
    assert_true(on_a_terminal(is_wide_and_coloured));
    setenv("NO_COLOR", "1", 1);
    assert_true(on_a_terminal(is_plain));
    unsetenv("NO_COLOR");
}

static void progress_is_drawn_on_a_terminal_only_and_erased(void **state)
{
    struct fixture *f = *state;
    struct ui_progress progress;
    ui_progress_start(&progress, &f->ui, "Sync");
    ui_progress_set(&progress, 1, 2);
    ui_progress_done(&progress);
    assert_string_equal(log_text(f), "");
    f->ui.log_is_tty = true;
    ui_progress_start(&progress, &f->ui, "Sync\033");
    ui_progress_set(&progress, 0, 0);
    ui_progress_set(&progress, 1, 2);
    ui_progress_set(&progress, 1, 2);
    ui_progress_set(&progress, 5, 2);
    ui_progress_done(&progress);
    assert_string_equal(log_text(f), "\rSync\xEF\xBF\xBD [############............]  50%  1/2\033[K"
                                     "\rSync\xEF\xBF\xBD [########################] 100%  5/2\033[K\r\033[K");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(foreign_text_is_harmless_wherever_it_is_printed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_error_says_what_to_do_next, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_operator_is_told_about_lianxind, set_up, tear_down),
        cmocka_unit_test_setup_teardown(messages_are_chinese_when_chinese_is_wanted, set_up, tear_down),
        cmocka_unit_test(the_language_is_chosen_by_option_then_environment),
        cmocka_unit_test_setup_teardown(a_table_goes_to_out_aligned_or_as_json_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_output_file_gets_the_format_of_its_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_output_file_of_unknown_format_is_a_wrong_argument, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_cannot_be_written_leaves_the_old_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_error_that_travelled_is_worded_here, set_up, tear_down),
        cmocka_unit_test(the_terminal_says_how_wide_it_is),
        cmocka_unit_test_setup_teardown(progress_is_drawn_on_a_terminal_only_and_erased, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
