package dev.waxwing.internal.account;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.AesCtr;
import dev.waxwing.internal.crypto.AesGcm;
import dev.waxwing.internal.crypto.Bytes;
import dev.waxwing.internal.crypto.ConstantTime;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.Hkdf;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.crypto.Pbkdf2;
import dev.waxwing.internal.crypto.RandomBytes;
import java.util.Arrays;

/**
 * What a pairing code protects. Both sides send an ephemeral key under a key that is stretched from the code; from the
 * two of them comes the key of a bundle by which the companion tells the phone the last part of the ADV secret. Nothing
 * but a bundle that does not open shows that the code was wrong. Source: peers Baileys and whatsmeow, and recorded runs
 * ({@code pairing-code.json}).
 *
 * <p>Stretching takes tens of milliseconds: not for event loops.
 */
public final class PairingCodeKeys {

    /** Length of an ephemeral key as it is sent: salt 32, counter block 16, the key encrypted 32. */
    public static final int WRAPPED_BYTES = 80;

    /** Length of a key bundle as it is sent: salt 32, nonce 12, three values of 32 encrypted, tag 16. */
    public static final int BUNDLE_BYTES = 156;

    private static final int ITERATIONS = 2 << 16;
    private static final int SALT_BYTES = 32;
    private static final int PART_BYTES = 32;
    private static final int KEY_BYTES = Curve25519.KEY_BYTES;
    private static final byte[] BUNDLE_INFO = "link_code_pairing_key_bundle_encryption_key".getBytes(US_ASCII);
    private static final byte[] SECRET_INFO = "adv_secret".getBytes(US_ASCII);

    private PairingCodeKeys() {}

    /**
     * What the companion makes of the phone's answer. The arrays are shared, not copied.
     *
     * @param wrappedBundle what the phone gets, {@value #BUNDLE_BYTES} bytes
     * @param advSecret what authenticates pair-success from now on, 32 bytes
     */
    public record Sealed(byte[] wrappedBundle, byte[] advSecret) {

        /** Shows the kind alone. */
        @Override
        public String toString() {
            return "Sealed[]";
        }
    }

    /**
     * Encrypts an ephemeral public key under the code.
     *
     * @param code the eight characters, without a dash
     * @param ephemeralPublic 32 bytes
     * @return {@value #WRAPPED_BYTES} bytes
     */
    public static byte[] wrap(String code, byte[] ephemeralPublic) {
        return wrap(code, ephemeralPublic, RandomBytes.next(SALT_BYTES), RandomBytes.next(AesCtr.IV_BYTES));
    }

    static byte[] wrap(String code, byte[] ephemeralPublic, byte[] salt, byte[] iv) {
        return Bytes.concat(salt, iv, AesCtr.apply(stretch(code, salt), iv, ephemeralPublic));
    }

    /**
     * Decrypts the other side's ephemeral public key. A wrong code gives other bytes, and no error.
     *
     * @param code the eight characters, without a dash
     * @param wrapped what the other side sent
     * @return 32 bytes
     * @throws ProtocolViolationException if it is not {@value #WRAPPED_BYTES} bytes
     */
    public static byte[] unwrap(String code, byte[] wrapped) {
        requireLength(wrapped, WRAPPED_BYTES, "wrapped ephemeral key");
        byte[] salt = Arrays.copyOf(wrapped, SALT_BYTES);
        int keyAt = SALT_BYTES + AesCtr.IV_BYTES;
        byte[] iv = Arrays.copyOfRange(wrapped, SALT_BYTES, keyAt);
        return AesCtr.apply(stretch(code, salt), iv, Arrays.copyOfRange(wrapped, keyAt, WRAPPED_BYTES));
    }

    static byte[] stretch(String code, byte[] salt) {
        return Pbkdf2.sha256(code, salt, ITERATIONS, KEY_BYTES);
    }

    /**
     * The companion's last step: tells the phone who it is, and agrees on the ADV secret.
     *
     * @param ephemeral the companion's ephemeral pair
     * @param identity the companion's identity
     * @param primaryEphemeral the phone's ephemeral public key, decrypted
     * @param primaryIdentity the phone's identity, which is the account's key
     * @return the bundle for the phone, and the secret
     * @throws ProtocolViolationException if a key of the phone is not 32 bytes or of low order
     */
    public static Sealed seal(KeyPair ephemeral, KeyPair identity, byte[] primaryEphemeral, byte[] primaryIdentity) {
        return seal(
                ephemeral,
                identity,
                primaryEphemeral,
                primaryIdentity,
                RandomBytes.next(SALT_BYTES),
                RandomBytes.next(AesGcm.NONCE_BYTES),
                RandomBytes.next(PART_BYTES));
    }

    static Sealed seal(
            KeyPair ephemeral,
            KeyPair identity,
            byte[] primaryEphemeral,
            byte[] primaryIdentity,
            byte[] salt,
            byte[] nonce,
            byte[] random) {
        byte[] ephemeralShared = Curve25519.agree(ephemeral.privateKey(), primaryEphemeral);
        byte[] identityShared = Curve25519.agree(identity.privateKey(), primaryIdentity);
        byte[] bundle = Bytes.concat(identity.publicKey(), primaryIdentity, random);
        byte[] sealed = AesGcm.seal(bundleKey(ephemeralShared, salt), nonce, null, bundle);
        return new Sealed(Bytes.concat(salt, nonce, sealed), advSecret(ephemeralShared, identityShared, random));
    }

    /**
     * The phone's last step: learns who the companion is, and agrees on the ADV secret.
     *
     * @param ephemeral the phone's ephemeral pair
     * @param identity the phone's identity
     * @param companionEphemeral the companion's ephemeral public key, decrypted
     * @param companionIdentity the companion's identity, as it goes beside the bundle
     * @param wrappedBundle what the companion sent
     * @return the ADV secret, 32 bytes
     * @throws ProtocolViolationException if the bundle does not open, as with a wrong code, or names other identities
     */
    public static byte[] open(
            KeyPair ephemeral,
            KeyPair identity,
            byte[] companionEphemeral,
            byte[] companionIdentity,
            byte[] wrappedBundle) {
        requireLength(wrappedBundle, BUNDLE_BYTES, "key bundle");
        int sealedAt = SALT_BYTES + AesGcm.NONCE_BYTES;
        byte[] salt = Arrays.copyOf(wrappedBundle, SALT_BYTES);
        byte[] nonce = Arrays.copyOfRange(wrappedBundle, SALT_BYTES, sealedAt);
        byte[] sealed = Arrays.copyOfRange(wrappedBundle, sealedAt, BUNDLE_BYTES);
        byte[] ephemeralShared = Curve25519.agree(ephemeral.privateKey(), companionEphemeral);
        byte[] bundle = AesGcm.open(bundleKey(ephemeralShared, salt), nonce, null, sealed);
        byte[] named = Arrays.copyOf(bundle, 2 * PART_BYTES);
        if (!ConstantTime.equal(named, Bytes.concat(companionIdentity, identity.publicKey()))) {
            throw new ProtocolViolationException("the key bundle names other identities");
        }
        byte[] random = Arrays.copyOfRange(bundle, 2 * PART_BYTES, bundle.length);
        return advSecret(ephemeralShared, Curve25519.agree(identity.privateKey(), companionIdentity), random);
    }

    static byte[] bundleKey(byte[] ephemeralShared, byte[] salt) {
        return Hkdf.sha256(ephemeralShared, salt, BUNDLE_INFO, AesGcm.KEY_BYTES);
    }

    private static byte[] advSecret(byte[] ephemeralShared, byte[] identityShared, byte[] random) {
        return Hkdf.sha256(
                Bytes.concat(ephemeralShared, identityShared, random), null, SECRET_INFO, Credentials.ADV_SECRET_BYTES);
    }

    private static void requireLength(byte[] bytes, int length, String what) {
        if (bytes.length != length) {
            throw new ProtocolViolationException(what + " of " + bytes.length + " bytes, expected " + length);
        }
    }
}
