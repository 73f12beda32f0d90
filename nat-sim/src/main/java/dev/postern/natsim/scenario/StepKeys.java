package dev.postern.natsim.scenario;

import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.oracle.Outcome;
import dev.postern.stun.IpAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The keys of what is done: packets, calls and events. */
final class StepKeys {

    private static final Pattern ENDPOINT_TEXT = Pattern.compile("(" + Kinds.NAME_TEXT.pattern() + "):([0-9]{1,5})");
    private static final int MAX_PORT = 65535;
    private static final int MAX_PAYLOAD = 65_507;
    private static final String SOURCE_OF = "source of ";
    private static final String RELAY_OF = "relay of ";

    static final Kind<Endpoint> ENDPOINT = Kind.text("host:port such as laptop:5000", Shape.TEXT, StepKeys::endpoint);
    static final Kind<Target> TARGET =
            Kind.text("host:port, address:port, source of NAME or relay of host:port", Shape.TEXT, StepKeys::target);
    static final Kind<Fate> FATE = Kinds.word(Arrays.asList(Fate.values()), Fate::word);
    static final Kind<Outcome> OUTCOME = Kinds.word(Arrays.asList(Outcome.values()), Outcome::label);

    static final Key<Duration> AT = Key.of("at", Kinds.DURATION, "0s", "When, in virtual time from the start.");

    static final Key<String> NAME =
            Key.optional("name", Kinds.NAME, "none", "What other packets call it by, in: source of NAME.");
    static final Key<Endpoint> FROM = Key.required("from", ENDPOINT, "The host and UDP port that sends it.");
    static final Key<Target> TO = Key.optional(
            "to",
            TARGET,
            "required, unless stun or map-port is there",
            "Where it goes: a host's port, an address, the source that a named packet arrived with, or the relayed address"
                    + " of a port.");
    static final Key<String> STUN = Key.optional(
            "stun",
            Kinds.GIVEN,
            "no",
            "Instead of to: a server to ask for the external address, by a Binding request.");
    static final Key<Scenario.Asking> MAP_PORT = Key.optional(
            "map-port",
            Kinds.word(Scenario.Asking.class),
            "no",
            "Instead of to: asks the router of the host's network for the port of from, by this protocol; arrived means"
                    + " granted.");
    static final Key<Duration> LIFETIME = Key.of(
            "lifetime",
            Kinds.DURATION,
            "2h",
            "With map-port, for how long it asks, in whole seconds; 0s gives the port up.");
    static final Key<String> VIA = Key.optional(
            "via",
            Kinds.GIVEN,
            "straight",
            "A server to send it through: from allocates a relayed address there and permits the peer first.");
    static final Key<Duration> EVERY =
            Key.optional("every", Kinds.DURATION, "once", "Send it again and again, this far apart.");
    static final Key<Duration> UNTIL =
            Key.optional("until", Kinds.DURATION, "the end", "No packet of a series leaves later.");
    static final Key<String> TEXT = Key.of("text", Kinds.TEXT, "hello", "What is in it.");
    static final Key<Integer> BYTES =
            Key.of("bytes", Kinds.count(0, MAX_PAYLOAD), "0", "How long the payload is at least; filled with zeros.");
    static final Key<IpProtocol> PROTOCOL = Key.of(
            "protocol",
            Kinds.word(IpProtocol.class),
            "udp",
            "With tcp, from opens a connection and sends text over it, or asks for a TCP port; with icmp it pings, its port is"
                    + " the identifier, and arrived means answered.");
    static final Key<Integer> TTL =
            Key.of("ttl", Kinds.count(1, 255), "64", "How many routers it may pass; hop limit in IPv6. Not for tcp.");
    static final Key<Integer> DSCP = Key.of("dscp", Kinds.count(0, 63), "0", "Its class of service. Not for tcp.");
    static final Key<Boolean> DONT_FRAGMENT =
            Key.of("dont-fragment", Kinds.FLAG, "false", "Whether it must not be cut. Not for tcp.");
    static final Key<Node> FATE_EXPECTED = Key.optional(
            "expect",
            Kinds.node(FATE.words(), expectation(FATE.shape())),
            "nothing",
            "How it must end; in a file that compares NATs also a block with a word for each NAT.");
    static final Key<Target> SEEN_AS = Key.optional(
            "seen-as",
            TARGET,
            "anything",
            "The source that it must arrive with; with stun, the address in the answer; with map-port, what is granted. Implies"
                    + " expect: arrived.");
    static final Key<Duration> WITHIN =
            Key.optional("within", Kinds.DURATION, "any time", "How soon it must arrive. Implies expect: arrived.");
    static final Key<Double> AT_LEAST =
            Key.of("at-least", Kinds.SHARE, "100%", "The share of a series that must end as expected.");

    static final Section PACKET = new Section(
            "A packet",
            List.of(
                    AT,
                    NAME,
                    FROM,
                    TO,
                    STUN,
                    MAP_PORT,
                    LIFETIME,
                    VIA,
                    EVERY,
                    UNTIL,
                    PROTOCOL,
                    TEXT,
                    BYTES,
                    TTL,
                    DSCP,
                    DONT_FRAGMENT,
                    FATE_EXPECTED,
                    SEEN_AS,
                    WITHIN,
                    AT_LEAST));

    static final Key<String> CALLER = Key.required("from", Kinds.GIVEN, "The host of the controlling agent.");
    static final Key<String> CALLED = Key.required("to", Kinds.GIVEN, "The host of the other agent.");
    static final Key<String> CALL_SERVER = Key.required("server", Kinds.GIVEN, "The server that both ask.");
    static final Key<Boolean> RELAY =
            Key.of("relay", Kinds.FLAG, "true", "Whether they use it as a TURN relay too, or for STUN alone.");
    static final Key<Scenario.Agents> AGENTS = Key.of(
            "agents",
            Kinds.word(Scenario.Agents.class),
            "ice4j",
            "ice4j runs by the wall clock; model, a small ICE agent, in virtual time, and the same byte for byte each time.");
    static final Key<Duration> FROM_WAITS = Key.of(
            "from-waits",
            Kinds.DURATION,
            "0s",
            "With agents: model, how long the controlling agent waits, once it could check; up to 10s.");
    static final Key<Duration> TO_WAITS =
            Key.of("to-waits", Kinds.DURATION, "0s", "The same for the other agent; only one of both may wait.");
    static final Key<Node> OUTCOME_EXPECTED = Key.optional(
            "expect",
            Kinds.node(OUTCOME.words(), expectation(OUTCOME.shape())),
            "nothing",
            "How they must connect; in a file that compares NATs also a block with a word for each NAT.");

    static final Section CALL = new Section(
            "A call", List.of(AT, CALLER, CALLED, CALL_SERVER, RELAY, AGENTS, FROM_WAITS, TO_WAITS, OUTCOME_EXPECTED));

    static final Key<String> NAT_REBOOT =
            Key.optional("nat-reboot", Kinds.GIVEN, "no", "A network whose NAT forgets every mapping.");
    static final Key<String> ADDRESS_CHANGE = Key.optional(
            "address-change",
            Kinds.GIVEN,
            "no",
            "A network whose NAT gets another address, and forgets every mapping.");
    static final Key<String> NAT_CHANGE = Key.optional(
            "nat-change",
            Kinds.GIVEN,
            "no",
            "A network whose NAT behaves differently from now on, and forgets every mapping.");
    static final Key<String> LINK_DOWN =
            Key.optional("link-down", Kinds.GIVEN, "no", "A host, server or network whose line is cut.");
    static final Key<String> LINK_UP =
            Key.optional("link-up", Kinds.GIVEN, "no", "A host, server or network whose line is mended.");
    static final Key<String> LINK_CHANGE = Key.optional(
            "link-change", Kinds.GIVEN, "no", "A host, server or network whose line does something else to packets.");
    static final Key<String> ROAM =
            Key.optional("roam", Kinds.GIVEN, "no", "A host that goes to another network, where its ports stay open.");
    static final Key<Duration> OUTAGE =
            Key.optional("outage", Kinds.DURATION, "0s", "With nat-reboot, how long the NAT is away.");
    static final Key<String> ROAM_TO = Key.optional("to", Kinds.GIVEN, "none", "With roam, the network.");
    static final Key<List<IpAddress>> NEW_ADDRESS = Key.optional(
            "address",
            Kinds.list(Kinds.ADDRESS),
            "none",
            "With roam the new address, with address-change one or several.");
    static final Key<Node> NEW_NAT = Key.optional("nat", NatKeys.KIND, "none", "With nat-change, the new behaviour.");
    static final Key<Node> NEW_LINK =
            Key.optional("link", LinkKeys.KIND, "a perfect line", "With roam and link-change, what the line does.");

    static final Section EVENT = new Section(
            "An event",
            List.of(
                    AT,
                    NAT_REBOOT,
                    OUTAGE,
                    ADDRESS_CHANGE,
                    NAT_CHANGE,
                    LINK_DOWN,
                    LINK_UP,
                    LINK_CHANGE,
                    ROAM,
                    ROAM_TO,
                    NEW_ADDRESS,
                    NEW_NAT,
                    NEW_LINK));

    private StepKeys() {}

    private static Shape expectation(Shape word) {
        return new Shape.Either(word, new Shape.Named(word));
    }

    private static Endpoint endpoint(String text) {
        Matcher matcher = ENDPOINT_TEXT.matcher(text);
        Kinds.require(matcher.matches());
        int port = Integer.parseInt(matcher.group(2));
        Kinds.require(port >= 1 && port <= MAX_PORT);
        return new Endpoint(matcher.group(1), port);
    }

    private static Target target(String text) {
        if (text.startsWith(SOURCE_OF)) {
            return new Target.SourceOf(text.substring(SOURCE_OF.length()).strip());
        }
        if (text.startsWith(RELAY_OF)) {
            return new Target.RelayOf(endpoint(text.substring(RELAY_OF.length()).strip()));
        }
        return ENDPOINT_TEXT.matcher(text).matches()
                ? new Target.At(endpoint(text))
                : new Target.Written(Kinds.transportAddress(text));
    }
}
