#define _GNU_SOURCE
#include "websocket.h"

#include <stdio.h>
#include <string.h>

#include "machine.h"

#define FIN 0x80
#define MASKED 0x80
#define OPCODE_BITS 0x0F
#define LENGTH_BITS 0x7F
#define LENGTH_IN_2_BYTES 126
#define LENGTH_IN_8_BYTES 127
#define MASK_BYTES 4

/* A mask protects proxies from pages; here there are neither, and any will do. */
static const uint8_t MASK[MASK_BYTES] = {0x37, 0xFA, 0x21, 0x3D};

size_t websocket_request(char *into, size_t room, const char *host, long port, const char *path, const char *subprotocol) {
    int length = snprintf(into, room,
                          "GET %s HTTP/1.1\r\nHost: %s:%ld\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s%s%s\r\n",
                          path, host, port, *subprotocol ? "Sec-WebSocket-Protocol: " : "", subprotocol, *subprotocol ? "\r\n" : "");
    if (length < 0 || length >= (int)room) refuse("--host or path is too long");
    return (size_t)length;
}

size_t websocket_answer(const uint8_t *bytes, size_t length) {
    const uint8_t *end = memmem(bytes, length, "\r\n\r\n", 4);
    if (!end) return 0;
    if (length < 12 || memcmp(bytes + 8, " 101", 4)) refuse("the WebSocket was refused: %.*s", (int)(end - bytes), (const char *)bytes);
    return (size_t)(end - bytes) + 4;
}

size_t websocket_frame(uint8_t *into, enum opcode opcode, const char *text, size_t length) {
    size_t at = 2;
    into[0] = (uint8_t)(FIN | opcode);
    if (length < LENGTH_IN_2_BYTES) {
        into[1] = (uint8_t)(MASKED | length);
    } else {
        if (length > UINT16_MAX) refuse("a message of %zu bytes is too long", length);
        into[1] = MASKED | LENGTH_IN_2_BYTES;
        into[at++] = (uint8_t)(length >> 8);
        into[at++] = (uint8_t)length;
    }
    memcpy(into + at, MASK, MASK_BYTES);
    at += MASK_BYTES;
    for (size_t i = 0; i < length; i++) into[at + i] = (uint8_t)text[i] ^ MASK[i % MASK_BYTES];
    return at + length;
}

size_t websocket_read(const uint8_t *bytes, size_t length, struct frame *frame) {
    if (length < 2) return 0;
    size_t payload = bytes[1] & LENGTH_BITS, header = 2;
    if (payload == LENGTH_IN_8_BYTES) refuse("the server sent a frame of 65,536 bytes or more");
    if (payload == LENGTH_IN_2_BYTES) {
        if (length < 4) return 0;
        payload = (size_t)bytes[2] << 8 | bytes[3];
        header = 4;
    }
    if (length < header + payload) return 0;
    *frame = (struct frame){(enum opcode)(bytes[0] & OPCODE_BITS), (const char *)bytes + header, payload};
    return header + payload;
}
