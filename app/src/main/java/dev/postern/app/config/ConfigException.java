package dev.postern.app.config;

import java.util.List;

/** The configuration cannot be used. Carries one sentence for each mistake, each naming its key, its value and its origin. */
public final class ConfigException extends Exception {

    private static final long serialVersionUID = 1;

    private final transient List<String> sentences;

    public ConfigException(List<String> sentences) {
        super(String.join("\n", sentences));
        this.sentences = List.copyOf(sentences);
    }

    /** At least one; in the order in which the sources were read. */
    public List<String> sentences() {
        return sentences;
    }
}
