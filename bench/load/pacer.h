/* When the next burst of an open loop is due: at a steady rate, whether or not answers come. */
#ifndef POSTERN_PACER_H
#define POSTERN_PACER_H

#include <stdint.h>

struct pacer {
    double interval_nanos; /* between two bursts */
    double next_nanos;
};

void pacer_begin(struct pacer *pacer, long packets_per_second, long burst);

/* How many bursts to send now: few enough that what came in meanwhile is read in time. What is too old to catch up with is left out, and counted. */
int pacer_due(struct pacer *pacer, uint64_t now, uint64_t *missed);

#endif
