package dev.waxwing.error;

import org.jspecify.annotations.Nullable;

/**
 * The connection could not be made, broke, or went silent. Reaction: none needed while automatic reconnects are on; the
 * call may be repeated.
 */
public final class ConnectionLostException extends WaxwingException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what happened, without secrets
     */
    public ConnectionLostException(String message) {
        this(message, null);
    }

    /**
     * Creates the exception with its cause.
     *
     * @param message what happened, without secrets
     * @param cause what led to it, or null
     */
    public ConnectionLostException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
