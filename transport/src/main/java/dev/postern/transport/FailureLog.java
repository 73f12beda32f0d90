package dev.postern.transport;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the inputs of one shard that a handler threw on, and logs one of them now and then. Owner: the shard's thread. */
final class FailureLog {

    private static final Logger LOG = LoggerFactory.getLogger(ShardLoop.class);

    private static final long LOG_EVERY_NANOS = 10_000_000_000L;

    private final int shard;
    private final Counters<TransportCounter> counters;
    private long nextLogNanos = Long.MIN_VALUE;

    FailureLog(int shard, Counters<TransportCounter> counters) {
        this.shard = shard;
        this.counters = counters;
    }

    void add(long nowNanos, Throwable cause) {
        counters.add(TransportCounter.HANDLER_FAILURES);
        if (nowNanos >= nextLogNanos) {
            nextLogNanos = nowNanos + LOG_EVERY_NANOS;
            LOG.atError().setCause(cause).addKeyValue("shard", shard).log("An input was lost to a defect of ours");
        }
    }
}
