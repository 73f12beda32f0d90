/*
 * Signaling load over WebSocket: clients in pairs that send each other candidates, and checks every one that arrives.
 *
 *   wsload --host 127.0.0.1 --port 8080 --dialect postern --clients 200 --bytes 300 --window 8 --pid SERVER --cpu 1 --label name
 *
 *   --dialect D     postern, relay (a bare relay by number) or peerjs
 *   --window W      closed loop: each client has W messages on the way to the other one of its pair, always
 *   --rate R        open loop instead: R messages per second over all clients
 *   --open-rate R   clients that come each second, 0 for as fast as they are taken in; what a seat takes is measured for each
 *   --hold S        no messages: holds the clients for S seconds and tells what one of them costs in CPU time and memory
 *   --client-ip IP --sources N   clients are bound to N addresses from there on, in turn
 *   --warmup S --seconds S
 *   --await S       only waits until the server takes a connection, at most S seconds; status 1 if it did not
 *
 * Prints one line of JSON. Its CPU time is the server's for each message that arrives, answers and acknowledgements included.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "address.h"
#include "dialect.h"
#include "machine.h"
#include "measurement.h"
#include "options.h"
#include "pacer.h"
#include "websocket.h"

#define MOST_CLIENTS 60000
#define MOST_WINDOW 1024
#define MOST_MESSAGE_BYTES 4096
#define LEAST_MESSAGE_BYTES 220
#define READ_BYTES 65536
#define MOST_OPENING 128 /* handshakes under way at once where no rate is said: what a listen queue surely takes */
#define EVENTS 512
#define SEAT_SECONDS 120

static const char *const OPTIONS[] = {"--host", "--port", "--dialect", "--client-ip", "--sources", "--clients", "--bytes", "--window",
                                      "--rate", "--open-rate", "--hold", "--await", "--warmup", "--seconds", "--pid", "--cpu", "--label", 0};

enum stage { CONNECTING, UPGRADING, SEATING, READY };

struct connection {
    int fd;
    enum stage stage;
    uint64_t began;   /* nanoseconds */
    uint8_t *kept;    /* the beginning of a frame that is not whole; null if there is none */
    size_t kept_bytes;
    struct client client;
};

static struct connection *connections;
static long client_count, window, rate, seated, opened, opening;
static size_t message_bytes;
static int epoll;
static struct address server, first_client;
static uint32_t sources;
static struct measurement run;
static struct histogram seats;
static uint8_t received[2 * READ_BYTES];

static void send_frame(struct connection *connection, enum opcode opcode, const char *text, size_t length) {
    uint8_t frame[MOST_MESSAGE_BYTES + WEBSOCKET_MOST_HEADER];
    size_t bytes = websocket_frame(frame, opcode, text, length);
    ssize_t went = send(connection->fd, frame, bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (went == (ssize_t)bytes) return;
    if (went > 0) refuse("the server does not read: part of a message was not taken");
    run.unsent++;
}

static struct connection *other(struct connection *connection) {
    return &connections[connection->client.number ^ 1];
}

static void send_message(struct connection *from) {
    char text[MOST_MESSAGE_BYTES];
    struct stamp stamp = {now_nanos(), run.phase == MEASURING};
    size_t length = dialect_message(&from->client, &other(from)->client, stamp, message_bytes, text, sizeof text);
    uint64_t unsent = run.unsent;
    send_frame(from, TEXT_FRAME, text, length);
    if (run.phase == MEASURING && run.unsent == unsent) run.sent++;
}

static void take_seat(struct connection *connection) {
    connection->stage = READY;
    opening--;
    seated++;
    histogram_add(&seats, now_nanos() - connection->began);
}

static void take_relayed(struct connection *connection, const struct stamp *stamp) {
    run.received++;
    if (stamp->measured) {
        run.got++;
        histogram_add(&run.delays, now_nanos() - stamp->sent_nanos);
    }
    /* What arrived here makes room for the next of the other one's. */
    if (window && run.phase < DRAINING) send_message(other(connection));
}

static void take_text(struct connection *connection, const struct frame *frame) {
    struct stamp stamp = {0, 0};
    char reply[MOST_MESSAGE_BYTES];
    size_t reply_length = 0;
    switch (dialect_read(&connection->client, frame->text, frame->length, &stamp, reply, sizeof reply, &reply_length)) {
        case RELAYED: take_relayed(connection, &stamp); return;
        case SEATED: take_seat(connection); return;
        case ASKS: send_frame(connection, TEXT_FRAME, reply, reply_length); return;
        case EXPECTED: return;
        case WRONG:
            if (!run.bad++) fprintf(stderr, "client %ld did not expect: %.*s\n", connection->client.number, (int)frame->length, frame->text);
    }
}

static void take_frame(struct connection *connection, const struct frame *frame) {
    if (frame->opcode == TEXT_FRAME) take_text(connection, frame);
    else if (frame->opcode == PING_FRAME) send_frame(connection, PONG_FRAME, frame->text, frame->length);
    else refuse("the server closed client %ld: %.*s", connection->client.number, (int)(frame->length > 2 ? frame->length - 2 : 0), frame->text + 2);
}

static size_t take_upgrade(struct connection *connection, const uint8_t *bytes, size_t length) {
    char first[MOST_MESSAGE_BYTES];
    size_t used = websocket_answer(bytes, length);
    if (!used) return 0;
    connection->stage = SEATING;
    size_t said = dialect_first(&connection->client, first, sizeof first);
    if (said) send_frame(connection, TEXT_FRAME, first, said);
    else take_seat(connection);
    return used;
}

static void keep(struct connection *connection, const uint8_t *bytes, size_t length) {
    free(connection->kept);
    connection->kept = 0;
    connection->kept_bytes = length;
    if (length) memcpy(connection->kept = malloc(length), bytes, length);
}

static void receive(struct connection *connection) {
    size_t have = connection->kept_bytes, at = 0, used;
    if (have) memcpy(received, connection->kept, have);
    ssize_t got = recv(connection->fd, received + have, READ_BYTES, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) refuse("the server ended the connection of client %ld", connection->client.number);
    have += (size_t)got;
    if (connection->stage == UPGRADING) at = take_upgrade(connection, received, have);
    struct frame frame;
    while (connection->stage > UPGRADING && (used = websocket_read(received + at, have - at, &frame))) {
        take_frame(connection, &frame);
        at += used;
    }
    if (have - at > READ_BYTES) refuse("the server sent a frame that is too long");
    keep(connection, received + at, have - at);
}

static void ask_for_upgrade(struct connection *connection) {
    char path[256], request[1024];
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(connection->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) refuse("client %ld could not connect: %s", connection->client.number, strerror(error));
    dialect_path(&connection->client, path, sizeof path);
    size_t length = websocket_request(request, sizeof request, option_text("--host", "127.0.0.1"), address_port(&server), path, dialect_subprotocol());
    if (send(connection->fd, request, length, MSG_NOSIGNAL) != (ssize_t)length) fail("send the upgrade");
    connection->stage = UPGRADING;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    if (epoll_ctl(epoll, EPOLL_CTL_MOD, connection->fd, &event)) fail("epoll_ctl");
}

static void open_next(void) {
    struct connection *connection = &connections[opened];
    struct address from = address_plus(first_client, (uint32_t)opened % sources);
    connection->client.number = opened++;
    connection->began = now_nanos();
    connection->fd = tcp_connecting(&from, &server);
    opening++;
    struct epoll_event event = {.events = EPOLLOUT, .data.ptr = connection};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, connection->fd, &event)) fail("epoll_ctl");
}

static void take_events(int millis) {
    struct epoll_event events[EVENTS];
    int ready = epoll_wait(epoll, events, EVENTS, millis);
    for (int i = 0; i < ready; i++) {
        struct connection *connection = events[i].data.ptr;
        if (connection->stage == CONNECTING) ask_for_upgrade(connection);
        else receive(connection);
    }
}

static void open_clients(long per_second) {
    struct pacer pacer;
    uint64_t missed = 0, until = now_nanos() + SEAT_SECONDS * NANOS_PER_SECOND;
    if (per_second) pacer_begin(&pacer, per_second, 1);
    while (seated < client_count) {
        uint64_t now = now_nanos();
        if (now > until) refuse("only %ld of %ld clients were seated in %d s", seated, client_count, SEAT_SECONDS);
        long due = per_second ? pacer_due(&pacer, now, &missed) : MOST_OPENING - opening;
        for (; due > 0 && opened < client_count; due--) open_next();
        take_events(0);
    }
}

static void print_opening(double seconds, double cpu_seconds, long rss_before_kb) {
    long pid = option_number("--pid", 0, INT32_MAX, 0), rss_kb = rss_kb_of(pid);
    double count = (double)client_count;
    printf("\"clients\":%ld,\"open_seconds\":%.2f,\"open_rate\":%.0f,\"open_cpu_us\":%.2f,\"seat_p50_us\":%.0f,\"seat_p99_us\":%.0f,\"seat_max_us\":%.0f,",
           client_count, seconds, count / seconds, cpu_seconds * 1e6 / count, histogram_micros(&seats, 0.5), histogram_micros(&seats, 0.99),
           histogram_micros(&seats, 1));
    printf("\"rss_before_kb\":%ld,\"bytes_per_client\":%.0f,", rss_before_kb, (double)(rss_kb - rss_before_kb) * 1024 / count);
}

static void hold(long seconds) {
    uint64_t until = now_nanos() + (uint64_t)seconds * NANOS_PER_SECOND;
    while (now_nanos() < until) take_events(100);
}

/* One client after the other. */
static void send_what_is_due(struct pacer *pacer, uint64_t now) {
    static long next;
    for (int due = pacer_due(pacer, now, &run.late); due > 0; due--) {
        send_message(&connections[next]);
        next = next + 1 == client_count ? 0 : next + 1;
    }
}

static void exchange(void) {
    struct pacer pacer;
    measurement_begin(&run);
    if (rate) pacer_begin(&pacer, rate, 1);
    else
        for (long i = 0; i < client_count; i++)
            for (long k = 0; k < window; k++) send_message(&connections[i]);
    for (;;) {
        uint64_t now = now_nanos();
        enum phase phase = measurement_at(&run, now);
        if (phase == OVER) return;
        if (rate && phase < DRAINING) send_what_is_due(&pacer, now);
        take_events(0); /* never sleeps: waking up would be part of every delay */
    }
}

/* Says goodbye (1000), and waits a moment for the server's: a session whose connection is only gone would be kept for it. */
static void close_clients(void) {
    static const char normal[] = {0x03, (char)0xE8};
    uint64_t until = now_nanos() + NANOS_PER_SECOND;
    for (long i = 0; i < client_count; i++) send_frame(&connections[i], CLOSE_FRAME, normal, sizeof normal);
    for (long i = 0; i < client_count; i++) {
        struct pollfd readable = {.fd = connections[i].fd, .events = POLLIN};
        ssize_t got = 1;
        while (got > 0 && now_nanos() < until && poll(&readable, 1, 100) > 0) got = recv(connections[i].fd, received, sizeof received, MSG_DONTWAIT);
        close(connections[i].fd);
    }
}

static int await_server(long seconds) {
    uint64_t until = now_nanos() + (uint64_t)seconds * NANOS_PER_SECOND;
    while (now_nanos() < until) {
        struct pollfd ready = {.fd = tcp_connecting(&first_client, &server), .events = POLLOUT};
        int error = 1;
        socklen_t size = sizeof error;
        if (poll(&ready, 1, 500) > 0) getsockopt(ready.fd, SOL_SOCKET, SO_ERROR, &error, &size);
        close(ready.fd);
        if (!error) return 0;
        poll(0, 0, 50);
    }
    return 1;
}

static void read_options(void) {
    dialect_choose(option_text("--dialect", "postern"));
    server = address_of(option_text("--host", "127.0.0.1"), option_number("--port", 1, 65535, 8080));
    first_client = address_of(option_text("--client-ip", "127.0.0.2"), 0);
    sources = (uint32_t)option_number("--sources", 1, MOST_CLIENTS, 64);
    client_count = option_number("--clients", 2, MOST_CLIENTS, 200);
    if (client_count % 2) refuse("--clients is %ld; clients come in pairs", client_count);
    message_bytes = (size_t)option_number("--bytes", LEAST_MESSAGE_BYTES, MOST_MESSAGE_BYTES - 64, 300);
    rate = option_number("--rate", 1, 10000000, 0);
    window = rate ? 0 : option_number("--window", 1, MOST_WINDOW, 8);
}

int main(int count, char **words) {
    options_take(count, words, OPTIONS);
    read_options();
    pin_to_cpu(option_number("--cpu", -1, 1023, -1));
    raise_file_limit();
    long await = option_number("--await", 1, 600, 0), hold_seconds = option_number("--hold", 0, 3600, -1);
    if (await) return await_server(await);
    long pid = option_number("--pid", 0, INT32_MAX, 0), rss_before_kb = rss_kb_of(pid);
    epoll = epoll_create1(0);
    connections = calloc((size_t)client_count, sizeof *connections);
    uint64_t began = now_nanos(), cpu = cpu_nanos_of(pid);
    open_clients(option_number("--open-rate", 0, 1000000, 0));
    double seconds = (double)(now_nanos() - began) / 1e9, cpu_seconds = (double)(cpu_nanos_of(pid) - cpu) / 1e9;
    if (hold_seconds >= 0) hold(hold_seconds);
    else exchange();
    printf("{\"tool\":\"wsload\",\"dialect\":\"%s\",\"bytes\":%zu,\"window\":%ld,\"offered\":%ld,", option_text("--dialect", "postern"),
           message_bytes, window, rate);
    print_opening(seconds, cpu_seconds, rss_before_kb);
    if (hold_seconds >= 0) printf("\"bad\":%lu,\"label\":\"%s\",\"held_seconds\":%ld", run.bad, option_text("--label", ""), hold_seconds);
    else measurement_print(&run);
    puts("}");
    fflush(stdout);
    close_clients();
    return 0;
}
