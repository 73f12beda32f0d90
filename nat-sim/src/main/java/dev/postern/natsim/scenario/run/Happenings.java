package dev.postern.natsim.scenario.run;

import dev.postern.natsim.scenario.Event;
import dev.postern.stun.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Makes the events of a scenario happen on its stage. Owned by the network's thread. */
final class Happenings implements Event.Handler {

    private final Stage stage;
    private final List<Finding> findings = new ArrayList<>();
    private long nowNanos;

    Happenings(Stage stage) {
        this.stage = stage;
    }

    /** Asks the network for a call at the time of the event. */
    void schedule(Event event) {
        long nanos = event.at().toNanos();
        stage.net().at(nanos, () -> {
            nowNanos = nanos;
            event.tell(this);
        });
    }

    /** What has happened, in the order of time. */
    List<Finding> findings() {
        return findings;
    }

    /** Some of what a file asks for shows only then to be impossible, such as an address that a roaming host has taken. */
    private void happen(String what, Runnable change) {
        try {
            change.run();
            findings.add(Finding.event(nowNanos, what));
        } catch (IllegalArgumentException | IllegalStateException refused) {
            findings.add(Finding.impossible(nowNanos, what, String.valueOf(refused.getMessage())));
        }
    }

    @Override
    public void onNatReboot(Event.NatReboot event) {
        String outage = event.outage().isZero()
                ? ""
                : ", away for " + Seconds.of(event.outage().toNanos());
        happen("the NAT of " + event.network() + " reboots" + outage, () -> {
            if (event.outage().isZero()) {
                stage.router(event.network()).reboot();
            } else {
                stage.router(event.network()).reboot(event.outage());
            }
        });
    }

    @Override
    public void onAddressChange(Event.AddressChange event) {
        happen(
                "the NAT of " + event.network() + " gets the address "
                        + event.addresses().stream().map(IpAddress::toString).collect(Collectors.joining(" and ")),
                () -> stage.router(event.network())
                        .changeExternal(event.addresses().toArray(IpAddress[]::new)));
    }

    @Override
    public void onNatChange(Event.NatChange event) {
        happen(
                "the NAT of " + event.network() + " becomes " + event.nat().name(),
                () -> stage.router(event.network()).changeBehaviour(event.nat().behaviour()));
    }

    @Override
    public void onLinkDown(Event.LinkDown event) {
        happen("the line of " + event.place() + " is cut", stage.line(event.place())::disconnect);
    }

    @Override
    public void onLinkUp(Event.LinkUp event) {
        happen("the line of " + event.place() + " is mended", stage.line(event.place())::reconnect);
    }

    @Override
    public void onLinkChange(Event.LinkChange event) {
        happen(
                "the line of " + event.place() + " changes",
                () -> stage.line(event.place()).change(event.link()));
    }

    @Override
    public void onRoam(Event.Roam event) {
        happen(
                event.host() + " roams to " + event.network() + " as " + event.address(),
                () -> stage.host(event.host()).roam(stage.zone(event.network()), event.address(), event.link()));
    }
}
