/* Packets through allocations: made, sent in bursts, received and held against what was sent. */
#ifndef POSTERN_TRAFFIC_H
#define POSTERN_TRAFFIC_H

#include "allocation.h"
#include "measurement.h"

#define MOST_BURST 64
#define LEAST_PAYLOAD_BYTES 24
#define MOST_PAYLOAD_BYTES 1400

enum direction { TO_PEER, TO_CLIENT, DIRECTIONS };

struct flow {
    struct allocation allocation;
    long outstanding[DIRECTIONS];
    uint64_t last_sent[DIRECTIONS];
};

struct traffic {
    struct flow *flows;
    long flow_count;
    int uses[DIRECTIONS]; /* which directions have packets */
    size_t payload_bytes;
    long burst;
    long window;      /* packets that one flow has outstanding in one direction; 0 for an open loop */
    int trains_out;   /* a burst is given to the kernel as one buffer (UDP_SEGMENT) */
    int trains_in;    /* the kernel may hand in several datagrams as one buffer (UDP_GRO) */
    struct measurement run;
};

/* Before anything is sent, with the fields above filled in. */
void traffic_prepare(struct traffic *traffic);

/* Asks for trains where they are to be received. */
void traffic_expect_trains(int socket);

/* One burst at once, or nothing if the kernel would not take it. */
void traffic_send_burst(struct traffic *traffic, struct flow *flow, enum direction direction);

/* As many whole bursts as the window has room for. */
void traffic_fill_window(struct traffic *traffic, struct flow *flow, enum direction direction);

/* Reads what came, checks every packet, and in a closed loop sends as much again. */
void traffic_receive(struct traffic *traffic, struct flow *flow, enum direction direction);

#endif
