package dev.postern.natsim.profile;

/**
 * Where a behaviour is documented.
 *
 * @param kind what kind of a source it is
 * @param where a title, an address or a section
 * @param says what it says, in our words
 */
public record Source(Kind kind, String where, String says) {

    /** How much a source is worth. */
    public enum Kind {
        /** Somebody has measured it. */
        MEASURED,
        /** The maker says so. */
        VENDOR,
        /** A text that is not the maker's says so. */
        SECONDARY,
        /** An RFC asks for it, recommends it, or says that it was seen. */
        RFC,
        /** Put together for tests; nobody says that a product is like that. */
        CONSTRUCTED
    }
}
