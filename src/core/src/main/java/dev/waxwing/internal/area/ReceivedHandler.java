package dev.waxwing.internal.area;

/** What an area does with a protocol message. */
@FunctionalInterface
public interface ReceivedHandler {

    /**
     * Takes one message. Runs on the account's executor inside the transaction that opened it: it may read and write
     * the store through {@code transaction} alone, and must not wait for anything else. The transaction may be rolled
     * back and run again.
     *
     * <p>{@link dev.waxwing.error.StoreFailedException} ends the transaction, and the server brings the message again.
     * Any other exception is logged, and the message counts as received, so throw before writing.
     *
     * @param received the message
     * @param transaction where to keep what it brings
     */
    void received(ReceivedProtocol received, ReceivedTransaction transaction);
}
