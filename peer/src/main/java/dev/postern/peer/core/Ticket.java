package dev.postern.peer.core;

import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.ServerMessage;

/** What a resume needs beside the number. */
record Ticket(String sid, String secret, String epoch) {

    static Ticket of(ServerMessage.Welcome welcome) {
        return new Ticket(welcome.sid(), welcome.resume(), welcome.epoch());
    }

    /** Asks for the session behind this number, for the how manieth time. */
    ClientMessage.Resume resume(long got, long attempt) {
        return new ClientMessage.Resume(sid, secret, epoch, got, attempt);
    }

    /** Leaves the secret out. */
    @Override
    public String toString() {
        return "Ticket[sid=" + sid + "]";
    }
}
