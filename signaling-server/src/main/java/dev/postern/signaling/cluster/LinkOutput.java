package dev.postern.signaling.cluster;

import dev.postern.signaling.SignalingCounter;

/** Where {@link Links} put their results, during the call that makes them. None of these may call the links, but to send. */
public interface LinkOutput {

    /** Hands bytes to the backplane. */
    void transmit(String node, byte[] frame);

    /** Something has arrived, once and in order. */
    void deliver(String node, byte[] payload);

    /** The other node is taken for lost: what it had not acknowledged may not have arrived, and nothing of before follows. */
    void lost(String node);

    void count(SignalingCounter counter);
}
