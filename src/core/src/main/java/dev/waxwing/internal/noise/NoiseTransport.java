package dev.waxwing.internal.noise;

import java.util.Objects;

/**
 * What a finished handshake leaves: one cipher for each direction.
 *
 * @param write seals what this side sends
 * @param read opens what this side receives
 */
public record NoiseTransport(CipherState write, CipherState read) {

    /**
     * Requires both.
     *
     * @param write seals what this side sends
     * @param read opens what this side receives
     */
    public NoiseTransport {
        Objects.requireNonNull(write, "write");
        Objects.requireNonNull(read, "read");
    }
}
