/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cmd/host.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/wire/x509.h"
#include "server/cmd/library.h"
#include "server/service/health.h"

#define SERVER_SOON_DAYS 30 /* the server renews it by itself long before */
#define AUTHORITY_SOON_DAYS 365

extern char **environ;

/* ---- disk ---- */

static bool find_space(void *context, struct host_space *out)
{
    const struct host_context *host = context;
    struct statvfs disk;
    if (statvfs(host->data, &disk) != 0)
        return false;
    *out = (struct host_space){.free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize,
                               .total_bytes = (uint64_t)disk.f_blocks * disk.f_frsize};
    return true;
}

/* ---- certificates ---- */

static const struct health_advice renew_server = {"renew_server",
                                                  "restart the server: it renews its certificate when it starts, and every hour",
                                                  "请重启服务器：启动时及每小时会自动更新证书"};
static const struct health_advice renew_authority = {
    "renew_authority", "restart the server: the authority is replaced when it starts, and clients follow by themselves",
    "请重启服务器：启动时会自动更换证书机构，各客户端随后自动跟上"};

static void tell_certificate(const struct host_context *host, struct health *health, const char *file, const char *key,
                             const char *label, const char *label_zh, int soon_days, const struct health_advice *advice)
{
    struct x509_info info;
    struct err err;
    struct buf der;
    buf_init(&der, X509_FILE_BYTES_MAX);
    enum status st = x509_read(arena_printf(health->arena, "%s/keys/%s", host->data, file), &der, &err);
    if (st == STATUS_OK)
        st = x509_inspect(der.data, der.len_bytes, &info, &err);
    buf_done(&der);
    bool soon = st || info.not_after_ms - health->now_ms < soon_days * CLOCK_DAY_MS;
    health_add(health, key, label, label_zh, st ? err.text : health_time(health, info.not_after_ms),
               soon ? HEALTH_UNWELL : HEALTH_WELL, soon ? advice : NULL);
}

static const struct health_advice start_server = {
    "start_server", "systemctl start lianxind, or lianxind serve: until then what schools send waits with them",
    "执行 systemctl start lianxind 或 lianxind serve；启动之前各单位的提交会留在本机等待"};

static void tell(void *context, struct health *health)
{
    const struct host_context *host = context;
    health_add(health, "serving", "serving", "运行中", host->serves ? "yes" : "no", host->serves ? HEALTH_WELL : HEALTH_UNWELL,
               host->serves ? NULL : &start_server);
    library_tell(health);
    tell_certificate(host, health, "authority.pem", "authority_ends", "authority's certificate ends", "证书机构到期",
                     AUTHORITY_SOON_DAYS, &renew_authority);
    tell_certificate(host, health, "server.pem", "certificate_ends", "server's certificate ends", "服务器证书到期",
                     SERVER_SOON_DAYS, &renew_server);
}

/* ---- backups ---- */

static int spawn(const char *data, int output, pid_t *child)
{
    const char *const arguments[] = {"lianxind", "backup", "--data", data, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigemptyset(&none);
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed)
        return failed;
    if ((failed = posix_spawnattr_init(&attributes)) == 0) {
        (void)posix_spawnattr_setsigmask(&attributes, &none);
        (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
        failed = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        failed = failed ? failed : posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
        failed = failed ? failed
                        : posix_spawn(child, "/proc/self/exe", &actions, &attributes, (char *const *)(uintptr_t)arguments, environ);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

static enum status backup_start(void *context, struct err *err)
{
    struct host_context *host = context;
    char text[128];
    int ends[2];
    if (pipe(ends) != 0)
        return err_set(err, STATUS_FAILED, "cannot start a backup: %s", err_errno(errno, text, sizeof text));
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[0], F_SETFL, O_NONBLOCK); /* a descendant that keeps it open must not hold the lane */
    int failed = spawn(host->data, ends[1], &host->backup);
    close(ends[1]);
    if (!failed) {
        host->output = ends[0];
        return STATUS_OK;
    }
    close(ends[0]);
    host->backup = 0;
    return err_set(err, STATUS_FAILED, "cannot start a backup: %s", err_errno(failed, text, sizeof text));
}

/* Its last line says what went wrong. */
static void read_fault(int output, char out[HOST_FAULT_BYTES])
{
    char text[4096];
    ssize_t n = read(output, text, sizeof text - 1);
    text[n > 0 ? n : 0] = '\0';
    size_t bytes = strlen(text);
    while (bytes && text[bytes - 1] == '\n')
        text[--bytes] = '\0';
    const char *line = strrchr(text, '\n');
    snprintf(out, HOST_FAULT_BYTES, "%.*s", HOST_FAULT_BYTES - 1, line ? line + 1 : text);
}

static enum status backup_poll(void *context, bool *ended, struct err *err)
{
    struct host_context *host = context;
    char fault[HOST_FAULT_BYTES];
    int outcome;
    pid_t child = waitpid(host->backup, &outcome, WNOHANG);
    if (child == 0 || (child < 0 && errno == EINTR))
        return STATUS_OK;
    read_fault(host->output, fault);
    close(host->output);
    host->backup = 0;
    *ended = true;
    if (child > 0 && WIFEXITED(outcome) && WEXITSTATUS(outcome) == 0)
        return STATUS_OK;
    return err_set(err, STATUS_FAILED, "%s", *fault ? fault : "the backup was ended before it was done");
}

static void backup_stop(void *context)
{
    struct host_context *host = context;
    if (!host->backup)
        return;
    kill(host->backup, SIGTERM);
    while (waitpid(host->backup, NULL, 0) < 0 && errno == EINTR)
        continue;
    close(host->output);
    host->backup = 0;
}

struct host host_of(struct host_context *context)
{
    return (struct host){.find_space = find_space,
                         .tell = tell,
                         .backup_start = context->serves ? backup_start : NULL,
                         .backup_poll = backup_poll,
                         .backup_stop = backup_stop,
                         .context = context};
}
