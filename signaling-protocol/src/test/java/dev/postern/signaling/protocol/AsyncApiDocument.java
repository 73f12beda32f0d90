package dev.postern.signaling.protocol;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.postern.signaling.protocol.ProtocolModel.Carrier;
import dev.postern.signaling.protocol.ProtocolModel.Code;
import dev.postern.signaling.protocol.ProtocolModel.Message;
import java.util.List;
import java.util.stream.Stream;

/**
 * The protocol as an AsyncAPI 3.0 document, from the server's side: it receives what clients send. A channel for each
 * carrier, an operation for each message on the first of them, the golden vectors as examples. What AsyncAPI has no
 * place for is in extensions: {@code x-error-codes}, {@code x-close-codes}, and which messages are answered or
 * numbered.
 */
final class AsyncApiDocument {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String SCHEMAS = "#/components/schemas/";

    private final ProtocolModel model;

    private AsyncApiDocument(ProtocolModel model) {
        this.model = model;
    }

    static ObjectNode of(ProtocolModel model) {
        AsyncApiDocument document = new AsyncApiDocument(model);
        ObjectNode root = JSON.objectNode().put("asyncapi", "3.0.0");
        root.set("info", document.info());
        root.put("defaultContentType", "application/json");
        root.set("channels", document.channels());
        root.set("operations", document.operations());
        ObjectNode components = root.putObject("components");
        components.set("messages", document.messages());
        ObjectNode schemas = components.putObject("schemas");
        SchemaDocument.definitions(model, SCHEMAS).forEach(schemas::set);
        root.set("x-error-codes", codes(model.errors(), "retry"));
        root.set("x-close-codes", codes(model.closes(), "advice"));
        return root;
    }

    private ObjectNode info() {
        ObjectNode info = JSON.objectNode()
                .put("title", "Postern signaling")
                .put("version", Protocol.VERSION + ".0.0")
                .put(
                        "description",
                        "How a client and the signaling server talk so that peers find each other. One message is one"
                                + " JSON object; the field `t` is its type. Requests carry a rising `id` and get exactly one"
                                + " `ok` or `err` with it as `re`; the same id again gets the same answer and has no second"
                                + " effect. Numbered messages are kept until they are acknowledged with `got`.");
        info.putObject("license").put("name", "Apache-2.0");
        return info;
    }

    private ObjectNode channels() {
        ObjectNode channels = JSON.objectNode();
        for (Carrier carrier : model.carriers()) {
            ObjectNode channel = channels.putObject(carrier.name())
                    .put("address", carrier.address())
                    .put("description", carrier.description());
            ObjectNode messages = channel.putObject("messages");
            all().forEach(message -> messages.set(message.name(), ref("#/components/messages/" + message.name())));
            if (carrier.webSocket()) {
                ObjectNode headers = channel.putObject("bindings")
                        .putObject("ws")
                        .put("method", "GET")
                        .putObject("headers");
                headers.put("type", "object")
                        .putObject("properties")
                        .putObject("Sec-WebSocket-Protocol")
                        .put("type", "string")
                        .put("description", "May be absent; without a known one in it, the upgrade is answered 400.")
                        .put("const", Protocol.SUBPROTOCOL);
            }
            parameters(channel, carrier);
        }
        return channels;
    }

    private static void parameters(ObjectNode channel, Carrier carrier) {
        if (!carrier.parameter().isEmpty()) {
            channel.putObject("parameters")
                    .putObject(carrier.parameter())
                    .put("description", carrier.parameterDescription());
        }
    }

    private ObjectNode operations() {
        ObjectNode operations = JSON.objectNode();
        Carrier first = model.carriers().get(0);
        for (Message message : model.client()) {
            ObjectNode operation =
                    operation(operations, "receive" + message.name(), first, "receive", List.of(message));
            if (message.request()) {
                ObjectNode reply = operation.putObject("reply");
                reply.set("channel", ref("#/channels/" + first.name()));
                reply.set("messages", messages(first, answers()));
            }
        }
        for (Message message : model.server()) {
            operation(operations, "send" + message.name(), first, "send", List.of(message));
        }
        model.carriers().stream().skip(1).forEach(carrier -> {
            http(operation(operations, "receiveBy_" + carrier.name(), carrier, "receive", model.client()), "POST");
            http(operation(operations, "sendBy_" + carrier.name(), carrier, "send", model.server()), "GET");
        });
        return operations;
    }

    private ObjectNode operation(
            ObjectNode operations, String name, Carrier carrier, String action, List<Message> messages) {
        ObjectNode operation = operations.putObject(name).put("action", action);
        operation.set("channel", ref("#/channels/" + carrier.name()));
        operation.put("summary", messages.size() == 1 ? messages.get(0).description() : carrier.description());
        operation.set("messages", messages(carrier, messages));
        return operation;
    }

    private static void http(ObjectNode operation, String method) {
        operation.putObject("bindings").putObject("http").put("method", method).put("bindingVersion", "0.3.0");
    }

    private static ArrayNode messages(Carrier carrier, List<Message> messages) {
        ArrayNode references = JSON.arrayNode();
        messages.forEach(
                message -> references.add(ref("#/channels/" + carrier.name() + "/messages/" + message.name())));
        return references;
    }

    private List<Message> answers() {
        return model.server().stream()
                .filter(message -> message.type().equals("ok") || message.type().equals("err"))
                .toList();
    }

    private ObjectNode messages() {
        ObjectNode messages = JSON.objectNode();
        model.client().forEach(message -> messages.set(message.name(), message(message, "client.json")));
        model.server().forEach(message -> messages.set(message.name(), message(message, "server.json")));
        return messages;
    }

    private static ObjectNode message(Message message, String vectors) {
        ObjectNode node = JSON.objectNode().put("name", message.type()).put("summary", message.description());
        node.set("payload", ref(SCHEMAS + message.name()));
        if (message.request()) {
            node.put("x-answered", true);
        }
        if (message.state()) {
            node.put("x-numbered", true);
        }
        ArrayNode examples = node.putArray("examples");
        Vectors.of(vectors)
                .filter(vector -> vector.json().get("message").get("t").asText().equals(message.type()))
                .forEach(vector -> examples.addObject()
                        .put("summary", vector.name())
                        .set("payload", vector.json().get("message")));
        return node;
    }

    private static ArrayNode codes(List<Code> codes, String outcome) {
        ArrayNode list = JSON.arrayNode();
        for (Code code : codes) {
            list.addObject()
                    .put("code", code.number())
                    .put("name", code.name())
                    .put("when", code.when())
                    .put("remedy", code.remedy())
                    .set(outcome, code.outcome());
        }
        return list;
    }

    private Stream<Message> all() {
        return Stream.concat(model.client().stream(), model.server().stream());
    }

    private static ObjectNode ref(String target) {
        return JSON.objectNode().put("$ref", target);
    }
}
