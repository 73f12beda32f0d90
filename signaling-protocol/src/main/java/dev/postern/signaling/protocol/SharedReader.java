package dev.postern.signaling.protocol;

import static dev.postern.signaling.protocol.ClientReader.present;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the values that messages of both directions carry. */
final class SharedReader {

    private SharedReader() {}

    static Description description(JsonIn in) throws IOException, BadField {
        SdpType type = null;
        String sdp = null;
        while (in.nextField()) {
            switch (in.field()) {
                case "type" -> type = in.constant(SdpType.class);
                case "sdp" -> sdp = in.textOrNull();
                default -> in.skip();
            }
        }
        SdpType known = present("d.type", type);
        return new Description(known, known == SdpType.ROLLBACK && sdp == null ? "" : present("d.sdp", sdp));
    }

    static Candidate candidate(JsonIn in) throws IOException, BadField {
        return in.object(SharedReader::candidateFields);
    }

    private static Candidate candidateFields(JsonIn in) throws IOException, BadField {
        String candidate = null;
        String sdpMid = null;
        Integer sdpMLineIndex = null;
        String usernameFragment = null;
        while (in.nextField()) {
            switch (in.field()) {
                case "candidate" -> candidate = in.text();
                case "sdpMid" -> sdpMid = in.textOrNull();
                case "sdpMLineIndex" -> sdpMLineIndex = mLineIndex(in);
                case "usernameFragment" -> usernameFragment = in.textOrNull();
                default -> in.skip();
            }
        }
        return new Candidate(present("c.candidate", candidate), sdpMid, sdpMLineIndex, usernameFragment);
    }

    private static @Nullable Integer mLineIndex(JsonIn in) throws IOException, BadField {
        return in.isNull() ? null : Integer.valueOf((int) in.integer(0, Candidate.MAX_M_LINE_INDEX));
    }

    static IceServer iceServer(JsonIn in) throws IOException, BadField {
        return in.object(SharedReader::iceServerFields);
    }

    private static IceServer iceServerFields(JsonIn in) throws IOException, BadField {
        List<String> urls = List.of();
        String username = null;
        String credential = null;
        while (in.nextField()) {
            switch (in.field()) {
                case "urls" -> urls = in.isText() ? List.of(in.text()) : in.list(JsonIn::text);
                case "username" -> username = in.textOrNull();
                case "credential" -> credential = in.textOrNull();
                default -> in.skip();
            }
        }
        if (urls.isEmpty()) {
            throw BadField.missing("servers.urls");
        }
        return new IceServer(urls, username, credential);
    }
}
