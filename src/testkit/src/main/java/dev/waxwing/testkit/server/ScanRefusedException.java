package dev.waxwing.testkit.server;

/** A simulated phone cannot link what it scanned, or by the code that was typed. */
public final class ScanRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The HTTP status. */
    private final int status;

    ScanRefusedException(int status, String message) {
        super(message);
        this.status = status;
    }

    /**
     * The status of the admin endpoint for it.
     *
     * @return 404 if no client shows the code or waits for the phone, 400 if it is malformed, 401 if it is another code
     *     than the client's, 409 if the client does not go on
     */
    public int status() {
        return status;
    }
}
