package dev.waxwing.error;

import org.jspecify.annotations.Nullable;

/**
 * The socket was closed by the application while the call was under way. Reaction: open a new socket.
 */
public final class SocketClosedException extends WaxwingException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what happened, without secrets
     */
    public SocketClosedException(String message) {
        this(message, null);
    }

    /**
     * Creates the exception with its cause.
     *
     * @param message what happened, without secrets
     * @param cause what led to it, or null
     */
    public SocketClosedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
