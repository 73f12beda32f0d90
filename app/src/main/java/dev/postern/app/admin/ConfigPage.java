package dev.postern.app.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.postern.app.config.Settings;

/** The settings that hold, as JSON: each key with its value and where it was written. Of a secret only the latter. */
public final class ConfigPage {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ConfigPage() {}

    /** The page. */
    public static String of(Settings settings) {
        ObjectNode page = MAPPER.createObjectNode();
        for (Settings.Shown shown : settings.shown()) {
            ObjectNode entry = page.putObject(shown.name());
            if (shown.secret()) {
                entry.put("secret", true);
            } else if (shown.items() != null) {
                shown.items().forEach(entry.putArray("value")::add);
            } else {
                entry.put("value", shown.value());
            }
            entry.put("origin", shown.origin());
        }
        try {
            return MAPPER.writeValueAsString(page);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("text is always written", e);
        }
    }
}
