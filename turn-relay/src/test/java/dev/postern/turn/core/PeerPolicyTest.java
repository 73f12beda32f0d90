package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.PeerRules;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Security cases S1 to S7, S9 and S11 as the policy alone judges them; the engine's answers are in {@code PeerFilterTest}. */
class PeerPolicyTest {

    private static final IpAddress RELAY = IpAddress.parse("20.0.0.2");
    private static final IpAddress HOST = IpAddress.parse("20.0.0.1");
    private static final TransportAddress LISTENER = TransportAddress.of(HOST, 3478);

    private static final OwnAddresses OWN = new OwnAddresses(List.of(LISTENER), List.of(HOST, RELAY));
    private static final PeerPolicy PUBLIC = policy(PeerRules.NONE);

    @ParameterizedTest
    @ValueSource(
            strings = {
                // S1
                "127.0.0.1",
                "127.255.255.254",
                "::1",
                // S2
                "0.0.0.0",
                "0.1.2.3",
                "::",
                // S4
                "10.0.0.1",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "100.64.0.1",
                "169.254.169.254",
                "fd00:ec2::254",
                "fe80::1",
                "fec0::1",
                // S5
                "224.0.0.1",
                "239.255.255.250",
                "255.255.255.255",
                "ff02::1"
            })
    void peerThatIsNotOnTheInternetIsDenied(String peer) {
        assertThat(PUBLIC.judge(IpAddress.parse(peer))).isEqualTo(PeerVerdict.DENIED_RANGE);
        assertThat(PUBLIC.judge(TransportAddress.of(IpAddress.parse(peer), 443)).denied())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "20.0.0.3", "2600::1", "2a00:1450::5"})
    void peerOnTheInternetIsAllowed(String peer) {
        assertThat(PUBLIC.judge(TransportAddress.of(IpAddress.parse(peer), 443)))
                .isEqualTo(PeerVerdict.ALLOWED);
    }

    /** S3: an IPv6 form needs an allow of its own and a pass for what it embeds. */
    @ParameterizedTest
    @MethodSource("embeddings")
    void embeddedAddressNeedsAnAllowForItsFormAndAPassForTheInnerOne(Embedding embedding) {
        PeerPolicy formAllowed = policy(allow(embedding.block()));
        PeerPolicy bothAllowed = policy(allow(embedding.block(), "127.0.0.0/8", "10.0.0.0/8", "169.254.0.0/16"));
        for (String inner : List.of("127.0.0.1", "10.0.0.1", "169.254.169.254")) {
            IpAddress outer = embedding.embed(IpAddress.parse(inner));
            assertThat(PUBLIC.judge(outer).denied()).as("%s by default", outer).isTrue();
            assertThat(formAllowed.judge(outer)).as("%s with its form", outer).isEqualTo(PeerVerdict.DENIED_RANGE);
            assertThat(bothAllowed.judge(outer)).as("%s with both", outer).isEqualTo(PeerVerdict.ALLOWED);
        }
        IpAddress toTheInternet = embedding.embed(IpAddress.parse("8.8.8.8"));
        assertThat(PUBLIC.judge(toTheInternet).denied()).isTrue();
        assertThat(formAllowed.judge(toTheInternet)).isEqualTo(PeerVerdict.ALLOWED);
    }

    /** Over all embeddings and 10,000 addresses: what the inner address is denied, no form of it may reach. */
    @Test
    void noFormReachesWhatItsInnerAddressMayNot() {
        PeerPolicy everyForm = policy(allow("::/0"));
        Random random = new Random(8656);
        for (Embedding embedding : (Iterable<Embedding>) embeddings()::iterator) {
            for (int i = 0; i < 10_000; i++) {
                IpAddress inner = IpAddress.ofIpv4(random.nextInt());
                boolean denied = everyForm.judge(embedding.embed(inner)) != PeerVerdict.ALLOWED;
                assertThat(denied)
                        .as("%s in %s", inner, embedding)
                        .isEqualTo(PUBLIC.judge(inner) != PeerVerdict.ALLOWED);
            }
        }
    }

    /** S7: the first and the last address of each range, and the ones beside it. */
    @ParameterizedTest
    @MethodSource("deniedRanges")
    void rangeIsDeniedFromItsFirstToItsLastAddressAndNoFurther(IpPrefix range) {
        IpAddress first = range.base();
        IpAddress last = lastOf(range);
        assertThat(PUBLIC.judge(first).denied()).as("first %s", first).isTrue();
        assertThat(PUBLIC.judge(last).denied()).as("last %s", last).isTrue();
        Stream.of(plus(first, -1), plus(last, 1)).forEach(beside -> {
            boolean otherRange = DeniedRanges.PUBLIC.stream().anyMatch(block -> block.contains(beside));
            assertThat(PUBLIC.judge(beside).denied()).as("beside %s", beside).isEqualTo(otherRange);
        });
    }

    @Test
    void ranges() {
        assertThat(DeniedRanges.IPV4).hasSize(15);
        assertThat(DeniedRanges.IPV6).hasSize(17);
    }

    /** S9. */
    @Test
    void explicitDenyBeatsEveryAllowAndAlsoHoldsInsideAForm() {
        PeerPolicy policy = policy(new PeerRules(
                blocks("10.0.0.0/8", "8.0.0.0/8", "::ffff:0:0/96", "0.0.0.0/0"),
                blocks("10.1.0.0/16", "8.8.8.8/32", "2600::/32"),
                Set.of(),
                List.of()));

        assertThat(policy.judge(IpAddress.parse("10.0.0.1"))).isEqualTo(PeerVerdict.ALLOWED);
        assertThat(policy.judge(IpAddress.parse("10.1.0.1"))).isEqualTo(PeerVerdict.DENIED_BY_RULE);
        assertThat(policy.judge(IpAddress.parse("8.8.8.8"))).isEqualTo(PeerVerdict.DENIED_BY_RULE);
        assertThat(policy.judge(IpAddress.parse("::ffff:10.1.0.1"))).isEqualTo(PeerVerdict.DENIED_BY_RULE);
        assertThat(policy.judge(IpAddress.parse("2600::1"))).isEqualTo(PeerVerdict.DENIED_BY_RULE);
    }

    @Test
    void explicitDenyBeatsALiveRelay() {
        PeerPolicy policy = policy(new PeerRules(List.of(), blocks("20.0.0.0/24"), Set.of(), List.of()));

        assertThat(policy.judge(RELAY)).isEqualTo(PeerVerdict.DENIED_BY_RULE);
    }

    /** S6. */
    @Test
    void ownAddressesAreDeniedButForLiveRelays() {
        assertThat(PUBLIC.judge(HOST)).isEqualTo(PeerVerdict.DENIED_OWN_ADDRESS);
        assertThat(PUBLIC.judge(RELAY)).isEqualTo(PeerVerdict.ONLY_LIVE_RELAYS);
        assertThat(PUBLIC.kindOf(RELAY)).isEqualTo(Permission.Kind.LIVE_RELAYS);
        assertThat(PUBLIC.kindOf(IpAddress.parse("8.8.8.8"))).isEqualTo(Permission.Kind.OUTSIDE);
        PeerPolicy formsAllowed = policy(allow("::/0"));
        assertThat(formsAllowed.judge(IpAddress.parse("::ffff:20.0.0.1"))).isEqualTo(PeerVerdict.DENIED_OWN_ADDRESS);
        assertThat(formsAllowed.judge(IpAddress.parse("::ffff:20.0.0.2")))
                .as("a live relay has no second name")
                .isEqualTo(PeerVerdict.DENIED_OWN_ADDRESS);
    }

    /** S6: by address and port, whatever is allowed. */
    @ParameterizedTest
    @CsvSource({
        "20.0.0.1:3478, DENIED_OWN_SERVICE",
        "20.0.0.1:3479, ALLOWED",
        "20.0.0.2:3478, ALLOWED",
        "127.0.0.1:9090, DENIED_OWN_SERVICE",
        "127.0.0.1:9091, ALLOWED",
        "127.0.0.2:9090, ALLOWED",
        "20.0.0.1:8443, DENIED_OWN_SERVICE",
        "20.0.0.2:8443, DENIED_OWN_SERVICE",
        "127.9.9.9:8443, DENIED_OWN_SERVICE",
        "0.0.0.0:8443, DENIED_OWN_SERVICE",
        "8.8.8.8:8443, ALLOWED",
        "[::1]:8443, DENIED_OWN_SERVICE",
        "[::ffff:20.0.0.1]:3478, DENIED_OWN_SERVICE",
        "[64:ff9b::7f00:1]:9090, DENIED_OWN_SERVICE",
    })
    void serviceIsDeniedByAddressAndPortEvenWhereAllIsAllowed(String peer, PeerVerdict verdict) {
        List<TransportAddress> services =
                List.of(LISTENER, TransportAddress.parse("127.0.0.1:9090"), TransportAddress.parse("0.0.0.0:8443"));
        PeerPolicy policy = new PeerPolicy(
                allow("0.0.0.0/0", "::/0"), new OwnAddresses(services, List.of(HOST, RELAY)), Set.of(RELAY));

        assertThat(policy.judge(TransportAddress.parse(peer))).isEqualTo(verdict);
    }

    /** S11. */
    @Test
    void portZeroAndDeniedPortsAreDenied() {
        PeerPolicy policy = policy(new PeerRules(blocks("0.0.0.0/0"), List.of(), Set.of(22, 25, 53), List.of()));

        assertThat(policy.judge(TransportAddress.parse("8.8.8.8:0"))).isEqualTo(PeerVerdict.DENIED_PORT_ZERO);
        assertThat(policy.judge(TransportAddress.parse("8.8.8.8:53"))).isEqualTo(PeerVerdict.DENIED_PORT);
        assertThat(policy.judge(TransportAddress.parse("8.8.8.8:54"))).isEqualTo(PeerVerdict.ALLOWED);
        assertThat(PUBLIC.judge(TransportAddress.parse("8.8.8.8:0"))).isEqualTo(PeerVerdict.DENIED_PORT_ZERO);
    }

    @Test
    void loopbackThatIsAllowedIsAllowedInBothFamilies() {
        PeerPolicy policy = policy(allow("127.0.0.0/8", "::1/128"));

        assertThat(policy.judge(IpAddress.parse("127.0.0.1"))).isEqualTo(PeerVerdict.ALLOWED);
        assertThat(policy.judge(IpAddress.parse("::1"))).isEqualTo(PeerVerdict.ALLOWED);
        assertThat(policy.judge(IpAddress.parse("::"))).isEqualTo(PeerVerdict.DENIED_RANGE);
    }

    /** A form, and how it embeds. */
    private record Embedding(String name, String block, Form form) {
        IpAddress embed(IpAddress inner) {
            return form.embed(Integer.toUnsignedLong(inner.ipv4()));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private interface Form {
        IpAddress embed(long inner);
    }

    static Stream<Embedding> embeddings() {
        long local = 0x0064_FF9B_0001_0000L;
        return Stream.of(
                new Embedding("mapped", "::ffff:0:0/96", v4 -> IpAddress.ofIpv6(0, 0xFFFF_0000_0000L | v4)),
                new Embedding("SIIT", "::ffff:0:0:0/96", v4 -> IpAddress.ofIpv6(0, 0xFFFF_0000_0000_0000L | v4)),
                new Embedding("NAT64", "64:ff9b::/96", v4 -> IpAddress.ofIpv6(0x0064_FF9B_0000_0000L, v4)),
                new Embedding(
                        "NAT64 local /96", "64:ff9b:1::/48", v4 -> IpAddress.ofIpv6(local | 0xABCD, 0x55L << 40 | v4)),
                new Embedding(
                        "6to4", "2002::/16", v4 -> IpAddress.ofIpv6(0x2002L << 48 | v4 << 16 | 7, 0x1234_5678_9ABCL)),
                new Embedding(
                        "Teredo client",
                        "2001::/32",
                        v4 -> IpAddress.ofIpv6(
                                0x2001_0000L << 32 | 0x0808_0404L, 0x8000_F227L << 32 | (~v4 & 0xFFFF_FFFFL))),
                new Embedding(
                        "Teredo server",
                        "2001::/32",
                        v4 -> IpAddress.ofIpv6(
                                0x2001_0000L << 32 | v4, 0x8000_F227L << 32 | (~0x0808_0404L & 0xFFFF_FFFFL))));
    }

    /** ::a.b.c.d cannot be one of the table: 0.0.0.0 and 0.0.0.1 in it are :: and ::1, which are no embeddings. */
    @ParameterizedTest
    @CsvSource({"::127.0.0.1, DENIED_RANGE", "::8.8.8.8, ALLOWED", "::0.0.0.2, DENIED_RANGE"})
    void compatibleFormIsJudgedByItsInnerAddress(String peer, PeerVerdict verdict) {
        assertThat(policy(allow("::/96")).judge(IpAddress.parse(peer))).isEqualTo(verdict);
        assertThat(PUBLIC.judge(IpAddress.parse(peer)).denied()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "64:ff9b:1:7f00:0:100:0:0", // /48: 127.0.0.1 around the u octet
                "64:ff9b:1:7f:0:1::", // /56
                "64:ff9b:1:0:7f:0:100:0", // /64, where the last 32 bits alone would pass as 1.0.0.0
                "2600::5efe:7f00:1", // ISATAP
                "2600::200:5efe:7f00:1",
                "2600::5efe:a00:1"
            })
    void layoutThatMayEmbedADeniedAddressIsDeniedWhereItsFormIsAllowed(String peer) {
        assertThat(policy(allow("::/0")).judge(IpAddress.parse(peer))).isEqualTo(PeerVerdict.DENIED_RANGE);
    }

    static Stream<IpPrefix> deniedRanges() {
        return Stream.concat(DeniedRanges.IPV4.stream(), DeniedRanges.IPV6.stream());
    }

    private static IpAddress lastOf(IpPrefix range) {
        IpAddress base = range.base();
        if (base.isIpv4()) {
            return IpAddress.ofIpv4(base.ipv4() | (int) (0xFFFF_FFFFL >>> range.length()));
        }
        long high = range.length() >= 64 ? 0 : -1L >>> range.length();
        long low = range.length() == 128 ? 0 : range.length() <= 64 ? -1L : -1L >>> (range.length() - 64);
        return IpAddress.ofIpv6(base.high() | high, base.low() | low);
    }

    /** The address before or after, wrapping around at the ends. */
    private static IpAddress plus(IpAddress address, int step) {
        if (address.isIpv4()) {
            return IpAddress.ofIpv4(address.ipv4() + step);
        }
        long low = address.low() + step;
        boolean carry = step > 0 ? low == 0 : low == -1;
        return IpAddress.ofIpv6(carry ? address.high() + step : address.high(), low);
    }

    private static PeerPolicy policy(PeerRules rules) {
        return new PeerPolicy(rules, OWN, Set.of(RELAY));
    }

    private static PeerRules allow(String... allowed) {
        return new PeerRules(blocks(allowed), List.of(), Set.of(), List.of());
    }

    private static List<IpPrefix> blocks(String... texts) {
        return Stream.of(texts).map(IpPrefix::parse).toList();
    }
}
