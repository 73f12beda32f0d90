package dev.postern.natsim.portmap;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An HTTP/1.1 message (RFC 9112) as UPnP needs it: short, and text.
 *
 * @param startLine the first line, without its end
 * @param headers by name, whatever its case
 * @param body the content; empty for none
 */
public record HttpMessage(String startLine, Map<String, String> headers, String body) {

    /** Of a request that was answered as it was meant. */
    public static final int OK = 200;
    /** Of one that is no request. */
    public static final int BAD_REQUEST = 400;
    /** Of one for what is not there. */
    public static final int NOT_FOUND = 404;
    /** What an action that failed is answered with (UPnP Device Architecture 1.0 section 3.2.2). */
    public static final int INTERNAL_SERVER_ERROR = 500;

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-9][0-9]{2})(?: .*)?");
    private static final Pattern REQUEST = Pattern.compile("([A-Z-]{1,20}) ([!-~]{1,512}) HTTP/1\\.[01]");
    private static final String LINE_END = "\r\n";

    /** Copies the headers. */
    public HttpMessage {
        Map<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        copy.putAll(headers);
        headers = Collections.unmodifiableMap(copy);
    }

    /** A request, whose content is XML if there is any. */
    public static HttpMessage request(String method, String path, String host, Map<String, String> more, String body) {
        Map<String, String> headers = new TreeMap<>(more);
        headers.put("Host", host);
        headers.put("Connection", "close");
        return new HttpMessage(method + " " + path + " HTTP/1.1", headers, body);
    }

    /** A response after which the connection is closed. */
    public static HttpMessage response(int status, String body) {
        String reason = switch (status) {
            case OK -> "OK";
            case BAD_REQUEST -> "Bad Request";
            case NOT_FOUND -> "Not Found";
            default -> "Internal Server Error";
        };
        return new HttpMessage("HTTP/1.1 " + status + " " + reason, Map.of("Connection", "close"), body);
    }

    /** Of a response, 100 to 999; 0 of anything else. */
    public int status() {
        Matcher line = STATUS.matcher(startLine);
        return line.matches() ? Integer.parseInt(line.group(1)) : 0;
    }

    /** Of a request; empty of anything else. */
    public String method() {
        Matcher line = REQUEST.matcher(startLine);
        return line.matches() ? line.group(1) : "";
    }

    /** What a request is for; empty of anything else. */
    public String path() {
        Matcher line = REQUEST.matcher(startLine);
        return line.matches() ? line.group(2) : "";
    }

    /** A header; empty if it is not there. */
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** The message as bytes, ready to send; a content brings its type and length with it. */
    public ByteBuffer encode() {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder(startLine).append(LINE_END);
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append(LINE_END));
        if (content.length > 0) {
            head.append("Content-Type: text/xml; charset=\"utf-8\"").append(LINE_END);
        }
        if (content.length > 0 || status() != 0) {
            head.append("Content-Length: ").append(content.length).append(LINE_END);
        }
        byte[] start = head.append(LINE_END).toString().getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(start.length + content.length)
                .put(start)
                .put(content)
                .flip();
    }
}
