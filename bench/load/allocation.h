/* TURN allocations with long-term credentials (RFC 8489 section 9.2, RFC 8656), each from a client socket of its own. */
#ifndef POSTERN_ALLOCATION_H
#define POSTERN_ALLOCATION_H

#include <stdint.h>

#include "address.h"

struct allocation {
    int client;              /* connected to the server */
    int peer;                /* connected to the relayed address; -1 if the peer is only a name */
    uint32_t channel;        /* bound to the peer */
    struct address relayed;
};

/* Who asks, and where: reads --host, --port, --user, --password, --client-ip, --sources and --peer-ip. */
void allocations_prepare(void);

/*
 * Allocates as a client does that knows no nonce: asked without credentials, refused with 401, asked again; then binds a channel to a
 * peer. Ends the program if it cannot be had.
 *
 * number: its number among all; with_peer: whether the peer gets a socket
 */
void allocation_open(struct allocation *allocation, long number, int with_peer);

/* Gives it back (Refresh with a lifetime of 0) and closes its sockets; the server's answer is awaited for a moment. */
void allocation_close(struct allocation *allocation);

/* Requests that had to be sent again so far. */
long allocations_retransmitted(void);

#endif
