package dev.postern.conformance.cases;

import static dev.postern.stun.TransportProtocol.UDP;

import dev.postern.conformance.Bench;
import dev.postern.conformance.Case;
import dev.postern.conformance.Client;
import dev.postern.conformance.IpFamily;
import dev.postern.conformance.Need;
import dev.postern.conformance.Peer;
import dev.postern.conformance.Reply;
import dev.postern.stun.AttributeType;
import dev.postern.stun.Method;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Lifetimes: what is granted, Refresh, expiry and nonces (RFC 8656 sections 5 to 8). */
final class RefreshCases {

    private static final long VERY_LONG = 0xFFFF_FFFFL;
    private static final String LIFETIME_RULE =
            "the server computes the minimum of the client's proposed lifetime and the server's maximum allowed lifetime. If this"
                    + " computed value is greater than the default lifetime, then the server uses the computed lifetime as the"
                    + " initial value of the time-to-expiry field. Otherwise, the server uses the default lifetime.";

    private static final Case GRANTED = Case.rfc8656(64, "7.2")
            .must("grants its default lifetime to who asks for less or for nothing, and no less to who asks for more")
            .quote(LIFETIME_RULE)
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                long standard = lifetime(bench.client().allocate(e -> {}));
                bench.expectEqual(standard, allocatedFor(bench, 1), "Who asks for 1 s gets the default");
                bench.expectEqual(standard, allocatedFor(bench, 0), "Who asks for 0 s in an Allocate gets the default");
                bench.expect(allocatedFor(bench, VERY_LONG) >= standard, "Who asks for more gets the default or more");
            });

    private static final Case LONGEST = Case.rfc8656(64, "7.2")
            .part('b')
            .should("grants an hour at most")
            .quote(
                    "It is RECOMMENDED that the server use a maximum allowed lifetime value of no more than 3600 seconds (1 hour).")
            .needs(Need.CREDENTIALS)
            .run(bench ->
                    bench.expect(allocatedFor(bench, VERY_LONG) <= 3600, "Who asks for 136 years gets 3600 s or less"));

    private static long allocatedFor(Bench bench, long seconds) {
        return lifetime(bench.client().allocate(e -> e.u32(AttributeType.LIFETIME, seconds)));
    }

    private static long lifetime(Reply reply) {
        return reply.success("The request is granted").lifetime();
    }

    private static final Case NONCES = Case.rfc8656(66, "5")
            .should("asks for a new nonce at least once every hour")
            .quote(
                    "For each Allocate request, the server SHOULD generate a new random nonce when the allocation is first attempted ... and"
                            + " SHOULD expire the nonce at least once every hour during the lifetime of the allocation.")
            .needs(Need.CREDENTIALS)
            .slow()
            .run(bench -> {
                Client client = bench.client();
                client.allocated();
                byte[] first = client.login().nonce();
                for (int minutes = 0; minutes < 65; minutes += 5) {
                    bench.pass(Duration.ofMinutes(5));
                    client.refresh(600).success("A Refresh is granted, with a new nonce if need be");
                }
                bench.expect(
                        !Arrays.equals(first, client.login().nonce()),
                        "Within 65 minutes the first nonce became stale");
            });

    private static final Case DELETE = Case.rfc8656(68, "8.2")
            .must("deletes an allocation by a Refresh with LIFETIME 0, with all that belongs to it")
            .quote("If the \"desired lifetime\" is zero, then the request succeeds and the allocation is deleted.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(Opening.permitted(RefreshCases::delete));

    private static void delete(Bench bench, Client client, Peer peer, TransportAddress relayed) {
        client.bound(0x4000, peer);
        bench.expectEqual(0L, lifetime(client.refresh(0)), "The answer says LIFETIME 0");
        client.refresh(600).error(437, "There is no allocation to refresh any more");
        client.channelData(0x4000, new byte[] {1});
        client.indicate(peer.address(), new byte[] {2});
        TransportAddress next = client.allocated();
        client.channelData(0x4000, new byte[] {3});
        client.indicate(peer.address(), new byte[] {4});
        peer.send(next, new byte[] {5});
        peer.silence("Neither channel nor permission outlive their allocation");
        client.silence("A new allocation lets nobody in");
        bench.remark("The first relayed address was " + relayed);
    }

    private static final Case DELETE_AGAIN = Case.rfc8656(69, "8.3")
            .must("answers a delete that is sent again with success, or with 437")
            .quote(
                    "If the client receives a 437 (Allocation Mismatch) error response to a request to delete the allocation, then the"
                            + " allocation no longer exists and it should consider its request as having effectively succeeded.")
            .note(
                    "By RFC 8489 section 6.3.1 the answer is the same as the first time; RFC 8656 lets 437 stand for it. Ours is the same.")
            .needs(Need.CREDENTIALS)
            .over(UDP)
            .run(bench -> {
                Client client = bench.client();
                client.allocated();
                ByteBuffer delete = client.signed(Method.REFRESH, e -> e.u32(AttributeType.LIFETIME, 0));
                client.ask(delete).success("The allocation is deleted");
                Reply again = client.ask(delete);
                bench.expect(again.isSuccess() || again.code() == 437, "The same request again gets success or 437");
            });

    private static final Case REFRESHED = Case.rfc8656(70, "8.2")
            .must("refreshes to its default lifetime where less or nothing is asked for, and to no less where more is")
            .quote(
                    "If this computed value is greater than the default lifetime, then the \"desired lifetime\" is the computed value."
                            + " Otherwise, the \"desired lifetime\" is the default lifetime.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Client client = bench.client();
                long standard = lifetime(client.allocate(e -> {}));
                bench.expectEqual(standard, lifetime(client.refresh(1)), "Who asks for 1 s gets the default");
                bench.expectEqual(
                        standard,
                        lifetime(client.call(Method.REFRESH, e -> {})),
                        "Who asks for nothing gets the default");
                bench.expect(
                        lifetime(client.refresh(VERY_LONG)) >= standard, "Who asks for more gets the default or more");
            });

    private static final Case WRONG_FAMILY = Case.rfc8656(71, "8.2")
            .must("refuses a Refresh for a family that the allocation has not got with 443")
            .quote(
                    "If the server receives a Refresh Request with a REQUESTED-ADDRESS-FAMILY attribute and the attribute value does not match"
                            + " the address family of the allocation, the server MUST reply with a 443 (Peer Address Family Mismatch) Refresh"
                            + " error response.")
            .needs(Need.CREDENTIALS)
            .run(bench -> {
                Client client = bench.client();
                client.allocated();
                refresh(client, IpFamily.IPV6, 600)
                        .error(443, "A Refresh for IPv6 of an IPv4 allocation is refused with 443");
                refresh(client, IpFamily.IPV4, 600).success("One for IPv4 is granted");
            });

    private static final Case ONE_OF_TWO = Case.rfc8656(71, "8.1")
            .part('b')
            .must("refreshes and deletes one family of a dual allocation alone")
            .quote(
                    "Deleting a single allocation destroys any permissions or channels associated with that particular allocation; it MUST NOT"
                            + " affect any permissions or channels associated with allocations for the other address family.")
            .note("Section 8.2 then has a Refresh for the family that was deleted refused with 443.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(bench -> {
                Client client = bench.client();
                Peer peer = bench.peer();
                Reply granted = client.allocate(
                                e -> e.u32(AttributeType.ADDITIONAL_ADDRESS_FAMILY, IpFamily.IPV6.attribute()))
                        .success("An Allocate for both families is granted");
                if (granted.relayedAddresses().size() < 2) {
                    throw bench.notOffered("The server has no second family to give.");
                }
                client.permitted(peer);
                bench.expectEqual(0L, lifetime(refresh(client, IpFamily.IPV6, 0)), "IPv6 is deleted");
                refresh(client, IpFamily.IPV6, 600).error(443, "There is no IPv6 to refresh any more");
                client.indicate(peer.address(), new byte[] {1});
                peer.receive("IPv4 is relayed as before");
                refresh(client, IpFamily.IPV4, 600).success("IPv4 is refreshed");
            });

    private static Reply refresh(Client client, IpFamily family, long seconds) {
        return client.call(
                Method.REFRESH,
                e -> e.u32(AttributeType.LIFETIME, seconds)
                        .u32(AttributeType.REQUESTED_ADDRESS_FAMILY, family.attribute()));
    }

    private static final Case DATA_IS_NO_REFRESH = Case.rfc8656(72, "6")
            .must("ends an allocation when its lifetime is over, whatever data passed")
            .quote(
                    "Allocations can only be refreshed using the Refresh request; sending data to a peer does not refresh an"
                            + " allocation. When an allocation expires, the state data associated with the allocation can be freed.")
            .note("The RFC lets a server keep the state a little longer: ten seconds are granted.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .slow()
            .run(RefreshCases::dataIsNoRefresh);

    private static void dataIsNoRefresh(Bench bench) {
        Client client = bench.client();
        Peer peer = bench.peer();
        Reply granted = client.allocate(e -> {}).success("An Allocate request is granted");
        long lifetime = granted.lifetime();
        client.permitted(peer);
        bench.pass(Duration.ofSeconds(lifetime - 20));
        client.permitted(peer);
        client.indicate(peer.address(), new byte[] {1});
        peer.receives(new byte[] {1}, granted.relayed(), "Before its lifetime is over the allocation relays");
        bench.pass(Duration.ofSeconds(30));
        client.refresh(600).error(437, "A Refresh after the lifetime is refused with 437");
    }

    static final List<Case> ALL = List.of(
            GRANTED, LONGEST, NONCES, DELETE, DELETE_AGAIN, REFRESHED, WRONG_FAMILY, ONE_OF_TWO, DATA_IS_NO_REFRESH);

    private RefreshCases() {}
}
