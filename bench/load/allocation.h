/* TURN allocations with long-term credentials (RFC 8489 section 9.2, RFC 8656), each from a client socket of its own. */
#ifndef POSTERN_ALLOCATION_H
#define POSTERN_ALLOCATION_H

#include <stddef.h>
#include <stdint.h>

#include "address.h"

struct allocation {
    int client;              /* connected to the server */
    int peer;                /* connected to the relayed address; -1 if the peer is only a name */
    uint32_t channel;        /* bound to the peer */
    struct address relayed;
    int unanswered;          /* which of the requests that keep it alive have no answer yet */
    uint64_t asked_at;       /* nanoseconds: when they were sent last */
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

/*
 * Keeps it alive while packets go through it, without waiting: asks for its channel (and so its permission) and its lifetime anew when
 * period nanoseconds have passed since it last did (permissions live 300 s, allocations 600 s unless told; RFC 8656 section 9, 7.2), and
 * asks again for what is not answered in time.
 */
void allocation_keep(struct allocation *allocation, uint64_t now, uint64_t period);

/* Takes the answer to such a request; a stale nonce is replaced and the request sent again at once. */
void allocation_kept(struct allocation *allocation, const uint8_t *answer, size_t length);

/* Gives it back (Refresh with a lifetime of 0) and closes its sockets; the server's answer is awaited for a moment. */
void allocation_close(struct allocation *allocation);

/* Requests that had to be sent again so far. */
long allocations_retransmitted(void);

/* Requests to keep an allocation alive that were granted, and those that were refused for good. */
long allocations_kept(void);
long allocations_not_kept(void);

#endif
