package dev.waxwing.internal.stream.link;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of the server that a linked account met last, by which its next handshake resumes. What is said here
 * counts for the next connection at once; keeping it for the next start is the owner's part. Thread-safe.
 */
public final class KnownServer {

    private final Runnable changed;
    private volatile byte @Nullable [] certChain;

    /**
     * Begins with what an earlier start has left.
     *
     * @param stored the chain that was kept, or null
     * @param changed called after every change, on an event loop: it must not block
     */
    public KnownServer(byte @Nullable [] stored, Runnable changed) {
        this.certChain = stored;
        this.changed = requireNonNull(changed, "changed");
    }

    /**
     * The chain to resume by.
     *
     * @return the chain, shared; empty if the next handshake is to be a full one
     */
    public Optional<byte[]> certChain() {
        return Optional.ofNullable(certChain);
    }

    /**
     * A full handshake succeeded.
     *
     * @param verified the server's chain, which was verified in it
     */
    void met(byte[] verified) {
        if (!Arrays.equals(verified, certChain)) {
            certChain = verified;
            changed.run();
        }
    }

    /** A handshake that was to resume failed: whatever the reason, the next one does without. */
    void forget() {
        if (certChain != null) {
            certChain = null;
            changed.run();
        }
    }
}
