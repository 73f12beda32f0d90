#define _GNU_SOURCE
#include "probe.h"

#include <stdio.h>
#include <string.h>

#include "address.h"
#include "histogram.h"
#include "machine.h"
#include "options.h"
#include "pacer.h"
#include "stun.h"

#define ANSWER_BYTES 512
#define COUNTS_AT (STUN_ID_AT + 8) /* the transaction id: when it was sent (host order), and whether that was while measuring */

static long rate;
static int probing = -1;
static struct pacer pacer;
static struct message request;
static uint64_t sent, got, missed;
static struct histogram delays;

void probe_open(void) {
    rate = option_number("--probe", 0, MOST_PROBES_PER_SECOND, 0);
    if (!rate) return;
    struct address server = address_of(option_text("--host", "127.0.0.1"), option_number("--port", 1, 65535, 3478));
    struct address first = address_of(option_text("--client-ip", address_is_ipv6(&server) ? "::1" : "127.0.0.2"), 0);
    struct address own = address_is_ipv6(&server) ? first : address_plus(first, (uint32_t)option_number("--sources", 1, 20000, 1));
    probing = udp_socket(&own);
    udp_connect(probing, &server);
    message_begin(&request, BINDING_REQUEST);
}

void probe_begin(void) {
    if (rate) pacer_begin(&pacer, rate, 1);
}

static void send_one(uint64_t now, enum phase phase) {
    memcpy(request.bytes + STUN_ID_AT, &now, sizeof now);
    put_u32(request.bytes + COUNTS_AT, phase == MEASURING);
    if (send(probing, request.bytes, request.length, MSG_DONTWAIT) >= 0 && phase == MEASURING) sent++;
}

static void take(const uint8_t *answer, size_t length, uint64_t now) {
    uint64_t asked;
    if (stun_type(answer, length) != BINDING_SUCCESS || !get_u32(answer + COUNTS_AT)) return;
    memcpy(&asked, answer + STUN_ID_AT, sizeof asked);
    got++;
    histogram_add(&delays, now - asked);
}

void probe_tick(uint64_t now, enum phase phase) {
    uint8_t answer[ANSWER_BYTES];
    if (!rate) return;
    if (phase < DRAINING)
        for (int due = pacer_due(&pacer, now, &missed); due > 0; due--) send_one(now, phase);
    for (;;) {
        ssize_t length = recv(probing, answer, sizeof answer, MSG_DONTWAIT);
        if (length < 0) return;
        take(answer, (size_t)length, now_nanos());
    }
}

void probe_print(void) {
    if (!rate) return;
    printf(",\"probes\":%lu,\"probes_lost\":%lu,\"probe_p50_us\":%.1f,\"probe_p99_us\":%.1f", sent, sent - got, histogram_micros(&delays, 0.5),
           histogram_micros(&delays, 0.99));
}
