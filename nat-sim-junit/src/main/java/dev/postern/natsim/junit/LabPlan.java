package dev.postern.natsim.junit;

/** Where the peers of a lab are, as an annotation says it. */
sealed interface LabPlan permits Nats, FilePlan {

    /** What the annotation has, for names and sentences. */
    String text();

    /** Builds the network; the same seed gives the same. */
    Scene build(long seed);
}
