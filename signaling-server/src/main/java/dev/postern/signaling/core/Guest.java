package dev.postern.signaling.core;

/** Somebody in a room: a session of this node, or of another one. Owned by the hub. */
sealed interface Guest permits Session, Visitor {

    /** The id that other peers know it by. */
    String peerId();

    /** The subject of its grant; empty for nobody in particular. */
    String subject();

    /** Whether it has no connection now. */
    boolean isLost();
}
