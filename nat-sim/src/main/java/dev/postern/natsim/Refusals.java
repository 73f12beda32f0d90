package dev.postern.natsim;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** The sentences that say why a packet from outside does not come in. */
final class Refusals {

    private static final int NANO_DIGITS = 9;

    private Refusals() {}

    static Verdict.Drop noMapping(
            NatBehaviour behaviour, Packet packet, Translations.@Nullable Ended ended, long nowNanos) {
        if (ended != null) {
            return new Verdict.Drop(
                    DropReason.EXPIRED,
                    "expired: mapping :" + packet.destination().port() + " of " + ended.internal() + " ended "
                            + seconds(nowNanos - ended.endedNanos()) + " ago, after "
                            + seconds(behaviour.idleLifetime().toNanos()) + " without an outbound packet");
        }
        if (!behaviour.translates()) {
            return new Verdict.Drop(
                    DropReason.FILTERED,
                    behaviour.filtering() + ": " + packet.source() + " never contacted from " + packet.destination());
        }
        return new Verdict.Drop(
                DropReason.NO_MAPPING,
                "no mapping: nobody inside has :" + packet.destination().port() + ", to which " + packet.source()
                        + " sent");
    }

    static Verdict.Drop filtered(
            NatBehaviour behaviour,
            Packet packet,
            Translation translation,
            @Nullable Long last,
            boolean forgetful,
            long nowNanos) {
        String lifetime = seconds(behaviour.idleLifetime().toNanos());
        String remote = behaviour.filtering() == Filtering.ADF
                ? packet.source().ip().toString()
                : packet.source().toString();
        String from = insider(behaviour, translation);
        String how;
        if (last != null) {
            how = " last contacted from " + from + " " + seconds(nowNanos - last) + " ago, which counts for "
                    + lifetime;
        } else if (forgetful) {
            how = " not contacted from " + from + " within " + lifetime;
        } else {
            how = " never contacted from " + from;
        }
        return new Verdict.Drop(DropReason.FILTERED, behaviour.filtering() + ": " + remote + how);
    }

    private static String insider(NatBehaviour behaviour, Translation translation) {
        if (behaviour.filterScope() == FilterScope.HOST) {
            return "host " + translation.internal().ip();
        }
        return behaviour.translates()
                ? "mapping :" + translation.external().port()
                : translation.external().toString();
    }

    private static String seconds(long nanos) {
        return BigDecimal.valueOf(nanos, NANO_DIGITS).stripTrailingZeros().toPlainString() + " s";
    }
}
