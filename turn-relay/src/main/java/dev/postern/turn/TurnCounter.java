package dev.postern.turn;

import dev.postern.transport.CounterInfo;

/** What the relay counts, over all shards of one {@link TurnRelay}. */
public enum TurnCounter implements CounterInfo {
    ALLOCATIONS_ACTIVE("allocations", "Allocations that are live now; a number that also goes down."),
    ALLOCATIONS_OPENED("allocations", "An Allocate was answered with a relayed transport address."),
    ALLOCATIONS_RESUMED(
            "responses",
            "A Refresh with a MOBILITY-TICKET found its allocation, whose client may move to where it came from."),
    ALLOCATIONS_MOVED("allocations", "A client went on by another 5-tuple, and its allocation with it."),
    ALLOCATIONS_ENDED_REFRESH("allocations", "A client ended its allocation with a Refresh of lifetime 0."),
    ALLOCATIONS_ENDED_EXPIRED("allocations", "An allocation ended because nobody refreshed it."),
    ALLOCATIONS_ENDED_STREAM("allocations", "An allocation ended because its client's stream closed."),
    ALLOCATIONS_ENDED_REVOKED("allocations", "An allocation ended because its user or room was revoked."),
    ALLOCATIONS_ENDED_STOP("allocations", "An allocation ended because the relay stopped."),
    ALLOCATION_FAMILIES_ENDED(
            "addresses", "One of the two addresses of an allocation was deleted or expired; the other one stays."),
    RELAY_OPEN_RETRIES("ports", "A relay port could not be bound and another one was tried."),
    RELAY_OPEN_FAILURES("ports", "No relay port of a family could be bound for an Allocate."),
    SIDE_PORTS_OPENED(
            "ports",
            "An allocation on a shared port got one more port, for a peer that is another allocation's on the shared one."),
    PACKETS_TO_PEERS("packets", "A client's data was sent to a peer."),
    BYTES_TO_PEERS("bytes", "Payload of the data that was sent to peers."),
    PACKETS_TO_CLIENTS("packets", "A peer's data was sent to a client."),
    BYTES_TO_CLIENTS("bytes", "Payload of the data that was sent to clients."),
    PACKETS_BETWEEN_RELAYS("packets", "Data went from one allocation to another of the same shard without a socket."),
    PEER_CONNECTIONS_ACTIVE(
            "connections", "TCP connections with peers, those being made too; a number that also goes down."),
    PEER_CONNECTIONS_OPENED("connections", "A TCP connection with a peer was made, by Connect or by the peer."),
    PEER_CONNECTIONS_BOUND("connections", "A client bound a connection of its own to one with a peer."),
    PEER_CONNECTIONS_UNBOUND("connections", "A connection with a peer was closed because no ConnectionBind came."),
    PEER_CONNECTIONS_REFUSED("connections", "A peer's connection was closed at once: no permission, or too many."),
    PEER_CONNECTS_FAILED("connections", "A peer refused a connection, or did not answer in time."),
    REQUESTS("requests", "A well-formed request of a TURN method arrived."),
    RESPONSES_REPEATED("responses", "A retransmitted request was answered with the same bytes again."),
    AUTH_CHALLENGES("responses", "A request without credentials was answered 401, as each first one is."),
    AUTH_FAILED_400("responses", "A request whose credentials are incomplete was answered 400."),
    AUTH_FAILED_401("responses", "A request with an unknown user or a wrong key was answered 401."),
    AUTH_FAILED_438("responses", "A request with an expired or foreign nonce was answered 438."),
    AUTH_FAILED_441("responses", "A request for another user's allocation was answered 441."),
    UNAUTHENTICATED_BYTES_IN(
            "bytes", "Requests over UDP of senders who have not proved who they are, Binding among them."),
    UNAUTHENTICATED_BYTES_OUT("bytes", "Answers to those requests: what a spoofed source would be sent."),
    UNAUTHENTICATED_OVER_LIMIT(
            "requests",
            "A request got no answer: its source has had as many as it may, or the answer would be six times as long."),
    REQUESTS_PARKED("requests", "A request waits until somebody else has said who its user is."),
    REQUESTS_NOT_PARKED(
            "requests", "A request of a user whom somebody else knows was dropped: too many wait, or still no answer."),
    QUESTIONS_OVER_LIMIT(
            "requests", "A request was dropped because its source has had others asked about too many users lately."),
    PARKED_REQUESTS_TIMED_OUT("requests", "A request waited too long for somebody else's answer and was dropped."),
    REDIRECTED_300("responses", "An Allocate was answered 300 with another server's address."),
    REFUSED_400("responses", "An authenticated request that is malformed was answered 400."),
    REFUSED_403("responses", "A request that names a forbidden peer was answered 403."),
    REFUSED_405("responses", "A request for mobility by a user who may not move was answered 405."),
    REFUSED_420("responses", "A request with an attribute that is not understood was answered 420."),
    REFUSED_437("responses", "A request was answered 437: no allocation, or one too many, on its 5-tuple."),
    REFUSED_440("responses", "An Allocate for an address family that is not relayed was answered 440."),
    REFUSED_442("responses", "An Allocate for a transport that is not relayed was answered 442."),
    REFUSED_443("responses", "A request for a peer or relay of another address family was answered 443."),
    REFUSED_446("responses", "A Connect to a peer that the allocation has a connection with was answered 446."),
    REFUSED_447("responses", "A Connect was answered 447: the peer refused, or did not answer in time."),
    REFUSED_486("responses", "An Allocate over the user's quota was answered 486."),
    REFUSED_508("responses", "A request over a bound of the server was answered 508."),
    BINDINGS_ANSWERED("responses", "A Binding request on a TURN port was answered with the address that it came from."),
    BINDINGS_REFUSED("responses", "A Binding request on a TURN port was answered 400 or 420."),
    BINDINGS_OVER_LIMIT(
            "requests", "A Binding request was not answered: its source has had as many answers as it may."),
    BINDINGS_IGNORED("messages", "A Binding indication or response came, which needs no answer."),
    ICMP_TO_CLIENTS("indications", "A client was told of an ICMP error about its data."),
    ICMP_DROPPED("errors", "An ICMP error was not passed on: its type is none of the RFC's, or no permission holds."),
    ICMP_OVER_RATE(
            "errors", "An ICMP error was not passed on: the allocation's client was told of as many as it may be."),
    LIMITED_USER_ALLOCATIONS("requests", "An Allocate was refused because its user has as many as one may hold."),
    LIMITED_SOURCE_ALLOCATIONS("requests", "An Allocate was refused because its source has as many as one may hold."),
    LIMITED_TOTAL_ALLOCATIONS("requests", "An Allocate was refused because all users have as many as they may hold."),
    LIMITED_USER_BYTES("packets", "A packet was dropped because its user is over the rate of bytes."),
    LIMITED_USER_PACKETS("packets", "A packet was dropped because its user is over the rate of packets."),
    LIMITED_USER_PEERS("attempts", "A new peer was refused because its user is over the rate of them."),
    LIMITED_SOURCE_BYTES("packets", "A packet was dropped because its source is over the rate of bytes."),
    LIMITED_SOURCE_PACKETS("packets", "A packet was dropped because its source is over the rate of packets."),
    LIMITED_SOURCE_PEERS("attempts", "A new peer was refused because its source is over the rate of them."),
    LIMITED_TOTAL_BYTES("packets", "A packet was dropped because all users are over the rate of bytes."),
    LIMITED_TOTAL_PACKETS("packets", "A packet was dropped because all users are over the rate of packets."),
    LIMITED_TOTAL_PEERS("attempts", "A new peer was refused because all users are over the rate of them."),
    DROPPED_NOT_TURN("datagrams", "Something arrived that is neither STUN nor ChannelData."),
    DROPPED_MALFORMED("datagrams", "A STUN message that cannot be decoded arrived, or one with a wrong FINGERPRINT."),
    DROPPED_UNKNOWN_METHOD("datagrams", "A message of a method or class that a server does not take arrived."),
    DROPPED_BAD_CHANNEL_DATA("datagrams", "A ChannelData message with a bad number or length arrived."),
    DROPPED_BAD_INDICATION("datagrams", "A Send indication that is incomplete or malformed arrived."),
    DROPPED_NOT_DATAGRAM("messages", "A Send indication came for an allocation that relays TCP."),
    DROPPED_NO_ALLOCATION("packets", "A client sent data without an allocation."),
    DROPPED_NO_CHANNEL("packets", "A client sent data on a channel that is not bound."),
    DROPPED_TO_PEER_NO_PERMISSION("packets", "A client sent data to a peer without a permission."),
    DROPPED_TO_PEER_FORBIDDEN("packets", "A client sent data to a peer that the policy forbids."),
    DROPPED_TO_PEER_TAKEN(
            "packets",
            "A client sent data to a peer that is another allocation's on the shared port, and its side port is not open."),
    PEERS_PASSED_BY_DRY_RUN(
            "decisions", "A permission, channel or packet passed that turn.peers-dry-run keeps from being refused."),
    DROPPED_FROM_PEER_NO_PERMISSION("packets", "A peer without a permission sent data to a relayed transport address."),
    DROPPED_FROM_PEER_AMBIGUOUS(
            "packets",
            "A peer whose port no client has named sent data to a shared port, and several allocations permit its address."),
    DROPPED_FROM_PEER_FORBIDDEN(
            "packets", "An address of our own that is no live relay, or a forbidden port, sent data to one."),
    DROPPED_FROM_PEER_NO_ALLOCATION("packets", "Data arrived for an allocation that has just ended."),
    DROPPED_TO_CLIENT_AWAY(
            "packets", "A peer's data came while the client's stream was closed and it had no other path."),
    DROPPED_TOO_LONG("packets", "A peer's data does not fit into one message to the client.");

    private final String unit;
    private final String sentence;

    TurnCounter(String unit, String sentence) {
        this.unit = unit;
        this.sentence = sentence;
    }

    @Override
    public String unit() {
        return unit;
    }

    @Override
    public String sentence() {
        return sentence;
    }
}
