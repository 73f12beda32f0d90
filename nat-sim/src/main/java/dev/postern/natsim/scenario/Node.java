package dev.postern.natsim.scenario;

import java.util.List;

/** A value of the file as it is written, with the line on which it begins, counted from 1. */
sealed interface Node {

    int line();

    /** A word or a line of text; empty where nothing was written. */
    record Scalar(String text, int line) implements Node {}

    /** A list. */
    record Items(List<Node> nodes, int line) implements Node {}

    /** Keys with values, in the order of the file; a key may stand twice here. */
    record Fields(List<Field> fields, int line) implements Node {}

    /** A key, and its value. */
    record Field(String name, Node value, int line) {}

    /** What it is, for a sentence: {@code a list}. */
    default String kind() {
        if (this instanceof Items) {
            return "a list";
        }
        return this instanceof Fields ? "a block of keys" : "one value";
    }
}
