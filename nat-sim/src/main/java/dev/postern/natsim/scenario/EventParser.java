package dev.postern.natsim.scenario;

import dev.postern.stun.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads events. */
final class EventParser {

    private static final List<Key<String>> VERBS = List.of(
            StepKeys.NAT_REBOOT,
            StepKeys.ADDRESS_CHANGE,
            StepKeys.NAT_CHANGE,
            StepKeys.LINK_DOWN,
            StepKeys.LINK_UP,
            StepKeys.LINK_CHANGE,
            StepKeys.ROAM);
    private static final Set<Key<String>> OF_NATS =
            Set.of(StepKeys.NAT_REBOOT, StepKeys.ADDRESS_CHANGE, StepKeys.NAT_CHANGE);

    /** The keys beside a verb: which must be there, and which may. */
    private record Beside(Key<?> key, Set<Key<String>> needed, Set<Key<String>> allowed) {}

    private static final List<Beside> BESIDES = List.of(
            new Beside(StepKeys.OUTAGE, Set.of(), Set.of(StepKeys.NAT_REBOOT)),
            new Beside(StepKeys.ROAM_TO, Set.of(StepKeys.ROAM), Set.of()),
            new Beside(StepKeys.NEW_ADDRESS, Set.of(StepKeys.ROAM, StepKeys.ADDRESS_CHANGE), Set.of()),
            new Beside(StepKeys.NEW_NAT, Set.of(StepKeys.NAT_CHANGE), Set.of()),
            new Beside(StepKeys.NEW_LINK, Set.of(StepKeys.LINK_CHANGE), Set.of(StepKeys.ROAM)));

    private final Mistakes mistakes;
    private final Names names;
    private final NatParser nats;
    private final Set<String> fixed;

    /**
     * A parser for a file.
     *
     * @param names all of networks, hosts and servers
     * @param fixed the networks whose NATs have fixed ports, which one that behaves differently would not keep
     */
    EventParser(Mistakes mistakes, Names names, Set<String> fixed) {
        this.mistakes = mistakes;
        this.names = names;
        this.nats = new NatParser(mistakes);
        this.fixed = fixed;
    }

    List<Event> events(@Nullable Node node) {
        return StepParser.each(node, FileKeys.EVENTS, mistakes, this::event);
    }

    private @Nullable Event event(Node node) {
        SectionReader reader = new SectionReader(node, StepKeys.EVENT, "an event", mistakes);
        List<Key<String>> verbs = new ArrayList<>(VERBS);
        verbs.removeIf(verb -> !reader.has(verb));
        if (verbs.size() != 1) {
            reader.flaw(
                    node.line(),
                    "an event needs just one of "
                            + String.join(", ", VERBS.stream().map(Key::name).toList()) + ".");
            return null;
        }
        Key<String> verb = verbs.get(0);
        Duration at = reader.get(StepKeys.AT);
        String subject = reader.find(verb);
        BESIDES.forEach(beside -> check(reader, beside, verb));
        if (at == null || subject == null || !checkSubject(reader, verb, subject) || reader.isFlawed()) {
            return null;
        }
        return made(reader, verb, at, subject);
    }

    private static void check(SectionReader reader, Beside beside, Key<String> verb) {
        Key<?> key = beside.key();
        if (beside.needed().contains(verb) && !reader.has(key)) {
            reader.flaw(
                    reader.line(),
                    verb.name() + " needs " + key.name() + "; write "
                            + key.kind().words() + ".");
        } else if (reader.has(key)
                && !beside.needed().contains(verb)
                && !beside.allowed().contains(verb)) {
            reader.flaw(reader.line(key), key.name() + " does not go with " + verb.name() + "; leave it out.");
        }
    }

    private boolean checkSubject(SectionReader reader, Key<String> verb, String subject) {
        int line = reader.line(verb);
        if (verb.equals(StepKeys.ROAM)) {
            return names.check(verb.name(), subject, line, Names.What.HOST);
        }
        boolean known = OF_NATS.contains(verb)
                ? names.check(verb.name(), subject, line, Names.What.NETWORK)
                : names.check(verb.name(), subject, line, Names.What.HOST, Names.What.SERVER, Names.What.NETWORK);
        if (known && subject.equals(Scenario.INTERNET)) {
            reader.flaw(line, verb.name() + " is internet, which has no router; write a network of the file.");
        }
        if (verb.equals(StepKeys.NAT_CHANGE) && fixed.contains(subject)) {
            reader.flaw(
                    line, verb.name() + " is " + subject + ", whose fixed-ports would be forgotten; leave either out.");
        }
        return known;
    }

    private @Nullable Event made(SectionReader reader, Key<String> verb, Duration at, String subject) {
        List<IpAddress> addresses = reader.find(StepKeys.NEW_ADDRESS);
        Node link = reader.find(StepKeys.NEW_LINK);
        if (verb.equals(StepKeys.NAT_REBOOT)) {
            Duration outage = reader.find(StepKeys.OUTAGE);
            return new Event.NatReboot(at, subject, outage == null ? Duration.ZERO : outage);
        }
        if (verb.equals(StepKeys.LINK_DOWN)) {
            return new Event.LinkDown(at, subject);
        }
        if (verb.equals(StepKeys.LINK_UP)) {
            return new Event.LinkUp(at, subject);
        }
        if (verb.equals(StepKeys.LINK_CHANGE)) {
            return new Event.LinkChange(at, subject, nats.link(link));
        }
        if (verb.equals(StepKeys.NAT_CHANGE)) {
            Node node = reader.find(StepKeys.NEW_NAT);
            NatChoice nat = node == null ? null : nats.nat(node);
            return nat == null ? null : new Event.NatChange(at, subject, nat);
        }
        if (addresses == null || addresses.isEmpty()) {
            return null;
        }
        if (verb.equals(StepKeys.ADDRESS_CHANGE)) {
            return new Event.AddressChange(at, subject, addresses);
        }
        if (addresses.size() > 1) {
            reader.flaw(
                    reader.line(StepKeys.NEW_ADDRESS), "address has several; write the one that the host has then.");
        }
        String to = reader.find(StepKeys.ROAM_TO);
        boolean known = to != null
                && names.check(StepKeys.ROAM_TO.name(), to, reader.line(StepKeys.ROAM_TO), Names.What.NETWORK);
        return known && to != null ? new Event.Roam(at, subject, to, addresses.get(0), nats.link(link)) : null;
    }
}
