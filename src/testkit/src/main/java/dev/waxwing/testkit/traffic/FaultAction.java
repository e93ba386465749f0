package dev.waxwing.testkit.traffic;

import dev.waxwing.internal.binary.Node;
import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** What happens to a stanza that a {@link FaultRule} matches. */
public sealed interface FaultAction {

    /** Lose it. */
    record Drop() implements FaultAction {}

    /**
     * Handle or write it later; others overtake it.
     *
     * @param by how much later, in real time
     */
    record Delay(Duration by) implements FaultAction {
        /**
         * Requires a delay.
         *
         * @param by how much later, in real time
         */
        public Delay {
            Objects.requireNonNull(by, "by");
        }
    }

    /**
     * Handle or write it after stanzas that came later: hold it until some more of its tag have passed on the same
     * connection in the same direction, or until a second has gone by without them. What is held when the connection
     * ends is lost.
     *
     * @param behind how many overtake it, 1 to 1000
     */
    record Reorder(int behind) implements FaultAction {
        private static final int MAX_BEHIND = 1000;

        /**
         * Requires something to overtake.
         *
         * @param behind how many overtake it, 1 to 1000
         */
        public Reorder {
            if (behind < 1 || behind > MAX_BEHIND) {
                throw new IllegalArgumentException("behind must be 1 to " + MAX_BEHIND + " but was " + behind);
            }
        }
    }

    /** Handle or write it twice. */
    record Duplicate() implements FaultAction {}

    /**
     * Lose it and end the connection.
     *
     * @param code WebSocket close code, as 1001; 0 closes the socket without a word
     */
    record Close(int code) implements FaultAction {}

    /**
     * Lose it and end the stream.
     *
     * @param code of the {@code stream:error}, as 503
     */
    record StreamError(int code) implements FaultAction {}

    /**
     * Flip a bit of its sealed frame, so that the client cannot open it; of a stanza from a client, lose it and close
     * as if it had not opened.
     */
    record Corrupt() implements FaultAction {}

    /**
     * Flip a bit of every ciphertext in it, so that it arrives and does not decrypt. On the way in this spoils it for
     * all devices it goes to, on the way out for one; what waits in the queue for another delivery stays whole.
     */
    record CorruptCiphertext() implements FaultAction {}

    /**
     * Take the ciphertexts out of a message on its way out and say that this device may not have it, as the service
     * does with view-once messages. What waits in the queue for another delivery stays whole.
     *
     * @param type of {@code <unavailable>}, as {@code view_once}; empty for none
     */
    record Withhold(String type) implements FaultAction {
        /**
         * Requires a type, which may be empty.
         *
         * @param type of {@code <unavailable>}
         */
        public Withhold {
            Objects.requireNonNull(type, "type");
        }
    }

    /**
     * Handle or write another stanza in its place, as a server does that lies.
     *
     * @param lie makes the other stanza of the true one; called on the server's thread
     */
    record Rewrite(UnaryOperator<Node> lie) implements FaultAction {
        /**
         * Requires a lie.
         *
         * @param lie makes the other stanza of the true one
         */
        public Rewrite {
            Objects.requireNonNull(lie, "lie");
        }
    }

    /** Read and write nothing from here on, without closing. */
    record GoSilent() implements FaultAction {}

    /**
     * Answer an iq with an error instead of handling it.
     *
     * @param code of the error
     * @param text of the error
     */
    record Refuse(int code, String text) implements FaultAction {}
}
