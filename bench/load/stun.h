/* STUN messages (RFC 8489 section 5, 14) and what TURN adds (RFC 8656 section 17, 18): as much as a client under load needs. */
#ifndef POSTERN_STUN_H
#define POSTERN_STUN_H

#include <stddef.h>
#include <stdint.h>

#include "address.h"

#define STUN_HEADER_BYTES 20
#define STUN_COOKIE 0x2112A442u
#define STUN_ID_AT 8
#define STUN_ID_BYTES 12
#define STUN_METHOD_MASK 0x3EEF /* a message type without its class, RFC 8489 section 5 */

enum stun_type {
    BINDING_REQUEST = 0x0001,
    BINDING_SUCCESS = 0x0101,
    ALLOCATE_REQUEST = 0x0003,
    ALLOCATE_SUCCESS = 0x0103,
    REFRESH_REQUEST = 0x0004,
    CHANNEL_BIND_REQUEST = 0x0009,
    CHANNEL_BIND_SUCCESS = 0x0109
};

enum stun_attribute {
    USERNAME = 0x0006,
    MESSAGE_INTEGRITY = 0x0008,
    ERROR_CODE = 0x0009,
    CHANNEL_NUMBER = 0x000C,
    LIFETIME = 0x000D,
    XOR_PEER_ADDRESS = 0x0012,
    REALM = 0x0014,
    NONCE = 0x0015,
    XOR_RELAYED_ADDRESS = 0x0016,
    REQUESTED_ADDRESS_FAMILY = 0x0017,
    REQUESTED_TRANSPORT = 0x0019,
    XOR_MAPPED_ADDRESS = 0x0020
};

enum stun_error { UNAUTHORIZED = 401, ALLOCATION_MISMATCH = 437, STALE_NONCE = 438 };

struct message {
    uint8_t bytes[1500];
    size_t length;
};

/* With a transaction id from rand(): it need not be hard to guess here. */
void message_begin(struct message *message, enum stun_type type);
void message_add(struct message *message, enum stun_attribute type, const void *value, size_t length);
void message_add_address(struct message *message, enum stun_attribute type, const struct address *address);
void message_sign(struct message *message, const uint8_t *key, size_t key_length);

/* What follows reads bytes that came from a server: nothing outside of them is touched, whatever they say. */
int stun_type(const uint8_t *bytes, size_t length); /* -1 if this is no STUN message */
const uint8_t *stun_find(const uint8_t *bytes, size_t length, enum stun_attribute type, size_t *value_length);
int stun_address(const uint8_t *bytes, size_t length, enum stun_attribute type, struct address *address);
int stun_error(const uint8_t *bytes, size_t length); /* 0 if there is none */

void put_u16(uint8_t *at, uint32_t value);
void put_u32(uint8_t *at, uint32_t value);
uint32_t get_u16(const uint8_t *at);
uint32_t get_u32(const uint8_t *at);

#endif
