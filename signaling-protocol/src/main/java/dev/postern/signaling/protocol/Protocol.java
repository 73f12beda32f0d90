package dev.postern.signaling.protocol;

/** The fixed names and numbers of the protocol. */
public final class Protocol {

    /** The version that {@code hello} and {@code welcome} carry as {@code v}. */
    public static final int VERSION = 1;

    /** The WebSocket subprotocol. A client that offers none gets this one. */
    public static final String SUBPROTOCOL = "postern.v1.json";

    /** Where the WebSocket is. */
    public static final String SOCKET_PATH = "/signal/v1/ws";

    /** Where an HTTP stream is opened; its own address is one segment longer. */
    public static final String STREAM_PATH = "/signal/v1/stream";

    /** Where to ask why an upgrade would be refused. */
    public static final String CHECK_PATH = "/signal/v1/check";

    /** The highest integer of the protocol: every one is exact as a JavaScript number. */
    public static final long MAX_INTEGER = (1L << 53) - 1;

    private Protocol() {}
}
