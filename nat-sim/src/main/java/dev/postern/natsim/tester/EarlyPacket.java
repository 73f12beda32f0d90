package dev.postern.natsim.tester;

/** What becomes of a peer whose packet arrives before anything was sent to him. */
public enum EarlyPacket {
    /** Nothing: he is talked with through the same mapping as everybody. */
    HARMLESS,
    /** He gets a mapping of his own when he is contacted, so that he does not know the port (Linux with open INPUT). */
    GETS_OTHER_PORT,
    /** He is no longer let in, even when he is contacted. */
    SHUT_OUT
}
