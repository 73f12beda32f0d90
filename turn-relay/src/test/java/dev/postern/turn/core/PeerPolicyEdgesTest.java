package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import dev.postern.turn.PeerRules;
import dev.postern.turn.core.PeerOracle.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The policy against the {@linkplain PeerOracle oracle}: every range's edges in both families, each IPv4 edge in every form that hides
 * it, under rules that allow nothing, one form, all forms or everything, and that deny inside what they allow.
 */
class PeerPolicyEdgesTest {

    /** Rules, and the same for the oracle. */
    record Rules(String name, PeerPolicy policy, PeerOracle oracle) {
        static Rules of(String name, List<String> allow, List<String> deny) {
            PeerRules rules = new PeerRules(blocks(allow), blocks(deny), Set.of(), List.of());
            return new Rules(
                    name,
                    new PeerPolicy(rules, new OwnAddresses(List.of(), List.of()), Set.of()),
                    new PeerOracle(ranges(allow), ranges(deny)));
        }

        private static List<IpPrefix> blocks(List<String> spans) {
            return spans.stream()
                    .map(span -> IpPrefix.parse(span.split(" ")[0]))
                    .toList();
        }

        private static List<Range> ranges(List<String> spans) {
            return spans.stream()
                    .map(span -> Range.of(span.split(" ")[1], span.split(" ")[2]))
                    .toList();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Each block with its first and its last address written out, so that the oracle does not reckon with prefixes. */
    private static final String ALL_IPV6 = "::/0 :: ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";

    private static final String ALL_IPV4 = "0.0.0.0/0 0.0.0.0 255.255.255.255";
    private static final String TEN = "10.0.0.0/8 10.0.0.0 10.255.255.255";
    private static final String MAPPED = "::ffff:0:0/96 ::ffff:0:0 ::ffff:ffff:ffff";
    private static final String SIX_TO_FOUR = "2002::/16 2002:: 2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff";

    static final Rules[] RULES = {
        Rules.of("no rule", List.of(), List.of()),
        Rules.of("all forms allowed", List.of(ALL_IPV6), List.of()),
        Rules.of("everything allowed", List.of(ALL_IPV6, ALL_IPV4), List.of()),
        Rules.of("inner allowed, no form", List.of(TEN), List.of()),
        Rules.of("one form and one inner block allowed", List.of(MAPPED, TEN), List.of()),
        Rules.of("6to4 allowed", List.of(SIX_TO_FOUR), List.of()),
        Rules.of("everything allowed but 10/8", List.of(ALL_IPV6, ALL_IPV4), List.of(TEN)),
        Rules.of("everything allowed but a form", List.of(ALL_IPV6, ALL_IPV4), List.of(MAPPED)),
        Rules.of("denied although public", List.of(), List.of("8.8.8.0/24 8.8.8.0 8.8.8.255"))
    };

    /** Puts four bytes into sixteen. */
    record Form(String name, UnaryOperator<byte[]> embed) {}

    static final List<Form> FORMS = List.of(
            new Form("compatible", v4 -> with("", v4, 12)),
            new Form("mapped", v4 -> with("00000000000000000000ffff", v4, 12)),
            new Form("SIIT", v4 -> with("0000000000000000ffff0000", v4, 12)),
            new Form("NAT64", v4 -> with("0064ff9b", v4, 12)),
            new Form("NAT64 local /96", v4 -> with("0064ff9b0001abcd00112233", v4, 12)),
            new Form("NAT64 local /48", v4 -> around("0064ff9b0001", v4, 6)),
            new Form("NAT64 local /56", v4 -> around("0064ff9b000155", v4, 7)),
            new Form("NAT64 local /64", v4 -> around("0064ff9b00015566", v4, 8)),
            new Form("6to4", v4 -> with("20020000000000070000000000000009", v4, 2)),
            new Form("Teredo server", v4 -> with("20010000000000008000f227f7f7fbfb", v4, 4)),
            new Form("Teredo client", v4 -> with("20010000080804048000f227", flipped(v4), 12)),
            new Form("ISATAP", v4 -> with("26000001000200030000" + "5efe", v4, 12)),
            new Form("ISATAP, universal", v4 -> with("26000001000200030200" + "5efe", v4, 12)),
            new Form("6to4 with ISATAP", v4 -> with("200208080808000700005efe", v4, 12)),
            new Form("Teredo with ISATAP", v4 -> with("200100000808040400005efe", flipped(v4), 12)));

    private static byte[] with(String hex, byte[] v4, int at) {
        byte[] bytes = new byte[16];
        for (int i = 0; i < hex.length() / 2; i++) {
            bytes[i] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
        }
        System.arraycopy(v4, 0, bytes, at, 4);
        return bytes;
    }

    /** RFC 6052 section 2.2: byte 8 stays free. */
    private static byte[] around(String hex, byte[] v4, int at) {
        byte[] bytes = with(hex, new byte[4], 12);
        int to = at;
        for (byte each : v4) {
            to = to == 8 ? 9 : to;
            bytes[to++] = each;
        }
        return bytes;
    }

    private static byte[] flipped(byte[] v4) {
        return new byte[] {(byte) ~v4[0], (byte) ~v4[1], (byte) ~v4[2], (byte) ~v4[3]};
    }

    private static List<IpAddress> ipv4Edges() {
        return Stream.concat(PeerOracle.IPV4.stream(), Stream.of(Range.of("8.8.8.0", "8.8.8.255")))
                .flatMap(range -> range.edges().stream())
                .distinct()
                .toList();
    }

    @ParameterizedTest
    @FieldSource("RULES")
    void s07_everyEdgeOfEveryRangeIsJudgedAsTheOracleDoes(Rules rules) {
        List<IpAddress> edges = new ArrayList<>(ipv4Edges());
        PeerOracle.IPV6.forEach(range -> edges.addAll(range.edges()));
        assertThat(edges).hasSizeGreaterThan(120);
        edges.forEach(edge -> assertAgrees(rules, edge, "edge"));
    }

    @ParameterizedTest
    @FieldSource("RULES")
    void s03_everyFormOfEveryEdgeIsJudgedAsTheOracleDoes(Rules rules) {
        for (Form form : FORMS) {
            for (IpAddress inner : ipv4Edges()) {
                byte[] outer = form.embed.apply(PeerOracle.bytes(inner));
                assertAgrees(rules, PeerOracle.address(outer), form.name + " of " + inner);
            }
        }
    }

    /** Two addresses in one, each of which counts: 6to4 around ISATAP, and the two of Teredo. */
    @ParameterizedTest
    @FieldSource("RULES")
    void s03_bothAddressesOfAFormThatHoldsTwoCount(Rules rules) {
        for (IpAddress one : ipv4Edges()) {
            for (IpAddress other : ipv4Edges()) {
                byte[] sixToFour = with("200200000000000700005efe", PeerOracle.bytes(one), 2);
                System.arraycopy(PeerOracle.bytes(other), 0, sixToFour, 12, 4);
                assertAgrees(rules, PeerOracle.address(sixToFour), one + " and " + other + " in 6to4");
                byte[] teredo = with("20010000000000008000f227", PeerOracle.bytes(one), 4);
                System.arraycopy(flipped(PeerOracle.bytes(other)), 0, teredo, 12, 4);
                assertAgrees(rules, PeerOracle.address(teredo), one + " and " + other + " in Teredo");
            }
        }
    }

    @ParameterizedTest
    @FieldSource("RULES")
    void s07_addressesWithAFewBitsOffAnEdgeAreJudgedAsTheOracleDoes(Rules rules) {
        Random random = new Random(7);
        List<IpAddress> seeds = new ArrayList<>(ipv4Edges());
        PeerOracle.IPV6.forEach(range -> seeds.addAll(range.edges()));
        for (int i = 0; i < 40_000; i++) {
            byte[] bytes = PeerOracle.bytes(seeds.get(random.nextInt(seeds.size())));
            if (bytes.length == 4 && random.nextBoolean()) {
                bytes = FORMS.get(random.nextInt(FORMS.size())).embed.apply(bytes);
            }
            for (int flips = random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            assertAgrees(rules, PeerOracle.address(bytes), "mutated");
        }
    }

    @Test
    void policyDeniesNoRangeThatTheOracleDoesNotKnow() {
        PeerOracle noRule = new PeerOracle(List.of(), List.of());
        assertThat(DeniedRanges.PUBLIC)
                .allSatisfy(block -> assertThat(noRule.passes(block.base())).isFalse());
    }

    private static void assertAgrees(Rules rules, IpAddress peer, String what) {
        boolean passes = rules.policy.judge(peer) == PeerVerdict.ALLOWED;
        assertThat(passes).as("%s (%s) with %s", peer, what, rules).isEqualTo(rules.oracle.passes(peer));
    }
}
