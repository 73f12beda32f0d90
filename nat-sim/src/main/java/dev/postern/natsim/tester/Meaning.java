package dev.postern.natsim.tester;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.Hairpin;
import dev.postern.natsim.Mapping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a report means for calls and games, in sentences without the words of RFCs. */
final class Meaning {

    private final NatReport report;
    private final List<String> sentences = new ArrayList<>();

    private Meaning(NatReport report) {
        this.report = report;
    }

    /** At least one sentence. */
    static List<String> of(NatReport report) {
        Meaning meaning = new Meaning(report);
        meaning.reach();
        meaning.nat64();
        meaning.hairpin();
        meaning.lifetime();
        meaning.gloss();
        return List.copyOf(meaning.sentences);
    }

    private void reach() {
        if (!report.find(Topic.UDP).isMeasured()) {
            sentences.add("Nothing could be tested: " + report.find(Topic.UDP).reason() + ".");
        } else if (report.find(Topic.UDP_PORTS).isMeasured()
                && report.find(Topic.UDP).is(false)) {
            sentences.add("UDP gets through to this server, but only to its ports "
                    + report.find(Topic.UDP_PORTS).value() + ", not to "
                    + report.server().port()
                    + ". Calls need a server or relay that listens there.");
        } else if (report.find(Topic.UDP).is(false)) {
            sentences.add("UDP does not get through to this server. Calls need a relay that is reached over TCP or TLS;"
                    + " games that speak UDP alone do not work.");
            overTcp();
        } else if (report.find(Topic.TRANSLATION).is(Translation.NONE)) {
            open();
        } else {
            behindNat();
        }
    }

    private void overTcp() {
        Finding<TcpReach> tcp = report.find(Topic.TCP);
        if (report.find(Topic.PROXY).is(true)
                && (!tcp.isMeasured() || tcp.value().passing().isEmpty())) {
            sentences.add("The way out is an HTTP proxy alone: the relay must be reached through it, on port 443.");
        } else if (tcp.isMeasured() && tcp.value().isOnly443()) {
            sentences.add("Of the usual ports only TCP on port 443 gets through: the relay must listen there.");
        } else if (tcp.isMeasured() && tcp.value().passing().isEmpty()) {
            sentences.add("No TCP gets through to the usual ports either.");
        }
    }

    private void open() {
        Finding<Filtering> filtering = report.find(Topic.FILTERING);
        if (filtering.is(Filtering.EIF)) {
            sentences.add("No NAT, and anybody can reach this machine. Calls and games connect directly.");
        } else if (filtering.isMeasured()) {
            sentences.add(
                    "No NAT, but a firewall that lets in only answers. Calls and games connect directly unless the"
                            + " other side uses another port for each destination; then they need a relay.");
        } else {
            sentences.add("No NAT. What the firewall does is not known: " + filtering.reason() + ".");
        }
    }

    private void behindNat() {
        Finding<Mapping> mapping = report.find(Topic.MAPPING);
        Finding<Filtering> filtering = report.find(Topic.FILTERING);
        if (!mapping.isMeasured() || !filtering.isMeasured()) {
            String reason = mapping.isMeasured() ? filtering.reason() : mapping.reason();
            sentences.add("There is a NAT. How well calls and games connect cannot be said: " + reason + ".");
        } else if (mapping.is(Mapping.EIM) && !filtering.is(Filtering.APDF)) {
            sentences.add("There is a NAT that is easy to get through. Calls and games connect directly with nearly"
                    + " everybody.");
        } else if (mapping.is(Mapping.EIM)) {
            sentences.add("There is a NAT of the common kind. Calls and games connect directly with most people; with"
                    + " those whose network uses another port for each destination they need a relay.");
        } else {
            sentences.add("There is a NAT that uses another port for each destination. Calls and games connect directly"
                    + " only with people whose own network is open or easy to get through; with all others they need"
                    + " a relay.");
        }
    }

    private void nat64() {
        Finding<Boolean> through = report.find(Topic.IPV4_THROUGH_NAT64);
        if (through.is(true)) {
            sentences.add(
                    "The network speaks IPv6 alone, and a NAT64 leads to IPv4: people who have only IPv4 are reached if the program"
                            + " writes their addresses with the network's prefix, or the machine does that for it.");
        } else if (through.is(false)) {
            sentences.add(
                    "The network promises IPv4 by a NAT64, but nothing comes back through it: people who have only IPv4 are reached"
                            + " through a relay with IPv6.");
        }
    }

    private void hairpin() {
        if (report.find(Topic.HAIRPIN).is(Hairpin.NONE)) {
            sentences.add(
                    "Two machines behind this NAT do not reach each other by their outside address; they need their"
                            + " inside addresses or a relay.");
        }
    }

    private void lifetime() {
        Finding<Span> lifetime = report.find(Topic.LIFETIME);
        if (lifetime.isMeasured()) {
            Duration atLeast = lifetime.value().longerThan();
            sentences.add(
                    atLeast.isZero()
                            ? "A connection that is silent is forgotten within seconds."
                            : "A connection may be silent for " + atLeast.toSeconds()
                                    + " s; send something at least every " + Math.max(1, atLeast.toSeconds() / 2)
                                    + " s.");
        }
    }

    private void gloss() {
        ReportText.gloss(report).forEach(name -> sentences.add("(In the old words: " + name + ".)"));
    }
}
