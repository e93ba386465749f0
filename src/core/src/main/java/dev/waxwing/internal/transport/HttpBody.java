package dev.waxwing.internal.transport;

import java.io.IOException;

/** What is sent with a request, piece by piece. */
public interface HttpBody {

    /**
     * How many bytes it has.
     *
     * @return the number, which the pieces must add up to
     */
    long length();

    /**
     * The next piece. Called where blocking is allowed, one call at a time.
     *
     * @return some bytes, none at the end; not changed afterwards
     * @throws IOException if it cannot be read
     */
    byte[] next() throws IOException;
}
