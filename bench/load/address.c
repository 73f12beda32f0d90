#define _GNU_SOURCE
#include "address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

#include "machine.h"

#define SOCKET_BUFFER_BYTES (32 << 20)

static struct sockaddr_in *ipv4(struct address *address) {
    return (struct sockaddr_in *)&address->raw;
}

static struct sockaddr_in6 *ipv6(struct address *address) {
    return (struct sockaddr_in6 *)&address->raw;
}

struct address address_of(const char *ip, long port) {
    struct address made;
    memset(&made, 0, sizeof made);
    if (inet_pton(AF_INET, ip, &ipv4(&made)->sin_addr) == 1) {
        made.raw.ss_family = AF_INET;
        made.length = sizeof(struct sockaddr_in);
    } else if (inet_pton(AF_INET6, ip, &ipv6(&made)->sin6_addr) == 1) {
        made.raw.ss_family = AF_INET6;
        made.length = sizeof(struct sockaddr_in6);
    } else {
        refuse("%s is no IP address", ip);
    }
    address_set_port(&made, (uint16_t)port);
    return made;
}

int address_is_ipv6(const struct address *address) {
    return address->raw.ss_family == AF_INET6;
}

const uint8_t *address_ip(const struct address *address, int *length) {
    if (address_is_ipv6(address)) {
        *length = sizeof(struct in6_addr);
        return (const uint8_t *)&((const struct sockaddr_in6 *)&address->raw)->sin6_addr;
    }
    *length = sizeof(struct in_addr);
    return (const uint8_t *)&((const struct sockaddr_in *)&address->raw)->sin_addr;
}

struct address address_plus(struct address from, uint32_t n) {
    int length;
    uint8_t *last = (uint8_t *)address_ip(&from, &length) + length - sizeof(uint32_t);
    uint32_t number;
    memcpy(&number, last, sizeof number);
    number = htonl(ntohl(number) + n);
    memcpy(last, &number, sizeof number);
    return from;
}

void address_set_port(struct address *address, uint16_t port) {
    if (address_is_ipv6(address)) ipv6(address)->sin6_port = htons(port);
    else ipv4(address)->sin_port = htons(port);
}

uint16_t address_port(const struct address *address) {
    return ntohs(address_is_ipv6(address) ? ((const struct sockaddr_in6 *)&address->raw)->sin6_port
                                            : ((const struct sockaddr_in *)&address->raw)->sin_port);
}

int udp_socket(const struct address *bind_to) {
    int made = socket(bind_to->raw.ss_family, SOCK_DGRAM, 0);
    if (made < 0) fail("socket");
    int bytes = SOCKET_BUFFER_BYTES; /* the system's maximum wins silently; loss is counted all the same */
    setsockopt(made, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    setsockopt(made, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    if (bind(made, (const struct sockaddr *)&bind_to->raw, bind_to->length)) fail("bind");
    return made;
}

void udp_connect(int socket, const struct address *to) {
    if (connect(socket, (const struct sockaddr *)&to->raw, to->length)) fail("connect");
}

struct address udp_bound(int socket) {
    struct address bound;
    memset(&bound, 0, sizeof bound);
    bound.length = sizeof bound.raw;
    if (getsockname(socket, (struct sockaddr *)&bound.raw, &bound.length)) fail("getsockname");
    return bound;
}

int tcp_connecting(const struct address *bind_to, const struct address *to) {
    int made = socket(bind_to->raw.ss_family, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    if (made < 0) fail("socket");
    setsockopt(made, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on); /* one address has as many ports for each server as there are */
    setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (bind(made, (const struct sockaddr *)&bind_to->raw, bind_to->length)) fail("bind");
    if (connect(made, (const struct sockaddr *)&to->raw, to->length) && errno != EINPROGRESS) fail("connect");
    return made;
}
