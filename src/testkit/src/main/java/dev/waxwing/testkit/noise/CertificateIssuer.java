package dev.waxwing.testkit.noise;

import com.google.protobuf.ByteString;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.noise.CertificateVerifier;
import dev.waxwing.proto.cert.CertChain;
import java.time.Instant;
import java.util.Objects;

/**
 * The counterpart of {@link CertificateVerifier} for a server with a root of its own: signs chains the strictest peer
 * accepts.
 *
 * @param root the root key pair; clients are told its public half
 * @param intermediate the key pair of the intermediate certificate, which signs the leaf
 * @param notBefore first instant both certificates are valid at, whole seconds count
 * @param notAfter last instant both certificates are valid at, whole seconds count
 */
public record CertificateIssuer(KeyPair root, KeyPair intermediate, Instant notBefore, Instant notAfter) {

    private static final int INTERMEDIATE_SERIAL = 1;
    private static final int LEAF_SERIAL = 2;

    /**
     * Requires everything.
     *
     * @param root the root key pair; clients are told its public half
     * @param intermediate the key pair of the intermediate certificate, which signs the leaf
     * @param notBefore first instant both certificates are valid at, whole seconds count
     * @param notAfter last instant both certificates are valid at, whole seconds count
     */
    public CertificateIssuer {
        Objects.requireNonNull(root, "root");
        Objects.requireNonNull(intermediate, "intermediate");
        Objects.requireNonNull(notBefore, "notBefore");
        Objects.requireNonNull(notAfter, "notAfter");
    }

    /**
     * Makes an issuer with fresh keys.
     *
     * @param notBefore first instant both certificates are valid at
     * @param notAfter last instant both certificates are valid at
     * @return a new issuer
     */
    public static CertificateIssuer generate(Instant notBefore, Instant notAfter) {
        return new CertificateIssuer(Curve25519.generate(), Curve25519.generate(), notBefore, notAfter);
    }

    /**
     * Issues a chain: intermediate of serial 1 under the root (serial 0), leaf of serial 2 under the intermediate.
     *
     * @param serverStatic the server's static public key, 32 bytes
     * @return an encoded {@code CertChain}, the payload of the server hello
     */
    public byte[] chainFor(byte[] serverStatic) {
        return CertChain.newBuilder()
                .setIntermediate(certificate(root, INTERMEDIATE_SERIAL, 0, intermediate.publicKey()))
                .setLeaf(certificate(intermediate, LEAF_SERIAL, INTERMEDIATE_SERIAL, serverStatic))
                .build()
                .toByteArray();
    }

    private CertChain.NoiseCertificate certificate(KeyPair issuer, int serial, int issuerSerial, byte[] key) {
        byte[] details = CertChain.NoiseCertificate.Details.newBuilder()
                .setSerial(serial)
                .setIssuerSerial(issuerSerial)
                .setKey(ByteString.copyFrom(key))
                .setNotBefore(notBefore.getEpochSecond())
                .setNotAfter(notAfter.getEpochSecond())
                .build()
                .toByteArray();
        return CertChain.NoiseCertificate.newBuilder()
                .setDetails(ByteString.copyFrom(details))
                .setSignature(ByteString.copyFrom(Curve25519.sign(issuer.privateKey(), details)))
                .build();
    }
}
