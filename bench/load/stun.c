#include "stun.h"

#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "machine.h"

#define LENGTH_AT 2
#define COOKIE_AT 4
#define ATTRIBUTE_HEADER_BYTES 4
#define FAMILY_IPV4 1
#define FAMILY_IPV6 2
#define ADDRESS_AT 4 /* behind a zero byte, the family and the port */

void put_u16(uint8_t *at, uint32_t value) {
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

void put_u32(uint8_t *at, uint32_t value) {
    put_u16(at, value >> 16);
    put_u16(at + 2, value);
}

uint32_t get_u16(const uint8_t *at) {
    return (uint32_t)at[0] << 8 | at[1];
}

uint32_t get_u32(const uint8_t *at) {
    return get_u16(at) << 16 | get_u16(at + 2);
}

static size_t padded(size_t length) {
    return (length + 3) & ~(size_t)3;
}

void message_begin(struct message *message, enum stun_type type) {
    put_u16(message->bytes, type);
    put_u16(message->bytes + LENGTH_AT, 0);
    put_u32(message->bytes + COOKIE_AT, STUN_COOKIE);
    for (int i = STUN_ID_AT; i < STUN_HEADER_BYTES; i++) message->bytes[i] = (uint8_t)(rand() >> 8);
    message->length = STUN_HEADER_BYTES;
}

void message_add(struct message *message, enum stun_attribute type, const void *value, size_t length) {
    size_t end = message->length + ATTRIBUTE_HEADER_BYTES + padded(length);
    if (end > sizeof message->bytes) refuse("a request of %zu bytes is too long", end);
    uint8_t *at = message->bytes + message->length;
    put_u16(at, type);
    put_u16(at + LENGTH_AT, (uint32_t)length);
    memcpy(at + ATTRIBUTE_HEADER_BYTES, value, length);
    memset(at + ATTRIBUTE_HEADER_BYTES + length, 0, padded(length) - length);
    message->length = end;
    put_u16(message->bytes + LENGTH_AT, (uint32_t)(end - STUN_HEADER_BYTES));
}

/* RFC 8489 section 14.2: the address is XORed with the cookie and, where it is longer, the transaction id behind it. */
void message_add_address(struct message *message, enum stun_attribute type, const struct address *address) {
    uint8_t value[ADDRESS_AT + 16];
    int ip_length;
    const uint8_t *ip = address_ip(address, &ip_length);
    value[0] = 0;
    value[1] = address_is_ipv6(address) ? FAMILY_IPV6 : FAMILY_IPV4;
    put_u16(value + 2, address_port(address) ^ STUN_COOKIE >> 16);
    for (int i = 0; i < ip_length; i++) value[ADDRESS_AT + i] = ip[i] ^ message->bytes[COOKIE_AT + i];
    message_add(message, type, value, (size_t)(ADDRESS_AT + ip_length));
}

/* RFC 8489 section 14.5: the length in the header counts the attribute that is to come. */
void message_sign(struct message *message, const uint8_t *key, size_t key_length) {
    uint8_t hmac[SHA1_BYTES];
    size_t end = message->length + ATTRIBUTE_HEADER_BYTES + SHA1_BYTES;
    put_u16(message->bytes + LENGTH_AT, (uint32_t)(end - STUN_HEADER_BYTES));
    hmac_sha1(key, key_length, message->bytes, message->length, hmac);
    message_add(message, MESSAGE_INTEGRITY, hmac, sizeof hmac);
}

int stun_type(const uint8_t *bytes, size_t length) {
    if (length < STUN_HEADER_BYTES || get_u32(bytes + COOKIE_AT) != STUN_COOKIE) return -1;
    return (int)get_u16(bytes);
}

const uint8_t *stun_find(const uint8_t *bytes, size_t length, enum stun_attribute type, size_t *value_length) {
    size_t at = STUN_HEADER_BYTES;
    while (at + ATTRIBUTE_HEADER_BYTES <= length) {
        size_t size = get_u16(bytes + at + LENGTH_AT);
        if (at + ATTRIBUTE_HEADER_BYTES + size > length) return 0;
        if (get_u16(bytes + at) == (uint32_t)type) {
            *value_length = size;
            return bytes + at + ATTRIBUTE_HEADER_BYTES;
        }
        at += ATTRIBUTE_HEADER_BYTES + padded(size);
    }
    return 0;
}

int stun_address(const uint8_t *bytes, size_t length, enum stun_attribute type, struct address *address) {
    size_t size;
    const uint8_t *value = stun_find(bytes, length, type, &size);
    if (!value || size < ADDRESS_AT + 4) return 0;
    if (value[1] == FAMILY_IPV6 && size < ADDRESS_AT + 16) return 0;
    *address = address_of(value[1] == FAMILY_IPV6 ? "::" : "0.0.0.0", 0);
    int ip_length;
    uint8_t *ip = (uint8_t *)address_ip(address, &ip_length);
    for (int i = 0; i < ip_length; i++) ip[i] = value[ADDRESS_AT + i] ^ bytes[COOKIE_AT + i];
    address_set_port(address, (uint16_t)(get_u16(value + 2) ^ STUN_COOKIE >> 16));
    return 1;
}

int stun_error(const uint8_t *bytes, size_t length) {
    size_t size;
    const uint8_t *value = stun_find(bytes, length, ERROR_CODE, &size);
    return value && size >= 4 ? (value[2] & 7) * 100 + value[3] : 0;
}
