package dev.waxwing.internal.noise;

import dev.waxwing.internal.crypto.BigEndian;
import dev.waxwing.internal.crypto.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The bytes a client sends once, glued in front of its first frame: an optional routing part {@code 45 44 00 01 |
 * length(3) | routing info}, then {@code 57 41 06 03} (observed).
 *
 * <p>The Noise prologue is the last four bytes alone, with or without the routing part.
 */
public final class NoiseIntro {

    /** Longest routing info that is sent or accepted, in bytes. What the service sends has some ten. */
    public static final int MAX_ROUTING_BYTES = 65_535;

    private static final byte[] HEADER = {'W', 'A', 6, 3};
    private static final byte[] ROUTING_MARK = {'E', 'D', 0, 1};

    private NoiseIntro() {}

    /**
     * Builds the intro.
     *
     * @param routingInfo what the server last sent as edge routing, or null; an empty or oversized one is left out,
     *     which is safe (it only tells the server where the last connection ended)
     * @return the bytes to send before the first frame
     */
    public static byte[] encode(byte @Nullable [] routingInfo) {
        if (routingInfo == null || routingInfo.length == 0 || routingInfo.length > MAX_ROUTING_BYTES) {
            return header();
        }
        return Bytes.concat(ROUTING_MARK, BigEndian.encode(routingInfo.length, 3), routingInfo, HEADER);
    }

    /** The four header bytes, which are also the prologue. */
    static byte[] header() {
        return HEADER.clone();
    }

    static byte[] routingMark() {
        return ROUTING_MARK.clone();
    }
}
