#define _GNU_SOURCE
#include "machine.h"

#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#define MOST_FILES 1000000

void fail(const char *what) {
    perror(what);
    exit(2);
}

void refuse(const char *format, ...) {
    va_list values;
    va_start(values, format);
    vfprintf(stderr, format, values);
    va_end(values);
    fputc('\n', stderr);
    exit(2);
}

uint64_t now_nanos(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * NANOS_PER_SECOND + (uint64_t)time.tv_nsec;
}

uint64_t cpu_nanos_of(long pid) {
    clockid_t clock;
    struct timespec time;
    if (pid <= 0 || clock_getcpuclockid((pid_t)pid, &clock) || clock_gettime(clock, &time)) return 0;
    return (uint64_t)time.tv_sec * NANOS_PER_SECOND + (uint64_t)time.tv_nsec;
}

long rss_kb_of(long pid) {
    if (pid <= 0) return 0;
    char path[64], line[256];
    long kb = 0;
    snprintf(path, sizeof path, "/proc/%ld/status", pid);
    FILE *file = fopen(path, "r");
    if (!file) return 0;
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "VmRSS: %ld", &kb) == 1) break;
    fclose(file);
    return kb;
}

static double seconds_of(struct timeval time) {
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

double own_cpu_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

void pin_to_cpu(long cpu) {
    if (cpu < 0) return;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set)) fail("pin to one CPU");
}

void raise_file_limit(void) {
    struct rlimit limit = {MOST_FILES, MOST_FILES};
    if (!setrlimit(RLIMIT_NOFILE, &limit)) return;
    getrlimit(RLIMIT_NOFILE, &limit); /* not root: up to the hard limit */
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}
