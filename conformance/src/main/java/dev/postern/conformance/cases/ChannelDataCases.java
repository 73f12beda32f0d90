package dev.postern.conformance.cases;

import static dev.postern.stun.TransportProtocol.TCP;
import static dev.postern.stun.TransportProtocol.TLS;
import static dev.postern.stun.TransportProtocol.UDP;

import dev.postern.conformance.Bench;
import dev.postern.conformance.Case;
import dev.postern.conformance.Client;
import dev.postern.conformance.Need;
import dev.postern.conformance.Peer;
import dev.postern.stun.ChannelData;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/** ChannelData (RFC 8656 sections 12.4 to 12.7). */
final class ChannelDataCases {

    private static final byte[] A = {'a', 1, 2, 3, 4};
    private static final byte[] B = {'b', 5};
    private static final byte[] NOTHING = {};

    private static final Case UNBOUND = Case.rfc8656(90, "12.6")
            .must("drops ChannelData on a channel that is not bound")
            .quote(
                    "If the ChannelData message is received on a channel that is not bound to any peer, then the message is silently discarded.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(Opening.bound(0x4001, (bench, client, peer, relayed) -> {
                client.channelData(0x4002, B);
                client.channelData(0x4001, A);
                peer.receives(A, relayed, "Data on the bound channel reach the peer, and those on another do not");
                client.silence("Nothing is answered");
            }));

    private static final Case LENGTHS = Case.rfc8656(90, "12.6")
            .part('b')
            .must("drops ChannelData whose length is more than the datagram has, and ignores what is behind it")
            .quote(
                    "If the ChannelData message is received in a UDP datagram, and if the UDP datagram is too short to contain the claimed"
                            + " length of the ChannelData message ... then the message is silently discarded.")
            .note("Section 12.5: \"Over UDP, the padding is not required but MAY be included.\"")
            .needs(Need.CREDENTIALS, Need.PEER)
            .over(UDP)
            .run(Opening.bound(0x4001, (bench, client, peer, relayed) -> {
                client.send(Client.hex("4001 0006 6161616161"));
                client.send(Client.hex("4001 FFFF 61"));
                client.send(Client.hex("4001 00"));
                client.send(Client.hex("4001 0005 6101020304 000000"));
                peer.receives(
                        A,
                        relayed,
                        "Of a message with padding, the peer gets the data alone; of those too short, nothing");
            }));

    private static final Case CHANNEL_BACK = Case.rfc8656(91, "12.5")
            .must("uses the channel towards the client once it is bound")
            .quote(
                    "The server, on the other hand, MUST use the ChannelData message if a channel has been bound to the peer.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(Opening.permitted((bench, client, peer, relayed) -> {
                peer.send(relayed, A);
                client.receivesData(peer.address(), A, "Before the binding the peer's data come in a Data indication");
                client.bound(0x4001, peer);
                peer.send(relayed, B);
                client.receivesChannelData(0x4001, B, "After it they come as ChannelData");
                client.indicate(peer.address(), A);
                peer.receives(A, relayed, "A Send indication is relayed all the same");
            }));

    private static final Case PADDED = Case.rfc8656(92, "12.5")
            .must("takes and sends ChannelData padded to four bytes on a stream, padding not counted in the length")
            .quote(
                    "Over TCP and TLS-over-TCP, the ChannelData message MUST be padded to a multiple of four bytes in order to ensure the"
                            + " alignment of subsequent messages. The padding is not reflected in the length field of the ChannelData message")
            .needs(Need.CREDENTIALS, Need.PEER)
            .over(TCP, TLS)
            .run(Opening.bound(0x4001, ChannelDataCases::padded));

    private static void padded(Bench bench, Client client, Peer peer, TransportAddress relayed) {
        client.channelData(0x4001, A);
        client.channelData(0x4001, B);
        peer.receives(A, relayed, "The peer gets five bytes without their padding");
        peer.receives(B, relayed, "And two bytes of the message behind it");
        peer.send(relayed, A);
        peer.send(relayed, B);
        for (byte[] expected : List.of(A, B)) {
            ByteBuffer message = client.channelMessage("The client gets ChannelData");
            bench.expectEqual(expected.length, ChannelData.payloadLength(message), "The length is that of the data");
            bench.expectEqual(0, message.remaining() % 4, "The message with its padding is a multiple of four bytes");
        }
        client.binding().success("The next message on the stream is found behind the padding");
    }

    private static final Case EMPTY = Case.rfc8656(93, "12.6")
            .must("sends an empty datagram for ChannelData of no bytes")
            .quote(
                    "Note that if the Length field in the ChannelData message is 0, then there will be no data in the UDP datagram, but the UDP"
                            + " datagram is still formed and sent")
            .needs(Need.CREDENTIALS, Need.PEER)
            .run(Opening.bound(0x4001, (bench, client, peer, relayed) -> {
                client.channelData(0x4001, NOTHING);
                peer.receives(NOTHING, relayed, "The peer gets a datagram without a payload");
                peer.send(relayed, NOTHING);
                client.receivesChannelData(0x4001, NOTHING, "The client gets one as ChannelData of no bytes");
            }));

    private static final Case RESERVED = Case.rfc8656(94, "12.6")
            .must("drops what begins with 0x50 to 0xFF")
            .quote(
                    "If the message uses a value in the reserved range (0x5000 through 0xFFFF), then the message is silently discarded.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .over(UDP)
            .run(Opening.permitted((bench, client, peer, relayed) -> {
                for (int first = 0x50; first <= 0xFF; first++) {
                    ByteBuffer message = ByteBuffer.allocate(8)
                            .putShort(0, (short) (first << 8))
                            .putShort(2, (short) 4);
                    client.send(message);
                }
                client.silence("Nothing that begins with a reserved value is answered");
                peer.silence("Nor relayed");
                client.refresh(600).success("The allocation is as it was");
            }));

    private static final Case NO_REFRESH = Case.rfc8656(94, "12.6")
            .part('b')
            .must("does not refresh channel or permission by ChannelData")
            .quote(
                    "On the server, the receipt of a ChannelData message MUST NOT refresh either the channel binding or the permission towards"
                            + " the peer.")
            .needs(Need.CREDENTIALS, Need.PEER)
            .slow()
            .run(Opening.bound(0x4001, (bench, client, peer, relayed) -> {
                for (int i = 0; i < 4; i++) {
                    bench.pass(Duration.ofSeconds(70));
                    client.channelData(0x4001, A);
                    peer.receives(A, relayed, "The peer gets what goes through the channel");
                }
                bench.pass(Duration.ofSeconds(40));
                peer.send(relayed, B);
                client.silence("After 320 s the permission is over, although data passed the channel all the time");
            }));

    static final List<Case> ALL = List.of(UNBOUND, LENGTHS, CHANNEL_BACK, PADDED, EMPTY, RESERVED, NO_REFRESH);

    private ChannelDataCases() {}
}
