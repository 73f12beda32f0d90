/* Counts of durations in nanoseconds, in buckets that are at most 1/64 of their value wide. */
#ifndef POSTERN_HISTOGRAM_H
#define POSTERN_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_STEPS 64 /* buckets for each doubling; a power of two */
#define HISTOGRAM_BUCKETS (HISTOGRAM_STEPS * 60)

struct histogram {
    uint64_t counts[HISTOGRAM_BUCKETS];
    uint64_t total;
};

void histogram_add(struct histogram *histogram, uint64_t nanos);

/* The duration in microseconds that this share (0 to 1) of all counts do not exceed; 0 if there is none. */
double histogram_micros(const struct histogram *histogram, double share);

#endif
