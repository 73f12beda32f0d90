#define _GNU_SOURCE
#include "traffic.h"

#include <linux/udp.h>
#include <netinet/in.h>
#include <string.h>

#include "machine.h"
#include "stun.h"

#ifndef SOL_UDP
#define SOL_UDP 17
#endif
#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#define UDP_GRO 104
#endif

#define FIRST_CHANNEL_BYTE 0x40
#define CHANNEL_HEADER_BYTES 4 /* RFC 8656 section 12.4: number, length */
#define LONGEST_DATAGRAM 65536
#define MOST_READ 64
#define MOST_TRAINS_READ 8
#define CONTROL_BYTES 64
#define FILLING 0xA5

/*
 * The payload: 2 bytes that say it is ours, 2 the phase in which it was sent, 8 the time (host order), 4 the number of the flow,
 * and filling to its end.
 */
#define MARK 0x4C41u
#define PHASE_AT 2
#define TIME_AT 4
#define FLOW_AT 12
#define FILLING_AT 16

static uint8_t packets[MOST_BURST * (MOST_PAYLOAD_BYTES + CHANNEL_HEADER_BYTES)];
static uint8_t received[MOST_READ][LONGEST_DATAGRAM], control[MOST_READ][CONTROL_BYTES], filling[MOST_PAYLOAD_BYTES];
static struct mmsghdr sends[MOST_BURST], reads[MOST_READ];
static struct iovec send_parts[MOST_BURST], read_parts[MOST_READ];

void traffic_prepare(struct traffic *traffic) {
    memset(filling, FILLING, sizeof filling);
    memset(packets, FILLING, sizeof packets);
    for (int i = 0; i < MOST_BURST; i++) sends[i].msg_hdr = (struct msghdr){.msg_iov = &send_parts[i], .msg_iovlen = 1};
    for (int i = 0; i < MOST_READ; i++) {
        read_parts[i] = (struct iovec){received[i], LONGEST_DATAGRAM};
        reads[i].msg_hdr = (struct msghdr){.msg_iov = &read_parts[i], .msg_iovlen = 1};
    }
    for (long i = 0; i < traffic->flow_count; i++)
        memset(traffic->flows[i].outstanding, 0, sizeof traffic->flows[i].outstanding);
}

void traffic_expect_trains(int socket) {
    int on = 1;
    if (setsockopt(socket, SOL_UDP, UDP_GRO, &on, sizeof on)) fail("UDP_GRO");
}

/* Clients send and receive ChannelData, peers plain payload. */
static size_t header_bytes(int at_client) {
    return at_client ? CHANNEL_HEADER_BYTES : 0;
}

static size_t write_burst(const struct traffic *traffic, const struct flow *flow, enum direction direction, uint64_t now) {
    size_t header = header_bytes(direction == TO_PEER), length = header + traffic->payload_bytes;
    for (long i = 0; i < traffic->burst; i++) {
        uint8_t *packet = packets + (size_t)i * length, *payload = packet + header;
        if (header) {
            put_u16(packet, flow->allocation.channel);
            put_u16(packet + 2, (uint32_t)traffic->payload_bytes);
        }
        put_u16(payload, MARK);
        put_u16(payload + PHASE_AT, traffic->run.phase);
        memcpy(payload + TIME_AT, &now, sizeof now);
        put_u32(payload + FLOW_AT, (uint32_t)(flow - traffic->flows));
        memcpy(payload + FILLING_AT, filling, traffic->payload_bytes - FILLING_AT);
        send_parts[i] = (struct iovec){packet, length};
    }
    return length;
}

static long send_as_train(int socket, long count, size_t length) {
    struct iovec all = {packets, (size_t)count * length};
    char room[CMSG_SPACE(sizeof(uint16_t))] = {0};
    struct msghdr train = {.msg_iov = &all, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
    struct cmsghdr *segment = CMSG_FIRSTHDR(&train);
    uint16_t size = (uint16_t)length;
    segment->cmsg_level = SOL_UDP;
    segment->cmsg_type = UDP_SEGMENT;
    segment->cmsg_len = CMSG_LEN(sizeof size);
    memcpy(CMSG_DATA(segment), &size, sizeof size);
    return sendmsg(socket, &train, MSG_DONTWAIT) < 0 ? 0 : count;
}

static long send_packets(const struct traffic *traffic, int socket, long count, size_t length) {
    if (count == 1) return send(socket, packets, length, MSG_DONTWAIT) < 0 ? 0 : 1;
    if (traffic->trains_out) return send_as_train(socket, count, length);
    int went = sendmmsg(socket, sends, (unsigned)count, MSG_DONTWAIT);
    return went < 0 ? 0 : went;
}

void traffic_send_burst(struct traffic *traffic, struct flow *flow, enum direction direction) {
    uint64_t now = now_nanos();
    int socket = direction == TO_PEER ? flow->allocation.client : flow->allocation.peer;
    size_t length = write_burst(traffic, flow, direction, now);
    long went = send_packets(traffic, socket, traffic->burst, length);
    traffic->run.unsent += (uint64_t)(traffic->burst - went);
    if (traffic->run.phase == MEASURING) traffic->run.sent += (uint64_t)went;
    flow->outstanding[direction] += went;
    flow->last_sent[direction] = now;
}

void traffic_fill_window(struct traffic *traffic, struct flow *flow, enum direction direction) {
    long bursts = (traffic->window - flow->outstanding[direction]) / traffic->burst;
    for (; bursts > 0; bursts--) traffic_send_burst(traffic, flow, direction);
}

/* Whether this is a packet of this flow, whole and unchanged. */
static int is_right(const struct traffic *traffic, const struct flow *flow, const uint8_t *packet, size_t length, size_t header) {
    const uint8_t *payload = packet + header;
    if (length != header + traffic->payload_bytes) return 0;
    if (header && (get_u16(packet) != flow->allocation.channel || get_u16(packet + 2) != traffic->payload_bytes)) return 0;
    return get_u16(payload) == MARK && get_u32(payload + FLOW_AT) == (uint32_t)(flow - traffic->flows)
            && !memcmp(payload + FILLING_AT, filling, traffic->payload_bytes - FILLING_AT);
}

static void take(struct traffic *traffic, const struct flow *flow, const uint8_t *packet, size_t length, size_t header, uint64_t now) {
    struct measurement *run = &traffic->run;
    uint64_t sent;
    if (!is_right(traffic, flow, packet, length, header)) {
        run->bad++;
    } else if (get_u16(packet + header + PHASE_AT) == MEASURING) {
        memcpy(&sent, packet + header + TIME_AT, sizeof sent);
        run->got++;
        histogram_add(&run->delays, now - sent);
    }
}

/* A client's socket also gets answers of the server; their first two bits are 0 (RFC 7983), those of ChannelData are not. */
static int is_answer(enum direction direction, const uint8_t *packet) {
    return direction == TO_CLIENT && packet[0] < FIRST_CHANNEL_BYTE;
}

/* How long each datagram of a train is: what the kernel says, or all of it where it is none. */
static size_t segment_bytes(struct msghdr *read, size_t length) {
    for (struct cmsghdr *part = CMSG_FIRSTHDR(read); part; part = CMSG_NXTHDR(read, part)) {
        int size;
        if (part->cmsg_level != SOL_UDP || part->cmsg_type != UDP_GRO) continue;
        memcpy(&size, CMSG_DATA(part), sizeof size);
        return size > 0 ? (size_t)size : length;
    }
    return length;
}

static int read_some(const struct traffic *traffic, int socket) {
    if (traffic->trains_in) {
        for (int i = 0; i < MOST_TRAINS_READ; i++) {
            reads[i].msg_hdr.msg_control = control[i];
            reads[i].msg_hdr.msg_controllen = CONTROL_BYTES;
        }
    }
    return recvmmsg(socket, reads, traffic->trains_in ? MOST_TRAINS_READ : MOST_READ, MSG_DONTWAIT, 0);
}

void traffic_receive(struct traffic *traffic, struct flow *flow, enum direction direction) {
    int socket = direction == TO_PEER ? flow->allocation.peer : flow->allocation.client;
    size_t header = header_bytes(direction == TO_CLIENT);
    int count = read_some(traffic, socket);
    uint64_t now = now_nanos();
    long datagrams = 0;
    for (int i = 0; i < count; i++) {
        size_t length = reads[i].msg_len, step = segment_bytes(&reads[i].msg_hdr, length);
        if (length > 0 && is_answer(direction, received[i])) {
            allocation_kept(&flow->allocation, received[i], length);
            continue;
        }
        for (size_t at = 0; at < length; at += step, datagrams++)
            take(traffic, flow, received[i] + at, length - at < step ? length - at : step, header, now);
    }
    traffic->run.received += (uint64_t)datagrams;
    long left = flow->outstanding[direction] - datagrams;
    flow->outstanding[direction] = left > 0 ? left : 0;
    if (datagrams > 0 && traffic->window && traffic->run.phase < DRAINING) traffic_fill_window(traffic, flow, direction);
}
