package dev.postern.signaling.net;

import dev.postern.signaling.cluster.ClusterOutput;
import dev.postern.signaling.cluster.Links;
import dev.postern.signaling.cluster.NodeCodec;
import dev.postern.signaling.cluster.NodeMessage;

/** Takes what the hub wants of other nodes to their links and to the backplane. On the hub's turn only. */
final class ToNodes implements ClusterOutput {

    private final Links links;
    private final FromNodes arrivals;
    private final Names names;
    private final NodeCodec codec;

    ToNodes(Links links, FromNodes arrivals, Names names, NodeCodec codec) {
        this.links = links;
        this.arrivals = arrivals;
        this.names = names;
        this.codec = codec;
    }

    @Override
    public void send(String node, NodeMessage message) {
        send(node, codec.encode(message));
    }

    private void send(String node, byte[] payload) {
        if (!arrivals.isLostUntold(node)) {
            links.send(System.nanoTime(), node, payload);
        }
    }

    @Override
    public void sendAll(NodeMessage message) {
        byte[] payload = codec.encode(message);
        links.others().forEach(node -> send(node, payload));
    }

    @Override
    public void claim(String room) {
        names.claim(room);
    }

    @Override
    public void take(String room, String giver) {
        names.take(room, giver);
    }

    @Override
    public void release(String room) {
        names.release(room);
    }

    @Override
    public void register(String sid) {
        names.register(sid);
    }

    @Override
    public void locate(String sid) {
        names.locate(sid);
    }
}
