package dev.postern.app.cli;

import dev.postern.webclient.WebClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints the signaling protocol in a language that programs read; opens nothing. */
@Command(
        name = "protocol",
        sortOptions = false,
        description = {
            "Print the signaling protocol as JSON Schema, AsyncAPI or TypeScript.",
            "",
            "They are made from the types that this server reads and writes. A running server shows the same to people, at"
                    + " /protocol.html."
        },
        footer = {
            "",
            "Examples",
            "  java -jar postern.jar protocol --schema > postern.schema.json",
            "  java -jar postern.jar protocol --types > postern-protocol.d.ts"
        })
final class ProtocolCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    @Option(names = "--schema", description = "JSON Schema, draft 2020-12: a definition for each message.")
    boolean schema;

    @Option(names = "--asyncapi", description = "An AsyncAPI 3.0 document, from the server's side.")
    boolean asyncApi;

    @Option(names = "--types", description = "Declarations for TypeScript.")
    boolean types;

    ProtocolCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        if (Stream.of(schema, asyncApi, types).filter(asked -> asked).count() != 1) {
            throw new ParameterException(spec.commandLine(), "Say which: --schema, --asyncapi or --types");
        }
        try (InputStream in = file().openStream()) {
            in.transferTo(surroundings.out());
        }
        surroundings.out().flush();
        return 0;
    }

    private URL file() throws MalformedURLException {
        String path = schema
                ? "protocol/postern.v1.schema.json"
                : asyncApi ? "protocol/postern.v1.asyncapi.json" : "lib/postern-protocol.d.ts";
        return new URL(WebClient.root(), path);
    }
}
