package dev.waxwing.error;

import org.jspecify.annotations.Nullable;

/**
 * The server refuses this client version (failure 405). Reaction: configure a current version, or update Waxwing.
 */
public final class ClientOutdatedException extends WaxwingException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what happened, without secrets
     */
    public ClientOutdatedException(String message) {
        this(message, null);
    }

    /**
     * Creates the exception with its cause.
     *
     * @param message what happened, without secrets
     * @param cause what led to it, or null
     */
    public ClientOutdatedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
