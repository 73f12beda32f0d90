package dev.postern.natsim;

import dev.postern.stun.IpAddress;
import org.jspecify.annotations.Nullable;

/** Which addresses a NAT has on its outside, and whom they stand for. */
interface ExternalAddresses {

    /** Whether packets from outside to this address are for this NAT. */
    boolean owns(IpAddress address);

    /** The external address of a new mapping of an inside host; null if there is none for it. */
    @Nullable
    IpAddress forInside(IpAddress inside);

    /** The one inside host that an external address stands for; null if there is none, or many. */
    @Nullable
    IpAddress insideOf(IpAddress external);

    /** No translation: everybody is who he is. */
    ExternalAddresses SAME = new ExternalAddresses() {
        @Override
        public boolean owns(IpAddress address) {
            return true;
        }

        @Override
        public IpAddress forInside(IpAddress inside) {
            return inside;
        }

        @Override
        public IpAddress insideOf(IpAddress external) {
            return external;
        }
    };
}
