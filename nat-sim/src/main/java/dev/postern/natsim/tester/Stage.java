package dev.postern.natsim.tester;

/** Some probes that belong together. Finds out what it can, writes it into the facts, and says when it is done. */
interface Stage {

    void run(Runnable done);
}
