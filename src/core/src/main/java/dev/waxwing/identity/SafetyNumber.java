package dev.waxwing.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * A number of 60 digits that two persons see alike if each has the other's true identity key, and a payload for a code
 * that one of them shows and the other scans. By Signal's published algorithm for numeric fingerprints, version 0 with
 * 5,200 rounds of SHA-512, over the persons' phone numbers; the payload is its scannable form, version 1.
 *
 * <p>Two copies of this library show each other the same number. What other clients show for an account with several
 * devices is not published; that theirs is the same is not verified.
 */
public final class SafetyNumber {

    private static final int DIGITS = 60;
    private static final int MOST_SCANNED_BYTES = 125;

    private final String digits;
    private final byte[] qrPayload;
    private final byte[] local;
    private final byte[] remote;

    /**
     * Holds a number that was computed.
     *
     * @param digits 60 digits
     * @param qrPayload the scannable form
     * @param local the fingerprint of this account in it, 32 bytes
     * @param remote the fingerprint of the person in it, 32 bytes
     */
    public SafetyNumber(String digits, byte[] qrPayload, byte[] local, byte[] remote) {
        if (requireNonNull(digits, "digits").length() != DIGITS || !digits.matches("[0-9]*")) {
            throw new IllegalArgumentException("digits must be " + DIGITS + " digits");
        }
        this.digits = digits;
        this.qrPayload = requireNonNull(qrPayload, "qrPayload").clone();
        this.local = requireNonNull(local, "local").clone();
        this.remote = requireNonNull(remote, "remote").clone();
    }

    /**
     * The number as one word.
     *
     * @return 60 digits
     */
    public String digits() {
        return digits;
    }

    /**
     * The number as people compare it.
     *
     * @return twelve groups of five digits, separated by spaces
     */
    public String grouped() {
        return digits.replaceAll("(.{5})(?!$)", "$1 ");
    }

    /**
     * What to show as a QR code, in byte mode.
     *
     * @return a copy of the payload: a protobuf with a version and the fingerprints of both
     */
    public byte[] qrPayload() {
        return qrPayload.clone();
    }

    /**
     * Whether a payload that was scanned from the other person's screen says the same: theirs has the fingerprints the
     * other way round.
     *
     * @param scanned the bytes of the code
     * @return true if both have each other's true keys; false for anything else, whatever its shape
     */
    public boolean matches(byte[] scanned) {
        return Arrays.equals(requireNonNull(scanned, "scanned"), payload(remote, local));
    }

    /**
     * The scannable form of two fingerprints.
     *
     * @param shower of whoever shows it, 32 bytes
     * @param scanner of whoever scans it, 32 bytes
     * @return {@code CombinedFingerprints}: version 1, then each as a message of one field
     */
    public static byte[] payload(byte[] shower, byte[] scanner) {
        requireScanned(shower, "shower");
        requireScanned(scanner, "scanner");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0x08, 0x01});
        for (int field = 2; field <= 3; field++) {
            byte[] content = field == 2 ? shower : scanner;
            out.write(field << 3 | 2);
            out.write(content.length + 2);
            out.write(0x0a);
            out.write(content.length);
            out.writeBytes(content);
        }
        return out.toByteArray();
    }

    /** One byte tells the length, in two levels. */
    private static void requireScanned(byte[] part, String name) {
        if (requireNonNull(part, name).length > MOST_SCANNED_BYTES) {
            throw new IllegalArgumentException(
                    name + " must have at most " + MOST_SCANNED_BYTES + " bytes but has " + part.length);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SafetyNumber number
                && digits.equals(number.digits)
                && Arrays.equals(qrPayload, number.qrPayload);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(digits.getBytes(US_ASCII));
    }

    /** The number: it is made to be shown. */
    @Override
    public String toString() {
        return grouped();
    }
}
