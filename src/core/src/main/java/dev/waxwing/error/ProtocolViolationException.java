package dev.waxwing.error;

import org.jspecify.annotations.Nullable;

/**
 * Bytes from the network do not follow the protocol: a frame, node, protobuf or ciphertext that no conforming server
 * sends. Reaction: report it; the message names what was wrong and where.
 */
public final class ProtocolViolationException extends WaxwingException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what happened, without secrets
     */
    public ProtocolViolationException(String message) {
        this(message, null);
    }

    /**
     * Creates the exception with its cause.
     *
     * @param message what happened, without secrets
     * @param cause what led to it, or null
     */
    public ProtocolViolationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
