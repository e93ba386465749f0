package dev.waxwing.error;

import static java.util.Objects.requireNonNull;

/**
 * A file is larger than it may be: by the configuration or the options of the call, or for the service. Nothing of it
 * was kept. Reaction: allow more, or leave it.
 */
public final class MediaTooLargeException extends WaxwingException {

    private static final long serialVersionUID = 1L;

    /** How many bytes it may have. */
    private final long limit;

    /**
     * Creates the exception.
     *
     * @param what what is too large, for example {@code "download"}
     * @param limit how many bytes it may have, -1 if that is not known
     */
    public MediaTooLargeException(String what, long limit) {
        super(
                requireNonNull(what, "what") + " is too large"
                        + (limit < 0 ? " for the service" : ": more than " + limit + " bytes"),
                null);
        this.limit = limit;
    }

    /**
     * How many bytes it may have.
     *
     * @return the number, -1 if the service did not say
     */
    public long limit() {
        return limit;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
