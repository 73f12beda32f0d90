#include "pacer.h"

#include "machine.h"

#define MOST_AT_ONCE 8
#define TOO_LATE_NANOS (50.0 * (double)NANOS_PER_MILLI)

void pacer_begin(struct pacer *pacer, long packets_per_second, long burst) {
    pacer->interval_nanos = 1e9 * (double)burst / (double)packets_per_second;
    pacer->next_nanos = (double)now_nanos();
}

int pacer_due(struct pacer *pacer, uint64_t now, uint64_t *missed) {
    double behind = (double)now - pacer->next_nanos;
    if (behind > TOO_LATE_NANOS) {
        *missed += (uint64_t)(behind / pacer->interval_nanos);
        pacer->next_nanos = (double)now;
    }
    int due = 0;
    for (; due < MOST_AT_ONCE && pacer->next_nanos <= (double)now; due++) pacer->next_nanos += pacer->interval_nanos;
    return due;
}
