package dev.postern.natsim.tester;

import dev.postern.natsim.portmap.NatPmpRequest;
import dev.postern.natsim.portmap.NatPmpResponse;
import dev.postern.natsim.portmap.PcpMap;
import dev.postern.natsim.portmap.PcpMessage;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Ports by NAT-PMP (RFC 6886) or PCP (RFC 6887). */
final class DatagramOffer implements PortOffer {

    static final int NONE = -1;

    private final GatewayAsker asker;
    private final boolean pcp;
    private final Bench bench;
    private final @Nullable IpAddress natPmpExternal;
    /** By which the gateway knows whose a mapping of PCP is; drawn with the first. */
    private long nonceHigh;

    private int nonceLow;

    /**
     * Ports of a gateway that was found to give some.
     *
     * @param pcp whether by PCP, otherwise by NAT-PMP
     * @param natPmpExternal what NAT-PMP called the gateway's address, which does not stand in what it grants; null if it did not say
     */
    DatagramOffer(Bench bench, GatewayAsker asker, boolean pcp, @Nullable IpAddress natPmpExternal) {
        this.asker = asker;
        this.pcp = pcp;
        this.bench = bench;
        this.natPmpExternal = natPmpExternal;
    }

    @Override
    public void map(ProbeSocket socket, long lifetimeSeconds, Consumer<Grant> then) {
        nonceHigh = bench.random().nextLong();
        nonceLow = bench.random().nextInt();
        asker.ask(
                encode(socket, lifetimeSeconds),
                Answer::toMapping,
                answer -> then.accept(
                        answer == null
                                ? Grant.refused("no answer")
                                : new Grant(
                                        answer.mapped(natPmpExternal), answer.lifetimeSeconds(), answer.toString())));
    }

    @Override
    public void giveUp(ProbeSocket socket, Consumer<String> then) {
        asker.ask(
                encode(socket, 0),
                Answer::toMapping,
                answer -> then.accept(answer == null ? "no answer" : answer.toString()));
    }

    private ByteBuffer encode(ProbeSocket socket, long lifetimeSeconds) {
        int port = socket.local().port();
        int wished = lifetimeSeconds == 0 ? 0 : port;
        if (!pcp) {
            return NatPmpRequest.mapUdp(port, wished, lifetimeSeconds).encode();
        }
        PcpMap map = new PcpMap(nonceHigh, nonceLow, PcpMap.UDP, port, wished, IpAddress.ofIpv4(0));
        return PcpMessage.map(socket.local().ip(), map, lifetimeSeconds).encode();
    }

    /** An answer of the gateway in one of the two protocols. */
    record Answer(@Nullable NatPmpResponse natPmp, @Nullable PcpMessage pcp) {

        /**
         * What a datagram answers, if it is to a question of these kinds; null otherwise. Each protocol's "unsupported version" is the
         * answer to a question of the other one.
         */
        static @Nullable Answer to(int operation, int opcode, ByteBuffer data) {
            NatPmpResponse natPmp = NatPmpResponse.decode(data);
            if (natPmp != null) {
                boolean other = natPmp.result() == NatPmpResponse.UNSUPPORTED_VERSION;
                boolean meant = other ? opcode != NONE : natPmp.operation() == operation;
                return meant ? new Answer(natPmp, null) : null;
            }
            PcpMessage pcp = PcpMessage.decode(data);
            if (pcp == null || !pcp.response()) {
                return null;
            }
            boolean other = pcp.result() == PcpMessage.UNSUPP_VERSION;
            boolean meant = other ? operation != NONE : pcp.opcode() == opcode;
            return meant ? new Answer(null, pcp) : null;
        }

        static @Nullable Answer toMapping(ByteBuffer data) {
            return to(NatPmpRequest.MAP_UDP, PcpMessage.MAP, data);
        }

        /** Where the mapped port is reached; null if none was granted. */
        @Nullable
        TransportAddress mapped(@Nullable IpAddress natPmpExternal) {
            PcpMap map = pcp == null || pcp.result() != PcpMessage.SUCCESS ? null : pcp.map();
            if (map != null && map.externalPort() != 0) {
                return TransportAddress.of(map.external(), map.externalPort());
            }
            boolean granted = natPmp != null && natPmp.isSuccess() && natPmp.externalPort() != 0;
            return granted && natPmp != null && natPmpExternal != null
                    ? TransportAddress.of(natPmpExternal, natPmp.externalPort())
                    : null;
        }

        long lifetimeSeconds() {
            if (pcp != null) {
                return pcp.lifetimeSeconds();
            }
            return natPmp == null ? 0 : natPmp.lifetimeSeconds();
        }

        /** Such as {@code PCP, result 0: 198.51.100.1:40000 for 120 s}. */
        @Override
        public String toString() {
            if (pcp != null) {
                PcpMap map = pcp.map();
                return "PCP, result " + pcp.result()
                        + (map == null
                                ? ""
                                : ": " + TransportAddress.of(map.external(), map.externalPort()) + " for "
                                        + pcp.lifetimeSeconds() + " s");
            }
            if (natPmp == null) {
                return "nothing";
            }
            return "NAT-PMP, result " + natPmp.result()
                    + (natPmp.external() != null
                            ? ": " + natPmp.external()
                            : ": port " + natPmp.externalPort() + " for " + natPmp.lifetimeSeconds() + " s");
        }
    }
}
