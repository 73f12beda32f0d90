package dev.postern.signaling;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The authorizer that lets everyone in. */
enum Anonymous implements Authorizer {
    EVERYONE;

    @Override
    public CompletionStage<Verdict> authorize(Attempt attempt) {
        return CompletableFuture.completedFuture(new Verdict.Granted(Grant.anonymous()));
    }
}
