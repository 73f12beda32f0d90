package dev.postern.peer.core;

import dev.postern.peer.SignalingClientCounter;
import dev.postern.peer.SignalingOutcome;
import dev.postern.peer.core.Deadlines.Kind;
import java.util.List;

/** Tells requesters what became of their requests: each once. Owned by the engine. */
final class Settlement {

    private final Requests requests;
    private final Deadlines deadlines;
    private final EngineOutput output;

    Settlement(Requests requests, Deadlines deadlines, EngineOutput output) {
        this.requests = requests;
        this.deadlines = deadlines;
        this.output = output;
    }

    /** To whoever still wants to know; what the client itself asked for is told to the listener. */
    void settle(Requests.Pending one, SignalingOutcome outcome) {
        Object requester = one.requester;
        if (requester != null) {
            one.requester = null;
            output.settled(requester, outcome);
        } else if (one.isOwn() && one.draft() instanceof Draft.Auth) {
            output.listener().onRenewed(outcome);
        } else if (one.isOwn()
                && one.draft() instanceof Draft.Join join
                && !(outcome instanceof SignalingOutcome.Done)) {
            output.listener().onRoomLost(join.room(), outcome);
        }
    }

    /** The request was not taken. */
    void refuse(Object requester, SignalingOutcome.Why why) {
        output.count(SignalingClientCounter.REQUESTS_REFUSED_HERE);
        output.settled(requester, new SignalingOutcome.Lost(why, false));
    }

    /** No answer will come any more. */
    void loseAll(SignalingOutcome.Why why) {
        List<Requests.Pending> all = requests.takeAll();
        deadlines.clear(Kind.REQUEST);
        for (Requests.Pending one : all) {
            output.count(SignalingClientCounter.REQUESTS_LOST);
            settle(one, new SignalingOutcome.Lost(why, one.everSent));
        }
    }

    /** Those whose time is over. */
    void expire(long nowNanos) {
        for (Requests.Pending late : requests.takeLate(nowNanos)) {
            output.count(SignalingClientCounter.REQUESTS_TIMED_OUT);
            settle(late, new SignalingOutcome.Lost(SignalingOutcome.Why.TIMED_OUT, late.everSent));
        }
        watch();
    }

    /** Sets the alarm for the next whose time will be over. */
    void watch() {
        Requests.Pending next = requests.nextLate();
        if (next != null) {
            deadlines.set(Kind.REQUEST, requests.dueNanos(next));
        }
    }
}
