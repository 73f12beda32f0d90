package dev.postern.natsim.scenario;

import java.util.List;

/** A scenario that cannot be used as it is written. */
public final class ScenarioException extends Exception {

    private static final long serialVersionUID = 1;

    private final List<String> sentences;

    /** With at least one sentence for a person; each names the file, the line, the key and what to write instead. */
    public ScenarioException(List<String> sentences) {
        super(String.join("\n", sentences));
        this.sentences = List.copyOf(sentences);
    }

    /** What is wrong, a sentence for each thing, in the order of the file. */
    public List<String> sentences() {
        return sentences;
    }
}
