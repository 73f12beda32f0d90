#define _GNU_SOURCE
#include "dialect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine.h"

/* In the place of a candidate: whether it counts, when it was sent, and filling. */
#define STAMP "stamp:%d%020lu:"
#define STAMP_WORD "stamp:"
#define STAMP_DIGITS 20
#define ROOM_BYTES 48

enum dialect { POSTERN, RELAY, PEERJS };

static enum dialect dialect;

void dialect_choose(const char *name) {
    if (!strcmp(name, "postern")) dialect = POSTERN;
    else if (!strcmp(name, "relay")) dialect = RELAY;
    else if (!strcmp(name, "peerjs")) dialect = PEERJS;
    else refuse("--dialect is %s; it must be postern, relay or peerjs", name);
}

void dialect_path(const struct client *client, char *into, size_t room) {
    switch (dialect) {
        case POSTERN: snprintf(into, room, "/signal/v1/ws"); return;
        case RELAY: snprintf(into, room, "/?id=c%ld", client->number); return;
        case PEERJS: snprintf(into, room, "/peerjs?key=peerjs&id=c%ld&token=t&version=1.5.4", client->number); return;
    }
}

const char *dialect_subprotocol(void) {
    return dialect == POSTERN ? "postern.v1.json" : "";
}

size_t dialect_first(struct client *client, char *into, size_t room) {
    if (dialect == POSTERN) return (size_t)snprintf(into, room, "{\"t\":\"hello\",\"v\":1}");
    snprintf(client->peer, sizeof client->peer, "c%ld", client->number);
    return 0;
}

/* Two clients make a pair, and a pair has a room, of this run alone. */
static void room_of(const struct client *client, char *into, size_t room) {
    snprintf(into, room, "r%ld-%d", client->number / 2, (int)getpid());
}

size_t dialect_message(struct client *from, const struct client *to, struct stamp stamp, size_t bytes, char *into, size_t room) {
    int head;
    char pair[ROOM_BYTES];
    room_of(from, pair, sizeof pair);
    const char *tail = dialect == POSTERN ? "\"}]}" : "\"}}";
    if (dialect == POSTERN) {
        head = snprintf(into, room, "{\"t\":\"ice\",\"id\":%lu,\"to\":\"%s\",\"room\":\"%s\",\"gen\":1,\"got\":%lu,\"c\":[{\"candidate\":\"" STAMP,
                        ++from->last_id, to->peer, pair, from->got, stamp.measured, stamp.sent_nanos);
    } else {
        head = snprintf(into, room, "{\"type\":\"CANDIDATE\",\"dst\":\"%s\",\"payload\":{\"candidate\":\"" STAMP, to->peer, stamp.measured,
                        stamp.sent_nanos);
    }
    size_t length = (size_t)head, whole = bytes > length + strlen(tail) ? bytes - strlen(tail) : length;
    if (whole + strlen(tail) >= room) refuse("a message of %zu bytes does not fit", bytes);
    memset(into + length, 'x', whole - length);
    memcpy(into + whole, tail, strlen(tail));
    return whole + strlen(tail);
}

/* What stands behind a word; null if it does not stand there. */
static const char *behind(const char *text, size_t length, const char *word) {
    const char *at = memmem(text, length, word, strlen(word));
    return at ? at + strlen(word) : 0;
}

static int is_relayed(const char *text, size_t length, struct stamp *stamp) {
    const char *at = behind(text, length, STAMP_WORD);
    if (!at || at + 1 + STAMP_DIGITS >= text + length) return 0;
    stamp->measured = *at == '1';
    stamp->sent_nanos = strtoull(at + 1, 0, 10);
    return 1;
}

/* Every number is higher than the one before, as nothing here overtakes anything. */
static int takes_number(struct client *client, const char *text, size_t length) {
    const char *at = behind(text, length, "\"seq\":");
    if (!at) return 0;
    uint64_t seq = strtoull(at, 0, 10);
    if (seq <= client->got) return 0;
    client->got = seq;
    return 1;
}

static enum meaning read_welcome(struct client *client, const char *text, size_t length, char *reply, size_t room, size_t *reply_length) {
    const char *peer = behind(text, length, "\"peer\":\"");
    const char *end = peer ? memchr(peer, '"', (size_t)(text + length - peer)) : 0;
    if (!end || (size_t)(end - peer) >= sizeof client->peer) return WRONG;
    memcpy(client->peer, peer, (size_t)(end - peer));
    char pair[ROOM_BYTES];
    room_of(client, pair, sizeof pair);
    *reply_length = (size_t)snprintf(reply, room, "{\"t\":\"join\",\"id\":%lu,\"room\":\"%s\"}", ++client->last_id, pair);
    return ASKS;
}

static enum meaning read_postern(struct client *client, const char *text, size_t length, struct stamp *stamp, char *reply, size_t room,
                                 size_t *reply_length) {
    const char *type = behind(text, length, "\"t\":\"");
    if (!type) return WRONG;
    if (!strncmp(type, "ok\"", 3)) return behind(text, length, "\"you\":") ? SEATED : EXPECTED;
    if (!strncmp(type, "ice\"", 4)) return is_relayed(text, length, stamp) && takes_number(client, text, length) ? RELAYED : WRONG;
    if (!strncmp(type, "welcome\"", 8)) return read_welcome(client, text, length, reply, room, reply_length);
    if (!strncmp(type, "peer\"", 5) || !strncmp(type, "ice-servers\"", 12)) return takes_number(client, text, length) ? EXPECTED : WRONG;
    if (!strncmp(type, "ping\"", 5)) {
        const char *ts = behind(text, length, "\"ts\":");
        *reply_length = (size_t)snprintf(reply, room, "{\"t\":\"pong\",\"ts\":%lu,\"got\":%lu}", ts ? strtoul(ts, 0, 10) : 0, client->got);
        return ASKS;
    }
    return WRONG;
}

enum meaning dialect_read(struct client *client, const char *text, size_t length, struct stamp *stamp, char *reply, size_t room,
                          size_t *reply_length) {
    if (dialect == POSTERN) return read_postern(client, text, length, stamp, reply, room, reply_length);
    if (is_relayed(text, length, stamp)) return RELAYED;
    return behind(text, length, "\"OPEN\"") ? EXPECTED : WRONG;
}
