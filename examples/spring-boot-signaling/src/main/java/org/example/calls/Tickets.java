package org.example.calls;

import dev.postern.signaling.Authorizer;
import dev.postern.signaling.Grant;
import dev.postern.signaling.RoomRule;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.springframework.stereotype.Component;

/** Who may go into which room. A real application asks its users' database, or signs its tickets and remembers none. */
@Component
class Tickets implements Authorizer {

    private static final int MOST = 10_000;

    private final Map<String, Grant> issued = new LinkedHashMap<>();

    /** A ticket that lets this user into this room for an hour from when it is shown. */
    synchronized String issue(String user, String room) {
        if (issued.size() >= MOST) {
            Iterator<String> oldest = issued.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        String ticket = UUID.randomUUID().toString();
        issued.put(ticket, new Grant(user, user, List.of(RoomRule.of(room)), Duration.ofHours(1)));
        return ticket;
    }

    @Override
    public synchronized CompletionStage<Verdict> authorize(Attempt attempt) {
        Grant grant = issued.get(attempt.token());
        return CompletableFuture.completedFuture(grant == null ? new Verdict.Refused() : new Verdict.Granted(grant));
    }
}
