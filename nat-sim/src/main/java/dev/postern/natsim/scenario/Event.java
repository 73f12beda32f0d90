package dev.postern.natsim.scenario;

import dev.postern.natsim.fabric.Link;
import dev.postern.stun.IpAddress;
import java.time.Duration;
import java.util.List;

/** Something that happens to the network itself, at a virtual time. */
public sealed interface Event {

    /**
     * The NAT of a network forgets every mapping.
     *
     * @param outage how long it is away
     */
    record NatReboot(Duration at, String network, Duration outage) implements Event {
        @Override
        public void tell(Handler handler) {
            handler.onNatReboot(this);
        }
    }

    /** The NAT of a network gets other external addresses, and forgets every mapping. */
    record AddressChange(Duration at, String network, List<IpAddress> addresses) implements Event {

        /** Copies the list. */
        public AddressChange {
            addresses = List.copyOf(addresses);
        }

        @Override
        public void tell(Handler handler) {
            handler.onAddressChange(this);
        }
    }

    /** The line of a host, a server or a network's router is cut. */
    record LinkDown(Duration at, String place) implements Event {
        @Override
        public void tell(Handler handler) {
            handler.onLinkDown(this);
        }
    }

    /** A line that was cut is mended. */
    record LinkUp(Duration at, String place) implements Event {
        @Override
        public void tell(Handler handler) {
            handler.onLinkUp(this);
        }
    }

    /** A line does something else to packets. */
    record LinkChange(Duration at, String place, Link link) implements Event {
        @Override
        public void tell(Handler handler) {
            handler.onLinkChange(this);
        }
    }

    /** A NAT behaves differently, and forgets every mapping. */
    record NatChange(Duration at, String network, NatChoice nat) implements Event {
        @Override
        public void tell(Handler handler) {
            handler.onNatChange(this);
        }
    }

    /**
     * A host goes to another network, where it has another address.
     *
     * @param link its line there
     */
    record Roam(Duration at, String host, String network, IpAddress address, Link link) implements Event {
        @Override
        public void tell(Handler handler) {
            handler.onRoam(this);
        }
    }

    /** When it happens. */
    Duration at();

    /** Calls the method of the handler that fits. */
    void tell(Handler handler);

    /** One method per kind of event. */
    interface Handler {
        void onNatReboot(NatReboot event);

        void onAddressChange(AddressChange event);

        void onLinkDown(LinkDown event);

        void onLinkUp(LinkUp event);

        void onLinkChange(LinkChange event);

        void onNatChange(NatChange event);

        void onRoam(Roam event);
    }
}
