/* What a signaling server is spoken to in: how a client takes its seat, and what a message from one to another looks like. */
#ifndef POSTERN_DIALECT_H
#define POSTERN_DIALECT_H

#include <stddef.h>
#include <stdint.h>

#define PEER_ID_BYTES 64

/* One client as the dialect sees it. */
struct client {
    long number;
    char peer[PEER_ID_BYTES]; /* how others name it */
    uint64_t last_id;         /* of its requests */
    uint64_t got;             /* the highest number of what it was sent */
};

/* What a message from the server is. */
enum meaning {
    RELAYED,  /* from another client: stamp is filled in */
    SEATED,   /* the client may begin */
    ASKS,     /* wants the reply that was written */
    EXPECTED, /* nothing to be done */
    WRONG     /* an error, or out of order */
};

/* When a message was sent, and whether that counts. */
struct stamp {
    uint64_t sent_nanos;
    int measured;
};

/* Takes postern, relay (a bare relay by number) or peerjs; refuses all others. */
void dialect_choose(const char *name);

/* The path that this client's WebSocket is opened at; and the subprotocol it offers, empty for none. */
void dialect_path(const struct client *client, char *into, size_t room);
const char *dialect_subprotocol(void);

/* What the client says first: its length, 0 if it is seated as it is. */
size_t dialect_first(struct client *client, char *into, size_t room);

/* A message to the other, about as long as it is told; answers its length. */
size_t dialect_message(struct client *from, const struct client *to, struct stamp stamp, size_t bytes, char *into, size_t room);

/* Reads what the server said; a reply is written where it asks for one. */
enum meaning dialect_read(struct client *client, const char *text, size_t length, struct stamp *stamp, char *reply, size_t room,
                          size_t *reply_length);

#endif
