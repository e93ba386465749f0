package dev.waxwing.testkit.server;

/** Thrown by an {@link IqHandler} to answer with an error. */
public final class IqRefusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The error code. */
    private final int code;

    /**
     * Refuses an iq.
     *
     * @param code the error code, as 404
     * @param text the error text, as {@code item-not-found}
     */
    public IqRefusal(int code, String text) {
        super(text, null, false, false);
        this.code = code;
    }

    /**
     * The error code.
     *
     * @return as in HTTP
     */
    public int code() {
        return code;
    }
}
