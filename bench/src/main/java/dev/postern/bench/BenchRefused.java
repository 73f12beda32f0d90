package dev.postern.bench;

/** Something that a measurement needs is not as it must be; the message is one sentence for a person. */
final class BenchRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BenchRefused(String sentence) {
        super(sentence);
    }
}
