/* The two digests of TURN's long-term credentials (RFC 8489 section 9.2.2, 14.5); not for anything that must stay secret. */
#ifndef POSTERN_DIGEST_H
#define POSTERN_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define MD5_BYTES 16
#define SHA1_BYTES 20

/* What is digested has at most this many bytes; more is refused. */
#define DIGEST_MOST_BYTES 2048

void md5(const uint8_t *data, size_t length, uint8_t digest[MD5_BYTES]);

/* The key has at most 64 bytes. */
void hmac_sha1(const uint8_t *key, size_t key_length, const uint8_t *data, size_t length, uint8_t digest[SHA1_BYTES]);

#endif
