package dev.postern.conformance;

/**
 * A long-term credential (RFC 8489 section 9.2) without its realm, which the server says.
 *
 * @param user the username as it is on the wire
 * @param password never shown
 */
public record Credentials(String user, String password) {

    /** Shows no password. */
    @Override
    public String toString() {
        return "user " + user;
    }
}
