package dev.postern.signaling.net;

/** One GET that is answered with what a stream's mailbox holds. Any thread; no method is called under the stream's lock. */
interface Feed {

    /** There may be something to send, or the stream ends. */
    void wake();

    /** Nothing more is to be sent here: another GET has come, or the stream is gone. */
    void end();

    /** Ends now, whatever is being written. */
    void cut();

    /** Looks at its deadlines. */
    void check(long nowNanos);
}
