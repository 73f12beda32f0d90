/*
 * STUN Binding load over UDP, from many sources.
 *
 *   stunload --host 127.0.0.1 --port 3478 --sockets 512 --window 4 --pid SERVER --cpu 1 --label name
 *
 *   --window W      closed loop: each socket has W requests outstanding, always; the server is as busy as it can be
 *   --rate R        open loop instead: R requests per second over all sockets
 *   --client-ip IP  where the first socket is bound; the others lie --sources addresses from there on, in turn: servers bound
 *                   what they answer to one source that has proved nothing
 *   --warmup S --seconds S
 *   --await S       only waits until the server answers, at most S seconds; status 1 if it did not
 *
 * Prints one line of JSON. An answer counts if it is a success for a request of this socket that tells it its own address.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "machine.h"
#include "measurement.h"
#include "options.h"
#include "pacer.h"
#include "stun.h"

#define MOST_SOCKETS 20000
#define MOST_WINDOW 64
#define ANSWER_BYTES 512
#define EVENTS 256
#define GIVEN_UP_NANOS (400 * NANOS_PER_MILLI) /* an outstanding request is lost after this long without any answer */
#define SCAN_NANOS (50 * NANOS_PER_MILLI)

static const char *const OPTIONS[] = {"--host", "--port", "--client-ip", "--sources", "--sockets", "--window", "--rate", "--warmup",
                                      "--seconds", "--pid", "--cpu", "--label", "--await", 0};

struct source {
    int fd;
    long outstanding;
    uint64_t last_sent;
    struct address bound;
};

/* The transaction id says when the request was sent, and whether it counts. */
struct id {
    uint64_t sent_nanos;
    uint32_t number_and_phase; /* the lowest bit: sent while measuring */
};

static struct source *sources;
static long socket_count, window, rate;
static struct measurement run;
static struct mmsghdr requests[MOST_WINDOW], answers[MOST_WINDOW];
static uint8_t request_bytes[MOST_WINDOW][STUN_HEADER_BYTES], answer_bytes[MOST_WINDOW][ANSWER_BYTES];
static struct iovec request_parts[MOST_WINDOW], answer_parts[MOST_WINDOW];
static uint32_t last_number;

static void prepare_buffers(void) {
    struct message request;
    message_begin(&request, BINDING_REQUEST);
    for (int i = 0; i < MOST_WINDOW; i++) {
        memcpy(request_bytes[i], request.bytes, STUN_HEADER_BYTES);
        request_parts[i] = (struct iovec){request_bytes[i], STUN_HEADER_BYTES};
        answer_parts[i] = (struct iovec){answer_bytes[i], ANSWER_BYTES};
        requests[i].msg_hdr = (struct msghdr){.msg_iov = &request_parts[i], .msg_iovlen = 1};
        answers[i].msg_hdr = (struct msghdr){.msg_iov = &answer_parts[i], .msg_iovlen = 1};
    }
}

static void open_sockets(int epoll) {
    struct address server = address_of(option_text("--host", "127.0.0.1"), option_number("--port", 1, 65535, 3478));
    struct address first = address_of(option_text("--client-ip", address_is_ipv6(&server) ? "::1" : "127.0.0.2"), 0);
    long addresses = option_number("--sources", 1, MOST_SOCKETS, 1);
    sources = calloc((size_t)socket_count, sizeof *sources);
    for (long i = 0; i < socket_count; i++) {
        struct address from = address_plus(first, (uint32_t)(i % addresses));
        sources[i].fd = udp_socket(&from);
        udp_connect(sources[i].fd, &server);
        sources[i].bound = udp_bound(sources[i].fd);
        struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint64_t)i};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, sources[i].fd, &event)) fail("epoll_ctl");
    }
}

static void send_requests(struct source *source, long count) {
    uint64_t now = now_nanos();
    if (count <= 0) return;
    for (long i = 0; i < count; i++) {
        struct id id = {now, ++last_number << 1 | (run.phase == MEASURING)};
        memcpy(request_bytes[i] + STUN_ID_AT, &id.sent_nanos, sizeof id.sent_nanos);
        memcpy(request_bytes[i] + STUN_ID_AT + sizeof id.sent_nanos, &id.number_and_phase, sizeof id.number_and_phase);
    }
    int went = sendmmsg(source->fd, requests, (unsigned)count, MSG_DONTWAIT);
    if (went < 0) went = 0;
    run.unsent += (uint64_t)(count - went);
    if (run.phase == MEASURING) run.sent += (uint64_t)went;
    source->outstanding += went;
    source->last_sent = now;
}

static void take_answer(const struct source *source, const uint8_t *bytes, size_t length, uint64_t now) {
    struct address mapped;
    struct id id;
    int right = stun_type(bytes, length) == BINDING_SUCCESS && stun_address(bytes, length, XOR_MAPPED_ADDRESS, &mapped)
            && address_port(&mapped) == address_port(&source->bound);
    if (right) {
        int ip_length;
        const uint8_t *told = address_ip(&mapped, &ip_length), *own = address_ip(&source->bound, &ip_length);
        right = mapped.raw.ss_family == source->bound.raw.ss_family && !memcmp(told, own, (size_t)ip_length);
    }
    if (!right) {
        run.bad++;
        return;
    }
    memcpy(&id.sent_nanos, bytes + STUN_ID_AT, sizeof id.sent_nanos);
    memcpy(&id.number_and_phase, bytes + STUN_ID_AT + sizeof id.sent_nanos, sizeof id.number_and_phase);
    if (id.number_and_phase & 1) {
        run.got++;
        histogram_add(&run.delays, now - id.sent_nanos);
    }
}

static void receive_answers(struct source *source) {
    int count = recvmmsg(source->fd, answers, MOST_WINDOW, MSG_DONTWAIT, 0);
    if (count <= 0) return;
    uint64_t now = now_nanos();
    for (int i = 0; i < count; i++) take_answer(source, answer_bytes[i], answers[i].msg_len, now);
    run.received += (uint64_t)count;
    source->outstanding = source->outstanding > count ? source->outstanding - count : 0;
    if (window && run.phase < DRAINING) send_requests(source, window - source->outstanding);
}

/* What got no answer for too long is lost; the loop goes on without it. */
static void send_again_where_silent(uint64_t now) {
    for (long i = 0; i < socket_count; i++) {
        struct source *source = &sources[i];
        if (now - source->last_sent > GIVEN_UP_NANOS && now > source->last_sent) {
            source->outstanding = 0;
            send_requests(source, window);
        }
    }
}

static void send_what_is_due(struct pacer *pacer, uint64_t now) {
    static long next;
    for (int due = pacer_due(pacer, now, &run.late); due > 0; due--) {
        send_requests(&sources[next], 1);
        next = next + 1 == socket_count ? 0 : next + 1;
    }
}

static void loop(int epoll) {
    struct epoll_event events[EVENTS];
    struct pacer pacer;
    uint64_t scanned = now_nanos();
    measurement_begin(&run);
    if (rate) pacer_begin(&pacer, rate, 1);
    else for (long i = 0; i < socket_count; i++) send_requests(&sources[i], window);
    for (;;) {
        uint64_t now = now_nanos();
        enum phase phase = measurement_at(&run, now);
        if (phase == OVER) return;
        if (rate && phase < DRAINING) send_what_is_due(&pacer, now);
        int ready = epoll_wait(epoll, events, EVENTS, 0); /* never sleeps: waking up would be part of every delay */
        for (int i = 0; i < ready; i++) receive_answers(&sources[events[i].data.u64]);
        if (window && phase < DRAINING && now - scanned > SCAN_NANOS) {
            send_again_where_silent(now);
            scanned = now;
        }
    }
}

/* A refused datagram only says that the server is not there yet. */
static int await_answer(int seconds) {
    uint64_t until = now_nanos() + (uint64_t)seconds * NANOS_PER_SECOND;
    while (now_nanos() < until) {
        struct pollfd answer = {.fd = sources[0].fd, .events = POLLIN};
        send_requests(&sources[0], 1);
        if (poll(&answer, 1, 100) > 0 && recv(sources[0].fd, answer_bytes[0], ANSWER_BYTES, MSG_DONTWAIT) >= STUN_HEADER_BYTES) return 0;
        poll(0, 0, 50);
    }
    return 1;
}

int main(int count, char **words) {
    options_take(count, words, OPTIONS);
    pin_to_cpu(option_number("--cpu", -1, 1023, -1));
    raise_file_limit();
    int await = (int)option_number("--await", 1, 600, 0);
    rate = option_number("--rate", 1, 10000000, 0);
    window = rate ? 0 : option_number("--window", 1, MOST_WINDOW, 4);
    socket_count = await ? 1 : option_number("--sockets", 1, MOST_SOCKETS, 512);
    int epoll = epoll_create1(0);
    prepare_buffers();
    open_sockets(epoll);
    if (await) return await_answer(await);
    loop(epoll);
    printf("{\"tool\":\"stunload\",\"sockets\":%ld,\"window\":%ld,\"offered\":%ld,", socket_count, window, rate);
    measurement_print(&run);
    puts("}");
    return 0;
}
