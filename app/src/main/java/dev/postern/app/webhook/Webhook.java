package dev.postern.app.webhook;

import java.util.concurrent.CompletionStage;

/** The service that is asked. */
@FunctionalInterface
interface Webhook {

    /** Asks for one user; must not block. A stage that fails says that there is no answer. */
    CompletionStage<Reply> ask(String username);
}
