package dev.postern.natsim;

/** What a NAT does with one packet. */
public sealed interface Verdict {

    /** Passes the translated packet on, to the given side: a hairpinned one comes from inside and goes to inside. */
    record Forward(Packet packet, Side to, PassReason reason) implements Verdict {
        @Override
        public String sentence() {
            return reason.sentence();
        }

        @Override
        public void tell(Handler handler) {
            handler.onForward(packet, to);
        }
    }

    /**
     * Ends the packet.
     *
     * @param sentence why, for a person: {@code APDF: 198.51.100.7:4000 never contacted from mapping :61003}
     */
    record Drop(DropReason reason, String sentence) implements Verdict {
        @Override
        public void tell(Handler handler) {
            handler.onDrop(reason, sentence);
        }
    }

    /** Why, for a person. */
    String sentence();

    /** Calls the method of the handler that fits. */
    void tell(Handler handler);

    /** One method per kind of verdict. */
    interface Handler {
        void onForward(Packet packet, Side to);

        void onDrop(DropReason reason, String sentence);
    }
}
