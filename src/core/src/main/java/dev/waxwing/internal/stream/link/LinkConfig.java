package dev.waxwing.internal.stream.link;

import dev.waxwing.internal.noise.CertificateVerifier;
import dev.waxwing.internal.transport.TransportConfig;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a connection to the server is made.
 *
 * @param transport where and how to connect
 * @param verifier checks the server's Noise certificates
 * @param handshakeTimeout how long the Noise handshake may take
 * @param observer measures what happens below the stream; null if nobody does
 */
public record LinkConfig(
        TransportConfig transport,
        CertificateVerifier verifier,
        Duration handshakeTimeout,
        @Nullable WireObserver observer) {}
