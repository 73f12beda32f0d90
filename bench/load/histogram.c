#include "histogram.h"

#define STEP_BITS 6 /* log2 of HISTOGRAM_STEPS */

/* The highest bit picks the doubling, the next STEP_BITS bits the bucket in it. */
static int bucket_of(uint64_t nanos) {
    if (nanos < HISTOGRAM_STEPS) return (int)nanos;
    int highest = 63 - __builtin_clzll(nanos);
    int bucket = (highest - STEP_BITS + 1) * HISTOGRAM_STEPS + (int)(nanos >> (highest - STEP_BITS) & (HISTOGRAM_STEPS - 1));
    return bucket < HISTOGRAM_BUCKETS ? bucket : HISTOGRAM_BUCKETS - 1;
}

static double nanos_of(int bucket) {
    if (bucket < HISTOGRAM_STEPS) return bucket;
    int shift = bucket / HISTOGRAM_STEPS - 1;
    return (double)((uint64_t)(HISTOGRAM_STEPS + bucket % HISTOGRAM_STEPS) << shift);
}

void histogram_add(struct histogram *histogram, uint64_t nanos) {
    histogram->counts[bucket_of(nanos)]++;
    histogram->total++;
}

double histogram_micros(const struct histogram *histogram, double share) {
    if (histogram->total == 0) return 0;
    uint64_t wanted = (uint64_t)(share * (double)histogram->total), seen = 0;
    if (wanted >= histogram->total) wanted = histogram->total - 1;
    for (int bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
        seen += histogram->counts[bucket];
        if (seen > wanted) return nanos_of(bucket) / 1000;
    }
    return 0;
}
