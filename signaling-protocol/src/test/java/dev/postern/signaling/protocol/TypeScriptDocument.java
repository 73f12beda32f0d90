package dev.postern.signaling.protocol;

import dev.postern.signaling.protocol.ProtocolModel.Code;
import dev.postern.signaling.protocol.ProtocolModel.Field;
import dev.postern.signaling.protocol.ProtocolModel.FieldType;
import dev.postern.signaling.protocol.ProtocolModel.Message;
import dev.postern.signaling.protocol.ProtocolModel.Shape;
import dev.postern.signaling.protocol.ProtocolModel.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The protocol as TypeScript declarations. */
final class TypeScriptDocument {

    private static final int COLUMNS = 150;

    private final StringBuilder out = new StringBuilder();

    private TypeScriptDocument() {}

    static String of(ProtocolModel model) {
        TypeScriptDocument document = new TypeScriptDocument();
        document.comment(
                "",
                "The messages of Postern's signaling, version " + Protocol.VERSION + ", made from the Java records by "
                        + GeneratedFiles.TEST + ". Integers are 0 to " + Protocol.MAX_INTEGER
                        + " unless told otherwise.");
        document.out.append('\n');
        document.union("ClientMessage", "What a client sends.", model.client());
        document.union(
                "ClientRequest",
                "What is answered by exactly one `ok` or `err`.",
                model.client().stream().filter(Message::request).toList());
        document.union("ServerMessage", "What the server sends.", model.server());
        model.client().forEach(document::message);
        model.server().forEach(document::message);
        model.shapes().values().forEach(document::shape);
        model.words().values().forEach(document::words);
        document.comment("", model.meta());
        document.out.append("export type Meta = Record<string, unknown>;\n\n");
        document.codes("Error", "The codes of `err` that this version knows, by number.", model.errors());
        document.codes("Close", "The codes of `bye` that this version knows, by number.", model.closes());
        return document.out.toString().stripTrailing() + "\n";
    }

    private void union(String name, String description, List<Message> messages) {
        comment("", description);
        String types = messages.stream().map(Message::name).collect(Collectors.joining("\n  | "));
        out.append("export type ").append(name).append(" =\n  | ").append(types).append(";\n\n");
    }

    private void message(Message message) {
        comment("", message.description());
        out.append("export interface ").append(message.name()).append(" {\n  t: '");
        out.append(message.type()).append("';\n");
        fields(message.fields());
    }

    private void shape(Shape shape) {
        comment("", shape.description());
        out.append("export interface ").append(shape.name()).append(" {\n");
        fields(shape.fields());
    }

    private void fields(List<Field> fields) {
        for (Field field : fields) {
            // A writer never has to make use of that a reader would do without.
            boolean always = field.required() || field.absentWith() != null;
            comment("  ", field.description() + counted(field));
            out.append("  ").append(field.name()).append(always ? ": " : "?: ");
            out.append(type(field.type())).append(field.nullable() && field.absentWith() == null ? " | null" : "");
            out.append(";\n");
        }
        out.append("}\n\n");
    }

    private static String counted(Field field) {
        List<String> facts = new ArrayList<>();
        if (!field.unit().isEmpty()) {
            facts.add(field.unit());
        }
        if (field.type() instanceof ProtocolModel.Whole whole) {
            if (whole.min() > 0 || whole.max() < Integer.MAX_VALUE) {
                facts.add(whole.max() < Integer.MAX_VALUE ? whole.min() + " to " + whole.max() : "from " + whole.min());
            }
        }
        return facts.isEmpty() ? "" : " (" + String.join(", ", facts) + ")";
    }

    private static String type(FieldType type) {
        if (type instanceof ProtocolModel.Many many) {
            return type(many.item()) + "[]";
        }
        if (type instanceof ProtocolModel.Named named) {
            return named.name();
        }
        if (type instanceof ProtocolModel.Free) {
            return "Meta";
        }
        return type instanceof ProtocolModel.Whole
                ? "number"
                : type instanceof ProtocolModel.Flag ? "boolean" : "string";
    }

    private void words(Words words) {
        StringBuilder told = new StringBuilder(words.description());
        for (Map.Entry<String, String> word : words.meanings().entrySet()) {
            told.append("\n- `").append(word.getKey()).append("`: ").append(word.getValue());
        }
        comment("", told.toString());
        String values = words.meanings().keySet().stream().collect(Collectors.joining("' | '", "'", "'"));
        out.append("export type ")
                .append(words.name())
                .append(" = ")
                .append(values)
                .append(";\n\n");
    }

    private void codes(String kind, String description, List<Code> codes) {
        comment("", description);
        out.append("export interface ").append(kind).append("Names {\n");
        for (Code code : codes) {
            comment("  ", code.when() + " " + code.remedy());
            out.append("  ")
                    .append(code.number())
                    .append(": '")
                    .append(code.name())
                    .append("';\n");
        }
        out.append("}\n\n");
        out.append("export type ")
                .append(kind)
                .append("Code = keyof ")
                .append(kind)
                .append("Names;\n");
        out.append("export type ")
                .append(kind)
                .append("Name = ")
                .append(kind)
                .append("Names[")
                .append(kind);
        out.append("Code];\n\n");
    }

    /** On one line if it fits. */
    private void comment(String indent, String text) {
        if (indent.length() + text.length() + "/**  */".length() <= COLUMNS && text.indexOf('\n') < 0) {
            out.append(indent).append("/** ").append(text).append(" */\n");
            return;
        }
        out.append(indent).append("/**\n");
        text.lines().forEach(paragraph -> wrap(indent + " * ", paragraph));
        out.append(indent).append(" */\n");
    }

    private void wrap(String begin, String paragraph) {
        StringBuilder line = new StringBuilder(begin);
        for (String word : paragraph.split(" ", -1)) {
            if (line.length() + word.length() > COLUMNS) {
                out.append(line.toString().stripTrailing()).append('\n');
                line.setLength(0);
                line.append(begin);
            }
            line.append(word).append(' ');
        }
        out.append(line.toString().stripTrailing()).append('\n');
    }
}
