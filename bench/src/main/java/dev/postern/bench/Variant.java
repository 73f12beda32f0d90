package dev.postern.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One way to run the packaged program.
 *
 * @param name how the table calls it
 * @param java the launcher of the JDK that it runs on
 * @param jar the packaged program
 * @param jvm options of the JVM
 * @param aot whether it runs with an AOT cache (JEP 483, 515) that is made before anything is measured, from a start and a stop
 * @param settings configuration keys, beside those that the measurement needs
 */
record Variant(String name, Path java, Path jar, List<String> jvm, boolean aot, Map<String, String> settings) {

    private static final String FORM =
            "it must be NAME, or NAME= and any of java:PATH, jar:PATH, jvm:OPTION, aot, set:KEY=VALUE with commas between";

    /** Reads {@code NAME=java:PATH,set:KEY=VALUE,jvm:OPTION,jar:PATH,aot}; what is not said is as in {@code otherwise}. */
    static Variant parse(String text, Variant otherwise) {
        int equals = text.indexOf('=');
        String name = equals < 0 ? text : text.substring(0, equals);
        if (!name.matches("[A-Za-z0-9._-]+") || Reference.named(name) != null) {
            throw new BenchRefused("--variant is " + text + "; " + FORM + ", and the name is not another server's.");
        }
        Path java = otherwise.java;
        Path jar = otherwise.jar;
        List<String> jvm = new ArrayList<>(otherwise.jvm);
        boolean aot = otherwise.aot;
        Map<String, String> settings = new LinkedHashMap<>(otherwise.settings);
        for (String part : equals < 0
                ? List.<String>of()
                : List.of(text.substring(equals + 1).split(",", -1))) {
            if (part.equals("aot")) {
                aot = true;
                continue;
            }
            int colon = part.indexOf(':');
            String value = part.substring(colon + 1);
            switch (colon < 0 ? "" : part.substring(0, colon)) {
                case "java" -> java = Path.of(value);
                case "jar" -> jar = Path.of(value);
                case "jvm" -> jvm.add(value);
                case "set" -> put(settings, value, text);
                default -> throw new BenchRefused("--variant is " + text + "; " + FORM + ".");
            }
        }
        return new Variant(name, java, jar, List.copyOf(jvm), aot, Map.copyOf(settings));
    }

    private static void put(Map<String, String> settings, String setting, String text) {
        int equals = setting.indexOf('=');
        if (equals < 1) {
            throw new BenchRefused("--variant is " + text + "; " + FORM + ".");
        }
        settings.put(setting.substring(0, equals), setting.substring(equals + 1));
    }

    /** The same with one more setting. */
    Variant with(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(settings);
        more.put(key, value);
        return new Variant(name, java, jar, jvm, aot, Map.copyOf(more));
    }

    /** The same with a log of the garbage collector. */
    Variant loggingGc(Path log) {
        return withOption("-Xlog:gc:file=\"" + log + "\":uptime");
    }

    /** The same with one more option of the JVM. */
    Variant withOption(String option) {
        List<String> more = new ArrayList<>(jvm);
        more.add(option);
        return new Variant(name, java, jar, List.copyOf(more), aot, settings);
    }

    /** The same out of a copy of the packaged program, so that a build in the meantime does not change what is measured. */
    Variant copiedTo(Path folder) throws IOException {
        if (!Files.isRegularFile(jar)) {
            throw new BenchRefused(jar + " is not there; './dev build' makes it.");
        }
        Path copy = folder.resolve(name + ".jar");
        Files.copy(jar, copy, StandardCopyOption.REPLACE_EXISTING);
        return new Variant(name, java, copy, jvm, aot, settings);
    }
}
