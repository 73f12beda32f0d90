/*
 * TURN load over UDP: allocates, binds one channel for each allocation, then sends ChannelData through it, to the peer, to the client
 * or both ways, and checks every packet that comes out.
 *
 *   turnload --host 127.0.0.1 --port 3478 --user u --password p --allocations 50 --bytes 172 --pid SERVER --cpu 1 --label name
 *
 *   --direction to-peer | to-client | both
 *   --window W      closed loop: W packets outstanding in each flow and direction; the server is as busy as it can be
 *   --rate R        open loop instead: R packets per second over all flows
 *   --burst B       packets that one flow sends at once
 *   --gso 1         gives a burst to the kernel as one train; --gro 1 takes trains in
 *   --hold S        no packets: holds the allocations for S seconds and tells what one of them costs in CPU time and memory
 *   --probe R       R Binding requests per second beside it, from a socket of their own
 *   --client-ip IP --sources N   clients are bound to N addresses from there on, in turn
 *   --peer-ip IP    where peers are bound
 *   --keep S        each allocation, its permission and its channel are asked for anew every S seconds; 200 unless told
 *   --warmup S --seconds S
 *
 * Prints one line of JSON.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "machine.h"
#include "options.h"
#include "pacer.h"
#include "probe.h"
#include "traffic.h"

#define MOST_ALLOCATIONS 100000
#define MOST_WINDOW 4096
#define LONGEST_KEEP_SECONDS 290 /* a permission lives for 300, RFC 8656 section 9 */
#define EVENTS 256
#define GIVEN_UP_NANOS (400 * NANOS_PER_MILLI) /* what is outstanding is lost after this long without any packet */
#define SCAN_NANOS (50 * NANOS_PER_MILLI)

static const char *const OPTIONS[] = {
    "--host", "--port", "--user", "--password", "--client-ip", "--sources", "--peer-ip", "--allocations", "--bytes", "--direction", "--window",
    "--rate", "--burst", "--gso", "--gro", "--keep", "--hold", "--probe", "--warmup", "--seconds", "--pid", "--cpu", "--label", 0};

/* What opening all allocations took. */
struct opening {
    double seconds, cpu_seconds;
    long rss_before_kb, rss_after_kb;
    struct histogram delays;
};

static struct traffic traffic;
static struct opening opening;
static long rate;
static uint64_t keep_period;

static void read_direction(void) {
    const char *direction = option_text("--direction", "to-peer");
    int both = !strcmp(direction, "both");
    traffic.uses[TO_PEER] = both || !strcmp(direction, "to-peer");
    traffic.uses[TO_CLIENT] = both || !strcmp(direction, "to-client");
    if (!traffic.uses[TO_PEER] && !traffic.uses[TO_CLIENT]) refuse("--direction is %s; it must be to-peer, to-client or both", direction);
}

static void read_options(void) {
    read_direction();
    traffic.flow_count = option_number("--allocations", 1, MOST_ALLOCATIONS, 1);
    traffic.payload_bytes = (size_t)option_number("--bytes", LEAST_PAYLOAD_BYTES, MOST_PAYLOAD_BYTES, 172);
    traffic.burst = option_number("--burst", 1, MOST_BURST, 1);
    rate = option_number("--rate", 1, 100000000, 0);
    traffic.window = rate ? 0 : option_number("--window", 1, MOST_WINDOW, 4);
    traffic.trains_out = (int)option_number("--gso", 0, 1, 0);
    traffic.trains_in = (int)option_number("--gro", 0, 1, 0);
    keep_period = (uint64_t)option_number("--keep", 1, LONGEST_KEEP_SECONDS, 200) * 1000 * NANOS_PER_MILLI;
    if (!rate && traffic.window < traffic.burst) refuse("--window is %ld; it must hold a burst of %ld", traffic.window, traffic.burst);
}

static void open_allocations(int with_peers) {
    long pid = option_number("--pid", 0, INT32_MAX, 0);
    traffic.flows = calloc((size_t)traffic.flow_count, sizeof *traffic.flows);
    opening.rss_before_kb = rss_kb_of(pid);
    uint64_t cpu = cpu_nanos_of(pid), began = now_nanos();
    for (long i = 0; i < traffic.flow_count; i++) {
        uint64_t asked = now_nanos();
        allocation_open(&traffic.flows[i].allocation, i, with_peers);
        histogram_add(&opening.delays, now_nanos() - asked);
    }
    opening.seconds = (double)(now_nanos() - began) / 1e9;
    opening.cpu_seconds = (double)(cpu_nanos_of(pid) - cpu) / 1e9;
    opening.rss_after_kb = rss_kb_of(pid);
}

static void close_allocations(void) {
    for (long i = 0; i < traffic.flow_count; i++) allocation_close(&traffic.flows[i].allocation);
}

static void hold(long seconds) {
    sleep((unsigned)seconds);
    long rss_kb = rss_kb_of(option_number("--pid", 0, INT32_MAX, 0));
    double count = (double)traffic.flow_count;
    printf("{\"tool\":\"turnload\",\"mode\":\"hold\",\"label\":\"%s\",\"allocations\":%ld,\"rate\":%.0f,\"cpu_us\":%.2f,", option_text("--label", ""),
           traffic.flow_count, count / opening.seconds, opening.cpu_seconds * 1e6 / count);
    printf("\"p50_us\":%.0f,\"p99_us\":%.0f,\"retransmitted\":%ld,", histogram_micros(&opening.delays, 0.5),
           histogram_micros(&opening.delays, 0.99), allocations_retransmitted());
    printf("\"rss_before_kb\":%ld,\"rss_after_kb\":%ld,\"rss_kb\":%ld,\"bytes_per_allocation\":%.0f}\n", opening.rss_before_kb, opening.rss_after_kb,
           rss_kb, (double)(rss_kb - opening.rss_before_kb) * 1024 / count);
    fflush(stdout);
}

static void watch(int epoll, int socket, long flow, enum direction direction) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint64_t)flow * DIRECTIONS + direction};
    if (traffic.trains_in) traffic_expect_trains(socket);
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event)) fail("epoll_ctl");
}

static void fill_windows(uint64_t silent_since) {
    for (long i = 0; i < traffic.flow_count; i++) {
        for (enum direction direction = 0; direction < DIRECTIONS; direction++) {
            struct flow *flow = &traffic.flows[i];
            if (!traffic.uses[direction] || flow->last_sent[direction] > silent_since) continue;
            flow->outstanding[direction] = 0;
            traffic_fill_window(&traffic, flow, direction);
        }
    }
}

/* One flow after the other; each direction in turn where there are both. */
static void send_what_is_due(struct pacer *pacer, uint64_t now) {
    static long next;
    static enum direction direction;
    uint64_t missed = 0;
    for (int due = pacer_due(pacer, now, &missed); due > 0; due--) {
        if (!traffic.uses[direction]) direction = !direction;
        traffic_send_burst(&traffic, &traffic.flows[next], direction);
        direction = !direction;
        if (traffic.uses[direction] && direction != TO_PEER) continue; /* this flow's other direction first */
        next = next + 1 == traffic.flow_count ? 0 : next + 1;
    }
    traffic.run.late += missed * (uint64_t)traffic.burst;
}

/* One allocation each time round: there are far more rounds than allocations. */
static void keep_next(uint64_t now) {
    static long next;
    allocation_keep(&traffic.flows[next].allocation, now, keep_period);
    next = next + 1 == traffic.flow_count ? 0 : next + 1;
}

static void loop(int epoll) {
    struct epoll_event events[EVENTS];
    struct pacer pacer;
    uint64_t scanned = now_nanos();
    measurement_begin(&traffic.run);
    probe_begin();
    if (rate) pacer_begin(&pacer, rate, traffic.burst);
    else fill_windows(UINT64_MAX);
    for (;;) {
        uint64_t now = now_nanos();
        enum phase phase = measurement_at(&traffic.run, now);
        if (phase == OVER) return;
        if (rate && phase < DRAINING) send_what_is_due(&pacer, now);
        probe_tick(now, phase);
        keep_next(now);
        int ready = epoll_wait(epoll, events, EVENTS, 0); /* never sleeps: waking up would be part of every delay */
        for (int i = 0; i < ready; i++)
            traffic_receive(&traffic, &traffic.flows[events[i].data.u64 / DIRECTIONS], events[i].data.u64 % DIRECTIONS);
        if (traffic.window && phase < DRAINING && now - scanned > SCAN_NANOS) {
            fill_windows(now - GIVEN_UP_NANOS);
            scanned = now;
        }
    }
}

static void relay_packets(void) {
    int epoll = epoll_create1(0);
    for (long i = 0; i < traffic.flow_count; i++) {
        watch(epoll, traffic.flows[i].allocation.peer, i, TO_PEER);
        watch(epoll, traffic.flows[i].allocation.client, i, TO_CLIENT);
    }
    traffic_prepare(&traffic);
    probe_open();
    loop(epoll);
    printf("{\"tool\":\"turnload\",\"mode\":\"relay\",\"direction\":\"%s\",\"allocations\":%ld,\"bytes\":%zu,\"burst\":%ld,\"window\":%ld,\"offered\":%ld,",
           option_text("--direction", "to-peer"), traffic.flow_count, traffic.payload_bytes, traffic.burst, traffic.window, rate);
    printf("\"gso\":%d,\"gro\":%d,\"kept\":%ld,\"not_kept\":%ld,", traffic.trains_out, traffic.trains_in, allocations_kept(), allocations_not_kept());
    measurement_print(&traffic.run);
    probe_print();
    puts("}");
    fflush(stdout);
}

int main(int count, char **words) {
    options_take(count, words, OPTIONS);
    read_options();
    pin_to_cpu(option_number("--cpu", -1, 1023, -1));
    raise_file_limit();
    srand((unsigned)getpid());
    allocations_prepare();
    long hold_seconds = option_number("--hold", 0, 600, -1);
    open_allocations(hold_seconds < 0);
    if (hold_seconds >= 0) hold(hold_seconds);
    else relay_packets();
    close_allocations();
    return 0;
}
