package dev.waxwing.error;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A file that was downloaded is not the one that its message tells of: altered, cut off, longer, or another file.
 * Nothing of it was kept. Reaction: ask the sender to send it again; the same download fails again.
 */
public final class MediaCorruptedException extends WaxwingException {

    private static final long serialVersionUID = 1L;

    /** What gave it away. */
    public enum Fault {
        /** It is shorter or longer than its message says. */
        LENGTH,
        /** Its encrypted form has another SHA-256 than its message says: another file, or an altered one. */
        ENCRYPTED_HASH,
        /** Its authentication code does not fit: altered, or encrypted under another key. */
        MAC,
        /** Its content has another SHA-256 than its message says. */
        CONTENT_HASH,
        /** Its message lacks a key or hash, or has one of the wrong length. */
        MESSAGE
    }

    /** What gave it away. */
    private final Fault fault;

    /**
     * Creates the exception.
     *
     * @param fault what gave it away
     * @param details the numbers behind it, without keys or content
     * @param cause what was thrown, or null
     */
    public MediaCorruptedException(Fault fault, String details, @Nullable Throwable cause) {
        super("media does not match its message: " + requireNonNull(details, "details"), cause);
        this.fault = requireNonNull(fault, "fault");
    }

    /**
     * What gave it away.
     *
     * @return the first check that failed
     */
    public Fault fault() {
        return fault;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
