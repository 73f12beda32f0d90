#define _GNU_SOURCE
#include "allocation.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "digest.h"
#include "machine.h"
#include "options.h"
#include "stun.h"

#define FIRST_CHANNEL 0x4000u
#define CHANNELS 0x1000u /* RFC 8656 section 12 */
#define UDP_PROTOCOL 17  /* REQUESTED-TRANSPORT, RFC 8656 section 18.7 */
#define FAMILY_IPV6 2    /* REQUESTED-ADDRESS-FAMILY, RFC 8656 section 18.8 */
#define ANSWER_MILLIS 500 /* RFC 8489 section 6.2.1, but not doubled: nothing is far away here */
#define TRIES 7
#define LAST_ANSWER_MILLIS 300
#define CHANNEL_UNANSWERED 1
#define LIFETIME_UNANSWERED 2
#define MOST_SOURCES 20000
#define MOST_CLASHES 2000
#define FIRST_UNHEARD_PORT 20000u
#define UNHEARD_PORTS 40000u

static struct address server, first_client, peer;
static uint32_t sources;
static const char *user, *password;
static char realm[256];
static uint8_t nonce[512], key[MD5_BYTES];
static size_t nonce_length;
static long retransmitted, clashes, kept, not_kept;

void allocations_prepare(void) {
    server = address_of(option_text("--host", "127.0.0.1"), option_number("--port", 1, 65535, 3478));
    int ipv6 = address_is_ipv6(&server);
    first_client = address_of(option_text("--client-ip", ipv6 ? "::1" : "127.0.0.2"), 0);
    peer = address_of(option_text("--peer-ip", ipv6 ? "::1" : "127.0.0.3"), 0);
    sources = (uint32_t)option_number("--sources", 1, MOST_SOURCES, 1);
    user = option_text("--user", "bench");
    password = option_text("--password", "bench");
}

long allocations_retransmitted(void) {
    return retransmitted;
}

long allocations_kept(void) {
    return kept;
}

long allocations_not_kept(void) {
    return not_kept;
}

/* Takes realm and nonce from a refusal, and makes the key that belongs to them. */
static void learn(const uint8_t *answer, size_t length) {
    size_t nonce_size, realm_size;
    char text[1024];
    const uint8_t *new_nonce = stun_find(answer, length, NONCE, &nonce_size), *new_realm = stun_find(answer, length, REALM, &realm_size);
    if (!new_nonce || !new_realm || nonce_size > sizeof nonce || realm_size >= sizeof realm)
        refuse("the server refused without a usable realm and nonce");
    memcpy(nonce, new_nonce, nonce_size);
    nonce_length = nonce_size;
    memcpy(realm, new_realm, realm_size);
    realm[realm_size] = 0;
    int written = snprintf(text, sizeof text, "%s:%s:%s", user, realm, password);
    if (written < 0 || written >= (int)sizeof text) refuse("--user and --password are too long");
    md5((const uint8_t *)text, (size_t)written, key);
}

static void sign(struct message *request) {
    message_add(request, USERNAME, user, strlen(user));
    message_add(request, REALM, realm, strlen(realm));
    message_add(request, NONCE, nonce, nonce_length);
    message_sign(request, key, sizeof key);
}

/* Waits for the answer to this request; other messages are left out. Answers its length, 0 if none came. */
static size_t await(int socket, const struct message *request, uint8_t *answer, size_t room, int millis) {
    for (;;) {
        struct pollfd readable = {.fd = socket, .events = POLLIN};
        if (poll(&readable, 1, millis) <= 0) return 0;
        ssize_t length = recv(socket, answer, room, 0);
        if (length < 0) return 0;
        if (length >= STUN_HEADER_BYTES && !memcmp(answer + STUN_ID_AT, request->bytes + STUN_ID_AT, STUN_ID_BYTES)) return (size_t)length;
    }
}

static size_t ask(int socket, const struct message *request, uint8_t *answer, size_t room) {
    for (int tries = 0; tries < TRIES; tries++) {
        if (send(socket, request->bytes, request->length, 0) < 0 && errno != ECONNREFUSED) fail("send a request");
        if (tries > 0) retransmitted++;
        size_t length = await(socket, request, answer, room, ANSWER_MILLIS);
        if (length > 0) return length;
    }
    return 0;
}

static void begin_allocate(struct message *request) {
    const uint8_t transport[4] = {UDP_PROTOCOL}, family[4] = {FAMILY_IPV6};
    message_begin(request, ALLOCATE_REQUEST);
    message_add(request, REQUESTED_TRANSPORT, transport, sizeof transport);
    if (address_is_ipv6(&server)) message_add(request, REQUESTED_ADDRESS_FAMILY, family, sizeof family);
}

/* Answers the last answer's length: a success, or a refusal that more credentials do not change. */
static size_t ask_to_allocate(int socket, uint8_t *answer, size_t room) {
    struct message request;
    begin_allocate(&request);
    size_t length = ask(socket, &request, answer, room);
    for (int tries = 0; tries < 2; tries++) { /* once after 401, once more if that nonce has just become stale */
        int error = stun_error(answer, length);
        if (length == 0 || (error != UNAUTHORIZED && error != STALE_NONCE)) break;
        learn(answer, length);
        begin_allocate(&request);
        sign(&request);
        length = ask(socket, &request, answer, room);
    }
    return length;
}

static void open_client(struct allocation *allocation, long number) {
    struct address from = address_plus(first_client, (uint32_t)number % sources);
    uint8_t answer[2048];
    for (;;) {
        allocation->client = udp_socket(&from);
        udp_connect(allocation->client, &server);
        size_t length = ask_to_allocate(allocation->client, answer, sizeof answer);
        if (stun_type(answer, length) == ALLOCATE_SUCCESS && stun_address(answer, length, XOR_RELAYED_ADDRESS, &allocation->relayed)) return;
        close(allocation->client);
        /* The port had an allocation in an earlier run that is still alive: another port has none. */
        if (stun_error(answer, length) == ALLOCATION_MISMATCH && ++clashes < MOST_CLASHES) continue;
        refuse("allocation %ld was refused: %s %d", number, length ? "error" : "no answer", stun_error(answer, length));
    }
}

static struct address open_peer(struct allocation *allocation, long number, int with_peer) {
    if (with_peer) {
        allocation->peer = udp_socket(&peer);
        udp_connect(allocation->peer, &allocation->relayed);
        return udp_bound(allocation->peer);
    }
    struct address unheard = peer;
    allocation->peer = -1;
    address_set_port(&unheard, (uint16_t)(FIRST_UNHEARD_PORT + (uint32_t)number % UNHEARD_PORTS));
    return unheard;
}

static void make_channel_bind(struct message *request, uint32_t number, const struct address *to) {
    uint8_t channel[4];
    put_u32(channel, number << 16);
    message_begin(request, CHANNEL_BIND_REQUEST);
    message_add(request, CHANNEL_NUMBER, channel, sizeof channel);
    message_add_address(request, XOR_PEER_ADDRESS, to);
    sign(request);
}

static void bind_channel(struct allocation *allocation, long number, const struct address *to) {
    struct message request;
    uint8_t answer[2048];
    allocation->channel = FIRST_CHANNEL + (uint32_t)number % CHANNELS;
    make_channel_bind(&request, allocation->channel, to);
    size_t length = ask(allocation->client, &request, answer, sizeof answer);
    if (stun_type(answer, length) != CHANNEL_BIND_SUCCESS)
        refuse("channel of allocation %ld was refused: error %d", number, stun_error(answer, length));
}

void allocation_open(struct allocation *allocation, long number, int with_peer) {
    open_client(allocation, number);
    struct address to = open_peer(allocation, number, with_peer);
    bind_channel(allocation, number, &to);
    allocation->asked_at = now_nanos();
}

static void send_what_keeps(struct allocation *allocation, int which) {
    struct message request;
    if (which & CHANNEL_UNANSWERED) {
        struct address to = udp_bound(allocation->peer);
        make_channel_bind(&request, allocation->channel, &to);
        (void)!send(allocation->client, request.bytes, request.length, MSG_DONTWAIT); /* asked again if it does not arrive */
    }
    if (which & LIFETIME_UNANSWERED) {
        message_begin(&request, REFRESH_REQUEST);
        sign(&request);
        (void)!send(allocation->client, request.bytes, request.length, MSG_DONTWAIT);
    }
}

void allocation_keep(struct allocation *allocation, uint64_t now, uint64_t period) {
    uint64_t passed = now - allocation->asked_at;
    if (allocation->unanswered) {
        if (passed < ANSWER_MILLIS * NANOS_PER_MILLI) return;
        retransmitted++;
    } else {
        if (passed < period) return;
        allocation->unanswered = CHANNEL_UNANSWERED | LIFETIME_UNANSWERED;
    }
    allocation->asked_at = now;
    send_what_keeps(allocation, allocation->unanswered);
}

void allocation_kept(struct allocation *allocation, const uint8_t *answer, size_t length) {
    int type = stun_type(answer, length);
    int method = type & STUN_METHOD_MASK;
    int which = method == CHANNEL_BIND_REQUEST ? CHANNEL_UNANSWERED : method == REFRESH_REQUEST ? LIFETIME_UNANSWERED : 0;
    if (!(allocation->unanswered & which)) return;
    int error = stun_error(answer, length);
    if (error == STALE_NONCE) {
        learn(answer, length);
        send_what_keeps(allocation, which);
        return;
    }
    allocation->unanswered &= ~which;
    if (error) not_kept++;
    else kept++;
}

void allocation_close(struct allocation *allocation) {
    const uint8_t lifetime[4] = {0};
    uint8_t answer[2048];
    for (int tries = 0; tries < 2; tries++) {
        struct message request;
        message_begin(&request, REFRESH_REQUEST);
        message_add(&request, LIFETIME, lifetime, sizeof lifetime);
        sign(&request);
        if (send(allocation->client, request.bytes, request.length, 0) < 0) break;
        size_t length = await(allocation->client, &request, answer, sizeof answer, LAST_ANSWER_MILLIS);
        if (length == 0 || stun_error(answer, length) != STALE_NONCE) break;
        learn(answer, length);
    }
    close(allocation->client);
    if (allocation->peer >= 0) close(allocation->peer);
}
