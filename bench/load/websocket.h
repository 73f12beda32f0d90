/* A client's end of a WebSocket (RFC 6455), as much as a load needs: the handshake, and messages of one frame. */
#ifndef POSTERN_WEBSOCKET_H
#define POSTERN_WEBSOCKET_H

#include <stddef.h>
#include <stdint.h>

#define WEBSOCKET_MOST_HEADER 14 /* bytes before the payload of a frame, RFC 6455 section 5.2 */

enum opcode { CONTINUATION_FRAME = 0, TEXT_FRAME = 1, CLOSE_FRAME = 8, PING_FRAME = 9, PONG_FRAME = 10 };

/* One frame as it was received; the text lies in the buffer that it was read from. */
struct frame {
    enum opcode opcode;
    const char *text;
    size_t length;
};

/* Writes the request that opens it; answers its length. subprotocol may be empty. Refuses what does not fit. */
size_t websocket_request(char *into, size_t room, const char *host, long port, const char *path, const char *subprotocol);

/* What the answer to it takes of these bytes: 0 if it is not whole yet. Refuses any answer but 101. */
size_t websocket_answer(const uint8_t *bytes, size_t length);

/* Writes a masked frame; answers its length. There must be room for the text and WEBSOCKET_MOST_HEADER bytes. */
size_t websocket_frame(uint8_t *into, enum opcode opcode, const char *text, size_t length);

/* Reads the first frame; answers the bytes that it takes, 0 if it is not whole yet. */
size_t websocket_read(const uint8_t *bytes, size_t length, struct frame *frame);

#endif
