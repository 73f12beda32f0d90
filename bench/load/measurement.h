/* The time line of one run: warm up, measure, wait for what is still on its way. And what the server used while it was measured. */
#ifndef POSTERN_MEASUREMENT_H
#define POSTERN_MEASUREMENT_H

#include <stdint.h>

#include "histogram.h"

enum phase { WARMING, MEASURING, DRAINING, OVER };

struct measurement {
    long pid;
    enum phase phase;
    uint64_t measure_at, drain_at, over_at; /* nanoseconds */
    uint64_t began, ended;                  /* when the counts below were really taken */
    uint64_t cpu_at_begin, cpu_at_end;      /* nanoseconds of the server */
    long rss_kb_at_begin;                   /* resident memory of the server */
    uint64_t received, received_at_begin, received_at_end; /* whatever came, by which its CPU is divided */
    uint64_t sent, got;                     /* packets that were sent while measuring, and those of them that came back */
    uint64_t bad;                           /* answers that are not what was asked for */
    uint64_t late;                          /* packets that were not sent, as this program was itself too late */
    uint64_t unsent;                        /* packets that the system would not take */
    struct histogram delays;                /* of those that were got */
};

/* Reads --seconds, --warmup and --pid; begins now. */
void measurement_begin(struct measurement *measurement);

/* Which phase it is now; on the way from one to the next it reads the server's CPU. */
enum phase measurement_at(struct measurement *measurement, uint64_t now);

/* The members of a JSON object that every run has, from "label" on, without braces. */
void measurement_print(const struct measurement *measurement);

#endif
