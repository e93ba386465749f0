package dev.waxwing.internal.noise;

import org.jspecify.annotations.Nullable;

/**
 * User event a server's {@link FrameLengthCodec} fires once it has read a client's intro.
 *
 * @param routingInfo the routing part the client sent, or null if it sent none
 */
public record ClientIntroduced(byte @Nullable [] routingInfo) {}
