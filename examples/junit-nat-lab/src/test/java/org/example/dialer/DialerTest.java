package org.example.dialer;

import dev.postern.natsim.junit.Lab;
import dev.postern.natsim.junit.NatLab;
import dev.postern.natsim.junit.NatMatrix;
import dev.postern.natsim.junit.Seeds;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Calls between two machines behind NATs of all kinds, in virtual time; no packet leaves the JVM. */
class DialerTest {

    private Dialer caller;
    private Dialer callee;

    @BeforeEach
    void dial(Lab lab) throws IOException {
        caller = new Dialer(lab.a().agent(), lab.server(), true);
        callee = new Dialer(lab.b().agent(), lab.server(), false);
        Dialer.Offer offer = caller.offer();
        Dialer.Offer answer = callee.offer();
        callee.connect(offer);
        caller.connect(answer);
    }

    @AfterEach
    void hangUp() {
        caller.close();
        callee.close();
    }

    @NatLab("home-port x home-port")
    @Seeds(3)
    void callsAnotherHome(Lab lab) {
        lab.assertDirect();
    }

    @NatMatrix(
            rows = {"open", "home-addr"},
            columns = {"home-port", "cgn-sym"})
    void callsFromWhereAnybodyGetsIn(Lab lab) {
        lab.assertAsPredicted();
    }

    @NatLab("home/cgn x fw")
    void callsAnOfficeFromBehindTwoNats(Lab lab) {
        lab.assertDirect();
    }

    /** The network is that of neighbours.yaml, beside this class among the resources: one provider's NAT is above both homes. */
    @NatLab(file = "neighbours.yaml", a = "alice", b = "bob")
    void callsNextDoor(Lab lab) {
        lab.assertDirect();
    }

    /** Fails, because {@link Dialer} knows no TURN server: its text says what became of the packets. */
    @NatLab("home-port x cgn-sym")
    void callsAPhoneInAMobileNetwork(Lab lab) {
        lab.assertConnected();
    }
}
