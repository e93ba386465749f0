package dev.waxwing.error;

/**
 * As many messages as the outbox may hold wait for the server already; this one was not taken. Reaction: send more
 * slowly, and repeat the call when earlier ones are acknowledged.
 */
public final class OutboxFullException extends WaxwingException {

    private static final long serialVersionUID = 1L;

    /** The bound that was reached. */
    private final int limit;

    /**
     * Creates the exception.
     *
     * @param limit how many messages may wait
     */
    public OutboxFullException(int limit) {
        super("more than " + limit + " messages wait for the server", null);
        this.limit = limit;
    }

    /**
     * How many messages may wait.
     *
     * @return the bound
     */
    public int limit() {
        return limit;
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
