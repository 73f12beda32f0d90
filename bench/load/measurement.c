#include "measurement.h"

#include <stdio.h>
#include <string.h>

#include "machine.h"
#include "options.h"

#define MOST_SECONDS 36000
#define DRAIN_NANOS (300 * NANOS_PER_MILLI)

void measurement_begin(struct measurement *measurement) {
    memset(measurement, 0, sizeof *measurement);
    uint64_t warm = (uint64_t)option_number("--warmup", 0, MOST_SECONDS, 1) * NANOS_PER_SECOND;
    uint64_t measured = (uint64_t)option_number("--seconds", 1, MOST_SECONDS, 3) * NANOS_PER_SECOND;
    measurement->pid = option_number("--pid", 0, INT32_MAX, 0);
    measurement->measure_at = now_nanos() + warm;
    measurement->drain_at = measurement->measure_at + measured;
    measurement->over_at = measurement->drain_at + DRAIN_NANOS;
}

static void start_counting(struct measurement *measurement, uint64_t now) {
    measurement->phase = MEASURING;
    measurement->began = now;
    measurement->cpu_at_begin = cpu_nanos_of(measurement->pid);
    measurement->rss_kb_at_begin = rss_kb_of(measurement->pid);
    measurement->received_at_begin = measurement->received;
    measurement->bad = measurement->late = measurement->unsent = 0;
}

static void stop_counting(struct measurement *measurement) {
    measurement->phase = DRAINING;
    measurement->cpu_at_end = cpu_nanos_of(measurement->pid);
    measurement->received_at_end = measurement->received;
    measurement->ended = now_nanos();
}

enum phase measurement_at(struct measurement *measurement, uint64_t now) {
    if (measurement->phase == WARMING && now >= measurement->measure_at) start_counting(measurement, now);
    if (measurement->phase == MEASURING && now >= measurement->drain_at) stop_counting(measurement);
    if (measurement->phase == DRAINING && now >= measurement->over_at) measurement->phase = OVER;
    return measurement->phase;
}

void measurement_print(const struct measurement *measurement) {
    double seconds = (double)(measurement->ended - measurement->began) / 1e9;
    double cpu = (double)(measurement->cpu_at_end - measurement->cpu_at_begin) / 1e9;
    double received = (double)(measurement->received_at_end - measurement->received_at_begin);
    double loss = measurement->sent ? 1.0 - (double)measurement->got / (double)measurement->sent : 0;
    printf("\"label\":\"%s\",\"seconds\":%.2f,\"rate\":%.0f,\"cpu_us\":%.4f,\"server_cpu\":%.3f,", option_text("--label", ""),
           seconds, received / seconds, received > 0 ? cpu * 1e6 / received : 0, cpu / seconds);
    printf("\"sent\":%lu,\"got\":%lu,\"loss\":%.6f,\"bad\":%lu,\"late\":%lu,\"unsent\":%lu,", measurement->sent, measurement->got,
           loss, measurement->bad, measurement->late, measurement->unsent);
    const struct histogram *delays = &measurement->delays;
    printf("\"p50_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"max_us\":%.1f,\"rss_begin_kb\":%ld,\"rss_kb\":%ld,\"own_cpu_s\":%.2f",
           histogram_micros(delays, 0.5), histogram_micros(delays, 0.99), histogram_micros(delays, 0.999),
           histogram_micros(delays, 1), measurement->rss_kb_at_begin, rss_kb_of(measurement->pid), own_cpu_seconds());
}
