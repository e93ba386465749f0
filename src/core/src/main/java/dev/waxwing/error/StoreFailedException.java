package dev.waxwing.error;

import org.jspecify.annotations.Nullable;

/**
 * The account store could not read or commit. Nothing was sent or acknowledged on the strength of the failed
 * transaction. Reaction: see the cause (disk, permissions, database) and repeat.
 */
public sealed class StoreFailedException extends WaxwingException permits StoreEntryDamagedException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what happened, without secrets
     */
    public StoreFailedException(String message) {
        this(message, null);
    }

    /**
     * Creates the exception with its cause.
     *
     * @param message what happened, without secrets
     * @param cause what led to it, or null
     */
    public StoreFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
