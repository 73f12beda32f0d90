package dev.postern.turn;

/**
 * TCP between clients and peers (RFC 6062): whether it is offered, and how much of it one allocation and all together may hold. A
 * connection counts from the moment at which it is asked for or accepted until both of its ends are closed.
 *
 * @param on whether REQUESTED-TRANSPORT = TCP is taken; else it is answered 442
 * @param connections peer connections that one allocation may hold; one more is answered 508, or closed if a peer made it
 * @param pending those of them that may wait for the peer or for their ConnectionBind; the same for one more
 * @param totalConnections peer connections that all allocations together may hold; the same for one more
 */
public record TcpRelaying(boolean on, int connections, int pending, int totalConnections) {

    /** What holds when nothing is said: not offered. */
    public static final TcpRelaying OFF = new TcpRelaying(false, 256, 64, 4096);

    private static final int MOST = 65_536;
    private static final int ALLOCATIONS_OF_A_USER = 4;

    public TcpRelaying {
        check("turn.tcp-connections", connections);
        check("turn.tcp-pending-connections", pending);
        check("turn.tcp-total-connections", totalConnections);
    }

    /** Peer connections that one user's allocations may hold: four allocations' worth, so that nobody has all of them. */
    public int userConnections() {
        return Math.min(ALLOCATIONS_OF_A_USER * connections, totalConnections);
    }

    /** The same bounds, offered or not. */
    public TcpRelaying offered(boolean value) {
        return new TcpRelaying(value, connections, pending, totalConnections);
    }

    private static void check(String key, int value) {
        if (value < 1 || value > MOST) {
            throw new IllegalArgumentException(key + " is " + value + ", but must be 1 to " + MOST + ".");
        }
    }
}
