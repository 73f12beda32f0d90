package dev.postern.transport;

/**
 * A listen address could not be bound, mostly because the port is in use. The message is one sentence with the address
 * and the reason; nothing stays open of what was to be started.
 */
public final class BindFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient ListenAddress address;

    /** The address and the exception that the operating system's answer came in. */
    public BindFailedException(ListenAddress address, Throwable cause) {
        super(address + " cannot be bound: " + reason(cause), cause);
        this.address = address;
    }

    /** The address that could not be bound, as it was configured. */
    public ListenAddress address() {
        return address;
    }

    static String reason(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
