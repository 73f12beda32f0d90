package dev.postern.natsim.portmap;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a UPnP service answers to a {@link SoapCall} (UPnP Device Architecture 1.0 section 3.2.2).
 *
 * @param values in their order
 * @param error 0 for none, otherwise 401 to 899
 * @param description of the error; empty for none
 */
public record SoapAnswer(String service, String action, Map<String, String> values, int error, String description) {

    /** The service has no such action. */
    public static final int INVALID_ACTION = 401;
    /** An argument is missing, or is none. */
    public static final int INVALID_ARGS = 402;
    /** It could not be done now. */
    public static final int ACTION_FAILED = 501;
    /** Not for this control point. */
    public static final int NOT_AUTHORIZED = 606;
    /** There is no such mapping. */
    public static final int NO_SUCH_ENTRY = 714;
    /** The external port must be given. */
    public static final int WILDCARD_EXTERNAL_PORT = 716;
    /** Somebody else has the external port. */
    public static final int CONFLICT = 718;
    /** Mappings are for ever alone. */
    public static final int ONLY_PERMANENT_LEASES = 725;
    /** A mapping lets in everybody or nobody. */
    public static final int ONLY_WILDCARD_REMOTE_HOST = 726;
    /** No port is left. */
    public static final int NO_PORT_MAPS = 728;
    /** The internal port must be given. */
    public static final int WILDCARD_INTERNAL_PORT = 732;

    private static final int MAX_DESCRIPTION = 80;

    /** Copies the map. */
    public SoapAnswer {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    public boolean isSuccess() {
        return error == 0;
    }

    /** A value; empty if it is not there. */
    public String value(String name) {
        return values.getOrDefault(name, "");
    }

    /** The answer to a call in an HTTP response; null if there is none. */
    public static @Nullable SoapAnswer decode(SoapCall call, HttpMessage response) {
        XmlElement envelope = XmlElement.parse(response.body());
        XmlElement body = envelope == null ? null : envelope.child("Body");
        if (body == null) {
            return null;
        }
        XmlElement fault = body.child("Fault");
        if (fault != null) {
            return fault(call, fault);
        }
        XmlElement answer = response.status() == HttpMessage.OK ? body.child(call.action() + "Response") : null;
        return answer == null ? null : call.answer(SoapCall.texts(answer));
    }

    private static @Nullable SoapAnswer fault(SoapCall call, XmlElement fault) {
        for (XmlElement error : fault.all("UPnPError")) {
            String code = error.textOf("errorCode");
            String words = error.textOf("errorDescription");
            if (code != null && code.matches("[1-9][0-9]{2}")) {
                return call.refusal(Integer.parseInt(code), printable(words == null ? "" : words));
            }
        }
        return null;
    }

    private static String printable(String text) {
        String clean = text.replaceAll("[^ -~]", "?");
        return clean.length() <= MAX_DESCRIPTION ? clean : clean.substring(0, MAX_DESCRIPTION) + "...";
    }

    /** The HTTP response for it. */
    public HttpMessage encode() {
        if (isSuccess()) {
            String body = SoapCall.element(action + "Response", service, values);
            return HttpMessage.response(HttpMessage.OK, SoapCall.envelope(body));
        }
        String fault = "<s:Fault><faultcode>s:Client</faultcode><faultstring>UPnPError</faultstring><detail>"
                + "<UPnPError xmlns=\"urn:schemas-upnp-org:control-1-0\"><errorCode>" + error + "</errorCode>"
                + "<errorDescription>" + XmlElement.escaped(description) + "</errorDescription></UPnPError>"
                + "</detail></s:Fault>";
        return HttpMessage.response(HttpMessage.INTERNAL_SERVER_ERROR, SoapCall.envelope(fault));
    }
}
