package dev.postern.signaling.protocol;

/** Writes the values that messages of both directions carry. */
final class SharedWriter {

    private SharedWriter() {}

    static void description(JsonOut out, Description description) {
        out.text("type", description.type().wireName()).text("sdp", description.sdp());
    }

    static void candidate(JsonOut out, Candidate candidate) {
        out.text("candidate", candidate.candidate()).text("sdpMid", candidate.sdpMid());
        Integer index = candidate.sdpMLineIndex();
        if (index != null) {
            out.number("sdpMLineIndex", index);
        }
        out.text("usernameFragment", candidate.usernameFragment());
    }

    static void peer(JsonOut out, Peer peer) {
        out.text("id", peer.id())
                .text("name", peer.name())
                .meta("meta", peer.meta())
                .flag("polite", peer.polite());
    }

    static void iceServers(JsonOut out, IceServers ice) {
        out.objects("servers", ice.servers(), SharedWriter::iceServer).number("ttl", ice.ttlSeconds());
    }

    private static void iceServer(JsonOut out, IceServer server) {
        out.texts("urls", server.urls()).text("username", server.username()).text("credential", server.credential());
    }
}
