/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/kit/served.h"

#include <ctype.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/lane/lane.h"
#include "server/net/net.h"

/* ---- processes ---- */

/* Seconds of one process, dead children of it included; its parent. */
static double read_stat(long pid, long *parent)
{
    char path[64], line[1024], *at;
    unsigned long long ticks[4] = {0};
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    FILE *file = fopen(path, "r");
    *parent = 0;
    if (!file)
        return 0;
    at = fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL; /* the name before it may hold anything */
    fclose(file);
    if (!at || sscanf(at, ") %*c %ld %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %llu %llu", parent, &ticks[0], &ticks[1],
                      &ticks[2], &ticks[3]) != 5)
        return 0;
    return (double)(ticks[0] + ticks[1] + ticks[2] + ticks[3]) / (double)sysconf(_SC_CLK_TCK);
}

double process_cpu_s(pid_t pid)
{
    long parent;
    double sum = read_stat(pid, &parent);
    DIR *proc = opendir("/proc");
    for (struct dirent *entry; proc && (entry = readdir(proc)) != NULL;) {
        long child = isdigit((unsigned char)entry->d_name[0]) ? strtol(entry->d_name, NULL, 10) : 0;
        double seconds = child ? read_stat(child, &parent) : 0;
        if (child && parent == (long)pid)
            sum += seconds;
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

void served_start(struct served *served, void (*serve)(void *context, int port_fd), void *context)
{
    int ready[2];
    must_be(pipe(ready) == 0, "no pipe");
    served->pid = fork();
    must_be(served->pid >= 0, "no process");
    if (served->pid == 0) {
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
