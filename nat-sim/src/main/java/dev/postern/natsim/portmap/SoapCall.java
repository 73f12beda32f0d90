package dev.postern.natsim.portmap;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An action that a UPnP control point asks a service for (UPnP Device Architecture 1.0 section 3.2.1).
 *
 * @param arguments in their order
 */
public record SoapCall(String service, String action, Map<String, String> arguments) {

    private static final Pattern HEADER =
            Pattern.compile("\"?(urn:schemas-upnp-org:service:[A-Za-z0-9]{1,60}:[0-9])#([A-Za-z]{1,60})\"?");

    /** Copies the map. */
    public SoapCall {
        arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
    }

    /** The call in an HTTP request; null if there is none. */
    public static @Nullable SoapCall decode(HttpMessage request) {
        Matcher header = HEADER.matcher(request.header("SOAPAction"));
        XmlElement envelope = request.method().equals("POST") ? XmlElement.parse(request.body()) : null;
        XmlElement body = envelope == null ? null : envelope.child("Body");
        if (!header.matches() || body == null) {
            return null;
        }
        XmlElement action = body.child(header.group(2));
        return action == null ? null : new SoapCall(header.group(1), action.name(), texts(action));
    }

    static Map<String, String> texts(XmlElement of) {
        Map<String, String> texts = new LinkedHashMap<>();
        of.children().forEach(child -> texts.putIfAbsent(child.name(), child.text()));
        return texts;
    }

    /** An argument; empty if it is not there. */
    public String argument(String name) {
        return arguments.getOrDefault(name, "");
    }

    /** The HTTP request for it. */
    public HttpMessage encode(HttpUrl control) {
        return HttpMessage.request(
                "POST",
                control.path(),
                control.at().toString(),
                Map.of("SOAPAction", "\"" + service + "#" + action + "\""),
                envelope(element(action, service, arguments)));
    }

    static String element(String name, String service, Map<String, String> values) {
        StringBuilder element = new StringBuilder("<u:" + name + " xmlns:u=\"" + service + "\">");
        values.forEach((key, value) -> element.append('<')
                .append(key)
                .append('>')
                .append(XmlElement.escaped(value))
                .append("</")
                .append(key)
                .append('>'));
        return element.append("</u:").append(name).append('>').toString();
    }

    static String envelope(String body) {
        return "<?xml version=\"1.0\"?>\n<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\""
                + " s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body>" + body
                + "</s:Body></s:Envelope>";
    }

    /** The answer to it with values. */
    public SoapAnswer answer(Map<String, String> values) {
        return new SoapAnswer(service, action, values, 0, "");
    }

    /** The answer to it where it could not be. */
    public SoapAnswer refusal(int error, String description) {
        return new SoapAnswer(service, action, Map.of(), error, description);
    }
}
