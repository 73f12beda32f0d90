package dev.postern.turn.core;

import dev.postern.stun.IpAddress;
import dev.postern.turn.TrafficLimits;
import dev.postern.turn.TurnLimits;
import org.jspecify.annotations.Nullable;

/**
 * How many allocations there are: per user, per source and in total, exact whoever asks at the same time. A source is an IPv4 address or
 * an IPv6 /64. Shared by all shards: any thread.
 */
final class AllocationQuota {

    /** The answer to {@link #take}. */
    enum Grant {
        GRANTED,
        USER_QUOTA_REACHED,
        SOURCE_QUOTA_REACHED,
        TOTAL_QUOTA_REACHED
    }

    private final QuotaLedger<String> users;

    /** Null where a source may hold any number: then none is remembered. */
    private final @Nullable QuotaLedger<IpAddress> sources;

    AllocationQuota(TurnLimits limits, TrafficLimits traffic) {
        int perSource = traffic.sourceAllocations();
        this.users = new QuotaLedger<>(limits.userQuota(), limits.totalQuota());
        this.sources = perSource == 0 ? null : new QuotaLedger<>(perSource, Integer.MAX_VALUE);
    }

    /** Takes one, which {@link #giveBack} must return exactly once with the same arguments, or nothing. */
    Grant take(String user, IpAddress client) {
        if (sources != null && sources.take(client.source()) != QuotaLedger.Grant.GRANTED) {
            return Grant.SOURCE_QUOTA_REACHED;
        }
        QuotaLedger.Grant grant = users.take(user);
        if (grant != QuotaLedger.Grant.GRANTED && sources != null) {
            sources.giveBack(client.source());
        }
        return switch (grant) {
            case GRANTED -> Grant.GRANTED;
            case USER_QUOTA_REACHED -> Grant.USER_QUOTA_REACHED;
            case TOTAL_QUOTA_REACHED -> Grant.TOTAL_QUOTA_REACHED;
        };
    }

    void giveBack(String user, IpAddress client) {
        users.giveBack(user);
        if (sources != null) {
            sources.giveBack(client.source());
        }
    }

    /** How many all users hold. */
    int held() {
        return users.held();
    }

    /** How many users hold something. */
    int users() {
        return users.users();
    }
}
