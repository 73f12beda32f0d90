package dev.postern.natsim.prediction;

/** One try of two peers to get through. */
interface Trial {

    /** Not through with all the probes that there were. */
    int NEVER = Integer.MAX_VALUE;

    /**
     * Runs it in a network of its own.
     *
     * @param stun serves one trial at a time
     * @return how many probes it took until one got through and was answered; {@link #NEVER} if none was
     */
    int run(long seed, StunAnswers stun);
}
