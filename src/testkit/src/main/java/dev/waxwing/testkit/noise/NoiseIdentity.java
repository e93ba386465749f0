package dev.waxwing.testkit.noise;

import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.testkit.state.SeededRandom;
import dev.waxwing.testkit.traffic.HandshakeFault;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The server's static Noise key and the certificates for it; clients are told the root, which stays for the life of the
 * server. Not thread-safe.
 */
public final class NoiseIdentity {

    private static final Duration VALIDITY = Duration.ofDays(30);

    private final SeededRandom random;
    private final KeyPair strangerKey;
    private final KeyPair root;
    private final KeyPair intermediate;
    private final Instant start;
    private KeyPair staticKey;

    /**
     * Makes the keys.
     *
     * @param random where they come from
     * @param start the middle of the time for which the certificates are valid
     */
    public NoiseIdentity(SeededRandom random, Instant start) {
        this.random = random;
        this.staticKey = random.keyPair();
        this.strangerKey = random.keyPair();
        this.root = random.keyPair();
        this.intermediate = random.keyPair();
        this.start = start;
    }

    /**
     * What clients must trust.
     *
     * @return the root key, 32 bytes, a copy
     */
    public byte[] rootPublicKey() {
        return root.publicKey().clone();
    }

    /** Goes on with another static key, as the service does from time to time. */
    public void renewStaticKey() {
        staticKey = random.keyPair();
    }

    /**
     * A handshake for one connection, with the certificates spoiled if so asked. A client that resumes looks at no
     * certificates: with spoiled ones the server declines that.
     *
     * @param fault how to spoil them
     * @return for one connection
     */
    public NoiseServerHandshake handshake(Optional<HandshakeFault> fault) {
        CertificateIssuer genuine =
                new CertificateIssuer(root, intermediate, start.minus(VALIDITY), start.plus(VALIDITY));
        CertificateIssuer issuer = genuine;
        byte[] certified = staticKey.publicKey();
        boolean declines = false;
        if (fault.isPresent()) {
            switch (fault.get()) {
                case FOREIGN_ROOT -> {
                    issuer = new CertificateIssuer(strangerKey, intermediate, genuine.notBefore(), genuine.notAfter());
                    declines = true;
                }
                case EXPIRED_CERTIFICATE -> {
                    issuer = new CertificateIssuer(
                            root, intermediate, genuine.notBefore(), start.minus(Duration.ofDays(1)));
                    declines = true;
                }
                case FOREIGN_KEY -> {
                    certified = strangerKey.publicKey();
                    declines = true;
                }
                case RESUMPTION_DECLINED -> declines = true;
                case GARBLED, TRUNCATED, SILENT -> {
                    // These spoil the frames, not what is in them.
                }
            }
        }
        NoiseServerHandshake handshake = new NoiseServerHandshake(staticKey, issuer.chainFor(certified));
        if (declines) {
            handshake.declineToResume();
        }
        return handshake;
    }
}
