package dev.waxwing.error;

import static java.util.Objects.requireNonNull;

/**
 * A message became too old before the server acknowledged it, and will not be sent any more. Reaction: decide whether
 * it is still worth sending, and send it as a new message. The server may have got it all the same, if only its
 * acknowledgement was lost.
 */
public final class MessageExpiredException extends WaxwingException {

    private static final long serialVersionUID = 1L;

    /** Which message. */
    private final String messageId;

    /**
     * Creates the exception.
     *
     * @param messageId the message's id
     */
    public MessageExpiredException(String messageId) {
        super("message " + requireNonNull(messageId, "messageId") + " was not acknowledged before it expired", null);
        this.messageId = messageId;
    }

    /**
     * Which message it was.
     *
     * @return the message's id
     */
    public String messageId() {
        return messageId;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
