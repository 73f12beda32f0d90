package dev.postern.app.jwt;

import java.util.concurrent.CompletionStage;

/** Where a JWK set (RFC 7517 section 5) comes from, as text. */
@FunctionalInterface
interface KeySource {

    /** Fetches it anew; must not block for longer than a file takes. */
    CompletionStage<String> fetch();
}
