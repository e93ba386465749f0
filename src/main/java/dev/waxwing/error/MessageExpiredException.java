package dev.waxwing.error;

import dev.waxwing.model.MessageKey;

/**
 * A message became too old before the server acknowledged it, and will not be sent any more. Reaction: decide whether it is still worth
 * sending, and send it as a new message. The server may have got it all the same, if only its acknowledgement was lost.
 */
public final class MessageExpiredException extends WaxwingException {

    private static final long serialVersionUID = 1L;

    /** Which message. */
    private final transient MessageKey key;

    /**
     * Creates the exception.
     *
     * @param key the message
     */
    public MessageExpiredException(MessageKey key) {
        super("message " + key.id() + " was not acknowledged before it expired", null);
        this.key = key;
    }

    /**
     * Which message it was.
     *
     * @return the message's key
     */
    public MessageKey key() {
        return key;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
