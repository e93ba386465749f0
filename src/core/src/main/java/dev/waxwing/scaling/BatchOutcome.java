package dev.waxwing.scaling;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.SentMessage;

/** What became of one recipient of a batch. */
public sealed interface BatchOutcome {

    /**
     * The server acknowledged the message.
     *
     * @param message its key and the server's time
     */
    record Sent(SentMessage message) implements BatchOutcome {

        /**
         * Checks the part.
         *
         * @param message its key and the server's time
         */
        public Sent {
            requireNonNull(message, "message");
        }
    }

    /**
     * The message failed. What that means for the message is said by the type, as for {@code Socket.sendMessage}: after
     * a {@link dev.waxwing.error.RequestTimeoutException} it still goes out.
     *
     * @param reason an exception of {@code dev.waxwing.error}, or what a function of the application threw
     */
    record Failed(Throwable reason) implements BatchOutcome {

        /**
         * Checks the part.
         *
         * @param reason why it failed
         */
        public Failed {
            requireNonNull(reason, "reason");
        }
    }

    /** {@link BatchOptions.Builder#skipIf skipIf} said no: nothing was sent. */
    record Skipped() implements BatchOutcome {}

    /**
     * The batch was stopped before this message was stored: nothing was sent, and nothing will be.
     *
     * @param reason what stopped the batch
     */
    record NotSent(Reason reason) implements BatchOutcome {

        /** What stopped a batch. */
        public enum Reason {
            /** {@link BatchSend#cancel}. */
            CANCELLED,
            /** {@link BatchOptions.Builder#deadline}. */
            DEADLINE
        }

        /**
         * Checks the part.
         *
         * @param reason what stopped the batch
         */
        public NotSent {
            requireNonNull(reason, "reason");
        }
    }
}
