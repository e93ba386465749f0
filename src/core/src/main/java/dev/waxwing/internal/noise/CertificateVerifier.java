package dev.waxwing.internal.noise;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.ServerNotTrustedException;
import dev.waxwing.internal.crypto.ConstantTime;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.proto.cert.CertChain;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges the certificate chain the server sends inside the handshake: root key, intermediate, leaf, and the leaf's key
 * is the server's static key.
 *
 * <p>All checks of the strictest peer (whatsmeow) are made; none can be switched off. A test server has a root of its
 * own instead. Validity is judged last, so that a complaint about the clock means the chain is otherwise genuine.
 * Immutable.
 */
public final class CertificateVerifier {

    private static final Logger LOG = LoggerFactory.getLogger(CertificateVerifier.class);

    private static final String SERVICE_ROOT = "142375574d0a587166aae71ebe516437c4a28b73e3695c6ce1f7f9545da8ee6b";
    private static final int ROOT_SERIAL = 0;

    private final byte[] rootPublicKey;
    private final Clock clock;

    /**
     * Creates a verifier.
     *
     * @param rootPublicKey the key the intermediate must be signed with, 32 bytes
     * @param clock tells the time the validity is judged by
     * @throws IllegalArgumentException if the key has another length
     */
    public CertificateVerifier(byte[] rootPublicKey, Clock clock) {
        if (rootPublicKey.length != Curve25519.KEY_BYTES) {
            throw new IllegalArgumentException("rootPublicKey must be 32 bytes but was " + rootPublicKey.length);
        }
        this.rootPublicKey = rootPublicKey.clone();
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /**
     * The root key of the service, known to all peers as "WhatsAppLongTerm1".
     *
     * @return a copy, 32 bytes
     */
    public static byte[] serviceRootKey() {
        return HexFormat.of().parseHex(SERVICE_ROOT);
    }

    /**
     * Verifies a chain.
     *
     * @param certChain the decrypted payload of the server hello: a {@code CertChain}
     * @param serverStatic the static key the server proved to hold, 32 bytes
     * @throws ServerNotTrustedException if any check fails; the message names the first one, and speaks of this
     *     machine's clock only if nothing but the validity is wrong
     */
    public void verify(byte[] certChain, byte[] serverStatic) {
        Chain chain = genuine(certChain);
        // Without this a recorded genuine chain could be replayed by anyone.
        require(
                ConstantTime.equal(chain.leaf.getKey().toByteArray(), serverStatic),
                "the leaf certificate is for another key than the server's");
        requireValidNow(chain);
    }

    /**
     * Judges a chain of an earlier handshake once more.
     *
     * @param certChain one that {@link #verify} accepted then, as it was stored
     * @return the server's static key, 32 bytes; empty if the chain passes no longer, because it has expired, another
     *     root is trusted, or it was damaged
     */
    public Optional<byte[]> keyIfValid(byte[] certChain) {
        try {
            Chain chain = genuine(certChain);
            requireValidNow(chain);
            return Optional.of(chain.leaf.getKey().toByteArray());
        } catch (ServerNotTrustedException e) {
            LOG.debug("The server of the earlier connection is not trusted any more: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private record Chain(CertChain.NoiseCertificate.Details intermediate, CertChain.NoiseCertificate.Details leaf) {}

    /** Everything but whose key it is and whether it is valid now. */
    private Chain genuine(byte[] certChain) {
        CertChain chain = parseChain(certChain);
        require(chain.hasIntermediate(), "the chain has no intermediate certificate");
        require(chain.hasLeaf(), "the chain has no leaf certificate");
        CertChain.NoiseCertificate.Details intermediate =
                signedDetails("intermediate", chain.getIntermediate(), rootPublicKey);
        require(
                intermediate.getIssuerSerial() == ROOT_SERIAL,
                "the intermediate certificate's issuer is not the root but serial "
                        + Integer.toUnsignedString(intermediate.getIssuerSerial()));
        CertChain.NoiseCertificate.Details leaf =
                signedDetails("leaf", chain.getLeaf(), intermediate.getKey().toByteArray());
        require(
                leaf.getIssuerSerial() == intermediate.getSerial(),
                "the leaf certificate's issuer is serial " + Integer.toUnsignedString(leaf.getIssuerSerial())
                        + " but the intermediate is " + Integer.toUnsignedString(intermediate.getSerial()));
        return new Chain(intermediate, leaf);
    }

    private void requireValidNow(Chain chain) {
        Instant now = clock.instant();
        requireValid("intermediate", chain.intermediate, now);
        requireValid("leaf", chain.leaf, now);
    }

    private static CertChain parseChain(byte[] certChain) {
        try {
            return CertChain.parseFrom(certChain);
        } catch (InvalidProtocolBufferException e) {
            throw new ServerNotTrustedException("the server's certificate chain is malformed", e);
        }
    }

    private static CertChain.NoiseCertificate.Details signedDetails(
            String name, CertChain.NoiseCertificate certificate, byte[] issuerKey) {
        require(certificate.hasDetails(), "the " + name + " certificate has no details");
        require(certificate.hasSignature(), "the " + name + " certificate has no signature");
        ByteString signature = certificate.getSignature();
        require(
                signature.size() == Curve25519.SIGNATURE_BYTES,
                "the " + name + " certificate's signature has " + signature.size() + " bytes");
        byte[] details = certificate.getDetails().toByteArray();
        require(
                Curve25519.verify(issuerKey, details, signature.toByteArray()),
                "the signature of the " + name + " certificate does not verify");
        CertChain.NoiseCertificate.Details parsed;
        try {
            parsed = CertChain.NoiseCertificate.Details.parseFrom(details);
        } catch (InvalidProtocolBufferException e) {
            throw new ServerNotTrustedException("the details of the " + name + " certificate are malformed", e);
        }
        require(
                parsed.getKey().size() == Curve25519.KEY_BYTES,
                "the " + name + " certificate's key has " + parsed.getKey().size() + " bytes");
        return parsed;
    }

    private static void requireValid(String name, CertChain.NoiseCertificate.Details details, Instant now) {
        long second = now.getEpochSecond();
        // The fields are unsigned; an absent end reads as 1970 and is refused.
        if (Long.compareUnsigned(second, details.getNotBefore()) < 0) {
            throw outsideValidity(
                    name, "is not valid before second " + Long.toUnsignedString(details.getNotBefore()), now);
        }
        if (Long.compareUnsigned(second, details.getNotAfter()) > 0) {
            throw outsideValidity(name, "expired at second " + Long.toUnsignedString(details.getNotAfter()), now);
        }
    }

    private static ServerNotTrustedException outsideValidity(String name, String why, Instant now) {
        return new ServerNotTrustedException("the " + name + " certificate " + why + " and this machine's clock says "
                + now.getEpochSecond() + " (" + now + "): check the clock");
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new ServerNotTrustedException(otherwise);
        }
    }
}
