/* An IPv4 or IPv6 address with a port, and the sockets that begin there. */
#ifndef POSTERN_ADDRESS_H
#define POSTERN_ADDRESS_H

#include <stdint.h>
#include <sys/socket.h>

struct address {
    struct sockaddr_storage raw;
    socklen_t length;
};

/* Refuses what is no address. */
struct address address_of(const char *ip, long port);

/* The address that lies n addresses further on, with the same port: many sources out of one network. */
struct address address_plus(struct address from, uint32_t n);

void address_set_port(struct address *address, uint16_t port);
uint16_t address_port(const struct address *address);
int address_is_ipv6(const struct address *address);

/* The bytes of the address in network order: 4 or 16. */
const uint8_t *address_ip(const struct address *address, int *length);

/* A UDP socket bound here, with large buffers, so that what is lost is lost by the server. Ends the program if it cannot be. */
int udp_socket(const struct address *bind_to);
void udp_connect(int socket, const struct address *to);
struct address udp_bound(int socket);

/* A TCP socket that begins here and is being connected, without waiting: writable when it is, or has failed. Small writes are not held back. */
int tcp_connecting(const struct address *bind_to, const struct address *to);

#endif
