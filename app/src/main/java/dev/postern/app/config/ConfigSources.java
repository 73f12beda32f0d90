package dev.postern.app.config;

import dev.postern.turn.TurnCredentials;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where settings come from. A later one wins: presets, the file, the environment, {@code --set}.
 *
 * @param presets text by key that anything written elsewhere beats
 * @param presetOrigin how messages call the presets
 * @param file a YAML file; null for none
 * @param environment variables by name
 * @param sets {@code key=value}, in order
 */
public record ConfigSources(
        Map<Key<?>, String> presets,
        String presetOrigin,
        @Nullable Path file,
        Map<String, String> environment,
        List<String> sets) {

    public ConfigSources {
        presets = Map.copyOf(presets);
        environment = Map.copyOf(environment);
        sets = List.copyOf(sets);
    }

    /** Without presets. */
    public static ConfigSources of(@Nullable Path file, Map<String, String> environment, List<String> sets) {
        return new ConfigSources(Map.of(), "", file, environment, sets);
    }

    /** The same with presets below everything else. */
    public ConfigSources withPresets(Map<Key<?>, String> settings, String origin) {
        return new ConfigSources(settings, origin, file, environment, sets);
    }

    /**
     * Reads all sources and every value that holds in the end.
     *
     * @throws ConfigException with a sentence for each mistake
     */
    public Settings read() throws ConfigException {
        List<String> mistakes = new ArrayList<>();
        Map<String, Entry> effective = new LinkedHashMap<>();
        presets.forEach((key, text) -> effective.put(key.name(), Entry.ofText(key.name(), key, text, presetOrigin)));
        if (file != null) {
            YamlSource.read(file, mistakes).forEach(entry -> effective.put(entry.name(), entry));
        }
        List<String> named = effective.keySet().stream()
                .filter(name -> Keys.ALL.stream().anyMatch(key -> key.isFamily() && key.covers(name)))
                .toList();
        EnvironmentSource.read(environment, named, mistakes).forEach(entry -> effective.put(entry.name(), entry));
        SetSource.read(sets, mistakes).forEach(entry -> effective.put(entry.name(), entry));
        Settings settings = values(effective, mistakes);
        if (!mistakes.isEmpty()) {
            throw new ConfigException(mistakes);
        }
        return settings;
    }

    private static Settings values(Map<String, Entry> effective, List<String> mistakes) {
        Map<Key<?>, Object> values = new HashMap<>();
        Map<Key<?>, Map<String, String>> families = new HashMap<>();
        Map<String, String> origins = new HashMap<>();
        for (Key<?> key : Keys.ALL) {
            if (!key.preset().isEmpty()) {
                Entry preset = Entry.ofText(key.name(), key, key.preset(), "default");
                valueOf(preset, mistakes, value -> values.put(key, value));
            }
        }
        for (Entry entry : effective.values()) {
            if (entry.clears()) {
                continue;
            }
            if (entry.key().isFamily()) {
                named(entry, families.computeIfAbsent(entry.key(), key -> new HashMap<>()), mistakes);
            } else {
                valueOf(entry, mistakes, value -> values.put(entry.key(), value));
            }
            origins.put(entry.name(), entry.origin());
        }
        return new Settings(values, families, origins);
    }

    private static void named(Entry entry, Map<String, String> family, List<String> mistakes) {
        String name = entry.name().substring(entry.key().stem().length());
        boolean isUser = entry.key().equals(Keys.TURN_USERS);
        if (isUser ? Kinds.isUserName(name) : AccessKinds.isKeyName(name)) {
            valueOf(entry, mistakes, value -> family.put(name, String.valueOf(value)));
        } else if (!isUser) {
            mistakes.add(Sentences.shown(entry.name()) + " names no key (" + entry.origin()
                    + "); write 1 to 64 letters, digits, dots, dashes or underscores after "
                    + entry.key().stem().substring(0, entry.key().stem().length() - 1) + ".");
        } else {
            mistakes.add(Sentences.shown(entry.name()) + " names no user (" + entry.origin() + "); write at most "
                    + TurnCredentials.MAX_USERNAME_BYTES
                    + " bytes without a colon or control characters after turn.users.");
        }
    }

    private static void valueOf(Entry entry, List<String> mistakes, java.util.function.Consumer<Object> use) {
        try {
            Object value = entry.key().kind().reader().read(entry.items());
            use.accept(value);
        } catch (BadValueException e) {
            mistakes.add(Sentences.badValue(entry, e));
        }
    }
}
