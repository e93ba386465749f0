package dev.waxwing.internal.stream.routing;

/**
 * What the server is owed for a stanza. The stream builds and sends it on the connection that brought the stanza, or
 * drops it with that.
 */
public sealed interface Acknowledgement {

    /** An ack; for an iq from the server, an empty result. */
    Acknowledgement ACK = new Ack();

    /** Nothing. */
    Acknowledgement NOTHING = new Nothing();

    /** The stanza's bytes or fields do not parse. */
    int PARSING_ERROR = 487;

    /** A top-level tag nobody knows. */
    int UNRECOGNISED_STANZA = 488;

    /** Any failure without a code of its own. */
    int UNHANDLED_ERROR = 500;

    /**
     * An ack with an error: the server will not deliver the stanza again, ever.
     *
     * @param code one of 487 to 552 (01, section 11)
     * @return the nack
     */
    static Acknowledgement nack(int code) {
        return new Nack(code);
    }

    /** An ack; for an iq from the server, an empty result. */
    record Ack() implements Acknowledgement {}

    /**
     * An ack with an error; for an iq from the server, an iq error.
     *
     * @param code 400 to 599
     */
    record Nack(int code) implements Acknowledgement {

        /**
         * Checks the code.
         *
         * @param code 400 to 599
         */
        public Nack {
            if (code < 400 || code > 599) {
                throw new IllegalArgumentException("code must be 400 to 599 but was " + code);
            }
        }
    }

    /** Nothing: a receipt was sent instead, or nothing is owed, or the server shall deliver the stanza again. */
    record Nothing() implements Acknowledgement {}
}
