package dev.waxwing.internal.identity;

import dev.waxwing.identity.SafetyNumber;
import dev.waxwing.internal.crypto.Bytes;
import dev.waxwing.internal.crypto.PublicKeys;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * Numeric fingerprints as Signal publishes them (libsignal, {@code fingerprint.rs}): 5,200 times SHA-512 over version,
 * key and identifier and over the hash before it; 30 bytes of it are 30 digits, and those of both sides stand in the
 * order of their digits.
 */
public final class Fingerprint {

    private static final byte[] VERSION = {0, 0};
    private static final int ROUNDS = 5_200;
    private static final int GROUPS = 6;
    private static final int GROUP_BYTES = 5;
    private static final int GROUP_MODULUS = 100_000;
    private static final int SCANNED_BYTES = 32;

    private Fingerprint() {}

    /**
     * The safety number of two persons.
     *
     * @param localId names the own account, as the other side names it
     * @param localKey the own identity key, 32 bytes
     * @param remoteId names the other person
     * @param remoteKey the other person's identity key, 32 bytes
     * @return the number that both see
     */
    public static SafetyNumber safetyNumber(byte[] localId, byte[] localKey, byte[] remoteId, byte[] remoteKey) {
        byte[] local = hash(localId, localKey);
        byte[] remote = hash(remoteId, remoteKey);
        String ours = digits(local);
        String theirs = digits(remote);
        byte[] localScanned = Arrays.copyOf(local, SCANNED_BYTES);
        byte[] remoteScanned = Arrays.copyOf(remote, SCANNED_BYTES);
        return new SafetyNumber(
                ours.compareTo(theirs) <= 0 ? ours + theirs : theirs + ours,
                SafetyNumber.payload(localScanned, remoteScanned),
                localScanned,
                remoteScanned);
    }

    private static byte[] hash(byte[] id, byte[] key) {
        byte[] typed = PublicKeys.typed(key);
        MessageDigest sha512 = sha512();
        byte[] hash = Bytes.concat(VERSION, typed, id);
        for (int round = 0; round < ROUNDS; round++) {
            sha512.update(hash);
            hash = sha512.digest(typed);
        }
        return hash;
    }

    private static String digits(byte[] hash) {
        StringBuilder digits = new StringBuilder(GROUPS * GROUP_BYTES);
        for (int group = 0; group < GROUPS; group++) {
            long number = 0;
            for (int i = 0; i < GROUP_BYTES; i++) {
                number = number << Byte.SIZE | (hash[group * GROUP_BYTES + i] & 0xff);
            }
            digits.append(String.format("%05d", number % GROUP_MODULUS));
        }
        return digits.toString();
    }

    private static MessageDigest sha512() {
        try {
            return MessageDigest.getInstance("SHA-512");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-512", e);
        }
    }
}
