/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/kit/served.h"

#include <ctype.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/wire/frame.h"
#include "common/wire/message.h"
#include "server/lane/lane.h"
#include "server/net/net.h"
#include "server/service/core_open.h"

/* ---- processes ---- */

/* Seconds that the threads of a process have run. */
static double threads_cpu_s(long pid)
{
    char path[96];
    double sum = 0;
    snprintf(path, sizeof path, "/proc/%ld/task", pid);
    DIR *tasks = opendir(path);
    for (struct dirent *entry; tasks && (entry = readdir(tasks)) != NULL;) {
        unsigned long long ns = 0;
        snprintf(path, sizeof path, "/proc/%ld/task/%.20s/schedstat", pid, entry->d_name);
        FILE *file = isdigit((unsigned char)entry->d_name[0]) ? fopen(path, "r") : NULL;
        if (file && fscanf(file, "%llu", &ns) == 1)
            sum += (double)ns / 1e9;
        if (file)
            fclose(file);
    }
    if (tasks)
        closedir(tasks);
    return sum;
}

static long parent_of(long pid)
{
    char path[64], line[512];
    long parent = 0;
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    FILE *file = fopen(path, "r");
    const char *at = file && fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL; /* the name may hold anything */
    if (at && sscanf(at, ") %*c %ld", &parent) != 1)
        parent = 0;
    if (file)
        fclose(file);
    return parent;
}

double process_cpu_s(pid_t pid)
{
    double sum = threads_cpu_s(pid);
    DIR *proc = opendir("/proc");
    for (struct dirent *entry; proc && (entry = readdir(proc)) != NULL;) {
        long child = isdigit((unsigned char)entry->d_name[0]) ? strtol(entry->d_name, NULL, 10) : 0;
        if (child && parent_of(child) == (long)pid)
            sum += threads_cpu_s(child);
    }
    if (proc)
        closedir(proc);
    return sum;
}

long process_resident_kib(pid_t pid)
{
    char path[64];
    long pages = 0;
    snprintf(path, sizeof path, "/proc/%ld/statm", (long)pid);
    FILE *file = fopen(path, "r");
    must_be(file && fscanf(file, "%*d %ld", &pages) == 1, "cannot read a process's memory");
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

void die_with_parent(void)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
}

void served_start(struct served *served, void (*serve)(void *context, int port_fd), void *context)
{
    int ready[2];
    must_be(pipe(ready) == 0, "no pipe");
    served->pid = fork();
    must_be(served->pid >= 0, "no process");
    if (served->pid == 0) {
        die_with_parent();
        close(ready[0]);
        serve(context, ready[1]);
        _exit(0);
    }
    close(ready[1]);
    must_be(read(ready[0], &served->port, sizeof served->port) == (ssize_t)sizeof served->port, "a server did not start");
    close(ready[0]);
}

void served_stop(struct served *served)
{
    int result = 0;
    kill(served->pid, SIGTERM);
    waitpid(served->pid, &result, 0);
    must_be(WIFEXITED(result) && WEXITSTATUS(result) == 0, "a server ended badly");
    served->pid = 0;
}

/* ---- ours ---- */

static void serve_district(void *context, int port_fd)
{
    struct district *d = context;
    static const char *const listen[] = {"127.0.0.1:0"};
    struct net_config config = {.listen = listen, .n_listen = 1, .log = &d->log, .clock = d->config.clock, .signals = true};
    struct lanes *lanes;
    struct core *core;
    struct tls *tls;
    struct net *net;
    struct err err;
    must(core_open(&d->config, &core, &err), &err);
    must(lanes_open(&(struct lanes_config){.core = core, .readers = 2}, &lanes, &err), &err);
    must(tls_server_new(d->server_key, d->server, d->authority, &tls, &err), &err);
    config.tls = tls;
    config.lanes = (struct session_lanes){.submit = lanes_submit, .context = lanes};
    config.limits.connections = 20000;
    must(net_new(&config, &net, &err), &err);
    must(lanes_start(lanes, &err), &err);
    unsigned port = net_port(net, 0);
    must_be(write(port_fd, &port, sizeof port) == (ssize_t)sizeof port, "nobody waits for the port");
    close(port_fd);
    must(net_run(net, &err), &err);
    lanes_stop(lanes);
    net_free(net);
    tls_free(tls);
    lanes_close(lanes);
    core_close(core);
}

void served_start_district(struct served *served, struct district *district)
{
    served_start(served, serve_district, district);
}

void served_greet(void *context, unsigned client, struct buf *out)
{
    (void)context, (void)client;
    Lianxin__HelloRequest hello = LIANXIN__HELLO_REQUEST__INIT;
    hello.has_version_min = hello.has_version_max = true;
    hello.version_min = PROTOCOL_VERSION_MIN;
    hello.version_max = PROTOCOL_VERSION;
    frame_put(out, MESSAGE_hello, 0, 1, &hello.base);
}
