package dev.postern.peer.model;

import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.Decoded;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The hellos in what a client has said over a TCP connection: in a frame of a WebSocket (RFC 6455, 5.2), or in POSTs. */
final class ChaosRecording {

    private static final Pattern POST = Pattern.compile(
            "POST /signal/v1/stream HTTP.*?\r\n\r\n(\\{[^\n]*?})(?=$|POST |GET |DELETE )", Pattern.DOTALL);
    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final int LENGTH_BITS = 0x7F;
    private static final int LENGTH_OF_TWO_BYTES = 126;
    private static final int MASK_BYTES = 4;

    private ChaosRecording() {}

    static List<ClientMessage.Hello> hellos(byte[] recording) {
        // One character is one byte.
        String text = new String(recording, StandardCharsets.ISO_8859_1);
        List<ClientMessage.Hello> hellos = new ArrayList<>();
        if (text.startsWith("GET /signal/v1/ws ")) {
            int end = text.indexOf(END_OF_HEAD);
            add(hellos, end < 0 ? "" : firstFrame(recording, end + END_OF_HEAD.length()));
        } else {
            for (Matcher post = POST.matcher(text); post.find(); ) {
                add(hellos, post.group(1));
            }
        }
        return hellos;
    }

    private static void add(List<ClientMessage.Hello> hellos, String json) {
        if (HoppingPeer.CODEC.decodeClient(json) instanceof Decoded.Message<ClientMessage> whole
                && whole.message() instanceof ClientMessage.Hello hello) {
            hellos.add(hello);
        }
    }

    /** The text of the masked frame that begins here; nothing if it is not there as a whole. */
    private static String firstFrame(byte[] recording, int start) {
        int at = start + 2;
        if (recording.length < at + 2) {
            return "";
        }
        int length = recording[start + 1] & LENGTH_BITS;
        if (length == LENGTH_OF_TWO_BYTES) {
            length = (recording[at] & 0xFF) << 8 | (recording[at + 1] & 0xFF);
            at += 2;
        }
        int payload = at + MASK_BYTES;
        if (recording.length < payload + length) {
            return "";
        }
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            text[i] = (byte) (recording[payload + i] ^ recording[at + i % MASK_BYTES]);
        }
        return new String(text, StandardCharsets.UTF_8);
    }
}
