package dev.waxwing.error;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * The service does not have a file any more, and the phone did not upload it again: it lacks it too, could not read the
 * request, or did not answer in time, which the cause tells. Reaction: ask the sender to send it again; if the phone
 * only did not answer, a later try may help.
 */
public final class MediaExpiredException extends WaxwingException {

    private static final long serialVersionUID = 1L;

    /** Whether the phone did not answer. */
    private final boolean unanswered;

    /**
     * Creates the exception.
     *
     * @param why what became of it, without keys
     * @param unanswered whether the phone did not answer in time
     * @param cause what was thrown, or null
     */
    public MediaExpiredException(String why, boolean unanswered, @Nullable Throwable cause) {
        super("media is not there any more: " + requireNonNull(why, "why"), cause);
        this.unanswered = unanswered;
    }

    @Override
    public boolean isRetryable() {
        return unanswered;
    }
}
