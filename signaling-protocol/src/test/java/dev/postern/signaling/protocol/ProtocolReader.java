package dev.postern.signaling.protocol;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.postern.signaling.protocol.ProtocolModel.AbsentWith;
import dev.postern.signaling.protocol.ProtocolModel.Carrier;
import dev.postern.signaling.protocol.ProtocolModel.Code;
import dev.postern.signaling.protocol.ProtocolModel.Field;
import dev.postern.signaling.protocol.ProtocolModel.FieldType;
import dev.postern.signaling.protocol.ProtocolModel.Message;
import dev.postern.signaling.protocol.ProtocolModel.Shape;
import dev.postern.signaling.protocol.ProtocolModel.Words;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes a {@link ProtocolModel} of the sealed interfaces, their records, {@link Wire} and the javadoc. */
final class ProtocolReader {

    @Wire
    private record Plain() {}

    private static final Wire PLAIN = Plain.class.getAnnotation(Wire.class);

    private final Comments comments;
    private final Map<String, Shape> shapes = new LinkedHashMap<>();
    private final Map<String, Words> words = new LinkedHashMap<>();
    private boolean nullStandsForAbsent;

    private ProtocolReader(Comments comments) {
        this.comments = comments;
    }

    static ProtocolModel read() {
        Path sources = Path.of(
                System.getProperty("postern.root"),
                "signaling-protocol/src/main/java",
                ProtocolReader.class.getPackageName().replace('.', '/'));
        return new ProtocolReader(Comments.of(sources)).model();
    }

    /*
     * The clients' messages first: null is as good as absent in what a client sends, and so in the objects that both
     * sides send; the server's own never have a null that their record does not ask for.
     */
    private ProtocolModel model() {
        nullStandsForAbsent = true;
        List<Message> client = messages(ClientMessage.class, "Client");
        nullStandsForAbsent = false;
        List<Message> server = messages(ServerMessage.class, "Server");
        return new ProtocolModel(
                client, server, shapes, words, comments.firstOfType(Meta.class), errors(), closes(), carriers());
    }

    private List<Message> messages(Class<?> family, String side) {
        return records(family)
                .sorted(Comparator.comparingInt(comments::place))
                .map(record -> message(record, side))
                .toList();
    }

    private static Stream<Class<?>> records(Class<?> type) {
        return type.isRecord()
                ? Stream.of(type)
                : Arrays.stream(type.getPermittedSubclasses()).flatMap(ProtocolReader::records);
    }

    private Message message(Class<?> record, String side) {
        Wire wire = record.isAnnotationPresent(Wire.class) ? record.getAnnotation(Wire.class) : PLAIN;
        String simple = record.getSimpleName();
        List<Field> fields = new ArrayList<>();
        if (!wire.version().isEmpty()) {
            String said = comments.ofConstant(Protocol.class, "VERSION");
            FieldType version = new ProtocolModel.Whole(1, Integer.MAX_VALUE);
            fields.add(new Field(wire.version(), version, true, false, "", null, "", said));
        }
        fields.addAll(fields(record));
        return new Message(
                side + simple,
                wire.value().isEmpty() ? simple.toLowerCase(Locale.ROOT) : wire.value(),
                comments.ofType(record),
                ClientMessage.Request.class.isAssignableFrom(record),
                ServerMessage.State.class.isAssignableFrom(record),
                List.copyOf(fields));
    }

    private List<Field> fields(Class<?> record) {
        List<Field> fields = new ArrayList<>();
        for (RecordComponent component : record.getRecordComponents()) {
            Wire wire = wire(record, component);
            boolean orNull = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            if (wire.inline()) {
                List<Field> inner = fields(component.getType());
                String first = orNull ? inner.get(0).name() : "";
                inner.forEach(field -> fields.add(orNull ? field.inlinedBehind(first) : field));
            } else {
                fields.add(field(record, component, wire, orNull));
            }
        }
        return List.copyOf(fields);
    }

    private Field field(Class<?> record, RecordComponent component, Wire wire, boolean orNull) {
        AbsentWith absentWith = AbsentWith.parse(wire.absentWith());
        boolean optional = wire.optional() || absentWith != null || (orNull && !wire.nullWritten());
        boolean nullable = wire.nullWritten() || (optional && nullStandsForAbsent);
        FieldType type = type(component.getGenericType(), wire);
        String said = comments.ofComponent(record, component.getName());
        return new Field(
                wire.value().isEmpty() ? component.getName() : wire.value(),
                type,
                !optional,
                nullable,
                "",
                absentWith,
                type instanceof ProtocolModel.Whole ? unit(component.getName()) : "",
                nullable ? said : said.replaceAll("\\bnull\\b", "absent"));
    }

    private static Wire wire(Class<?> record, RecordComponent component) {
        Wire own = component.getAnnotation(Wire.class);
        Wire inherited = own != null ? own : inherited(record, component.getName());
        return inherited != null ? inherited : PLAIN;
    }

    private static @Nullable Wire inherited(Class<?> type, String accessor) {
        for (Class<?> parent : type.getInterfaces()) {
            Wire here = Arrays.stream(parent.getDeclaredMethods())
                    .filter(method -> method.getName().equals(accessor) && method.getParameterCount() == 0)
                    .map(method -> method.getAnnotation(Wire.class))
                    .findAny()
                    .orElse(null);
            Wire found = here != null ? here : inherited(parent, accessor);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private FieldType type(java.lang.reflect.Type type, Wire wire) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            FieldType item = type(list.getActualTypeArguments()[0], PLAIN);
            return new ProtocolModel.Many(item, wire.min(), CodecLimits.STANDARD.listItems());
        }
        if (type == String.class) {
            return new ProtocolModel.Text();
        }
        if (type == long.class || type == Long.class) {
            return new ProtocolModel.Whole(wire.min(), wire.max());
        }
        if (type == int.class || type == Integer.class) {
            return new ProtocolModel.Whole(wire.min(), Math.min(wire.max(), Integer.MAX_VALUE));
        }
        if (type == boolean.class) {
            return new ProtocolModel.Flag();
        }
        if (type == Meta.class) {
            return new ProtocolModel.Free();
        }
        return named((Class<?>) type);
    }

    private FieldType named(Class<?> type) {
        String name = type.getSimpleName();
        if (type.isRecord() && !shapes.containsKey(name)) {
            List<Field> fields = fields(type);
            shapes.put(name, new Shape(name, comments.ofType(type), fields));
        } else if (WireNamed.class.isAssignableFrom(type)) {
            words.computeIfAbsent(name, any -> new Words(name, comments.ofType(type), meanings(type)));
        } else if (!type.isRecord()) {
            throw new IllegalStateException("say in ProtocolReader what " + type + " is on the wire");
        }
        return new ProtocolModel.Named(name);
    }

    private Map<String, String> meanings(Class<?> type) {
        Map<String, String> meanings = new LinkedHashMap<>();
        for (Object constant : type.getEnumConstants()) {
            meanings.put(((WireNamed) constant).wireName(), comments.ofConstant(type, ((Enum<?>) constant).name()));
        }
        return meanings;
    }

    /** The wire's names are short; Java's say what is counted. */
    private static String unit(String component) {
        if (component.endsWith("Millis")) {
            return "ms";
        }
        if (component.endsWith("PerSecond")) {
            return "per second";
        }
        return component.endsWith("Seconds") ? "s" : component.endsWith("Bytes") ? "bytes" : "";
    }

    private List<Carrier> carriers() {
        String socket = comments.ofConstant(Protocol.class, "SOCKET_PATH");
        String stream = "An HTTP stream: the `hello` is posted to `" + Protocol.STREAM_PATH + "` and opens it, more is"
                + " posted here, a GET reads server-sent events or polls, a DELETE ends it.";
        return List.of(
                new Carrier("socket", Protocol.SOCKET_PATH, socket, true, "", ""),
                new Carrier(
                        "stream",
                        Protocol.STREAM_PATH + "/{stream}",
                        stream,
                        false,
                        "stream",
                        "What the answer to the first POST calls the stream: whoever has it has the stream."));
    }

    private List<Code> errors() {
        return Arrays.stream(ErrorCode.values())
                .map(code -> new Code(
                        code.number(),
                        code.wireName(),
                        BooleanNode.valueOf(code.retry()),
                        comments.firstOfConstant(ErrorCode.class, code.name()),
                        comments.restOfConstant(ErrorCode.class, code.name())))
                .toList();
    }

    private List<Code> closes() {
        return Arrays.stream(CloseCode.values())
                .map(code -> new Code(
                        code.number(),
                        code.wireName(),
                        TextNode.valueOf(code.advice().wireName()),
                        comments.ofConstant(CloseCode.class, code.name()),
                        comments.ofConstant(Advice.class, code.advice().name())))
                .toList();
    }
}
