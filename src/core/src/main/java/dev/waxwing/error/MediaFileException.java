package dev.waxwing.error;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A file of this machine could not be read or written while it was sent or downloaded: it is missing, the disk is full,
 * or a stream of the application failed. Reaction: mend that, and call again.
 */
public final class MediaFileException extends WaxwingException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param what what was being done, for example {@code "reading the file to send"}
     * @param cause what was thrown, or null
     */
    public MediaFileException(String what, @Nullable Throwable cause) {
        super(requireNonNull(what, "what") + " failed" + (cause == null ? "" : ": " + cause), cause);
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
