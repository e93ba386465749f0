package dev.waxwing.internal.crypto;

import dev.waxwing.error.ProtocolViolationException;
import java.util.Arrays;
import java.util.Objects;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.math.ec.rfc7748.X25519Field;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * X25519 agreement and XEdDSA signatures over the same 32-byte keys, as the Noise certificates, the device identity
 * (ADV) and the signed pre-keys use them.
 *
 * <p>Bouncy Castle computes, unless libsignal's native code is there, which agrees and signs in less time: see
 * {@code docs/decisions}. Verification is always Bouncy Castle's, because libsignal accepts a signature whose S is
 * not reduced (observed with {@code xeddsa.json}).
 *
 * <p>Verification follows "The XEdDSA and VXEdDSA Signature Schemes" of the Signal project, with the sign bit of the
 * Edwards key carried in bit 7 of the last signature byte as all peers do.
 */
public final class Curve25519 {

    /** Length of a private key, a public key and a shared secret, in bytes. */
    public static final int KEY_BYTES = 32;

    /** Length of an XEdDSA signature, in bytes. */
    public static final int SIGNATURE_BYTES = 64;

    private static final byte[] ZEROS = new byte[KEY_BYTES];
    private static final int SIGN_BIT = 0x80;

    /** Loaded when it is first needed: trying the native code out takes this class. */
    private static final class Chosen {
        static final CurveOperations OPERATIONS = CurveOperations.best();
    }

    private Curve25519() {}

    /**
     * Makes a fresh key pair from the system's secure random source.
     *
     * @return a new pair with a clamped private key
     */
    public static KeyPair generate() {
        return fromPrivate(clamped(RandomBytes.next(KEY_BYTES)));
    }

    /** The scalar that X25519 uses for a private key: a multiple of 8 from 2^254 on. */
    static byte[] clamped(byte[] privateKey) {
        byte[] clamped = privateKey.clone();
        clamped[0] &= (byte) 0xf8;
        clamped[KEY_BYTES - 1] &= 0x7f;
        clamped[KEY_BYTES - 1] |= 0x40;
        return clamped;
    }

    /**
     * Whether libsignal's native code is in use.
     *
     * @return false if it is not on the class path or has no code for this platform
     */
    public static boolean isNative() {
        return Chosen.OPERATIONS instanceof NativeCurve;
    }

    /**
     * Derives the public half of a private key.
     *
     * @param privateKey 32 bytes, clamped or not
     * @return the pair, holding the given array
     * @throws IllegalArgumentException if {@code privateKey} is not 32 bytes
     */
    public static KeyPair fromPrivate(byte[] privateKey) {
        KeyPair.requireKeyLength(privateKey, "privateKey");
        byte[] publicKey = new byte[KEY_BYTES];
        X25519.generatePublicKey(privateKey, 0, publicKey, 0);
        return new KeyPair(publicKey, privateKey);
    }

    /**
     * The X25519 function.
     *
     * @param privateKey own private key, 32 bytes
     * @param publicKey the peer's public key as received, expected to be 32 bytes
     * @return the shared secret, 32 bytes, never all zero
     * @throws IllegalArgumentException if {@code privateKey} is not 32 bytes
     * @throws ProtocolViolationException if {@code publicKey} has another length or is a point of low order
     */
    public static byte[] agree(byte[] privateKey, byte[] publicKey) {
        KeyPair.requireKeyLength(privateKey, "privateKey");
        Objects.requireNonNull(publicKey, "publicKey");
        if (publicKey.length != KEY_BYTES) {
            throw new ProtocolViolationException("public key of " + publicKey.length + " bytes, expected " + KEY_BYTES);
        }
        byte[] shared = Chosen.OPERATIONS.agree(privateKey, publicKey);
        if (ConstantTime.equal(shared, ZEROS)) {
            throw new ProtocolViolationException("public key is a point of low order");
        }
        return shared;
    }

    /**
     * Signs the concatenation of the given parts with XEdDSA. Two signatures of one message differ.
     *
     * @param privateKey the signer's private key, 32 bytes
     * @param message the parts, in order; none means the empty message
     * @return the signature, 64 bytes
     * @throws IllegalArgumentException if {@code privateKey} is not 32 bytes
     */
    public static byte[] sign(byte[] privateKey, byte[]... message) {
        KeyPair.requireKeyLength(privateKey, "privateKey");
        return Chosen.OPERATIONS.sign(privateKey, Bytes.concat(message));
    }

    /**
     * Verifies an XEdDSA signature strictly: wrong lengths, a public key that is not reduced or of low order, and an S
     * that is not below the group order are all refused.
     *
     * @param publicKey the signer's public key, expected to be 32 bytes
     * @param message the signed bytes
     * @param signature the signature, expected to be 64 bytes
     * @return true only if the signature is valid
     */
    public static boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        if (publicKey.length != KEY_BYTES || signature.length != SIGNATURE_BYTES) {
            return false;
        }
        byte[] edwardsKey = new byte[KEY_BYTES];
        if (!toEdwards(publicKey, edwardsKey)) {
            return false;
        }
        byte[] edwardsSignature = signature.clone();
        edwardsKey[KEY_BYTES - 1] |= (byte) (signature[SIGNATURE_BYTES - 1] & SIGN_BIT);
        edwardsSignature[SIGNATURE_BYTES - 1] &= 0x7f;
        return Ed25519.verify(edwardsSignature, 0, edwardsKey, 0, message, 0, message.length);
    }

    /** y = (u - 1) / (u + 1); false if u is not reduced modulo 2^255 - 19, which the specification refuses. */
    private static boolean toEdwards(byte[] montgomery, byte[] edwards) {
        int[] u = X25519Field.create();
        X25519Field.decode255(montgomery, u);
        X25519Field.normalize(u);
        byte[] reduced = new byte[KEY_BYTES];
        X25519Field.encode(u, reduced, 0);
        if (!Arrays.equals(reduced, montgomery)) {
            return false;
        }
        int[] numerator = X25519Field.create();
        int[] denominator = X25519Field.create();
        int[] one = X25519Field.create();
        X25519Field.one(one);
        X25519Field.sub(u, one, numerator);
        X25519Field.add(u, one, denominator);
        X25519Field.carry(numerator);
        X25519Field.carry(denominator);
        // u = -1 has no inverse; Bouncy Castle answers 0 for it, so y = 0, a point of order 4 that the verification
        // refuses.
        X25519Field.inv(denominator, denominator);
        X25519Field.mul(numerator, denominator, numerator);
        X25519Field.normalize(numerator);
        X25519Field.encode(numerator, edwards, 0);
        return true;
    }
}
