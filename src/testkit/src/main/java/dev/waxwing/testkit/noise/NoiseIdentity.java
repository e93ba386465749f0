package dev.waxwing.testkit.noise;

import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.testkit.state.SeededRandom;
import dev.waxwing.testkit.traffic.HandshakeFault;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The server's static Noise key and the certificates for it, for the life of the server; clients are told the root. */
public final class NoiseIdentity {

    private static final Duration VALIDITY = Duration.ofDays(30);

    private final KeyPair staticKey;
    private final KeyPair strangerKey;
    private final KeyPair root;
    private final KeyPair intermediate;
    private final Instant start;

    /**
     * Makes the keys.
     *
     * @param random where they come from
     * @param start the middle of the time for which the certificates are valid
     */
    public NoiseIdentity(SeededRandom random, Instant start) {
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

    /**
     * A handshake for one connection, with the certificates spoiled if so asked.
     *
     * @param fault how to spoil them
     * @return for one connection
     */
    public NoiseServerHandshake handshake(Optional<HandshakeFault> fault) {
        CertificateIssuer genuine =
                new CertificateIssuer(root, intermediate, start.minus(VALIDITY), start.plus(VALIDITY));
        CertificateIssuer issuer = genuine;
        byte[] certified = staticKey.publicKey();
        if (fault.isPresent()) {
            switch (fault.get()) {
                case FOREIGN_ROOT ->
                    issuer = new CertificateIssuer(strangerKey, intermediate, genuine.notBefore(), genuine.notAfter());
                case EXPIRED_CERTIFICATE ->
                    issuer = new CertificateIssuer(
                            root, intermediate, genuine.notBefore(), start.minus(Duration.ofDays(1)));
                case FOREIGN_KEY -> certified = strangerKey.publicKey();
                case TRUNCATED, SILENT -> {
                    // These spoil the frames, not what is in them.
                }
            }
        }
        return new NoiseServerHandshake(staticKey, issuer.chainFor(certified));
    }
}
