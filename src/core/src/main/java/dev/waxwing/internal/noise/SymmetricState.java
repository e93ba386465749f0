package dev.waxwing.internal.noise;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.AesGcm;
import dev.waxwing.internal.crypto.Digests;
import dev.waxwing.internal.crypto.Hkdf;
import java.util.Arrays;

/**
 * The symmetric state of Noise (specification, section 5.2) with AES-256-GCM and SHA-256.
 *
 * <p>One deviation, as observed: before the first {@link #mixKey} the specification has no key, the service's peers
 * start with {@code k = ck = h}. No pattern here encrypts before a key is mixed, so nothing depends on it.
 */
public final class SymmetricState {

    private static final int HASH_BYTES = 32;

    private byte[] h;
    private byte[] ck;
    private byte[] k;
    private long n;

    /** Starts from a protocol name: of 32 bytes it is the first hash itself, of another length its digest is. */
    SymmetricState(byte[] protocolName) {
        byte[] start = protocolName.length == HASH_BYTES ? protocolName.clone() : Digests.sha256(protocolName);
        h = start;
        ck = start;
        k = start;
    }

    /**
     * MixHash of the specification.
     *
     * @param data what both sides know
     */
    public void mixHash(byte[] data) {
        h = Digests.sha256(h, data);
    }

    /**
     * MixKey of the specification.
     *
     * @param inputKeyMaterial the result of an agreement
     */
    public void mixKey(byte[] inputKeyMaterial) {
        byte[] output = Hkdf.sha256(inputKeyMaterial, ck, new byte[0], 2 * HASH_BYTES);
        ck = Arrays.copyOf(output, HASH_BYTES);
        k = Arrays.copyOfRange(output, HASH_BYTES, 2 * HASH_BYTES);
        n = 0;
    }

    /**
     * EncryptAndHash of the specification.
     *
     * @param plaintext what to seal
     * @return ciphertext and tag
     */
    public byte[] encryptAndHash(byte[] plaintext) {
        byte[] ciphertext = AesGcm.seal(k, CipherState.nonce(n), h, plaintext);
        n++;
        mixHash(ciphertext);
        return ciphertext;
    }

    /**
     * Opens what the peer encrypted and hashes the ciphertext.
     *
     * @param ciphertext ciphertext and tag
     * @return the plaintext
     * @throws ProtocolViolationException if the tag does not match; the state is then unchanged and of no further use
     */
    public byte[] decryptAndHash(byte[] ciphertext) {
        byte[] plaintext = AesGcm.open(k, CipherState.nonce(n), h, ciphertext);
        n++;
        mixHash(ciphertext);
        return plaintext;
    }

    /**
     * The two transport keys: first the initiator's write key, then the responder's.
     *
     * @return the two keys of the transport phase, the initiator's first
     */
    public byte[][] split() {
        byte[] output = Hkdf.sha256(new byte[0], ck, new byte[0], 2 * HASH_BYTES);
        return new byte[][] {Arrays.copyOf(output, HASH_BYTES), Arrays.copyOfRange(output, HASH_BYTES, 2 * HASH_BYTES)};
    }

    /**
     * The handshake hash.
     *
     * @return 32 bytes
     */
    public byte[] h() {
        return h;
    }

    /**
     * The chaining key.
     *
     * @return 32 bytes
     */
    public byte[] ck() {
        return ck;
    }

    /**
     * The key of the handshake's cipher.
     *
     * @return 32 bytes
     */
    public byte[] k() {
        return k;
    }

    /**
     * The counter of the handshake's cipher.
     *
     * @return 0 or more
     */
    public long n() {
        return n;
    }
}
