/* A slow trickle of STUN Binding requests beside a load: whether they are answered, and how soon. */
#ifndef POSTERN_PROBE_H
#define POSTERN_PROBE_H

#include <stdint.h>

#include "measurement.h"

/* Few enough that no server's limit for one source is met. */
#define MOST_PROBES_PER_SECOND 400

/* Reads --probe (requests per second; 0, as without it, for none), --host, --port, --client-ip and --sources: they come from the address behind all of these. */
void probe_open(void);
void probe_begin(void);

/* Sends what is due unless the run is draining, and takes the answers that came. */
void probe_tick(uint64_t now, enum phase phase);

/* The members of a JSON object, with a comma in front; nothing without --probe. */
void probe_print(void);

#endif
