package dev.postern.stun;

import org.jspecify.annotations.Nullable;

/**
 * What names a client's path to the server (RFC 8656 section 3.2): the transport protocol, the client's and the
 * server's transport address. Immutable, compared by value, its hash computed once.
 */
public final class FiveTuple implements Comparable<FiveTuple> {

    private final TransportProtocol protocol;
    private final TransportAddress client;
    private final TransportAddress server;
    private final int hash;

    /** The path on which {@code client}, as the server sees it, talks to {@code server}, the address that received. */
    @SuppressWarnings("EnumOrdinal") // part of a hash, which lives as long as the process
    public FiveTuple(TransportProtocol protocol, TransportAddress client, TransportAddress server) {
        this.protocol = protocol;
        this.client = client;
        this.server = server;
        this.hash = (client.hashCode() * 31 + server.hashCode()) * 31 + protocol.ordinal();
    }

    public TransportProtocol protocol() {
        return protocol;
    }

    /** The client's address as the server sees it, which is outside any NAT. */
    public TransportAddress client() {
        return client;
    }

    /** The server's address that received. */
    public TransportAddress server() {
        return server;
    }

    /** By client, then by server, then by protocol, for hash tables; see {@link IpAddress#compareTo}. */
    @Override
    public int compareTo(FiveTuple other) {
        int byClient = client.compareTo(other.client);
        int byAddress = byClient == 0 ? server.compareTo(other.server) : byClient;
        return byAddress == 0 ? protocol.compareTo(other.protocol) : byAddress;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof FiveTuple that
                        && hash == that.hash
                        && protocol == that.protocol
                        && client.equals(that.client)
                        && server.equals(that.server));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return protocol + " " + client + " -> " + server;
    }
}
