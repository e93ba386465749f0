package dev.waxwing.testkit.area.media;

import java.time.Duration;

/** What goes wrong with a request to the media host that a {@link MediaRule} matches. */
public sealed interface MediaFault {

    /**
     * Answer with a status and nothing else, once the request's body is read.
     *
     * @param status the status, 400 to 599
     * @param retryAfterSeconds value of the header {@code Retry-After}; 0 leaves it out
     */
    record Status(int status, int retryAfterSeconds) implements MediaFault {
        /**
         * Requires an error.
         *
         * @param status the status, 400 to 599
         * @param retryAfterSeconds value of the header {@code Retry-After}; 0 leaves it out
         */
        public Status {
            if (status < 400 || status > 599) {
                throw new IllegalArgumentException("status must be 400 to 599 but was " + status);
            }
            requireNotNegative(retryAfterSeconds, "retryAfterSeconds");
        }
    }

    /**
     * Send the client elsewhere, with status 302.
     *
     * @param location value of the header {@code Location}
     */
    record Redirect(String location) implements MediaFault {}

    /**
     * Answer with status 200 and this JSON, whatever was asked.
     *
     * @param json the body
     */
    record Answer(String json) implements MediaFault {}

    /**
     * End the connection in the middle of the body. What came of an upload is kept, for its resumption.
     *
     * @param bytes of the body that pass before
     */
    record CutAfter(long bytes) implements MediaFault {
        /**
         * Requires a place.
         *
         * @param bytes of the body that pass before
         */
        public CutAfter {
            requireNotNegative(bytes, "bytes");
        }
    }

    /**
     * Fall silent in the middle of the body and leave the connection open. What came of an upload is kept, for its
     * resumption.
     *
     * @param bytes of the body that pass before
     */
    record StallAfter(long bytes) implements MediaFault {
        /**
         * Requires a place.
         *
         * @param bytes of the body that pass before
         */
        public StallAfter {
            requireNotNegative(bytes, "bytes");
        }
    }

    /**
     * Take pauses: after each piece of a body, of 64 KiB or less.
     *
     * @param pause how long, in real time
     */
    record Slow(Duration pause) implements MediaFault {}

    /**
     * Change one byte of what is downloaded.
     *
     * @param at its place in the file, from 0
     */
    record CorruptByte(long at) implements MediaFault {
        /**
         * Requires a place.
         *
         * @param at its place in the file, from 0
         */
        public CorruptByte {
            requireNotNegative(at, "at");
        }
    }

    /**
     * Serve a file as if it ended early: its announced length fits.
     *
     * @param bytes how many there seem to be
     */
    record Truncate(long bytes) implements MediaFault {
        /**
         * Requires a length.
         *
         * @param bytes how many there seem to be
         */
        public Truncate {
            requireNotNegative(bytes, "bytes");
        }
    }

    /**
     * Serve a file with zeros behind it: its announced length fits.
     *
     * @param extraBytes how many zeros
     */
    record Oversize(long extraBytes) implements MediaFault {
        /**
         * Requires a length.
         *
         * @param extraBytes how many zeros
         */
        public Oversize {
            requireNotNegative(extraBytes, "extraBytes");
        }
    }

    /**
     * Announce another length than the body has, and end the connection behind the body.
     *
     * @param contentLength value of the header {@code Content-Length}
     */
    record WrongLength(long contentLength) implements MediaFault {
        /**
         * Requires a length.
         *
         * @param contentLength value of the header
         */
        public WrongLength {
            requireNotNegative(contentLength, "contentLength");
        }
    }

    /** Whether uploads can suffer it; downloads can suffer each. */
    private boolean concernsUploads() {
        return this instanceof Status
                || this instanceof Redirect
                || this instanceof Answer
                || this instanceof CutAfter
                || this instanceof StallAfter
                || this instanceof Slow;
    }

    /**
     * Whether it can happen to a request.
     *
     * @param isUpload false for a download
     * @return false for what only concerns the other
     */
    default boolean concerns(boolean isUpload) {
        return !isUpload || concernsUploads();
    }

    private static void requireNotNegative(long value, String name) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " must be 0 or more but was " + value);
        }
    }
}
