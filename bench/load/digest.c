#include "digest.h"

#include <string.h>

#include "machine.h"

#define BLOCK_BYTES 64
#define LENGTH_BYTES 8 /* the count of bits at the end of the last block */
#define PADDED_MOST_BYTES (DIGEST_MOST_BYTES + BLOCK_BYTES + LENGTH_BYTES)
#define INNER 0x36 /* RFC 2104 */
#define OUTER 0x5c

static uint32_t rotate(uint32_t word, int bits) {
    return word << bits | word >> (32 - bits);
}

/* Both digests pad alike, but for the byte order of the count. Answers the padded length. */
static size_t pad(uint8_t padded[PADDED_MOST_BYTES], const uint8_t *data, size_t length, int big_endian) {
    if (length > DIGEST_MOST_BYTES) refuse("a message of %zu bytes is too long to be signed here", length);
    size_t end = (length + LENGTH_BYTES) / BLOCK_BYTES * BLOCK_BYTES + BLOCK_BYTES;
    uint64_t bits = (uint64_t)length * 8;
    memcpy(padded, data, length);
    memset(padded + length, 0, end - length);
    padded[length] = 0x80;
    for (int i = 0; i < LENGTH_BYTES; i++) {
        size_t at = big_endian ? end - 1 - (size_t)i : end - LENGTH_BYTES + (size_t)i;
        padded[at] = (uint8_t)(bits >> 8 * i);
    }
    return end;
}

/* RFC 1321 section 3.4: the sines, and the four rotations of each round. */
static const uint32_t MD5_SINES[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};
static const int MD5_ROTATIONS[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

static void md5_block(uint32_t state[4], const uint8_t *block) {
    uint32_t words[16], a = state[0], b = state[1], c = state[2], d = state[3];
    for (int i = 0; i < 16; i++)
        words[i] = (uint32_t)block[4 * i] | (uint32_t)block[4 * i + 1] << 8 | (uint32_t)block[4 * i + 2] << 16
                | (uint32_t)block[4 * i + 3] << 24;
    for (int i = 0; i < 64; i++) {
        const int round = i / 16;
        const uint32_t mix = round == 0 ? (b & c) | (~b & d) : round == 1 ? (d & b) | (~d & c) : round == 2 ? b ^ c ^ d : c ^ (b | ~d);
        const int word = round == 0 ? i : round == 1 ? (5 * i + 1) % 16 : round == 2 ? (3 * i + 5) % 16 : 7 * i % 16;
        uint32_t next = b + rotate(a + mix + MD5_SINES[i] + words[word], MD5_ROTATIONS[round][i % 4]);
        a = d;
        d = c;
        c = b;
        b = next;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
}

void md5(const uint8_t *data, size_t length, uint8_t digest[MD5_BYTES]) {
    uint8_t padded[PADDED_MOST_BYTES];
    uint32_t state[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    size_t end = pad(padded, data, length, 0);
    for (size_t at = 0; at < end; at += BLOCK_BYTES) md5_block(state, padded + at);
    for (int i = 0; i < MD5_BYTES; i++) digest[i] = (uint8_t)(state[i / 4] >> 8 * (i % 4));
}

/* RFC 3174 section 6.1. */
static void sha1_block(uint32_t state[5], const uint8_t *block) {
    uint32_t words[80], a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
    for (int i = 0; i < 16; i++)
        words[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 | (uint32_t)block[4 * i + 2] << 8
                | (uint32_t)block[4 * i + 3];
    for (int i = 16; i < 80; i++) words[i] = rotate(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
    for (int i = 0; i < 80; i++) {
        uint32_t mix, constant;
        if (i < 20) {
            mix = (b & c) | (~b & d), constant = 0x5a827999;
        } else if (i < 40) {
            mix = b ^ c ^ d, constant = 0x6ed9eba1;
        } else if (i < 60) {
            mix = (b & c) | (b & d) | (c & d), constant = 0x8f1bbcdc;
        } else {
            mix = b ^ c ^ d, constant = 0xca62c1d6;
        }
        uint32_t next = rotate(a, 5) + mix + e + constant + words[i];
        e = d;
        d = c;
        c = rotate(b, 30);
        b = a;
        a = next;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
}

static void sha1(const uint8_t *data, size_t length, uint8_t digest[SHA1_BYTES]) {
    uint8_t padded[PADDED_MOST_BYTES];
    uint32_t state[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    size_t end = pad(padded, data, length, 1);
    for (size_t at = 0; at < end; at += BLOCK_BYTES) sha1_block(state, padded + at);
    for (int i = 0; i < SHA1_BYTES; i++) digest[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
}

static void begin_with_key(uint8_t *block, const uint8_t *key, size_t key_length, uint8_t mask) {
    memset(block, mask, BLOCK_BYTES);
    for (size_t i = 0; i < key_length; i++) block[i] ^= key[i];
}

void hmac_sha1(const uint8_t *key, size_t key_length, const uint8_t *data, size_t length, uint8_t digest[SHA1_BYTES]) {
    uint8_t text[DIGEST_MOST_BYTES];
    if (key_length > BLOCK_BYTES || BLOCK_BYTES + length > sizeof text) refuse("a message of %zu bytes is too long to be signed here", length);
    begin_with_key(text, key, key_length, INNER);
    memcpy(text + BLOCK_BYTES, data, length);
    sha1(text, BLOCK_BYTES + length, digest);
    begin_with_key(text, key, key_length, OUTER);
    memcpy(text + BLOCK_BYTES, digest, SHA1_BYTES);
    sha1(text, BLOCK_BYTES + SHA1_BYTES, digest);
}
