/* What a load generator asks of the machine: time, CPU, memory, limits; and how it gives up. */
#ifndef POSTERN_MACHINE_H
#define POSTERN_MACHINE_H

#include <stdint.h>

#define NANOS_PER_SECOND 1000000000ull
#define NANOS_PER_MILLI 1000000ull

/* Ends the program with status 2 and one sentence; the first adds what errno says. */
void fail(const char *what);
void refuse(const char *format, ...) __attribute__((format(printf, 1, 2)));

uint64_t now_nanos(void);

/* CPU time of a process, with that of its threads which have ended, in nanoseconds; 0 if there is no such process. */
uint64_t cpu_nanos_of(long pid);

/* Resident memory of a process in kB, 0 if there is none. */
long rss_kb_of(long pid);

double own_cpu_seconds(void);

/* Keeps this program on one CPU; a negative number leaves it where it is. */
void pin_to_cpu(long cpu);

/* As many open files as the system lets this program have. */
void raise_file_limit(void);

#endif
