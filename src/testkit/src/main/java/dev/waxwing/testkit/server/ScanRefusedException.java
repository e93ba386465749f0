package dev.waxwing.testkit.server;

/** A simulated phone cannot link what it scanned. */
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
     * @return 404 if no client shows the code, 400 if it is malformed
     */
    public int status() {
        return status;
    }
}
