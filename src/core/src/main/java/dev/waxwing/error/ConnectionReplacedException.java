package dev.waxwing.error;

import org.jspecify.annotations.Nullable;

/**
 * The same credentials were connected elsewhere, so the server closed this connection. Reaction: find the other
 * process; Waxwing never reconnects by itself after this, since two clients would evict each other for ever.
 */
public final class ConnectionReplacedException extends WaxwingException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what happened, without secrets
     */
    public ConnectionReplacedException(String message) {
        this(message, null);
    }

    /**
     * Creates the exception with its cause.
     *
     * @param message what happened, without secrets
     * @param cause what led to it, or null
     */
    public ConnectionReplacedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
