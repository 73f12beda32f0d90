package dev.postern.signaling.cluster;

/** Where a hub that is one of several nodes puts what it wants of the others, during the call that makes it. None of these may call the hub. */
public interface ClusterOutput {

    /** Sends a message, which arrives once and in order, unless the other node is taken for lost. */
    void send(String node, NodeMessage message);

    /** Sends a message to every other node that is there. */
    void sendAll(NodeMessage message);

    /** Asks for a room to be this node's unless a living node has it; who has it comes back as an input. */
    void claim(String room);

    /** The same for a room that a node gives to this one, which may still have the name; no other living node loses it. */
    void take(String room, String giver);

    /** Gives up a room, if it is this node's. */
    void release(String room);

    /** Remembers for the resume window that a session lives here, which its epoch does not tell. */
    void register(String sid);

    /** Asks where a session lives that was registered; the answer comes back as an input. */
    void locate(String sid);
}
